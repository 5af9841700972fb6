/**
 * The insides of oidc-provider 9.13.3 that internals.ts leans on, which have no types of their own.
 */
type LibraryStep = (
  ctx: import('oidc-provider').KoaContextWithOIDC,
  next: () => Promise<void>,
) => Promise<void>;

declare module 'oidc-provider/lib/helpers/als.js' {
  const als: import('node:async_hooks').AsyncLocalStorage<import('oidc-provider').KoaContextWithOIDC>;
  export default als;
}
declare module 'oidc-provider/lib/shared/access_token.js' {
  export function getValidateAccessToken(): LibraryStep;
  export const loadAccessTokenClient: LibraryStep;
  export const loadAccessTokenAccount: LibraryStep;
  export const loadAccessTokenGrant: LibraryStep;
}
declare module 'oidc-provider/lib/shared/assemble_params.js' {
  export default function assembleParams(
    allowed: Set<string>,
    ...step: Parameters<LibraryStep>
  ): Promise<void>;
}
declare module 'oidc-provider/lib/shared/client_auth.js' {
  const clientAuth: LibraryStep[];
  export default clientAuth;
  export function getClientAuthParams(ctx: import('oidc-provider').KoaContextWithOIDC): Set<string>;
}
declare module 'oidc-provider/lib/shared/cors.js' {
  export default function cors(options: {
    allowMethods: string;
    clientBased: boolean;
    maxAge: number;
    exposeHeaders: string;
  }): LibraryStep;
}
declare module 'oidc-provider/lib/shared/error_handler.js' {
  export default function errorHandler(event: string): LibraryStep;
}
declare module 'oidc-provider/lib/shared/no_cache.js' {
  const noCache: LibraryStep;
  export default noCache;
}
declare module 'oidc-provider/lib/shared/reject_dupes.js' {
  export default function rejectDupes(options: object, ...step: Parameters<LibraryStep>): Promise<void>;
}
declare module 'oidc-provider/lib/shared/selective_body.js' {
  export const urlencoded: LibraryStep;
}
declare module 'oidc-provider/lib/shared/set_www_authenticate_header.js' {
  export default function setWWWAuthenticateHeader(): LibraryStep;
}

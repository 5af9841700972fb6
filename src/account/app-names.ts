import type { AppRegistry } from '../apps/registry.ts';

/** The apps' names by client_id: the operator's own name for our own pages, the client_id of an app that has gone. */
export type AppNames = () => Promise<(clientId: string) => string>;

export function appNamesOf(apps: Pick<AppRegistry, 'list'>, operator: string): AppNames {
  return async () => {
    const names = new Map((await apps.list()).map(({ clientId, name }) => [clientId, name]));
    return (clientId) => names.get(clientId) ?? (clientId.startsWith('vestibule-') ? operator : clientId);
  };
}

import type { GlobalRole } from '../../src/roles.ts';
import { People, type Somebody } from '../support/enrolled.ts';
import type { Portal } from '../support/portal.ts';
import { type SharedOptions, sharedPortal } from '../support/shared.ts';
import { type Answer, pageName, send, Visitor } from '../support/visitor.ts';

const EVERY_SCOPE = 'admin:read admin:sessions admin:people admin:apps';

/** A portal with people of the security team, and programs. */
export class Team {
  readonly portal: Portal;
  readonly people: People;

  private constructor(portal: Portal, people: People) {
    this.portal = portal;
    this.people = people;
  }

  static async open(options: SharedOptions = {}): Promise<Team> {
    const portal = await sharedPortal(options);
    return new Team(portal, await People.of(portal));
  }

  async close(): Promise<void> {
    await this.people.close();
    await this.portal.stop();
  }

  /** Somebody with global roles and an authenticator app. */
  async member(...roles: GlobalRole[]): Promise<Somebody> {
    const somebody = await this.people.enrolled();
    for (const role of roles) {
      const grant = { account: somebody.sub, role, granted_by: 'test' };
      await this.portal.db.insertInto('global_roles').values(grant).execute();
    }
    return somebody;
  }

  /** A browser in which somebody opens a page, signing in with password and code where asked. */
  async browser(somebody: Somebody, path = '/admin'): Promise<{ visitor: Visitor; page: Answer }> {
    const visitor = new Visitor(this.portal);
    return { visitor, page: await this.open(visitor, somebody, path) };
  }

  async open(visitor: Visitor, somebody: Somebody, path: string): Promise<Answer> {
    let page = await visitor.open(path);
    if (pageName(page) === 'sign-in') {
      page = await visitor.submit(page, { user_id: somebody.userId, password: somebody.password });
    }
    if (pageName(page) === 'second-factor') {
      page = await visitor.submit(page, { code: await this.people.freshCode(somebody) });
    }
    return page;
  }

  /** Registers a program with these scopes. */
  async program(clientId: string, scope = EVERY_SCOPE): Promise<Program> {
    const secret = `${clientId}-secret-of-a-test`;
    await this.portal.register({
      client_id: clientId,
      client_secret: secret,
      client_name: clientId,
      grant_types: ['client_credentials'],
      scope,
    });
    return new Program(this.portal, clientId, secret);
  }
}

/** A program that uses the API. */
export class Program {
  readonly portal: Portal;
  readonly clientId: string;
  readonly secret: string;

  constructor(portal: Portal, clientId: string, secret: string) {
    this.portal = portal;
    this.clientId = clientId;
    this.secret = secret;
  }

  /** What the token endpoint says. */
  async askToken(scope: string, secret = this.secret): Promise<{ status: number; access_token?: string }> {
    const answer = await send(this.portal, '/oidc/token', {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${this.clientId}:${secret}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
      },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope }).toString(),
    });
    return { ...JSON.parse(answer.body), status: answer.status };
  }

  async token(scope = EVERY_SCOPE): Promise<string> {
    const { status, access_token: token } = await this.askToken(scope);
    if (!token) throw new Error(`no token: ${status}`);
    return token;
  }
}

/** One call of the API. */
export async function call(
  portal: Portal,
  token: string | undefined,
  path: string,
  { body, headers = {}, method }: { body?: unknown; headers?: Record<string, string>; method?: string } = {},
): Promise<Answer & { json: Record<string, unknown> }> {
  const answer = await send(portal, path.startsWith('/admin') ? path : `/admin/api${path}`, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const isJson = /^application\/(problem\+)?json(;|$)/.test(answer.headers.get('content-type') ?? '');
  return { ...answer, json: isJson ? JSON.parse(answer.body) : {} };
}

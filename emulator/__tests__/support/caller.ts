import type { Emulator } from '../../src/server.ts';

/** An answer, read. */
export class Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Parsed where it was JSON. */
  readonly body: unknown;

  constructor(status: number, headers: Headers, text: string) {
    this.status = status;
    this.headers = headers;
    this.text = text;
    const json = headers.get('content-type')?.startsWith('application/json') === true && text !== '';
    this.body = json ? (JSON.parse(text) as unknown) : undefined;
  }

  /** The value at a path of keys, as in `at('settings.oauthClient.redirect_uris.0')`; undefined where there is none. */
  at(path: string): unknown {
    let value = this.body;
    for (const key of path.split('.')) {
      value =
        typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
    }
    return value;
  }

  get id(): string {
    return String(this.at('id'));
  }

  /** The values at a path in each entry of a list. */
  each(path: string): unknown[] {
    const entries = this.body as unknown[];
    return entries.map((_, index) => this.at(`${String(index)}.${path}`));
  }

  /** The texts of the causes of an error in Okta's envelope. */
  get causes(): unknown[] {
    const causes = this.at('errorCauses') as { errorSummary: string }[];
    return causes.map(({ errorSummary }) => errorSummary);
  }

  /** The address that a `Link` header gives for a relation. */
  linkTo(relation: 'self' | 'next'): string | undefined {
    return new RegExp(`<([^>]+)>; rel="${relation}"`).exec(this.headers.get('link') ?? '')?.[1];
  }
}

/** Sends one request with the emulator's token, as plainly as can be. */
export async function call(
  emulator: Emulator,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Reply> {
  const response = await fetch(path.startsWith('http') ? path : `${emulator.url}${path}`, {
    method,
    redirect: 'manual',
    headers: {
      authorization: `SSWS ${emulator.token}`,
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return new Reply(response.status, response.headers, await response.text());
}

/** The body of a create: a web app unless the settings or credentials say otherwise. */
export function oidcApp(
  label: string,
  settings: Record<string, unknown> = {},
  credentials: Record<string, unknown> = {},
  rest: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    name: 'oidc_client',
    label,
    signOnMode: 'OPENID_CONNECT',
    credentials: { oauthClient: credentials },
    settings: {
      oauthClient: {
        application_type: 'web',
        redirect_uris: ['https://example.com/callback'],
        grant_types: ['authorization_code'],
        response_types: ['code'],
        ...settings,
      },
    },
    ...rest,
  };
}

/** A service app's settings, for {@link oidcApp}. */
export const serviceSettings = {
  application_type: 'service',
  redirect_uris: [],
  grant_types: ['client_credentials'],
  response_types: ['token'],
};

/** Creates an app and returns its ID. */
export async function createApp(emulator: Emulator, ...app: Parameters<typeof oidcApp>): Promise<string> {
  const reply = await call(emulator, 'POST', '/api/v1/apps', oidcApp(...app));
  if (reply.status !== 200) throw new Error(`The create was refused: ${reply.text}`);
  return reply.id;
}

/** Creates a group and returns its ID. */
export async function createGroup(emulator: Emulator, name: string, type?: string): Promise<string> {
  return (await call(emulator, 'POST', '/api/v1/groups', { type, profile: { name } })).id;
}

/** Creates a user and returns the ID; one with a password can sign in. */
export async function createUser(emulator: Emulator, login: string, password?: string): Promise<string> {
  const profile = { firstName: 'Given', lastName: 'Family', email: login, login };
  const credentials = password === undefined ? undefined : { password: { value: password } };
  return (await call(emulator, 'POST', '/api/v1/users', { profile, credentials })).id;
}

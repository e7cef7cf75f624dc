import { createHash, randomBytes } from 'node:crypto';
import type { AuthorizationRule } from '../../src/authorization-server.ts';
import type { Visit } from '../../src/browser.ts';
import { Browser } from '../../src/browser.ts';
import type { Emulator } from '../../src/server.ts';
import { Reply, call, createApp, createUser } from './caller.ts';

/** How a client signs people in, written out: what a library would hide. */

export const REDIRECT = 'https://example.com/callback';
export const GRACE = { username: 'grace@example.com', password: 'correct horse battery staple' };

export interface TestClient {
  readonly id: string;
  /** What proves it at the token endpoint. */
  readonly proof: Record<string, string>;
}

/** A web app with a secret and refresh tokens, unless the settings or credentials say otherwise. */
export async function webClient(
  okta: Emulator,
  settings: Record<string, unknown> = {},
  credentials: Record<string, unknown> = { token_endpoint_auth_method: 'client_secret_post' },
): Promise<TestClient> {
  const all = { grant_types: ['authorization_code', 'refresh_token'], ...settings };
  const id = await createApp(okta, 'Web', all, credentials);
  const secret = okta.org.apps.get(id)?.secrets[0]?.value;
  return { id, proof: { client_id: id, ...(secret === undefined ? {} : { client_secret: secret }) } };
}

/** Grace, who is assigned to these clients. */
export async function addGrace(okta: Emulator, ...clients: TestClient[]): Promise<string> {
  const id = await createUser(okta, GRACE.username, GRACE.password);
  await Promise.all(clients.map((client) => assign(okta, client, id)));
  return id;
}

export async function assign(okta: Emulator, { id }: TestClient, userId: string): Promise<void> {
  await call(okta, 'POST', `/api/v1/apps/${id}/users`, { id: userId });
}

/** Where a client sends a browser. */
export function authorizeUrl(
  okta: Emulator,
  { id }: TestClient,
  parameters: Record<string, string | undefined> = {},
  server = '',
): string {
  const all: Record<string, string | undefined> = {
    client_id: id,
    redirect_uri: REDIRECT,
    response_type: 'code',
    scope: 'openid profile email offline_access',
    state: 'state-1',
    nonce: 'nonce-1',
    ...parameters,
  };
  const query = new URLSearchParams(
    Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  return `${okta.url}/oauth2${server}/v1/authorize?${query.toString()}`;
}

/** What a client gets at its redirect URI. */
export function answerOf({ url, posted }: Visit): Record<string, string> {
  return Object.fromEntries([
    ...url.searchParams,
    ...new URLSearchParams(url.hash.slice(1)),
    ...(posted ?? []),
  ]);
}

/** A form sent to an endpoint of an authorization server. */
export async function post(
  okta: Emulator,
  endpoint: string,
  form: Record<string, string>,
  headers: Record<string, string> = {},
  server = '',
): Promise<Reply> {
  const url = `${okta.url}/oauth2${server}/v1/${endpoint}`;
  const response = await fetch(url, { method: 'POST', headers, body: new URLSearchParams(form) });
  return new Reply(response.status, response.headers, await response.text());
}

/** Grace signs in, in a browser of her own; what the client gets at its redirect URI. */
export async function signIn(
  okta: Emulator,
  client: TestClient,
  parameters: Record<string, string | undefined> = {},
  server = '',
): Promise<Record<string, string>> {
  return answerOf(await new Browser(okta.url).open(authorizeUrl(okta, client, parameters, server), GRACE));
}

/** The code for tokens. */
export async function exchange(
  okta: Emulator,
  { proof }: TestClient,
  code: string | undefined,
  form: Record<string, string> = {},
  server = '',
): Promise<Reply> {
  const body = {
    grant_type: 'authorization_code',
    code: code ?? '',
    redirect_uri: REDIRECT,
    ...proof,
    ...form,
  };
  return post(okta, 'token', body, {}, server);
}

/** Signs Grace in, and exchanges the code. */
export async function tokensFor(
  okta: Emulator,
  client: TestClient,
  parameters: Record<string, string | undefined> = {},
  server = '',
): Promise<Reply> {
  const { code } = await signIn(okta, client, parameters, server);
  return exchange(okta, client, code, {}, server);
}

export function refresh(
  okta: Emulator,
  { proof }: TestClient,
  token: unknown,
  form: Record<string, string> = {},
  server = '',
): Promise<Reply> {
  const body = { grant_type: 'refresh_token', refresh_token: String(token), ...proof, ...form };
  return post(okta, 'token', body, {}, server);
}

/** Status, error and description of a refusal in OAuth's form. */
export function problem(reply: Reply): unknown[] {
  return [reply.status, reply.at('error'), reply.at('error_description')];
}

export function pkce(): { verifier: string; parameters: Record<string, string> } {
  const verifier = randomBytes(32).toString('base64url');
  const code_challenge = createHash('sha256').update(verifier).digest('base64url');
  return { verifier, parameters: { code_challenge, code_challenge_method: 'S256' } };
}

/** Gives the server `default` one policy, for these clients, with these rules, each a part of one that lets all in. */
export function setPolicy(
  okta: Emulator,
  clients: readonly string[],
  ...rules: { conditions?: Record<string, unknown>; token?: Record<string, unknown>; status?: 'INACTIVE' }[]
): void {
  const server = okta.org.findAuthorizationServer('default');
  const created = new Date(0).toISOString();
  const common = { status: 'ACTIVE', system: false, created, lastUpdated: created } as const;
  server?.policies.clear();
  server?.policies.set('00p1', {
    ...common,
    id: '00p1',
    name: 'Policy',
    description: '',
    priority: 1,
    conditions: { clients: { include: [...clients] } },
    rules: new Map(
      rules.map(({ conditions, token, status = 'ACTIVE' }, index) => {
        const rule = {
          ...common,
          id: `0pr${String(index)}`,
          name: 'Rule',
          status,
          priority: index + 1,
          conditions: {
            people: { users: { exclude: [] }, groups: { include: ['EVERYONE'] } },
            grantTypes: { include: ['authorization_code', 'client_credentials'] },
            scopes: { include: ['*'] },
            ...conditions,
          },
          actions: { token: { accessTokenLifetimeMinutes: 60, refreshTokenLifetimeMinutes: 0, ...token } },
        } as unknown as AuthorizationRule;
        return [rule.id, rule];
      }),
    ),
  });
}

/** The rules of that policy. */
export function rulesOf(okta: Emulator): AuthorizationRule[] {
  const [policy] = okta.org.findAuthorizationServer('default')?.policies.values() ?? [];
  return [...(policy?.rules.values() ?? [])];
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import type { Emulator, EmulatorOptions } from '../src/index.ts';
import { startEmulator } from '../src/index.ts';
import { call } from './support/caller.ts';

let okta: Emulator | undefined;
let folder: string | undefined;
afterEach(async () => {
  await okta?.close();
  okta = undefined;
  if (folder !== undefined) rmSync(folder, { recursive: true });
  folder = undefined;
});

async function start(options: EmulatorOptions): Promise<Emulator> {
  okta = await startEmulator(options);
  return okta;
}

/** Writes a seed's YAML, and gives its path. */
function file(yaml: string): string {
  folder ??= mkdtempSync(join(tmpdir(), 'seed-'));
  const path = join(folder, 'org.yaml');
  writeFileSync(path, yaml);
  return path;
}

/** The lines of the error with which a start fails, without the first, which names the seed. */
async function problems(seed: NonNullable<EmulatorOptions['seed']>): Promise<string[]> {
  const error = await start({ seed }).then(
    () => undefined,
    (reason: unknown) => reason as Error,
  );
  const [first, ...rest] = (error?.message ?? 'started').split('\n');
  expect(first).toBe(typeof seed === 'string' ? `The seed ${seed} does not fit:` : 'The seed does not fit:');
  return rest.map((line) => line.trim());
}

const SHOP = `
users:
  - login: maria@example.com
    password: Correct-Horse-1
  - login: jo@example.com
    firstName: Jo
    profile: { department: Sales }
    status: STAGED
  - login: gone@example.com
    status: DEPROVISIONED
groups:
  - name: Shop
    description: May use the shop
    members: [maria@example.com]
apps:
  - label: Shop
    client_id: shop-client
    client_secret: a-secret-for-the-shop-that-is-long
    redirect_uris: [https://shop.example.com/callback]
    groups: [Shop, Everyone]
    users: [jo@example.com]
    policy: Default Policy
    app: { settings: { notes: { admin: Seeded } } }
  - label: Pages
    application_type: browser
    redirect_uris: [https://pages.example.com/]
    status: INACTIVE
  - label: Robot
    application_type: service
    scopes: [okta.apps.read]
trustedOrigins:
  - origin: https://shop.example.com
  - name: Pages
    origin: https://pages.example.com
    scopes: [CORS]
`;

test('a seed fills the org as its API would', async () => {
  const org = await start({ seed: file(SHOP) });
  const users = await call(org, 'GET', '/api/v1/users?search=profile.email+co+"@example.com"');
  expect(
    Object.fromEntries(users.each('profile.login').map((login, n) => [login, users.each('status')[n]])),
  ).toEqual({
    'ada.administrator@example.com': 'ACTIVE',
    'maria@example.com': 'ACTIVE',
    'jo@example.com': 'STAGED',
    'gone@example.com': 'DEPROVISIONED',
  });
  const jo = await call(org, 'GET', '/api/v1/users/jo@example.com');
  expect(jo.at('profile')).toMatchObject({ firstName: 'Jo', email: 'jo@example.com', department: 'Sales' });

  const groups = await call(org, 'GET', '/api/v1/groups?q=Shop');
  expect(groups.at('0.profile.description')).toBe('May use the shop');
  const members = await call(org, 'GET', `/api/v1/groups/${String(groups.at('0.id'))}/users`);
  expect(members.each('profile.login')).toEqual(['maria@example.com']);

  const apps = await call(org, 'GET', '/api/v1/apps');
  expect(apps.each('label')).toEqual(['Shop', 'Pages', 'Robot']);
  expect(apps.each('status')).toEqual(['ACTIVE', 'INACTIVE', 'ACTIVE']);
  expect(apps.each('credentials.oauthClient.token_endpoint_auth_method')).toEqual([
    'client_secret_basic',
    'none',
    'client_secret_basic',
  ]);
  expect(apps.at('0')).toMatchObject({
    credentials: { oauthClient: { client_id: 'shop-client' } },
    settings: {
      notes: { admin: 'Seeded' },
      oauthClient: { redirect_uris: ['https://shop.example.com/callback'] },
    },
  });
  const [shop, , robot] = apps.each('id').map(String);
  expect((await call(org, 'GET', `/api/v1/apps/${shop ?? ''}/groups`)).body).toHaveLength(2);
  expect((await call(org, 'GET', `/api/v1/apps/${shop ?? ''}/users`)).each('scope')).toContain('USER');
  expect((await call(org, 'GET', `/api/v1/apps/${robot ?? ''}/grants`)).each('scopeId')).toEqual([
    'okta.apps.read',
  ]);

  const origins = await call(org, 'GET', '/api/v1/trustedOrigins');
  expect(origins.each('name')).toEqual(['https://shop.example.com', 'Pages']);
  expect(origins.each('scopes')).toEqual([[{ type: 'CORS' }, { type: 'REDIRECT' }], [{ type: 'CORS' }]]);
  expect(org.requests.map(({ method }) => method)).not.toContain('POST');
});

const SERVERS = `
groups:
  - name: Shop
apps:
  - label: Robot
    client_id: robot-client
    client_secret: a-secret-for-the-robot-that-is-long
    application_type: service
  - label: Other
    client_id: other-client
    client_secret: a-secret-for-the-other-that-is-long
    application_type: service
authorizationServers:
  - name: default
    policies:
      - name: Robots
        clients: [Robot]
        rules:
          - name: Machines
            grantTypes: [client_credentials]
            accessTokenLifetimeMinutes: 5
    scopes:
      - name: orders
        default: true
    claims:
      - name: tier
        value: '"gold"'
  - name: Orders
    audiences: [https://orders.example.com]
    policies:
      - name: Everything
        clients: [ALL_CLIENTS]
        rules:
          - name: Shop only
            grantTypes: [authorization_code]
            groups: [Shop]
`;

test('a seed sets up authorization servers, and their policies count', async () => {
  const org = await start({ seed: file(SERVERS) });
  const token = async (client: string, secret: string): Promise<unknown[]> => {
    const answer = await fetch(`${org.url}/oauth2/default/v1/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${client}:${secret}`)}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'orders' }),
    });
    const body = (await answer.json()) as { error?: string; expires_in?: number; access_token?: string };
    return [body.error ?? body.expires_in, body.access_token && decodeJwt(body.access_token)['tier']];
  };
  expect(await token('robot-client', 'a-secret-for-the-robot-that-is-long')).toEqual([300, 'gold']);
  expect(await token('other-client', 'a-secret-for-the-other-that-is-long')).toEqual([
    'access_denied',
    undefined,
  ]);

  const servers = await call(org, 'GET', '/api/v1/authorizationServers');
  expect(servers.each('name')).toEqual(['default', 'Orders']);
  expect(servers.each('audiences')).toEqual([['api://default'], ['https://orders.example.com']]);
  const orders = `/api/v1/authorizationServers/${String(servers.at('1.id'))}/policies`;
  const policies = await call(org, 'GET', orders);
  const rules = await call(org, 'GET', `${orders}/${String(policies.at('0.id'))}/rules`);
  const [group] = (await call(org, 'GET', '/api/v1/groups?q=Shop')).each('id');
  expect(rules.at('0.conditions')).toMatchObject({
    people: { groups: { include: [group] } },
    grantTypes: { include: ['authorization_code'] },
    scopes: { include: ['*'] },
  });
});

test('a seed makes authentication policies with their rules, and puts apps under them', async () => {
  const org = await start({
    seed: file(`
groups:
  - name: Staff
policies:
  - name: Staff only
    description: For the back office
    rules:
      - name: Staff
        groups: [Staff]
        conditions: { network: { connection: ANYWHERE } }
        actions: { appSignOn: { access: ALLOW } }
      - name: First
        priority: 1
        actions: { appSignOn: { access: DENY } }
apps:
  - label: Back office
    redirect_uris: [https://office.example.com/callback]
    policy: Staff only
`),
  });
  const policies = await call(org, 'GET', '/api/v1/policies?type=ACCESS_POLICY');
  const index = policies.each('name').indexOf('Staff only');
  const id = String(policies.each('id')[index]);
  const rules = await call(org, 'GET', `/api/v1/policies/${id}/rules`);
  expect(rules.each('name').slice(0, 2)).toEqual(['First', 'Staff']);
  const [group] = (await call(org, 'GET', '/api/v1/groups?q=Staff')).each('id');
  expect(rules.at('1.conditions')).toEqual({
    people: { groups: { include: [group] } },
    network: { connection: 'ANYWHERE' },
  });
  const app = await call(org, 'GET', '/api/v1/apps?q=Back');
  expect(app.at('0._links.accessPolicy.href')).toBe(`${org.url}/api/v1/policies/${id}`);
});

test('clients of a policy are apps that are there', async () => {
  expect(await problems(file(SERVERS.replace('clients: [Robot]', 'clients: [Robots]')))).toEqual([
    'line 17: authorizationServers[0].policies[0].clients[0]: there is no app "Robots". Did you mean "Robot"?',
  ]);
});

test('an object is a seed, too; it is there at once, whatever lists lag and rate limits allow', async () => {
  const groups = Array.from({ length: 200 }, (_, n) => ({ name: `Group ${n}` }));
  const org = await start({ seed: { groups }, lag: 60_000, latency: 20, rateLimits: 'integrator' });
  const listed = await call(org, 'GET', '/api/v1/groups');
  expect([listed.each('id').length, listed.headers.get('x-rate-limit-remaining')]).toEqual([201, '49']);
});

test('a custom domain is in the place of the one that the emulator was started with', async () => {
  const org = await start({ seed: { customDomain: 'localhost' }, customDomain: 'login.shop.example' });
  const metadata = await call(org, 'GET', '/.well-known/okta-organization');
  expect(metadata.at('_links.alternate.href')).toBe(org.url.replace('127.0.0.1', 'localhost'));
  expect(await problems(file('customDomain: https://login.shop.example\n'))).toEqual([
    'line 1: customDomain: it has to be a host, such as login.shop.example.',
  ]);
});

test('a reset goes back to the seed', async () => {
  const org = await start({ seed: { groups: [{ name: 'Shop' }] } });
  const names = async (): Promise<unknown> => (await call(org, 'GET', '/api/v1/groups')).each('profile.name');
  const group = (await call(org, 'GET', '/api/v1/groups?q=Shop')).at('0.id');
  await call(org, 'DELETE', `/api/v1/groups/${String(group)}`);
  await call(org, 'POST', '/api/v1/groups', { profile: { name: 'Other' } });
  expect(await names()).toEqual(['Everyone', 'Other']);
  expect((await call(org, 'POST', '/__emulator/reset')).status).toBe(204);
  expect(await names()).toEqual(['Everyone', 'Shop']);
  await org.reset();
  expect(await names()).toEqual(['Everyone', 'Shop']);
});

describe('what does not fit is said with its place', () => {
  test('all names and values that a seed does not have, by line', async () => {
    expect(
      await problems(
        file(
          'users:\n  - login: a@example.com\n    pasword: x\n    firstName: 12\n  - {}\ngroups: Shop\naps: []\nx: 1\n',
        ),
      ),
    ).toEqual([
      'line 3: users[0].pasword: there is no "pasword" here. Did you mean "password"?',
      'line 4: users[0].firstName: it has to be a text. Text that YAML takes for something else needs quotes.',
      'line 5: users[1].login: it has to be given.',
      'line 6: groups: it has to be a list.',
      'line 7: aps: there is no "aps" here. Did you mean "apps"?',
      'line 8: x: there is no "x" here. Known: users, groups, policies, apps, authorizationServers, trustedOrigins, customDomain.',
    ]);
  });

  test('what is not YAML, or names a key twice', async () => {
    expect(await problems(file('users: [\n'))).toEqual([expect.stringMatching(/^line 2: /)]);
    expect(await problems(file('users: []\nusers: []\n'))).toEqual(['line 2: Map keys must be unique']);
    expect(await problems(file('- a\n'))).toEqual(['line 1: it has to be a mapping.']);
  });

  test('names of things that are not there, with the nearest', async () => {
    const users = 'users:\n  - login: maria@example.com\ngroups:\n  - name: Shop\n';
    expect(await problems(file(`${users}    members:\n      - mara@example.com\n`))).toEqual([
      'line 6: groups[0].members[0]: there is no user "mara@example.com". Did you mean "maria@example.com"?',
    ]);
    const app = 'apps:\n  - label: A\n    redirect_uris: [https://a.example.com]\n';
    expect(await problems(file(`${users}${app}    groups: [Shops]\n`))).toEqual([
      'line 8: apps[0].groups[0]: there is no group "Shops". Did you mean "Shop"?',
    ]);
    expect(await problems(file(`${users}  - name: Shop\n${app}`))).toEqual([
      "line 5: groups[1]: Okta's API refuses it: 400 E0000001 Api validation failed: name; name: An object with this field already exists in the current organization",
    ]);
    expect(
      await problems({ apps: [{ label: 'A', redirect_uris: ['https://a.example.com'], policy: 'Strict' }] }),
    ).toEqual(['apps[0].policy: there is no policy "Strict".']);
  });

  test('what Okta’s API refuses, in its words', async () => {
    expect(await problems(file('apps:\n  - label: A\n    redirect_uris: [/callback]\n'))).toEqual([
      expect.stringMatching(/^line 2: apps\[0\]: Okta's API refuses it: 400 E0000001 .*redirect_uris/),
    ]);
  });

  test('a file that is not there', async () => {
    await expect(startEmulator({ seed: '/nowhere/org.yaml' })).rejects.toThrow(
      'The seed /nowhere/org.yaml cannot be read: there is no such file.',
    );
  });
});

test('a seed that does not fit leaves no server behind', async () => {
  const org = await start({});
  const port = Number(new URL(org.url).port);
  await org.close();
  okta = undefined;
  await expect(startEmulator({ port, seed: { groups: [{ name: 'A' }, { name: 'A' }] } })).rejects.toThrow(
    'groups[1]',
  );
  await start({ port });
});

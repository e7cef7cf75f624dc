import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Person } from '../../emulator/src/browser.ts';
import type { Fault } from '../../emulator/src/server.ts';
import { idOf } from '../support/apps.ts';
import { GET, PUT } from '../support/okta.ts';
import type { ActionRun } from '../support/runner.ts';
import { signIn } from '../support/relying-party.ts';
import { runOn, succeed, type Inputs } from '../support/runs.ts';
import { useOrg } from '../support/servers.ts';

/** The outputs with which an application finds its issuer, held against the tokens that it gets. */

const org = useOrg();

const GRACE: Person = { username: 'grace@example.com', password: 'correct horse battery staple' };
const CALLBACK = 'https://shop.example.com/callback';
const METADATA = '/.well-known/okta-organization';
const DISCOVERY = '/oauth2/default/.well-known/openid-configuration';

type Mode = 'ORG_URL' | 'CUSTOM_URL' | 'DYNAMIC';
const MODES: readonly Mode[] = ['ORG_URL', 'CUSTOM_URL', 'DYNAMIC'];
/** The org's addresses, as the emulator has them on this machine. */
const HOSTS = { own: '127.0.0.1', custom: 'localhost' };
type Address = keyof typeof HOSTS;

beforeEach(async () => {
  const profile = { firstName: 'Grace', lastName: 'Hopper', email: GRACE.username, login: GRACE.username };
  await org.api('POST', '/api/v1/users', { profile, credentials: { password: { value: GRACE.password } } });
});

function at(address: Address): string {
  return org.url.replace(HOSTS.own, HOSTS[address]);
}

/** A single-page app of this issuer mode. */
function shop(mode: Mode): Inputs {
  return {
    name: 'shop',
    type: 'spa',
    'redirect-uris': CALLBACK,
    settings: JSON.stringify({ settings: { oauthClient: { issuer_mode: mode } } }),
    users: GRACE.username,
    'mask-client-id': 'false',
  };
}

async function setServerMode(issuerMode: Mode): Promise<void> {
  const path = '/api/v1/authorizationServers/default';
  await org.api('PUT', path, { ...(await org.api('GET', path)), issuerMode });
}

/** `iss` of the ID token that an application gets which knows the outputs and nothing else. */
async function issuerOfToken({ outputs }: ActionRun): Promise<string> {
  const { issuer = '', 'client-id': clientId = '' } = outputs;
  const { claims } = await signIn({ issuer, clientId, redirectUri: CALLBACK }, GRACE);
  expect(claims.aud).toBe(clientId);
  return claims.iss;
}

async function documentAt(url = ''): Promise<Record<string, string>> {
  return (await (await fetch(url)).json()) as Record<string, string>;
}

/** What the request of this path is answered with, until further notice. */
function answerWith(path: string, fault: Fault): void {
  org.trouble.fault = (request) => (request.path === path ? fault : undefined);
}

function answerJson(path: string, body: object): void {
  const headers = { 'content-type': 'application/json' };
  answerWith(path, { kind: 'answer', status: 200, body: JSON.stringify(body), headers });
}

/** The org, or the server `default`; the issuer mode; the org's address in the inputs; whose address the tokens name. */
type Case = [server: '' | 'default', mode: Mode, orgUrl: Address, names: Address];

const WITH_DOMAIN: Case[] = (['', 'default'] as const).flatMap((server) =>
  (['own', 'custom'] as const).flatMap((orgUrl): Case[] => [
    [server, 'ORG_URL', orgUrl, 'own'],
    [server, 'CUSTOM_URL', orgUrl, 'custom'],
    [server, 'DYNAMIC', orgUrl, orgUrl],
  ]),
);
const WITHOUT_DOMAIN: Case[] = (['', 'default'] as const).flatMap((server) =>
  MODES.map((mode): Case => [server, mode, 'own', 'own']),
);

describe.each([
  ['with a custom domain', HOSTS.custom, WITH_DOMAIN],
  ['without a custom domain', undefined, WITHOUT_DOMAIN],
])('in an org %s', (_, customDomain, cases) => {
  beforeEach(() => {
    org.org.customDomain = customDomain;
  });

  test.each(cases)(
    'an application signs people in with the outputs alone, and its tokens name the issuer (server "%s", %s, org-url: %s, expected: %s)',
    async (server, mode, orgUrl, names) => {
      await setServerMode(server === '' ? 'DYNAMIC' : mode);
      // An app's own mode is of no account at a custom server.
      const inputs = {
        ...shop(server === '' ? mode : mode === 'ORG_URL' ? 'CUSTOM_URL' : 'ORG_URL'),
        'org-url': at(orgUrl),
        'authorization-server': server,
        'verify-sign-in': 'true',
      };
      const expected = `${at(names)}${server && `/oauth2/${server}`}`;
      const runs = [
        await succeed(org, inputs),
        await succeed(org, inputs),
        await succeed(org, {
          name: 'shop',
          state: 'read',
          'org-url': at(orgUrl),
          'authorization-server': server,
          'mask-client-id': 'false',
        }),
      ];
      expect(runs.map(({ outputs }) => outputs['result'])).toEqual(['created', 'unchanged', 'unchanged']);
      for (const run of runs) {
        const { outputs } = run;
        expect([outputs['issuer'], run.warnings]).toEqual([expected, []]);
        const document = await documentAt(outputs['discovery-url']);
        expect(document['issuer']).toBe(expected);
        expect(outputs['authorize-url']).toContain(`${document['authorization_endpoint'] ?? ''}?`);
      }
      expect(runs[1]?.outputs['sign-in-ready']).toBe('true');
      expect(await issuerOfToken(runs[1] as ActionRun)).toBe(expected);
    },
  );
});

describe('what is asked', () => {
  beforeEach(() => {
    org.org.customDomain = HOSTS.custom;
  });

  /** The requests of a run that has nothing to do. */
  async function requests(inputs: Inputs): Promise<string[]> {
    await succeed(org, inputs);
    org.taken();
    expect((await succeed(org, inputs)).outputs['result']).toBe('unchanged');
    return org.taken().map((request) => request.replace('GET ', ''));
  }

  test('nothing more where the tokens name whichever address they are asked for at', async () => {
    const inputs = { name: 'shop', 'redirect-uris': CALLBACK };
    expect(await requests(inputs)).toEqual(['/api/v1/apps']);
    const [app] = org.org.apps.values();
    expect(app?.body).toMatchObject({ settings: { oauthClient: { issuer_mode: 'DYNAMIC' } } });
    expect(await requests({ ...inputs, 'org-url': at('custom') })).toEqual(['/api/v1/apps']);
  });

  test('nothing more where Okta does not show the issuer mode', async () => {
    await succeed(org, { name: 'shop', 'redirect-uris': CALLBACK });
    const [app] = org.org.apps.values();
    delete (app?.body as { settings: { oauthClient: { issuer_mode?: string } } }).settings.oauthClient
      .issuer_mode;
    const inputs = { name: 'shop', 'redirect-uris': CALLBACK, 'org-url': at('custom') };
    expect(await requests(inputs)).toEqual(['/api/v1/apps']);
    expect((await succeed(org, inputs)).outputs['issuer']).toBe(at('custom'));
  });

  test.each<[string, Inputs, string]>([
    ['the addresses of the org, where its other one may be meant', shop('ORG_URL'), METADATA],
    [
      "the authorization server's document, which also says whether there is such a server",
      { ...shop('ORG_URL'), 'authorization-server': 'default' },
      DISCOVERY,
    ],
  ])('%s: once, without credentials, and from "org-url"', async (_, inputs, path) => {
    const asked = await requests(inputs);
    expect(asked.filter((request) => request.includes('/.well-known/'))).toEqual([path]);
    const sent = org.requests.filter((request) => request.path === path);
    expect(sent.map(({ headers }) => headers['authorization'])).toEqual(sent.map(() => undefined));
  });

  test('beside the other reads', async () => {
    const inputs = { ...shop('CUSTOM_URL'), groups: 'Sellers' };
    await org.group('Sellers');
    await succeed(org, inputs);
    const arrived = new Map<string, number>();
    org.trouble.latency = 300;
    org.trouble.fault = ({ path }) => {
      arrived.set(path.split('/').at(-1) ?? '', Date.now());
      return undefined;
    };
    const { outputs } = await succeed(org, inputs);
    expect([outputs['result'], outputs['issuer']]).toEqual(['unchanged', at('custom')]);
    const apart = (arrived.get('okta-organization') ?? 0) - (arrived.get('groups') ?? Infinity);
    expect(Math.abs(apart)).toBeLessThan(300);
  });

  test('nothing by a run that leaves no app', async () => {
    await succeed(org, shop('ORG_URL'));
    org.taken();
    await succeed(org, { ...shop('ORG_URL'), name: 'other', 'dry-run': 'true' });
    const run = await succeed(org, { name: 'shop', state: 'absent' });
    expect([run.outputs['result'], run.outputs['issuer'], run.outputs['discovery-url']]).toEqual([
      'deleted',
      '',
      '',
    ]);
    expect(org.taken().filter((request) => request.includes('/.well-known/'))).toEqual([]);
  });
});

test('a run that changes the issuer mode gives the new issuer, a dry run that of the app as it is', async () => {
  org.org.customDomain = HOSTS.custom;
  await succeed(org, shop('DYNAMIC'));
  const changed = shop('CUSTOM_URL');
  const dry = await succeed(org, { ...changed, 'dry-run': 'true' });
  expect([dry.outputs['result'], dry.outputs['issuer']]).toEqual(['updated', org.url]);
  const run = await succeed(org, changed);
  expect([run.outputs['result'], run.outputs['issuer']]).toEqual(['updated', at('custom')]);
  expect(await issuerOfToken(run)).toBe(at('custom'));
});

test('a run gives the issuer of the app as it is after its last look', async () => {
  org.org.customDomain = HOSTS.custom;
  await succeed(org, shop('DYNAMIC'));
  const app = await org.app('shop');
  org.before(PUT(app), () => {
    org.before(GET(app), () => {
      const { settings } = org.org.apps.get(idOf(app))?.body ?? {};
      Object.assign((settings as { oauthClient: object }).oauthClient, { issuer_mode: 'CUSTOM_URL' });
    });
  });
  const { settings: _, ...inputs } = shop('DYNAMIC');
  const run = await succeed(org, { ...inputs, 'logo-uri': 'https://shop.example.com/logo.png' });
  expect([run.outputs['result'], run.outputs['issuer']]).toEqual(['updated', at('custom')]);
});

test('a run on a shared app gives the issuer of that app', async () => {
  org.org.customDomain = HOSTS.custom;
  await succeed(org, { ...shop('CUSTOM_URL'), 'redirect-hosts': 'pr-*.example.com\nshop.example.com' });
  const shared = { name: 'shop', shared: 'true', 'redirect-uris': 'https://pr-1.example.com/callback' };
  const runs = [await succeed(org, shared), await succeed(org, shared)];
  expect(runs.map(({ outputs }) => [outputs['result'], outputs['issuer']])).toEqual([
    ['updated', at('custom')],
    ['unchanged', at('custom')],
  ]);
});

test('the server "default" names itself so under its other ID, too', async () => {
  const server = org.org.findAuthorizationServer('default');
  const run = await succeed(org, { ...shop('DYNAMIC'), 'authorization-server': server?.id ?? '' });
  expect(run.outputs['issuer']).toBe(`${org.url}/oauth2/default`);
  expect(await issuerOfToken(run)).toBe(`${org.url}/oauth2/default`);
});

describe('where it cannot be found out', () => {
  const told = (run: ActionRun): unknown[] => [run.outputs['result'], run.outputs['issuer'], run.warnings];
  const warning = (issuer: string, why: string): string =>
    `Could not find out which issuer the tokens of the app "shop" name, and took ${issuer}: ${why}`;

  test.each<[string, Fault, RegExp]>([
    ['no answer', { kind: 'answer', status: 503 }, /^Cannot read the org's addresses: Okta answered 503/],
    ['a page', { kind: 'answer', status: 200, body: '<html></html>' }, /is a web page\./],
    ['a list', { kind: 'answer', status: 200, body: '[]' }, /something other than an object\./],
    [
      'no address',
      { kind: 'answer', status: 200, body: '{}' },
      /^127\.0\.0\.1:\d+ names none\. Check that "org-url" is your Okta org\.$/,
    ],
  ])('the issuer is at "org-url", with a warning: %s', async (_, fault, why) => {
    await succeed(org, shop('ORG_URL'));
    answerWith(METADATA, fault);
    const run = await runOn(org, shop('ORG_URL'));
    expect(told(run)).toEqual(['unchanged', org.url, [expect.stringContaining(warning(org.url, ''))]]);
    expect((run.warnings[0] ?? '').replace(warning(org.url, ''), '')).toMatch(why);
    expect(run.exitCode).toBe(0);
  });

  test.each([401, 403])('nobody is told to mend the credential, which was not sent (%i)', async (status) => {
    await succeed(org, shop('ORG_URL'));
    answerWith(METADATA, { kind: 'answer', status });
    const run = await runOn(org, shop('ORG_URL'));
    expect(told(run)).toEqual(['unchanged', org.url, [expect.stringContaining('tells this to anybody')]]);
  });

  test.each([
    [
      403,
      'Okta answered 403: no reason given. Okta tells this to anybody: check that "org-url" is the address of your Okta org itself, and that no proxy answers in its place.',
    ],
    [500, 'Okta answered 500: no reason given. It kept failing. Run it again later; see status.okta.com.'],
  ])('an authorization server that answers %i may well be there', async (status, why) => {
    answerWith(DISCOVERY, { kind: 'answer', status });
    const run = await succeed(org, { ...shop('DYNAMIC'), 'authorization-server': 'default' });
    const issuer = `${org.url}/oauth2/default`;
    const purpose = 'Cannot read the OpenID configuration of the authorization server "default": ';
    expect(told(run)).toEqual(['created', issuer, [warning(issuer, `${purpose}${why}`)]]);
  });

  test('trouble that passes leaves no trace', async () => {
    org.org.customDomain = HOSTS.custom;
    await succeed(org, shop('CUSTOM_URL'));
    let times = 0;
    org.trouble.fault = ({ path }) =>
      path === METADATA && (times += 1) < 3 ? { kind: 'answer', status: 503 } : undefined;
    expect(told(await succeed(org, shop('CUSTOM_URL')))).toEqual(['unchanged', at('custom'), []]);
  });

  test('the summary has the warning, too', async () => {
    answerWith(METADATA, { kind: 'answer', status: 404 });
    const run = await succeed(org, shop('ORG_URL'));
    expect(run.summary).toContain('**Warning:** Could not find out which issuer');
  });

  test.each([
    'https://evil.example/oauth2/default',
    'https://okta.com.evil.example/oauth2/default',
    'http://evil.example/oauth2/default',
    'https://acme.okta.com',
    'https://acme.okta.com/oauth2/other',
    'https://acme.okta.com/oauth2/default/',
    'https://acme.okta.com/oauth2/default?a=b',
    'https://acme.okta.com/oauth2/default#a',
    'https://acme.okta.com/x/../oauth2/default',
    'https://me:pw@acme.okta.com/oauth2/default',
    'HTTPS://acme.okta.com/oauth2/default',
    'javascript:alert(1)',
    'nonsense',
  ])('an authorization server that names %s is not believed', async (named) => {
    answerJson(DISCOVERY, { issuer: named });
    const run = await succeed(org, { ...shop('DYNAMIC'), 'authorization-server': 'default' });
    const issuer = `${org.url}/oauth2/default`;
    const { host } = new URL(org.url);
    const why = `${host} names "${named}", and nothing shows that this is the org's. If it is, set "org-url" to that address.`;
    expect(told(run)).toEqual(['created', issuer, [warning(issuer, why)]]);
    expect(run.outputs['discovery-url']).toBe(`${issuer}/.well-known/openid-configuration`);
    expect(run.outputs['authorize-url']).toContain(`${issuer}/v1/authorize?`);
  });

  test('an org that names a secret is not believed, in small letters either', async () => {
    const secret = '00AbCdEfGhIjKlMnOpQrStUvWxYz-0123456789-Ab';
    const href = `https://${secret}.okta.com`;
    answerJson(METADATA, { _links: { organization: { href }, alternate: { href } } });
    const run = await succeed(org, { ...shop('CUSTOM_URL'), 'github-token': secret });
    expect(run.outputs['issuer']).toBe(org.url);
    expect(JSON.stringify([run.outputs, run.rawLog, run.rawSummary])).not.toMatch(/AbCdEf/i);
  });

  test.each(['https://evil.example', 'http://evil.example', 'ftp://127.0.0.1', 'nonsense'])(
    'an org that names %s is not believed',
    async (href) => {
      answerJson(METADATA, { _links: { organization: { href }, alternate: { href } } });
      for (const mode of ['ORG_URL', 'CUSTOM_URL'] as const) {
        const run = await succeed(org, { ...shop(mode), name: mode });
        expect([run.outputs['issuer'], run.warnings]).toEqual([
          org.url,
          [expect.stringContaining(`names "${href}", and nothing shows that this is the org's.`)],
        ]);
      }
    },
  );
});

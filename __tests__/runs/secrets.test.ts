import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Fault, FaultRequest } from '../../emulator/src/server.ts';
import { OUTPUT_NAMES } from '../../src/report/report.ts';
import { idOf } from '../support/apps.ts';
import { virtualClock } from '../support/clock.ts';
import { APPS, POST, TOKEN, answer } from '../support/okta.ts';
import { manifestOf, runAction, type ActionRun } from '../support/runner.ts';
import {
  WEB,
  changesOf,
  failure,
  foreignApp,
  pullRequest,
  runOn,
  succeed,
  type Inputs,
} from '../support/runs.ts';
import { signAssertion } from '../support/service-app.ts';
import { runSource } from '../support/source.ts';
import '../support/seed.ts';
import { useOrg } from '../support/servers.ts';

/**
 * What must never be seen is not seen, however a run goes: each of its requests fails in each of these ways, some of which send back
 * all that the request carried. Step debugging is on everywhere.
 */

let clock: ReturnType<typeof virtualClock>;
const org = useOrg(() => {
  clock = virtualClock();
  return { now: clock.now };
});

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwtPart = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
const PEM = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const JWK = { ...privateKey.export({ format: 'jwk' }), kid: 'deploy' };

/** Everything that a request carried and a thoughtless server might send back. */
function carriedBy({ index }: FaultRequest): string {
  const request = org.requests[index];
  const { authorization, dpop } = request?.headers ?? {};
  const known = [...org.org.apps.values()].flatMap((app) => app.secrets.map(({ value }) => value));
  const [secret] = known;
  const body = typeof request?.body === 'string' ? decodeURIComponent(request.body) : '';
  return [secret, authorization, dpop, body].filter(Boolean).join(' ');
}

const words = (status: number, request: FaultRequest): Fault => ({
  kind: 'answer',
  status,
  body: {
    errorCode: 'E0000001',
    errorSummary: `Refused: ${carriedBy(request)}`,
    errorCauses: [{ errorSummary: `because of ${carriedBy(request)}` }],
  },
});

/** A page that is cut short in the middle of what it shows, wherever that starts. */
const page = (status: number, request: FaultRequest): Fault => ({
  kind: 'answer',
  status,
  headers: { 'content-type': 'text/html' },
  body: `<html><body><p>${'The request was refused. '.repeat(7)}</p>\n${carriedBy(request)}</body></html>`,
});

const FAILURES: Record<string, (request: FaultRequest) => Fault> = {
  'a 400 that sends all back': (request) => words(400, request),
  'a 401 that sends all back': (request) => words(401, request),
  'a 403 that sends all back': (request) => words(403, request),
  'a 500 that sends all back': (request) => words(500, request),
  'a 403 page that sends all back': (request) => page(403, request),
  'a 502 page that sends all back': (request) => page(502, request),
  "OAuth's 400 that sends all back": (request) => ({
    kind: 'answer',
    status: 400,
    body: { error: 'invalid_client', error_description: `Refused: ${carriedBy(request)}` },
  }),
  'a redirect that sends all on': (request) => ({
    kind: 'answer',
    status: 302,
    headers: { location: `https://elsewhere.example.com/?${encodeURIComponent(carriedBy(request))}` },
  }),
  'a link that leads on with all': (request) => ({
    kind: 'answer',
    status: 200,
    headers: { link: `<https://elsewhere.example.com/${encodeURI(carriedBy(request))}>; rel="next"` },
    body: [],
  }),
  'an answer cut short': () => ({ kind: 'truncate' }),
  'an answer lost': () => ({ kind: 'lose' }),
  'a dropped connection': () => ({ kind: 'drop' }),
  silence: () => ({ kind: 'hang' }),
};

const ALL = Object.keys(FAILURES);
const SPEAKING = ['a 400 that sends all back', 'a 403 page that sends all back'];
const SENDING_ON = ['a redirect that sends all on', 'a link that leads on with all'];

/** How a run says who it is, and what of that must stay hidden. */
interface Credential {
  inputs: Inputs;
  /** What it needs anew for every run. */
  signed?: (clientId: string) => Promise<Inputs>;
  secrets: string[];
  dpop?: boolean;
  /** Which failures it is tried with; those that have their own way through the code need not meet every form of a key. */
  failures: string[];
}

const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi'] as const;

const CREDENTIALS: Record<string, Credential> = {
  'an API token': { inputs: { 'api-token': TOKEN }, secrets: [TOKEN], failures: ALL },
  'a key as PEM': {
    inputs: { 'auth-private-key': PEM },
    secrets: PEM.trim().split('\n').slice(1, -2),
    failures: ['a 400 that sends all back'],
  },
  'a key as PEM on one line, with DPoP': {
    inputs: { 'auth-private-key': PEM.replaceAll('\n', '\\n') },
    secrets: PEM.trim().split('\n').slice(1, -2),
    dpop: true,
    failures: [...SPEAKING, ...SENDING_ON, "OAuth's 400 that sends all back"],
  },
  'a key as JWK': {
    // With a client ID that is the app's ID, too.
    inputs: { 'auth-private-key': JSON.stringify(JWK, null, 2), 'client-id': 'okta' },
    secrets: PRIVATE_MEMBERS.map((member) => JWK[member] ?? ''),
    failures: SPEAKING,
  },
  'an assertion': {
    inputs: {},
    signed: async (clientId) => ({
      'auth-client-assertion': await signAssertion(
        { clientId, orgUrl: org.url, now: clock.now() },
        {},
        { pair: { publicKey, privateKey } },
      ),
    }),
    secrets: [],
    failures: SPEAKING,
  },
};

/** Makes the service app as an administrator would; its client ID is no secret. */
async function serviceApp(dpop: boolean): Promise<string> {
  const jwks = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'deploy' }] };
  const app = await org.api('POST', '/api/v1/apps', {
    name: 'oidc_client',
    label: 'deployer',
    signOnMode: 'OPENID_CONNECT',
    credentials: { oauthClient: { token_endpoint_auth_method: 'private_key_jwt' } },
    settings: {
      oauthClient: {
        application_type: 'service',
        grant_types: ['client_credentials'],
        response_types: ['token'],
        jwks,
        dpop_bound_access_tokens: dpop,
      },
    },
  });
  for (const scopeId of ['okta.apps.read', 'okta.apps.manage', 'okta.groups.read'])
    await org.api('POST', `/api/v1/apps/${idOf(app)}/grants`, { scopeId, issuer: org.url });
  return idOf(app);
}

async function runAs(
  credential: Credential,
  inputs: Inputs,
  clientId?: string,
  requestTimeout = 10_000,
): Promise<ActionRun> {
  return runSource({
    with: {
      'org-url': org.url,
      'settle-seconds': '0',
      ...(clientId !== undefined && { 'auth-client-id': clientId }),
      ...credential.inputs,
      ...(clientId !== undefined && (await credential.signed?.(clientId))),
      ...inputs,
    },
    debug: true,
    world: { clock, requestTimeout },
  });
}

/** What a run leaves for everybody to read, but for the outputs that are there to hold a secret. */
function readable(run: ActionRun): string {
  const open = ['issuer', 'discovery-url', 'result', 'changed', 'changes', 'sign-in-ready'];
  return [
    run.rawLog,
    run.rawSummary,
    ...run.annotations.map(({ message }) => message),
    ...open.map((name) => run.outputs[name] ?? ''),
  ].join('\n');
}

/** All that was secret in a run, by what the org has seen and made. The start of a long one must not show either. */
function secretsOf(credential: Credential, since: number): string[] {
  const requests = org.requests.slice(since).filter(({ headers }) => headers['x-test-client'] === undefined);
  const sent = requests.flatMap(({ headers, body }) => [
    headers['authorization']?.split(' ')[1],
    headers['dpop'],
    typeof body === 'string' ? new URLSearchParams(body).get('client_assertion') : undefined,
  ]);
  const shop = [...org.org.apps.values()].find(({ label }) => label === 'shop');
  const secrets = [...credential.secrets, ...sent, ...(shop?.secrets.map(({ value }) => value) ?? [])];
  const parts = secrets.flatMap((secret) => (secret ? [secret, secret.slice(0, 16)] : []));
  return [...new Set([...parts, ...(shop ? [shop.clientId] : [])])];
}

const RUN: Inputs = { ...WEB, groups: 'Sellers', 'output-client-secret': 'true' };
const UPDATE: Inputs = { ...RUN, 'logo-uri': 'https://shop.example.com/logo.png' };

describe.each(Object.entries(CREDENTIALS))(
  'nothing shows of %s, or of what it gives access to,',
  (_, credential) => {
    const isService = !('api-token' in credential.inputs);

    async function start(): Promise<string | undefined> {
      await org.restart();
      await org.group('Sellers');
      return isService ? serviceApp(credential.dpop ?? false) : undefined;
    }

    test('where all goes well', async () => {
      const clientId = await start();
      const since = org.requests.length;
      const all = [RUN, RUN, UPDATE, { ...UPDATE, 'dry-run': 'true' }, { name: 'shop', state: 'absent' }];
      const runs: ActionRun[] = [];
      let secrets: string[] = [];
      for (const inputs of all) {
        runs.push(await runAs(credential, inputs, clientId));
        secrets = [...new Set([...secrets, ...secretsOf(credential, since)])];
      }
      expect(runs.map(({ outputs }) => outputs['result'])).toEqual([
        'created',
        'unchanged',
        'updated',
        'unchanged',
        'deleted',
      ]);
      expect(secrets.length).toBeGreaterThan(isService ? 10 : 4);
      for (const run of runs) {
        expect(run.log).toContain('##[debug]GET /api/v1/apps');
        expect(secrets.filter((secret) => readable(run).includes(secret))).toEqual([]);
      }
    });

    test.each(credential.failures)('at %s, whichever request it meets', async (name) => {
      const failure = FAILURES[name] ?? (() => undefined);
      const [timeout, requestTimeout] = name === 'silence' ? ['20', 25] : ['3600'];
      let failures = 0;
      for (let index = 0; ; index += 1) {
        const clientId = await start();
        const since = org.requests.length;
        let seen = 0;
        org.trouble.fault = (request) => (seen++ < index ? undefined : failure(request));
        const inputs = { ...RUN, 'timeout-seconds': timeout };
        const run = await runAs(credential, inputs, clientId, requestTimeout);
        delete org.trouble.fault;
        const secrets = secretsOf(credential, since);
        expect([index, secrets.filter((secret) => readable(run).includes(secret))]).toEqual([index, []]);
        if (seen <= index) break;
        if (run.exitCode === 1) failures += 1;
        else expect(run.log).toContain('The app "shop"');
      }
      expect(failures).toBeGreaterThan(2);
    });
  },
);

describe('a page of /authorize', () => {
  test('that shows the client ID and the secret is told without them', async () => {
    await succeed(org, WEB);
    const [shop] = org.org.apps.values();
    const { clientId: id = '', secrets = [] } = shop ?? {};
    const body = `<html><p>${'Something went wrong. '.repeat(8)}</p>${secrets[0]?.value ?? ''} ${id}</html>`;
    org.trouble.fault = ({ path }) =>
      path.endsWith('/authorize') ? { kind: 'answer', status: 400, body } : undefined;
    const run = await succeed(
      org,
      { ...WEB, 'logo-uri': 'https://shop.example.com/logo.png', 'verify-sign-in': 'true' },
      { debug: true },
    );
    expect(run.warnings[0]).toMatch(/Something went wrong\. \*\*\*/);
    for (const secret of [id, secrets[0]?.value ?? ''])
      expect(readable(run)).not.toContain(secret.slice(0, 12));
  });
});

describe('a client ID of one’s own that is to be masked', () => {
  const ID = "shop_preview!'(1)";
  const OWN = { ...WEB, 'client-id': ID, 'mask-client-id': 'true' };

  test('is hidden in every form in which it is written', async () => {
    const inputs = {
      'redirect-uris': `https://shop.example.com/${ID}\nhttps://shop.example.com/?id=${encodeURIComponent(ID)}`,
      'client-id': ID,
      'mask-client-id': 'true',
      settings: `profile: { text: "<${ID}>", list: [["${ID}"]], ${JSON.stringify(ID)}: 1 }`,
      // Okta is searched for what comes before the first quote.
      name: `The 'app' ${ID}`,
      'verify-sign-in': 'true',
    };
    const runs = [
      await succeed(org, { ...OWN, name: inputs.name }, { debug: true }),
      await succeed(org, inputs, { debug: true }),
      await succeed(org, inputs, { debug: true }),
      await succeed(org, { ...OWN, name: inputs.name, state: 'absent' }, { debug: true }),
    ];
    expect(changesOf(runs[1] as ActionRun).length).toBeGreaterThan(2);
    for (const run of runs) {
      const text = readable(run);
      const shown = text.replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
      for (const form of [text, shown]) {
        expect(form).not.toContain(ID);
        expect(form).not.toContain(encodeURIComponent(ID));
        expect(form).not.toContain(new URLSearchParams({ '': ID }).toString().slice(1));
        // A search is for the name up to a character that Okta may escape, and so for a part of the ID.
        expect(form.replace(/GET \/api\/v1\/apps\?q=\S+/g, '')).not.toContain('shop_preview');
      }
    }
  });

  test("is hidden in Okta's refusal of it", async () => {
    org.refuse(POST(APPS), answer(400, { errorCode: 'E0000001', errorSummary: `client ${ID} is bad` }));
    const run = await runOn(org, OWN, { debug: true });
    expect(run.errors[0]).toContain('client *** is bad');
    expect(readable(run)).not.toContain(ID);
  });

  test('does not show where a value that holds it is cut short', async () => {
    const value = `${'x'.repeat(1990)}${ID}${'x'.repeat(100)}`;
    const inputs = { ...OWN, settings: `profile: { text: ${JSON.stringify(value)} }` };
    const run = await succeed(org, inputs);
    expect(run.rawSummary).toContain('x'.repeat(1990));
    expect(run.rawSummary).not.toMatch(/xshop/);
  });
});

describe('the bundle', () => {
  test('masks a key line by line, before anything is said', async () => {
    const clientId = await serviceApp(false);
    const run = await runAction({
      with: {
        'org-url': org.url,
        'auth-client-id': clientId,
        'auth-private-key': PEM,
        'settle-seconds': '0',
        ...WEB,
        'redirect-uris': 'not a URI',
      },
      debug: true,
    });
    expect(run.exitCode).toBe(1);
    const lines = PEM.trim()
      .split('\n')
      .filter((line) => line.length > 5);
    expect(lines.length).toBeGreaterThan(20);
    for (const line of lines) expect(run.masks).toContain(line);
    expect(run.commands.slice(0, lines.length).every((name) => name === 'add-mask')).toBe(true);
  });
});

/** Pieces of text with a meaning to the runner, to its command files, to terminals, to Markdown or to HTML. */
const MALICE = [
  '::set-output name=result::pwned',
  '::add-mask::pwned',
  '::error file=a,line=1::pwned',
  '::stop-commands::pwned',
  '::save-state name=a::pwned',
  '##[add-mask]pwned',
  '##[set-env name=NODE_OPTIONS]pwned',
  '##[error]pwned',
  '##[',
  '::',
  '\n',
  '\r',
  '\r\n',
  '%0A',
  '%0D%0A::error::pwned',
  '\u0085',
  '\u2028',
  '\u001b[2J\u001b[31m',
  '\u001b]8;;https://evil.example.com\u0007link',
  '\u200b',
  ' ',
  'result=pwned',
  'result<<EOF\npwned\nEOF',
  'ghadelimiter_00000000-0000-0000-0000-000000000000',
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '</code>',
  '<!--',
  '|',
  '\\|',
  '`',
  '**bold**',
  '](https://evil.example.com)',
  '![x](https://evil.example.com/x.png)',
  '\n# heading',
  '@octocat',
  '&lt;script&gt;',
  '${{ github.token }}',
];
const malice = fc
  .array(fc.constantFrom(...MALICE), { minLength: 1, maxLength: 6 })
  .map((parts) => parts.join(''));

describe('text from outside', () => {
  /** Of a run in which every text from outside was malicious, and which is to succeed unless it says otherwise. */
  function expectHarmless(run: ActionRun, levels: string[]): void {
    const own = new Set(['add-mask', 'debug', ...levels]);
    expect(run.commands.filter((name) => !own.has(name))).toEqual([]);
    expect(run.annotations.map(({ level }) => level)).toEqual(levels);
    expect(run.masks).not.toContain('pwned');
    expect(
      Object.keys(run.outputs).filter((name) => !(OUTPUT_NAMES as readonly string[]).includes(name)),
    ).toEqual([]);
    expect(run.outputs['result']).not.toBe('pwned');
    // eslint-disable-next-line no-control-regex -- that is what it looks for
    expect(run.rawLog).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
    const markup = run.rawSummary.replace(/\[Admin Console\]\(http:[^)]*\)/, '');
    expect(markup).not.toMatch(/<(?!\/?code>|br>)|[`@\\![\]]|\*\*bold|::/);
    expect(run.rawSummary.split('\n').filter((line) => line.startsWith('#')).length).toBeLessThan(2);
    const rows = run.rawSummary.split('\n').filter((line) => line.startsWith('|'));
    const columns = rows[0]?.split('|').length;
    expect([undefined, 4, 5]).toContain(columns);
    expect(rows.filter((line) => line.split('|').length !== columns)).toEqual([]);
  }

  test('in an app and its related is neither command, output nor markup', async () => {
    await fc.assert(
      fc.asyncProperty(malice, malice, malice, async (label, group, other) => {
        await org.restart();
        const id = idOf(await foreignApp(org, 'shop'));
        const groupId = await org.group('Sellers');
        for (const app of org.org.apps.values()) {
          app.label = `${label.slice(0, 99)}.`;
          app.body = { ...app.body, profile: { note: other, okta_oidc_app: { repository: other } } };
        }
        for (const held of org.org.groups.values()) if (held.id === groupId) held.profile['name'] = group;
        const inputs = { 'app-id': id, groups: groupId, 'mask-client-id': 'false' };
        expectHarmless(
          await runOn(org, { ...inputs, settings: 'profile: { note: mine }' }, { debug: true }),
          ['error'],
        );
        for (const app of org.org.apps.values()) app.body = { ...app.body, profile: { note: other } };
        const adopted = await runOn(
          org,
          { ...inputs, adopt: 'true', settings: 'profile: { note: mine }' },
          { debug: true },
        );
        expect(adopted.outputs['result']).toBe('updated');
        expectHarmless(adopted, []);
      }),
      { numRuns: 40 },
    );
  });

  test('in what Okta answers makes one annotation', async () => {
    await fc.assert(
      fc.asyncProperty(
        malice,
        fc.constantFrom(400, 403, 404, 500),
        fc.boolean(),
        async (text, status, isPage) => {
          const body = isPage
            ? `<p>${text}</p>`
            : { errorCode: text, errorSummary: text, errorCauses: [{ errorSummary: text }] };
          org.trouble.fault = () => ({ kind: 'answer', status, body });
          const run = await runOn(org, WEB, { debug: true });
          delete org.trouble.fault;
          expect(run.exitCode).toBe(1);
          expectHarmless(run, ['error']);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('in the inputs themselves is harmless, whether they are taken or refused', async () => {
    const names = [
      'name',
      'idp',
      'groups',
      'users',
      'sign-on-policy',
      'redirect-uris',
      'logo-uri',
      'settings',
      'state',
    ];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), malice, async (name, text) => {
        const settings = 'settings: { implicitAssignment: true }';
        const run = await runOn(org, { ...WEB, settings, [name]: text }, { debug: true });
        expectHarmless(run, run.exitCode === 1 ? ['error'] : []);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a secret that was put where it does not belong', () => {
  /** All that a run leaves to be read, as it is and as a browser shows it, but for the outputs that are masked. */
  function everything(run: ActionRun): string {
    const shown = run.rawSummary.replace(/&#(\d+);/g, (_, code: string) =>
      String.fromCodePoint(Number(code)),
    );
    const hidden = new Set(['client-id', 'client-secret', 'app-id', 'authorize-url']);
    const outputs = Object.entries(run.outputs).filter(([name]) => !hidden.has(name));
    return [run.rawLog, run.rawSummary, shown, JSON.stringify(outputs)].join('\n');
  }

  /** Forms in which a text is written, and the pieces of it that would be enough to guess it. */
  function forms(secret: string): string[] {
    const all = [
      secret,
      encodeURIComponent(secret),
      encodeURI(secret),
      JSON.stringify(secret).slice(1, -1),
      new URLSearchParams({ '': secret }).toString().slice(1),
    ];
    return all.flatMap((form) => [form, form.slice(0, 14), form.slice(-14), form.slice(5, 19)]);
  }

  const names = Object.keys(manifestOf().inputs ?? {}).filter(
    (name) => !['org-url', 'api-token', 'timeout-seconds', 'settle-seconds'].includes(name),
  );
  const AROUND = [
    '',
    ' ',
    '/',
    'https://shop.example.com/',
    '{a: ',
    '"',
    '\n',
    '<b>',
    '&',
    '**',
    'x'.repeat(110),
  ];

  test('shows nowhere, whichever input it is in and whatever is around it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.string({ minLength: 16, maxLength: 40, unit: fc.constantFrom(...'abcXYZ019_-+/=.$~!'.split('')) }),
        fc.constantFrom(...AROUND),
        fc.constantFrom(...AROUND, ...MALICE),
        async (name, secret, before, after) => {
          const token = `T0k${secret}n`;
          org.trouble.fault = () => undefined;
          const run = await runOn(
            org,
            { ...WEB, 'api-token': token, [name]: before + token + after },
            { debug: true },
          );
          const text = everything(run);
          expect([name, forms(token).filter((form) => text.includes(form))]).toEqual([name, []]);
        },
      ),
      { numRuns: 300 },
    );
  });

  const KEYS: Record<string, string> = {
    'as PEM': PEM,
    'as PEM on one line': PEM.replaceAll('\n', '\\n'),
    'as JWK': JSON.stringify(JWK),
    'as JWK in a string': JSON.stringify(JSON.stringify(JWK)),
    'in base64': Buffer.from(PEM).toString('base64'),
    'as PEM that is percent-encoded': encodeURIComponent(PEM),
    'in base64 that is percent-encoded': encodeURIComponent(Buffer.from(`${PEM}\n`).toString('base64')),
    'as PEM that lacks a hyphen': PEM.slice(1),
    'as PEM in small letters': PEM.replaceAll('PRIVATE KEY', 'private key').replace('BEGIN', 'begin'),
    'as JWK in YAML': Object.entries(JWK)
      .map(([member, value]) => `${member}: ${value}`)
      .join('\n'),
    'as JWK in single quotes': JSON.stringify(JWK).replaceAll('"', "'"),
  };

  test.each(['redirect-uris', 'groups', 'grant-types', 'trusted-origins'])(
    'a private key in the list "%s" is one problem, told before any request',
    async (name) => {
      expect(await failure(org, { ...WEB, [name]: PEM })).toBe(
        `The inputs cannot be used: "${name}" holds a key or a certificate (PEM), and takes a list. Check which input it was meant for.`,
      );
      expect(org.taken()).toEqual([]);
    },
  );

  test.each(Object.entries(KEYS))('a private key %s shows in no input', async (_, text) => {
    const pieces = [
      ...PRIVATE_MEMBERS.map((member) => JWK[member] ?? ''),
      ...PEM.split('\n').filter((line) => line.length === 64),
      ...(text.includes('-----') || text.includes('kty') ? [] : [text]),
    ].flatMap((piece) => [piece.slice(0, 16), piece.slice(-16)]);
    for (const name of names) {
      for (const value of [text, `x ${text}`, text.slice(0, 700)]) {
        const run = await runOn(org, { ...WEB, [name]: value }, { debug: true });
        const seen = everything(run);
        expect([name, value.length, pieces.filter((piece) => seen.includes(piece))]).toEqual([
          name,
          value.length,
          [],
        ]);
      }
    }
  });

  test.each([
    ["Okta's", '00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-Ab'],
    ["GitHub's", 'ghp_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8'],
    [
      "a JWT's",
      `${jwtPart({ alg: 'RS256', kid: 'k1' })}.${jwtPart({ sub: 'jane' })}.c2lnbmF0dXJlLW9mLXRoaXM_-x`,
    ],
    [
      "an encrypted JWT's",
      `${jwtPart({ alg: 'dir', enc: 'A256GCM' })}..aXYtb2YtdGhpcw.Y2lwaGVydGV4dA.dGFnLW9mLXRoaXMtb25l`,
    ],
  ])('a token of %s form shows in no input', async (_, token) => {
    for (const name of names) {
      for (const value of [token, `https://shop.example.com/${token}`]) {
        const run = await runOn(org, { ...WEB, [name]: value }, { debug: true });
        const seen = everything(run);
        expect([
          name,
          [token, token.slice(0, 14), token.slice(-14)].filter((form) => seen.includes(form)),
        ]).toEqual([name, []]);
      }
    }
  });

  test.each(['eyJob.example.com', 'eyJhbGciOiJSUzI1.preview.example.com'])(
    'a host such as %s is no token',
    async (host) => {
      const run = await succeed(org, { ...WEB, 'redirect-uris': `https://${host}/callback` });
      expect(run.masks.filter((mask) => mask.includes('eyJ'))).toEqual([]);
    },
  );

  test('the password of a URL shows in no input', async () => {
    for (const name of names) {
      for (const url of [
        'https://jane:Tr0ub4dor%263@shop.example.com/cb',
        'http://Tr0ub4dor%263@shop.example.com',
      ]) {
        const run = await runOn(org, { ...WEB, [name]: url }, { debug: true });
        expect([name, /Tr0ub4dor|dor&3/.test(everything(run))]).toEqual([name, false]);
      }
    }
  });

  test.each<[string, string]>([
    ['below credentials', 'credentials: { userName: { password: s3cret_Value! } }'],
    ['below app', 'app: { anything: [{ deep: s3cret_Value! }] }'],
    ['below settings.app', 'settings: { app: { acmeKey: s3cret_Value! } }'],
    ['by its name', 'profile: { myClientSecret: s3cret_Value! }'],
    ['by its name, in a list', 'profile: { api_key: [s3cret_Value!] }'],
    ['that is a private key', 'profile: { key: { kty: EC, d: s3cret_Value! } }'],
    ['in a document that cannot be read', 'profile: { api_key: "s3cret_Value!" "s3cret_Value!" }'],
  ])('in "settings" %s is shown in no form', async (_, settings) => {
    const runs = [
      await runOn(org, { ...WEB, settings, 'dry-run': 'true' }, { debug: true }),
      await runOn(org, { ...WEB, settings }, { debug: true }),
      await runOn(org, { ...WEB, settings }, { debug: true }),
    ];
    for (const run of runs) expect(everything(run)).not.toContain('s3cret');
  });

  test.each<[string, string]>([
    ['by its name', 'profile: { api_key: VALUE }'],
    ['by its name, in a list', 'profile: { shop: { api_key: [VALUE] } }'],
    ['below settings.app', 'settings: { app: { acme: VALUE } }'],
    ['that is a private key', 'profile: { key: { kty: EC, d: VALUE } }'],
    ['in the place of another kind of value', 'profile: { shop: { secret: VALUE } }'],
  ])(
    'in "settings" %s does not show when it is changed, whether the run may do that or not',
    async (_, text) => {
      const settings = text.replace('VALUE', 's3cret_One!');
      const changed = text.includes('shop: { secret')
        ? 'profile: { shop: 1 }'
        : text.replace('VALUE', 's3cret_Two!');
      await succeed(org, { ...WEB, settings });
      const event = { event: pullRequest(1), debug: true };
      const runs = [
        await succeed(org, { ...WEB, settings: changed, 'dry-run': 'true' }, { debug: true }),
        await runOn(org, { ...WEB, settings: changed }, event),
        await succeed(org, { ...WEB, settings: changed }, { debug: true }),
      ];
      expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 1, 0]);
      expect(changesOf(runs[2] as ActionRun)).toHaveLength(1);
      for (const run of runs) expect(everything(run)).not.toContain('s3cret');
    },
  );

  test('in "settings" is not shown by a page that sends it back, in whichever way pages write it', async () => {
    const secret = `s3<ret&"V'alue!/One`;
    const written = [
      secret
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('"', '&quot;')
        .replaceAll("'", '&#39;'),
      secret.replace(/[&<"']/g, (character) => `&#${character.charCodeAt(0)};`),
      encodeURIComponent(secret).replace(/%../g, (escaped) => escaped.toLowerCase()),
    ];
    org.trouble.fault = ({ method }) =>
      method === 'POST'
        ? { kind: 'answer', status: 400, body: `<p>Bad: ${written.join(', ')}.</p>` }
        : undefined;
    const run = await runOn(org, { ...WEB, settings: JSON.stringify({ profile: { api_key: secret } }) });
    expect(run.annotations[0]?.message).toContain('Bad: ***, ***, ***.');
    expect(everything(run)).not.toMatch(/alue!/);
  });

  test('the words of a setting that is no secret are shown', async () => {
    const settings = 'credentials: { userNameTemplate: { template: "${source.email}", type: BUILT_IN } }';
    const run = await succeed(org, { ...WEB, settings });
    expect(run.masks).not.toContain('BUILT_IN');
    expect(JSON.stringify(changesOf(run))).toContain('source.email');
  });
});

test.each<[string, object | string]>([
  ['numbers where words belong', { errorCode: 1, errorSummary: 2, errorCauses: [{ errorSummary: 3 }] }],
  ['no list of causes', { errorCode: 'E1', errorSummary: 'Bad', errorCauses: 'none' }],
  ['empty causes', { errorCode: 'E1', errorSummary: 'Bad', errorCauses: [null] }],
  ['nothing', {}],
  ['a list', []],
  ['a word', '"no"'],
  ['no body', ''],
])('a refusal with %s is told all the same', async (_, body) => {
  org.trouble.fault = () => ({ kind: 'answer', status: 400, body });
  const run = await runOn(org, WEB);
  expect(run.annotations[0]?.message).toMatch(
    /^Cannot find the app "shop": Okta answered 400.*Change the inputs/,
  );
});

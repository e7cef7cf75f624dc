import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { PATHS } from '../../src/app/app.ts';
import { withValueAt, type Json, type JsonObject } from '../../src/util/json.ts';
import { idOf, markOf, redirectUrisOf } from '../support/apps.ts';
import { manifestOf, type ActionRun } from '../support/runner.ts';
import { foreignApp, pullRequest, runOn, succeed, writes, type Inputs } from '../support/runs.ts';
import '../support/seed.ts';
import { useOrg } from '../support/servers.ts';

/**
 * What holds for every input and every app: a second run changes nothing, what is not named stays, text is taken to the letter or
 * refused by the name of its input, and whatever is wrong is said in words.
 */

const org = useOrg();

/** Takes away all that former examples left. */
function empty(): void {
  org.org.apps.clear();
  org.org.trustedOrigins.clear();
}

const NAMES = Object.keys(manifestOf().inputs ?? {});

/** What no message may be: a stack, or what JavaScript says of itself. */
const OF_THE_PROGRAM =
  /\b(undefined|NaN|TypeError|RangeError|SyntaxError|ReferenceError|URIError)\b|\[object |Cannot (read|set|destructure) propert|is not (a function|iterable|defined)|call stack|in JSON at position|not valid JSON|end of JSON|\n\s+at \S+|node:internal/;

/** A refusal in words: one error, which names an input or a setting. */
function expectRefusal(run: ActionRun, given: Inputs = {}): string {
  const { errors } = run;
  expect([errors.length, run.log]).toEqual([1, run.log]);
  const [message = ''] = errors;
  // What the user wrote may well hold such words.
  const own = Object.values(given).reduce(
    (rest, value) => (value ? rest.replaceAll(value, '') : rest),
    message,
  );
  expect(own).not.toMatch(OF_THE_PROGRAM);
  const named = [
    ...NAMES,
    'redirect URI',
    'grant type',
    'refresh token',
    'redirect_uris',
    'grant_types',
    'jwks',
  ];
  expect(named.filter((name) => message.includes(name))).not.toEqual([]);
  return message;
}

/** Text with all that is awkward in addresses, filters, JSON, YAML, Markdown, shells and the runner's commands. */
const piece = fc.oneof(
  { arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }), weight: 3 },
  {
    arbitrary: fc.constantFrom(
      ...[
        "'",
        '"',
        '%',
        '%22',
        '%zz',
        '&',
        '+',
        '#',
        '?',
        '/',
        '\\',
        ';',
        '=',
        '<b>',
        '::',
        '##[',
        '${{',
        '|',
        '`',
      ],
      ...[
        '\u{1f680}',
        '👩‍👩‍👧',
        'שלום',
        'مرحبا',
        '\u202e',
        'é',
        'e\u0301',
        'ß',
        'İ',
        'ﬁ',
        '中文',
        ' ',
        '\u00a0',
        '\u200b',
        '\t',
      ],
      ...[
        'null',
        'true',
        '[]',
        '{}',
        '__proto__',
        'constructor',
        '-',
        '*',
        '~',
        ',',
        '..',
        '$&',
        '$1',
        '\ufeff',
        '\u2028',
      ],
    ),
    weight: 3,
  },
);
const text = fc
  .array(piece, { minLength: 1, maxLength: 12 })
  .map((parts) => parts.join('').replaceAll('\0', ''));

const host = fc.constantFrom('a.example.com', 'b.example.com', 'c.example.org:8443', 'localhost:3000');
const uri = fc.oneof(
  fc.tuple(host, fc.webPath()).map(([name, path]) => `https://${name}${path.replaceAll('*', '')}`),
  host.map((name) => `http://${name}/callback?from=%7B%22a%22%3A1%7D&b=ü`),
  fc.constantFrom(
    'com.example.app:/callback',
    'myapp://callback',
    'https://A.example.com/',
    'https://a.example.com',
  ),
);
const uris = fc.uniqueArray(uri, { minLength: 1, maxLength: 5 });
const lines = (list: readonly string[]): string => list.join('\n');

const TYPES = ['web', 'spa', 'native', 'service'] as const;
const GRANTS = [
  ...[
    'authorization_code',
    'implicit',
    'refresh_token',
    'client_credentials',
    'password',
    'interaction_code',
  ],
  ...['device_code', 'token_exchange', 'jwt_bearer', 'saml2_bearer', 'ciba'],
];
const KEY = { kty: 'RSA', kid: 'first', e: 'AQAB', n: 'n'.repeat(342) };

/** Any JSON that an app might hold where nobody has looked yet, keys with a meaning to JavaScript included. */
const json = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>;
const unknown = fc.dictionary(
  fc.oneof(fc.stringMatching(/^[a-z]{1,8}$/), fc.constantFrom('__proto__', 'constructor', 'x y', 'ü"\'')),
  json,
  { maxKeys: 3 },
) as fc.Arbitrary<JsonObject>;
const plain = fc.dictionary(
  fc.stringMatching(/^x_[a-z]{1,5}$/),
  fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.string())),
  {
    maxKeys: 3,
  },
);

/** Inputs each of which is valid; together they may contradict each other, or the app that is there. */
const each = {
  type: fc.constantFrom(...TYPES),
  'redirect-uris': uris.map(lines),
  'post-logout-redirect-uris': fc.oneof(uris.map(lines), fc.constant('[]')),
  'grant-types': fc.subarray(GRANTS, { minLength: 1 }).map(lines),
  'response-types': fc.subarray(['code', 'token', 'id_token'], { minLength: 1 }).map(lines),
  'token-endpoint-auth-method': fc.constantFrom(
    ...['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt', 'none'],
  ),
  'pkce-required': fc.constantFrom('true', 'false'),
  jwks: fc.constantFrom(
    JSON.stringify({ keys: [KEY] }),
    JSON.stringify({ keys: [{ ...KEY, kid: 'second' }, KEY] }),
  ),
  'jwks-uri': fc.constant('https://a.example.com/jwks'),
  'wildcard-redirect': fc.constantFrom('disabled', 'subdomain'),
  'initiate-login-uri': fc.constant('https://a.example.com/login'),
  'logo-uri': fc.constant('https://a.example.com/logo.png'),
  'refresh-token-rotation': fc.constantFrom('rotate', 'static'),
  'refresh-token-leeway': fc.integer({ min: 0, max: 60 }).map(String),
  'dpop-bound-access-tokens': fc.constantFrom('true', 'false'),
  'consent-method': fc.constantFrom('required', 'trusted'),
  groups: fc.subarray(['Everyone', 'Söhne & Töchter', '100 % "sure"'], { minLength: 1 }).map(lines),
  users: fc.constant("jane+o'neil@example.com"),
  'trusted-origins': fc.subarray(['https://a.example.com', 'http://localhost:3000']).map(lines),
  assignments: fc.constantFrom('managed', 'add', 'exact'),
  settings: fc
    .record({ enduser: text, extra: plain, profile: plain })
    .map(({ enduser, extra, profile }) =>
      JSON.stringify({ settings: { notes: { enduser }, extra }, profile }),
    ),
};
const settings: fc.Arbitrary<Inputs> = fc
  .tuple(fc.record(each), fc.subarray(Object.keys(each), { maxLength: 5 }))
  .map(([all, picked]) => Object.fromEntries(Object.entries(all).filter(([name]) => picked.includes(name))));

/** What the inputs above may change of an app. */
const NAMED: Record<string, readonly (readonly string[])[]> = {
  'refresh-token-rotation': [['settings', 'oauthClient', 'refresh_token']],
  'refresh-token-leeway': [['settings', 'oauthClient', 'refresh_token']],
  'grant-types': [
    PATHS['grant-types'],
    PATHS['response-types'],
    ['settings', 'oauthClient', 'refresh_token'],
    ['settings', 'oauthClient', 'backchannel_token_delivery_mode'],
  ],
  jwks: [PATHS.jwks, PATHS['jwks-uri']],
  'jwks-uri': [PATHS.jwks, PATHS['jwks-uri']],
  'token-endpoint-auth-method': [PATHS['token-endpoint-auth-method'], PATHS['pkce-required']],
  'trusted-origins': [['profile', 'okta_oidc_app', 'trusted_origins']],
  groups: [['profile', 'okta_oidc_app', 'groups']],
  users: [['profile', 'okta_oidc_app', 'users']],
  'api-scopes': [['profile', 'okta_oidc_app', 'scopes']],
  name: [['label']],
};

/** The app without what the inputs name, the action's own mark, and what Okta keeps up itself. */
function unnamed(app: JsonObject, inputs: Inputs): JsonObject {
  const document = JSON.parse(inputs['settings'] ?? '{}') as JsonObject;
  const paths = [
    ['lastUpdated'],
    ['_links'],
    ...Object.keys(inputs).flatMap(
      (name) => NAMED[name] ?? (name in PATHS ? [PATHS[name as keyof typeof PATHS]] : []),
    ),
    ...leaves(document),
  ];
  return paths.reduce((rest, path) => withValueAt(rest, path, undefined), app);
}

function leaves(value: JsonObject, path: string[] = []): string[][] {
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? leaves(inner, [...path, key])
      : [[...path, key]],
  );
}

async function people(): Promise<void> {
  await org.group('Söhne & Töchter');
  await org.group('100 % "sure"');
  await org.user("jane+o'neil@example.com");
}

describe('for any valid inputs and any app that is there', () => {
  let succeeded = 0;
  let refused = 0;

  async function expectConverged(inputs: Inputs): Promise<boolean> {
    const first = await runOn(org, inputs);
    org.taken();
    if (first.exitCode !== 0) {
      refused += 1;
      expectRefusal(first, inputs);
      return false;
    }
    succeeded += 1;
    const second = await succeed(org, inputs);
    expect([second.outputs['result'], second.outputs['changes']]).toEqual(['unchanged', '[]']);
    expect(writes(org)).toEqual([]);
    return true;
  }

  test('the second run writes nothing after a creation', async () => {
    await people();
    succeeded = refused = 0;
    await fc.assert(
      fc.asyncProperty(settings, async (inputs) => {
        empty();
        await expectConverged({ name: 'shop', 'redirect-uris': 'https://a.example.com/cb', ...inputs });
      }),
      { numRuns: 70 },
    );
    expect(Math.min(succeeded, refused)).toBeGreaterThan(8);
  });

  test('the second run writes nothing after an update, and what is not named stays', async () => {
    await people();
    succeeded = refused = 0;
    const there = fc.record({
      type: fc.constantFrom(...TYPES),
      top: unknown,
      settings: unknown,
      client: unknown,
      credentials: unknown,
      profile: unknown,
      before: settings,
      active: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(there, settings, async (held, { type, ...inputs }) => {
        empty();
        const web = { name: 'shop', 'redirect-uris': 'https://a.example.com/cb' };
        const asBefore = await runOn(org, { ...web, ...held.before, type: held.type });
        if (asBefore.exitCode !== 0) await succeed(org, { ...web, type: held.type });
        for (const app of org.org.apps.values()) {
          const body = app.body;
          const part = (name: string): JsonObject => body[name] as JsonObject;
          app.body = {
            ...held.top,
            ...body,
            profile: { ...held.profile, ...part('profile') },
            settings: {
              ...held.settings,
              ...part('settings'),
              oauthClient: { ...held.client, ...(part('settings')['oauthClient'] as JsonObject) },
            },
            credentials: { ...held.credentials, ...part('credentials') },
          };
          if (!held.active) app.status = 'INACTIVE';
        }
        const before = await org.app('shop');
        const asked = { name: 'shop', ...inputs, ...(type === held.type && { type }) };
        const done = await expectConverged(asked);
        const after = await org.app('shop');
        if (!done) return;
        expect(unnamed(after, asked)).toEqual({ ...unnamed(before, asked), status: 'ACTIVE' });
      }),
      { numRuns: 90 },
    );
    expect(Math.min(succeeded, refused)).toBeGreaterThan(8);
  });
});

function claimsOf(app: JsonObject): string[] {
  const claims = markOf(app)['uris'] as Json[];
  return claims.map((claim) => JSON.stringify(claim));
}

test('the order in which runs with different URIs come does not matter to what is there in the end', async () => {
  const run = fc.record({
    pullRequest: fc.integer({ min: 1, max: 4 }),
    uris,
    logout: fc.uniqueArray(uri, { maxLength: 2 }),
  });
  const runs = fc.uniqueArray(run, {
    minLength: 2,
    maxLength: 5,
    selector: ({ pullRequest: number }) => number,
  });
  await fc.assert(
    fc.asyncProperty(
      runs.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      async ([one, other]) => {
        const ends: JsonObject[] = [];
        for (const order of [one, other]) {
          empty();
          const id = idOf(await foreignApp(org, 'shared'));
          const go = async (entry: (typeof one)[number], state: string): Promise<void> => {
            const inputs: Inputs = {
              'app-id': id,
              shared: 'true',
              state,
              'redirect-uris': lines(entry.uris),
              'post-logout-redirect-uris': lines(entry.logout),
            };
            await succeed(org, inputs, { event: pullRequest(entry.pullRequest) });
          };
          for (const entry of order) await go(entry, 'present');
          const full = await org.app('shared');
          ends.push({ uris: redirectUrisOf(full).sort(), claims: claimsOf(full).sort() });
          expect(new Set(redirectUrisOf(full))).toEqual(
            new Set(['https://shop.example.com/callback', ...one.flatMap((entry) => entry.uris)]),
          );
          for (const entry of [...order.slice(1), ...order.slice(0, 1)]) await go(entry, 'absent');
          const left = await org.app('shared');
          expect(redirectUrisOf(left)).toEqual(['https://shop.example.com/callback']);
          expect(left['profile']).toBeUndefined();
        }
        expect(ends[0]).toEqual(ends[1]);
      },
    ),
    { numRuns: 15 },
  );
});

describe('any text', () => {
  test('is a label to the letter, which is found again, or refused', async () => {
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(text, fc.boolean(), async (given, long) => {
        empty();
        const label = long
          ? given
              .repeat(Math.ceil(100 / given.length))
              .slice(0, 100)
              .toWellFormed()
          : given;
        const inputs = { name: label, 'redirect-uris': 'https://a.example.com/cb' };
        // A twin that differs in nothing but letters is another app.
        await foreignApp(org, `${label.trim().slice(0, 98)}~2`);
        const first = await runOn(org, inputs);
        if (first.exitCode !== 0) {
          expect(expectRefusal(first, inputs)).toMatch(/"name" (is|has|holds)|Check "name"/);
          return;
        }
        taken += 1;
        expect(first.outputs['result']).toBe('created');
        expect((await org.labels()).includes(label.trim())).toBe(true);
        org.taken();
        expect((await succeed(org, inputs)).outputs['result']).toBe('unchanged');
        expect(writes(org)).toEqual([]);
        expect((await succeed(org, { ...inputs, state: 'absent' })).outputs['result']).toBe('deleted');
        expect(await org.labels()).toHaveLength(1);
      }),
      { numRuns: 60 },
    );
    expect(taken).toBeGreaterThan(25);
  });

  test('names a group to the letter', async () => {
    await fc.assert(
      fc.asyncProperty(text, async (given) => {
        empty();
        const name = given
          .replace(/[\r\n]/g, '')
          .trim()
          .slice(0, 200);
        if (name === '' || name === '[]' || /^00g/.test(name)) return;
        const known = [...org.org.groups.values()].some((group) => group.profile['name'] === name);
        const id = known ? undefined : await org.group(name);
        const inputs = { name: 'shop', 'redirect-uris': 'https://a.example.com/cb', groups: name };
        expect((await succeed(org, inputs)).outputs['result']).toBe('created');
        const [app] = org.org.apps.values();
        if (id !== undefined) expect([...(app?.groups.keys() ?? [])]).toEqual([id]);
        expect((await succeed(org, inputs)).outputs['result']).toBe('unchanged');
      }),
      { numRuns: 50 },
    );
  });

  test.each([
    ['redirect-uris', 'redirect-uris'],
    ['post-logout-redirect-uris', 'post-logout-redirect-uris'],
    ['initiate-login-uri', 'initiate-login-uri'],
    ['logo-uri', 'logo-uri'],
    ['jwks-uri', 'jwks-uri'],
  ] as const)('in %s reaches Okta to the letter, or is refused by name', async (input, path) => {
    await fc.assert(
      fc.asyncProperty(
        text,
        fc.constantFrom('', 'https://a.example.com/', 'myapp://', 'https://'),
        async (given, start) => {
          empty();
          const value = (start + given).replace(/[\r\n]/g, '').trim();
          const inputs = { name: 'shop', 'redirect-uris': 'https://a.example.com/cb', [input]: value };
          const run = await runOn(org, inputs);
          if (run.exitCode !== 0) {
            expect(expectRefusal(run, inputs)).toContain(`"${input}"`);
            return;
          }
          if (value === '' || value === '[]') return;
          const held = PATHS[path].reduce<Json | undefined>(
            (at, key) => (at as JsonObject)[key],
            await org.app('shop'),
          );
          expect([held].flat()).toEqual([value]);
          expect((await succeed(org, inputs)).outputs['result']).toBe('unchanged');
        },
      ),
      { numRuns: 30 },
    );
  });

  test('in a note of the settings reaches Okta to the letter', async () => {
    await fc.assert(
      fc.asyncProperty(text, async (enduser) => {
        empty();
        const inputs = {
          name: 'shop',
          'redirect-uris': 'https://a.example.com/cb',
          settings: JSON.stringify({ settings: { notes: { enduser } } }),
        };
        await succeed(org, inputs);
        expect(await org.app('shop')).toMatchObject({ settings: { notes: { enduser } } });
        expect((await succeed(org, inputs)).outputs['result']).toBe('unchanged');
      }),
      { numRuns: 30 },
    );
  });
});

/** Tries to make a run fail in other words than its own. */
async function expectWords(inputs: Inputs): Promise<void> {
  empty();
  const run = await runOn(org, inputs);
  if (run.exitCode === 0) return;
  const own = Object.values(inputs).reduce(
    (rest, value) => (value ? rest.replaceAll(value, '') : rest),
    run.log,
  );
  expect(own).not.toMatch(OF_THE_PROGRAM);
  expect(run.errors).toHaveLength(1);
  expect([run.log, NAMES.some((name) => run.log.includes(`"${name}"`))]).toEqual([run.log, true]);
}

describe('whatever an input holds, what is wrong is said in words', () => {
  // The run is to reach this org only, and in no time; what the two say has its own tests.
  const FREE = NAMES.filter(
    (name) => !['org-url', 'github-token', 'timeout-seconds', 'settle-seconds'].includes(name),
  );
  const awkward = fc.oneof(
    text,
    fc.json(),
    fc.constantFrom(
      '[]',
      '{}',
      '[',
      '{',
      'true',
      'false',
      '-1',
      '1e999',
      'NaN',
      '0x10',
      'a: [',
      '&a [*a]',
      '!!js/undefined 1',
    ),
    fc.constantFrom(
      '? {a: b}\n: c',
      '__proto__: { a: 1 }',
      'constructor: 1',
      '- 1\n- 2',
      '%TAG ! x',
      '<<: *x',
      '{a: 1, a: 2}',
      '!!binary x',
    ),
    fc.constantFrom('https://[', 'https://*', 'http://a:99999', 'x:y', 'https://%', '//', ':'),
    fc.constantFrom(
      'present',
      'web',
      'implicit',
      'rotate',
      'exact',
      'none',
      'paperlantern',
      'Everyone',
      'auto',
      'absent',
    ),
  );

  test('in one input beside good ones', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...FREE), awkward, async (name, value) => {
        await expectWords({ name: 'shop', 'redirect-uris': 'https://a.example.com/cb', [name]: value });
      }),
      { numRuns: 350 },
    );
  });

  test('in all of them', async () => {
    const every = fc.dictionary(fc.constantFrom(...FREE), awkward, { maxKeys: FREE.length });
    await fc.assert(
      fc.asyncProperty(every, (inputs) => expectWords({ ...inputs })),
      { numRuns: 100 },
    );
  });

  test.each(['org-url', 'timeout-seconds', 'settle-seconds'])('in %s', async (name) => {
    await fc.assert(
      fc.asyncProperty(awkward, async (value) => {
        await expectWords({ name: 'shop', 'redirect-uris': 'bad', [name]: value });
      }),
      { numRuns: 30 },
    );
  });

  const DEEP = 40_000;
  test.each<[string, string]>([
    ['settings', '['.repeat(DEEP) + ']'.repeat(DEEP)],
    ['settings', '{"a":'.repeat(DEEP / 4) + '1' + '}'.repeat(DEEP / 4)],
    ['settings', `a: ${'['.repeat(DEEP)}`],
    ['settings', `settings: { app: { x: ${'['.repeat(5000)}${']'.repeat(5000)} } }`],
    ['jwks', `{"kty":"RSA","kid":"x","x5c":${'['.repeat(DEEP)}${']'.repeat(DEEP)}}`],
    ['jwks', '['.repeat(DEEP)],
    ['auth-private-key', '{"kty":'.repeat(5000)],
  ])('in %s, however deep it goes', async (name, value) => {
    const own = name === 'auth-private-key' ? { 'api-token': '', 'auth-client-id': 'x' } : {};
    empty();
    const inputs = { name: 'shop', 'redirect-uris': 'https://a.example.com/cb', ...own, [name]: value };
    const run = await runOn(org, inputs);
    expect(run.exitCode).toBe(1);
    const refusal = expectRefusal(run, inputs);
    expect(refusal).toContain(`"${name}"`);
    if (name !== 'auth-private-key') expect(refusal).toContain('is nested ');
  });
});

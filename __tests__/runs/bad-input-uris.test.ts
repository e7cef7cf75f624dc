import { describe, expect, test } from '@jest/globals';
import { textOf } from '../../src/util/json.ts';
import { blockOf } from '../support/block.ts';
import type { ActionRun } from '../support/runner.ts';
import { WEB, failure, foreignApp, succeed, type Inputs } from '../support/runs.ts';
import { useOrg } from '../support/servers.ts';

/** URIs that nobody can mean are refused, wherever they stand; those whose host cannot exist are warned of. */

const org = useOrg();

/** The document in which a property of an OAuth client has that value. */
function client(property: string, value: string): string {
  return JSON.stringify({ settings: { oauthClient: { [property]: value } } });
}

/** Where a URI may stand, and the inputs that put it there. */
const PLACES: [place: string, names: string, put: (uri: string) => Inputs][] = [
  ...[
    'redirect-uris',
    'post-logout-redirect-uris',
    'trusted-origins',
    'initiate-login-uri',
    'logo-uri',
    'jwks-uri',
  ].map((input): (typeof PLACES)[number] => [input, input, (uri) => ({ [input]: uri })]),
  ...['initiate_login_uri', 'logo_uri', 'tos_uri', 'policy_uri', 'client_uri', 'jwks_uri'].map(
    (property): (typeof PLACES)[number] => [
      property,
      'settings',
      (uri) => ({ settings: client(property, uri) }),
    ],
  ),
  [
    'redirect_uris',
    'settings',
    (uri) => ({
      'redirect-uris': '',
      settings: JSON.stringify({ settings: { oauthClient: { redirect_uris: [uri] } } }),
    }),
  ],
  [
    'errorRedirectUrl',
    'settings',
    (uri) => ({ settings: JSON.stringify({ accessibility: { errorRedirectUrl: uri } }) }),
  ],
];

const UNMEANT: [uri: string, says: RegExp][] = [
  ['https://${PREVIEW_URL}', /has a variable in its host, and nothing here puts its value in/],
  ['https://$PREVIEW_HOST', /has a variable in its host/],
  ['https://{{ host }}', /has a variable in its host/],
  ['https://%24%7BHOST%7D', /has a variable in its host/],
  ['https://pr-{number}.example.com', /has a variable in its host/],
  [
    'https://https://pr-1.preview.example.com',
    /whose host is "https"\. Check what the URI is put together from\./,
  ],
  ['https://http', /whose host is "http"/],
  ['http://undefined', /whose host is "undefined"/],
  ['https://null:3000', /whose host is "null"/],
  ['https://', /which has no host\. Put one after the two slashes\./],
  ['https:///', /which has no host/],
  ['https://:8443', /which has no host/],
  ['https://shop\u200b.example.com', /has the character U\+200B, which cannot be seen\. Remove it\./],
  ['https://shop.example.com\u00ad', /has the character U\+00AD/],
  ['https://sh\u200dop.example.com', /has the character U\+200D/],
];

describe.each(PLACES)('in %s nobody can mean', (_, names, put) => {
  test.each(UNMEANT)('%j', async (uri, says) => {
    const error = await failure(org, { ...WEB, ...put(uri) });
    expect(error).toContain(`"${names}" `);
    expect(error).toMatch(says);
    expect(error).not.toContain('Start it with its scheme');
    expect(org.requests).toEqual([]);
  });
});

test.each(['redirect-uris', 'post-logout-redirect-uris', 'initiate-login-uri'])(
  "a URI of an app's own scheme in %s may have any host or none, but no character that cannot be seen",
  async (input) => {
    const whole = ['myapp:///callback', 'com.example.app:/login', 'myapp://null/cb', 'myapp://${x}/cb'];
    for (const uri of [...whole, 'com.example.app:/', 'myapp://', 'myapp:///']) {
      await org.restart();
      const run = await succeed(org, { ...WEB, type: 'native', [input]: uri });
      expect(run.outputs['result']).toBe('created');
      expect(warnings(run)).toEqual([]);
      const again = await succeed(org, { ...WEB, type: 'native', [input]: uri });
      expect(again.outputs['result']).toBe('unchanged');
    }
    expect(await failure(org, { ...WEB, [input]: 'myapp:///call\u200bback' })).toContain('U+200B');
  },
);

test.each(['redirect-uris', 'post-logout-redirect-uris', 'initiate-login-uri', 'logo-uri', 'jwks-uri'])(
  '%s without the slashes after its scheme is told so',
  async (input) => {
    for (const uri of ['https:/shop.example.com/cb', 'https:shop.example.com'])
      expect(await failure(org, { ...WEB, [input]: uri })).toContain(
        `"${uri}", which lacks the two slashes before its host. Add them.`,
      );
  },
);

test('an initiate-login-uri without a scheme is refused', async () => {
  expect(await failure(org, { ...WEB, 'initiate-login-uri': '/login' })).toMatch(
    /"initiate-login-uri" is "\/login", which is not an absolute URI\. Start it with its scheme/,
  );
});

function warnings({ annotations }: ActionRun): string[] {
  return annotations.filter(({ level }) => level === 'warning').map(({ message }) => message);
}

const DOUBTFUL: [uri: string, says: string][] = [
  ['https://x..example.com', 'whose host "x..example.com" cannot exist: a part of it is empty'],
  [
    `https://${'a'.repeat(64)}.example.com`,
    `whose host "${'a'.repeat(64)}.example.com" cannot exist: a part of it is longer than 63 characters`,
  ],
  [
    'https://pr-.preview.example.com',
    'whose host "pr-.preview.example.com" cannot exist: a part of it begins or ends with a hyphen',
  ],
  [
    'https://-pr.preview.example.com',
    'whose host "-pr.preview.example.com" cannot exist: a part of it begins or ends with a hyphen',
  ],
  ['https://feature', 'whose host "feature" cannot exist: it is a single word'],
  ['https://shop.example.com:0', 'whose port 0 nothing can listen at'],
];

describe.each(PLACES.filter(([, names]) => names !== 'jwks-uri'))(
  'in %s cannot exist',
  (place, names, put) => {
    test.each(DOUBTFUL)('%s, which is a warning', async (uri, says) => {
      const inputs = place === 'jwks_uri' ? { 'token-endpoint-auth-method': 'private_key_jwt' } : {};
      const run = await succeed(org, { ...WEB, ...inputs, ...put(uri) });
      expect(run.outputs['result']).toBe('created');
      expect(warnings(run)).toEqual([`"${names}" has ${uri}, ${says}. Check it.`]);
    });
  },
);

test('what is below the host is none of it, and neither are hosts that exist', async () => {
  const uris = [
    'http://localhost:3000/cb',
    'http://127.0.0.1/cb',
    'http://[::1]:8080/cb',
    'https://shop.example.com./cb',
    'https://a-b.example.com/${path}/../x',
    'https://xn--bcher-kva.example/cb',
    'com.example.app:/cb?next=https:/x',
    'web+https://callback',
  ];
  const run = await succeed(org, { ...WEB, 'redirect-uris': uris.join('\n') });
  expect(warnings(run)).toEqual([]);
});

test("what is the user's own is not looked at", async () => {
  const settings =
    'profile: { team: { url: "https://${TEAM}" } }\nsettings: { app: { base_uri: "https://undefined" } }';
  expect(warnings(await succeed(org, { ...WEB, settings }))).toEqual([]);
});

test('a host is warned of once for an input', async () => {
  const run = await succeed(org, { ...WEB, 'redirect-uris': 'https://intranet/a\nhttps://intranet/b' });
  expect(warnings(run)).toHaveLength(1);
});

describe('a wildcard', () => {
  const WILD: [uri: string, says: RegExp][] = [
    'https://*.com/cb',
    'https://*/cb',
    'https://*.localhost/cb',
    'https://*-*.example.com/cb',
    'https://a.*.example.com/cb',
    'https://a.example.com/*',
    'https://*.example.com/*',
    'https://*.com./cb',
    'https://*..com/cb',
    'https://*.example.com?to=*',
    'web+https://*.example.com/cb',
    'com.example.app://*.example.com/cb',
  ].map((uri) => [uri, /has a wildcard that Okta does not take: there may be one, in the left-most part/]);

  test.each(WILD)('that Okta does not heed is refused, allowed or not: %s', async (uri, says) => {
    for (const allowed of ['subdomain', 'disabled', ''])
      expect(await failure(org, { ...WEB, 'redirect-uris': uri, 'wildcard-redirect': allowed })).toMatch(
        says,
      );
    expect(org.requests).toEqual([]);
  });

  test.each([
    'https://*.example.com/cb',
    'https://pr-*.example.com:8443/cb',
    'https://pr-*-shop.previews.example.com',
    'HTTP://*.example.com/?to=shop',
    'https://*.example.com?to=shop',
  ])('has to be allowed, and is taken then: %s', async (uri) => {
    const inputs = { ...WEB, 'redirect-uris': uri };
    expect(await failure(org, inputs)).toMatch(/has a wildcard\. Set "wildcard-redirect: subdomain"/);
    const run = await succeed(org, { ...inputs, 'wildcard-redirect': 'Subdomain' });
    expect(run.outputs['result']).toBe('created');
  });

  test('may stand in a host with a dot at its end, if Okta takes that', async () => {
    const inputs = { ...WEB, 'redirect-uris': 'https://*.example.com./cb' };
    expect(await failure(org, inputs)).toMatch(/has a wildcard\. Set "wildcard-redirect: subdomain"/);
  });

  test.each(['https://*.example.com/bye', 'https://a.example.com/*', 'myapp:/*'])(
    'in a sign-out URI is refused, whatever is allowed: %s',
    async (uri) => {
      const inputs = { ...WEB, 'post-logout-redirect-uris': uri, 'wildcard-redirect': 'subdomain' };
      expect(await failure(org, inputs)).toMatch(
        /has a wildcard, and Okta takes those in redirect URIs only/,
      );
    },
  );
});

describe('the name of an app that is to be created', () => {
  test.each([
    ['shop ${PR}', 'has "${"'],
    ['shop $(PR)', 'has "$("'],
    ['shop {{ number }}', 'has "{{"'],
    ['shop }}', 'has "}}"'],
    ['shop $PR', 'has "$P"'],
    ['sh\u200bop', 'U+200B'],
    ['shop\ufe0f', 'U+FE0F'],
    ['shop 👩\u200d', 'U+200D'],
    ['shop 👩\u200dx', 'U+200D'],
    ['shop \u200d👩', 'U+200D'],
    ['shop x\ufe0f\u200d👩', 'U+FE0F'],
    ['1️⃣ shop\ufe0f', 'U+FE0F'],
    ['shop\ufe0f 1️⃣', 'U+FE0F'],
    ['shop\u2060', 'U+2060'],
    ['sh\u200bo\u2060p', 'U+200B'],
  ])('must not be %j', async (name, says) => {
    for (const dryRun of ['false', 'true']) {
      const error = await failure(org, { ...WEB, name, 'dry-run': dryRun });
      expect(error).toContain('Cannot create the app');
      expect(error).toContain(says);
      expect(error).toContain('Check "name".');
    }
    expect(await org.labels()).toEqual([]);
  });

  test.each([
    'US$ 5',
    '$5 shop',
    '👩‍💻 shop',
    'I ❤️ shop',
    '1️⃣',
    'shop 1️⃣',
    '🏳️‍🌈 shop',
    'می‌خواهم',
    'shop { x }',
  ])('may be %j', async (name) => {
    expect((await succeed(org, { ...WEB, name })).outputs['result']).toBe('created');
    expect((await succeed(org, { ...WEB, name })).outputs['result']).toBe('unchanged');
  });

  test('is asked for nothing where the app is there already, unless it is to be renamed so', async () => {
    const { id } = await foreignApp(org, 'shop ${PR}');
    expect((await succeed(org, { ...WEB, name: 'shop ${PR}' })).outputs['result']).toBe('unchanged');
    const other = textOf((await foreignApp(org, 'other'))['id']);
    expect((await succeed(org, { 'app-id': textOf(id), state: 'read' })).exitCode).toBe(0);
    expect(await failure(org, { 'app-id': other, name: 'shop $PR', adopt: 'true' })).toMatch(
      /^Cannot rename the app "other" to "shop \$PR": the name has "\$P"/,
    );
  });
});

test('an app whose URI nobody can mean is described without it, and says so', async () => {
  await foreignApp(org, 'shop', {
    settings: {
      oauthClient: {
        application_type: 'web',
        grant_types: ['authorization_code'],
        response_types: ['code'],
        redirect_uris: ['https://undefined/cb'],
        tos_uri: 'https://${HOST}/terms',
      },
    },
  });
  const run = await succeed(org, { name: 'shop', state: 'read' });
  for (const property of ['redirect_uris', 'tos_uri'])
    expect(run.annotations.map(({ message }) => message)).toContain(
      `The inputs below do not tell of settings.oauthClient.${property}, which no input takes: it is left as it is.`,
    );
  const block = blockOf(run);
  expect(block).toEqual({ name: 'shop', type: 'web' });
  expect((await succeed(org, block)).outputs['result']).toBe('unchanged');
});

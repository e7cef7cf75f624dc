import { beforeEach, describe, expect, test } from '@jest/globals';
import { virtualClock } from '../support/clock.ts';
import { APPS, DELETE, GET, LOST, POST, PUT, answer, type Matcher } from '../support/okta.ts';
import { WEB, failure, runOn, succeed, type Inputs } from '../support/runs.ts';
import { useOrg } from '../support/servers.ts';

/** What is said of a request that Okta refuses, or answers with something else, and that a run gets over an answer that is lost. */

let clock = virtualClock();
const org = useOrg(() => {
  clock = virtualClock();
  return { now: () => clock.now() };
});

const ids: Record<'staff' | 'ann' | 'policy', string> = { staff: '', ann: '', policy: '' };

beforeEach(async () => {
  ids.staff = await org.group('Staff');
  ids.ann = await org.user('ann@example.com');
  ids.policy = await org.accessPolicy('Previews', []);
  await org.api('POST', '/api/v1/policies', { type: 'ACCESS_POLICY', name: 'Strict' });
});

interface Row {
  /** What the request is for, as it is said. */
  purpose: string;
  which: Matcher;
  /** The run that sends it. */
  inputs: Inputs;
  /** The run before. */
  first?: Inputs;
  /** What happens between the two. */
  then?: () => unknown;
  /** What its answer is to be, if that is looked at. */
  expected?: string;
  /** Whether the run looks before it sends it again, and finds its work done. */
  isLookedFor?: true;
}

const STAFF = { ...WEB, groups: 'Staff' };
const ANN = { ...WEB, users: 'ann@example.com' };
const ROBOT = { name: 'robot', type: 'service', 'token-endpoint-auth-method': 'client_secret_basic' };
const SCOPED = { ...ROBOT, 'api-scopes': 'okta.users.read' };
const STRICT = { ...WEB, 'sign-on-policy': 'Strict' };
const LET_IN = { ...WEB, 'authorization-server': 'default', 'authorization-server-policies': 'Previews' };
const TRUSTED = { ...WEB, 'trusted-origins': 'https://shop.example.com' };
const CLAIMED = { ...WEB, 'groups-claim': 'groups' };
const SECRET = { ...WEB, 'output-client-secret': 'true' };
const ROTATED = { ...SECRET, 'client-secret-max-age': '90d' };
const CLAIM =
  'groups claim of the app "shop" at the endpoint of the Admin Console that Okta does not document';
const SERVER = 'authorization server "default"';

const days = (count: number): Promise<void> => clock.sleep(count * 24 * 3600 * 1000);

/** A client secret that has a successor since so long ago. */
async function replaced(since: number): Promise<void> {
  await days(90);
  await succeed(org, ROTATED, { world: { clock } });
  await days(since);
}

const ROWS: Row[] = [
  {
    purpose: 'create the app "shop"',
    isLookedFor: true,
    which: POST(APPS),
    inputs: WEB,
    expected: 'an app',
  },
  {
    purpose: 'update the app "shop"',
    isLookedFor: true,
    which: PUT(/\/apps\/\w+$/),
    first: WEB,
    inputs: { ...WEB, 'logo-uri': 'https://shop.example.com/logo.png' },
    expected: 'an app',
  },
  {
    purpose: 'delete the app "shop"',
    isLookedFor: true,
    which: DELETE(/\/apps\/\w+$/),
    first: WEB,
    inputs: { ...WEB, state: 'absent' },
  },
  {
    purpose: 'list the OIDC apps',
    which: ({ method, path }) => method === 'GET' && path === APPS,
    first: { ...WEB, 'client-id': 'acme-shop' },
    inputs: { 'client-id': 'acme-shop', state: 'read' },
    expected: 'a list',
  },
  {
    purpose: 'activate the app "shop"',
    which: POST(/\/lifecycle\/activate$/),
    first: WEB,
    then: () => {
      for (const app of org.org.apps.values()) app.status = 'INACTIVE';
    },
    inputs: WEB,
  },
  {
    purpose: 'deactivate the app "shop"',
    isLookedFor: true,
    which: POST(/\/lifecycle\/deactivate$/),
    first: WEB,
    inputs: { ...WEB, state: 'absent' },
  },
  {
    purpose: 'list the authentication policies',
    which: GET('/api/v1/policies'),
    inputs: STRICT,
    expected: 'a list',
  },
  {
    purpose: 'put the app "shop" under the authentication policy "Strict"',
    which: PUT(/\/policies\/\w+$/),
    inputs: STRICT,
  },
  {
    purpose: `list the access policies of the ${SERVER}`,
    which: GET(/\/default\/policies$/),
    inputs: LET_IN,
    expected: 'a list',
  },
  {
    purpose: 'read the access policy ID',
    which: GET(/\/default\/policies\/\w+$/),
    inputs: LET_IN,
    expected: 'an object',
  },
  {
    purpose: `update the access policy "Previews" of the ${SERVER}`,
    isLookedFor: true,
    which: PUT(/\/default\/policies\/\w+$/),
    inputs: LET_IN,
    expected: 'an access policy',
  },
  {
    purpose: 'read the API scopes of the app "robot"',
    which: GET(/\/grants$/),
    first: SCOPED,
    inputs: SCOPED,
    expected: 'a list',
  },
  {
    purpose: 'grant the API scope "okta.users.read" to the app "robot"',
    isLookedFor: true,
    which: POST(/\/grants$/),
    first: ROBOT,
    inputs: SCOPED,
  },
  {
    purpose: 'revoke the API scope "okta.users.read" of the app "robot"',
    which: DELETE(/\/grants\/\w+$/),
    first: SCOPED,
    inputs: { ...SCOPED, 'api-scopes': '[]' },
  },
  {
    purpose: 'read the groups of the app "shop"',
    which: GET(/\/apps\/\w+\/groups$/),
    first: STAFF,
    inputs: STAFF,
    expected: 'a list',
  },
  {
    purpose: 'find the group "Staff"',
    which: GET('/api/v1/groups'),
    inputs: STAFF,
    expected: 'a list',
  },
  {
    purpose: 'assign the group "Staff" to the app "shop"',
    which: PUT(/\/apps\/\w+\/groups\/\w+$/),
    inputs: STAFF,
  },
  {
    purpose: 'take the group "Staff" off the app "shop"',
    which: DELETE(/\/apps\/\w+\/groups\/\w+$/),
    first: STAFF,
    inputs: { ...WEB, groups: '[]' },
  },
  {
    purpose: 'find the user "ann@example.com"',
    which: GET(/^\/api\/v1\/users\/.+$/),
    inputs: ANN,
    expected: 'an object',
  },
  {
    purpose: 'read the user "ann@example.com" of the app "shop"',
    which: GET(/\/apps\/\w+\/users\/\w+$/),
    first: ANN,
    inputs: ANN,
  },
  {
    purpose: 'read the users of the app "shop"',
    which: GET(/\/apps\/\w+\/users$/),
    first: ANN,
    inputs: { ...ANN, assignments: 'exact' },
    expected: 'a list',
  },
  {
    purpose: 'assign the user "ann@example.com" to the app "shop"',
    which: POST(/\/apps\/\w+\/users$/),
    inputs: ANN,
  },
  {
    purpose: 'take the user "ann@example.com" off the app "shop"',
    which: DELETE(/\/apps\/\w+\/users\/\w+$/),
    first: ANN,
    inputs: { ...WEB, users: '[]' },
  },
  {
    purpose: 'take the user "ann@example.com" off the app "shop"',
    which: POST(/\/apps\/\w+\/users\/\w+$/),
    first: { ...ANN, ...STAFF },
    then: () => org.api('PUT', `/api/v1/groups/${ids.staff}/users/${ids.ann}`),
    inputs: { ...STAFF, users: '[]' },
  },
  {
    purpose: `read the ${CLAIM}`,
    which: GET(/\/idToken$/),
    first: WEB,
    inputs: CLAIMED,
    expected: 'a claim',
  },
  {
    purpose: `set the ${CLAIM}`,
    which: POST(/\/idToken$/),
    inputs: CLAIMED,
  },
  {
    purpose: 'find the trusted origin https://shop.example.com',
    which: GET('/api/v1/trustedOrigins'),
    inputs: TRUSTED,
    expected: 'a list',
  },
  {
    purpose: 'trust the origin https://shop.example.com',
    isLookedFor: true,
    which: POST('/api/v1/trustedOrigins'),
    inputs: TRUSTED,
  },
  {
    purpose: 'note which apps list the trusted origin https://shop.example.com',
    isLookedFor: true,
    which: PUT(/\/trustedOrigins\/\w+$/),
    first: TRUSTED,
    inputs: { ...TRUSTED, name: 'other' },
  },
  {
    purpose: 'read the trusted origin https://shop.example.com',
    which: GET(/\/trustedOrigins\/\w+$/),
    first: TRUSTED,
    inputs: { ...TRUSTED, name: 'other' },
    expected: 'an object',
  },
  {
    purpose: 'stop trusting the origin https://shop.example.com',
    isLookedFor: true,
    which: DELETE(/\/trustedOrigins\/\w+$/),
    first: TRUSTED,
    inputs: { ...TRUSTED, state: 'absent' },
  },
  {
    purpose: 'read the client secret of the app "shop"',
    which: GET(/\/credentials\/secrets$/),
    first: WEB,
    inputs: SECRET,
    expected: 'a list',
  },
  {
    purpose: 'add a client secret to the app "shop"',
    isLookedFor: true,
    which: POST(/\/credentials\/secrets$/),
    first: ROTATED,
    then: () => days(90),
    inputs: ROTATED,
    expected: 'a client secret',
  },
  {
    purpose: 'activate a client secret of the app "shop"',
    which: POST(/\/secrets\/\w+\/lifecycle\/activate$/),
    first: ROTATED,
    then: () => days(90),
    inputs: ROTATED,
  },
  {
    purpose: 'deactivate a client secret of the app "shop"',
    which: POST(/\/secrets\/\w+\/lifecycle\/deactivate$/),
    first: ROTATED,
    then: () => replaced(7),
    inputs: ROTATED,
  },
  {
    purpose: 'delete a client secret of the app "shop"',
    which: DELETE(/\/secrets\/\w+$/),
    first: ROTATED,
    then: async () => {
      await replaced(7);
      await succeed(org, ROTATED, { world: { clock } });
      await days(1);
    },
    inputs: ROTATED,
  },
];

test.each(ROWS)('$purpose', async ({ which, inputs, first, then, expected, purpose, isLookedFor }) => {
  const options = { world: { clock } };
  if (first) await succeed(org, first, options);
  await then?.();
  const said = async (): Promise<string> =>
    (await failure(org, inputs, options)).replace(ids.policy, 'ID').split('. ')[0] ?? '';

  org.refuse(which, answer(403));
  expect(await said()).toBe(`Cannot ${purpose}: Okta answered 403: no reason given`);
  org.relent();
  if (expected !== undefined) {
    org.refuse(which, answer(200, expected === 'a list' ? {} : []));
    expect(await said()).toBe(`Cannot ${purpose}: Okta answered with something other than ${expected}`);
    org.relent();
  }
  const before = org.requests.length;
  org.once(which, LOST);
  await succeed(org, inputs, options);
  if (isLookedFor) expect(org.requests.slice(before).filter(which)).toHaveLength(1);
});

describe('what to do about it', () => {
  const FAILED = 'It kept failing. Run it again later; see status.okta.com.';
  const LACKING =
    'The org lacks a feature that this needs. Leave the setting out, or ask Okta to turn it on.';

  test.each<[number, string, string, string, number]>([
    [400, 'E0000001', 'No', 'Change the inputs accordingly.', 1],
    [
      400,
      'E0000003',
      'No',
      'Okta does not know one of the values: check their spelling, above all in "settings".',
      1,
    ],
    [
      400,
      'E0000001',
      'Not in federation broker mode',
      'With Federation Broker Mode everybody in the org may use the app: leave "groups" and "users" out, or turn the mode off in the Admin Console.',
      1,
    ],
    [400, 'E0000043', 'No', LACKING, 1],
    [401, 'E0000015', 'No', LACKING, 1],
    [
      401,
      'E0000011',
      'No',
      'Check "api-token": it must be a token of HOST, used within the last 30 days, not revoked, and allowed from the runner\'s network.',
      1,
    ],
    [
      403,
      'E0000039',
      'No',
      'Okta says this, too, where something else changes the app at the same time: find out what does, and run it again later.',
      4,
    ],
    [
      404,
      'E0000007',
      'Not found: 0oa1 (AppInstance)',
      'Check "app-id": an app ID looks like 0oa1b2c3d4E5F6g7H8i9 and belongs to one org.',
      1,
    ],
    [
      404,
      'E0000007',
      'Not found: desk (App)',
      'Check "catalog-app": it is the part after /admin/app/ in the address of such an app in the Admin Console.',
      1,
    ],
    [404, 'E0000007', 'Not found: app', 'Check "org-url" and the inputs.', 1],
    [405, 'E0000022', 'No', 'Check "org-url" and the inputs.', 1],
    [409, 'E0000001', 'No', FAILED, 8],
    [423, 'E0000239', 'No', FAILED, 8],
    [500, 'E0000009', 'No', FAILED, 8],
  ])('%d (%s): %s', async (status, errorCode, errorSummary, remedy, asked) => {
    org.refuse(GET(APPS), answer(status, { errorCode, errorSummary }));
    const what =
      status === 401 ? 'Cannot use "api-token" to find the app "shop"' : 'Cannot find the app "shop"';
    expect(await failure(org, WEB, { world: { clock } })).toBe(
      `${what}: Okta answered ${status} (${errorCode}): ${errorSummary}. ${remedy.replace('HOST', new URL(org.url).host)}`,
    );
    expect(org.taken()).toHaveLength(asked);
  });

  test('of a list of client secrets: leave the output out', async () => {
    await succeed(org, WEB);
    org.refuse(GET(/\/credentials\/secrets$/));
    expect(await failure(org, SECRET)).toBe(
      'Cannot read the client secret of the app "shop": Okta answered 403: no reason given. ' +
        'Give the token\'s owner an administrator role that allows it, such as Application Administrator, or a custom one with the permission okta.apps.clientCredentials.read; or leave "output-client-secret" out.',
    );
  });
});

describe('a new app that Okta does not find yet', () => {
  const NOT_FOUND = answer(404, { errorCode: 'E0000007', errorSummary: 'Not found: 0oa1 (AppInstance)' });
  const NEW: Inputs = { ...STAFF, ...ANN, ...STRICT, ...CLAIMED, 'api-scopes': 'okta.users.read' };

  test.each<[string, Matcher]>([
    ['its authentication policy', PUT(/\/policies\/\w+$/)],
    ['its groups', PUT(/\/groups\/\w+$/)],
    ['its users', POST(/\/users$/)],
    ['its API scopes', GET(/\/grants$/)],
    ['an API scope to grant', POST(/\/grants$/)],
    ['its groups claim', GET(/\/idToken$/)],
    ['a groups claim to set', POST(/\/idToken$/)],
  ])('is waited for: %s', async (_, which) => {
    org.once(which, NOT_FOUND);
    const run = await succeed(org, NEW, { world: { clock } });
    expect(run.log).toContain('Okta answered 404. Waiting 0.4 s.');
  });

  test.each([
    [29_999, 'waited for'],
    [30_000, 'told'],
  ])('%d ms after it was made is %s', async (after, what) => {
    let now = clock.now();
    clock = { ...clock, now: () => now };
    let isFound = false;
    org.trouble.fault = (request) => {
      if (isFound || !PUT(/\/groups\/\w+$/)(request)) return undefined;
      isFound = true;
      now += after;
      return NOT_FOUND;
    };
    const run = await runOn(org, STAFF, { world: { clock } });
    expect(run.exitCode).toBe(what === 'told' ? 1 : 0);
  });

  test('is not mistaken for one that is there no more', async () => {
    await succeed(org, STAFF);
    org.refuse(GET(/\/apps\/\w+\/groups$/), NOT_FOUND);
    org.taken();
    expect(await failure(org, STAFF, { world: { clock } })).toMatch(
      /^Cannot read the groups of the app "shop": Okta answered 404 /,
    );
    expect(org.taken()).toHaveLength(2);
  });
});

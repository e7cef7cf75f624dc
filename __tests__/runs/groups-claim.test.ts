import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/util/json.ts';
import { idOf } from '../support/apps.ts';
import { virtualClock } from '../support/clock.ts';
import { APPS, GET, LOST, POST } from '../support/okta.ts';
import { WEB, changesOf, failure, foreignApp, succeed, writes, type Inputs } from '../support/runs.ts';
import { useOrg } from '../support/servers.ts';
import { KEY_ID, RSA, pem, serviceApp } from '../support/service-app.ts';

/** The claim that puts the groups of a person into an app's ID tokens, at the endpoint of Okta's console. */

const org = useOrg();

const ALL: Inputs = { ...WEB, 'groups-claim': 'groups' };
const SOME: Inputs = { ...WEB, 'groups-claim': 'name: roles\nfilter: starts-with\nvalue: shop-' };
const EXPRESSION: Inputs = { ...WEB, 'groups-claim': 'name: title\nexpression: user.title' };
const PATH = /\/settings\/oauth\/idToken$/;

async function idToken(): Promise<JsonObject> {
  const id = idOf(await org.app('shop'));
  return org.api('GET', `/api/v1/internal/apps/${id}/settings/oauth/idToken`);
}

/** The bodies that the action has sent to the endpoint. */
function sent(): unknown[] {
  return org.requests
    .filter(({ method, path }) => method === 'POST' && PATH.test(path))
    .map(({ body }) => body);
}

describe('the groups claim', () => {
  test.each<[string, Inputs, unknown, JsonObject]>([
    [
      'of all groups',
      ALL,
      'groups',
      { valueType: 'GROUPS', name: 'groups', groupFilterType: 'REGEX', value: '.*' },
    ],
    [
      'of those that fit',
      SOME,
      { name: 'roles', filter: 'starts-with', value: 'shop-' },
      { valueType: 'GROUPS', name: 'roles', groupFilterType: 'STARTS_WITH', value: 'shop-' },
    ],
    [
      'of an expression',
      EXPRESSION,
      { name: 'title', expression: 'user.title' },
      { valueType: 'EXPRESSION', name: 'title', value: 'user.title' },
    ],
  ])('%s is set once, with a new app and with one that is there', async (_, inputs, said, held) => {
    const created = await succeed(org, inputs);
    expect(changesOf(created)).toContainEqual({ field: 'groups-claim', from: null, to: said });
    expect(await idToken()).toMatchObject(held);
    org.taken();
    expect((await succeed(org, inputs)).outputs).toMatchObject({ result: 'unchanged', changes: '[]' });
    expect(writes(org)).toEqual([]);

    const other = { ...inputs, name: 'other' };
    await succeed(org, { ...WEB, name: 'other' });
    const updated = await succeed(org, other);
    expect(updated.outputs['result']).toBe('updated');
    expect(changesOf(updated)).toEqual([{ field: 'groups-claim', from: null, to: said }]);
  });

  test('is replaced, left alone if the input is absent, and removed by []', async () => {
    await succeed(org, ALL);
    const changed = await succeed(org, SOME);
    expect(changesOf(changed)).toEqual([
      { field: 'groups-claim', from: 'groups', to: { name: 'roles', filter: 'starts-with', value: 'shop-' } },
    ]);
    await succeed(org, { ...WEB, 'post-logout-redirect-uris': 'https://shop.example.com/' });
    expect(await idToken()).toMatchObject({ name: 'roles' });
    const removed = await succeed(org, { ...WEB, 'groups-claim': '[]' });
    expect(changesOf(removed)).toEqual([
      { field: 'groups-claim', from: { name: 'roles', filter: 'starts-with', value: 'shop-' }, to: null },
    ]);
    expect(await idToken()).not.toHaveProperty('name');
    org.taken();
    expect((await succeed(org, { ...WEB, 'groups-claim': '[]' })).outputs['result']).toBe('unchanged');
    expect(writes(org)).toEqual([]);
  });

  test('is planned by a dry run, which changes nothing', async () => {
    await succeed(org, WEB);
    org.taken();
    const dry = await succeed(org, { ...ALL, 'dry-run': 'true' });
    expect(changesOf(dry)).toEqual([{ field: 'groups-claim', from: null, to: 'groups' }]);
    expect(writes(org)).toEqual([]);
  });

  test.each(['ORG_URL', 'CUSTOM_URL', 'DYNAMIC'])(
    'is sent with the issuer mode as it was read: %s',
    async (mode) => {
      const settings = `settings: { oauthClient: { issuer_mode: ${mode} } }`;
      await succeed(org, { ...WEB, settings });
      await succeed(org, ALL);
      await succeed(org, { ...WEB, 'groups-claim': '[]' });
      expect(sent()).toEqual([
        { issuerMode: mode, name: 'groups', value: '.*', valueType: 'GROUPS', groupFilterType: 'REGEX' },
        { issuerMode: mode },
      ]);
    },
  );

  test('is read again after it was written: what Okta did not keep is a warning', async () => {
    await succeed(org, WEB);
    const echo = { issuer: null, audience: null, issuerMode: 'ORG_URL', valueType: 'GROUPS', name: 'groups' };
    org.once(POST(PATH), { kind: 'answer', status: 200, body: echo });
    const run = await succeed(org, ALL);
    expect(run.warnings.join()).toContain(
      'Okta did not keep all that was sent for the app "shop": groups-claim.',
    );
  });

  test('whose write got lost on the way back is set', async () => {
    org.once(POST(PATH), LOST);
    await succeed(org, ALL);
    expect(await idToken()).toMatchObject({ name: 'groups' });
  });

  test('of an app of somebody else is not touched', async () => {
    await foreignApp(org, 'shop');
    org.taken();
    expect(await failure(org, { name: 'shop', 'groups-claim': 'groups' })).toMatch(
      /Cannot change the app "shop": it carries no mark of a repository, and it differs in groups-claim/,
    );
    expect(writes(org)).toEqual([]);
  });

  test('takes one request more where nothing is to be done', async () => {
    await succeed(org, ALL);
    org.taken();
    await succeed(org, ALL);
    const path = `/api/v1/internal/apps/${idOf(await org.app('shop'))}/settings/oauth/idToken`;
    expect(org.taken()).toEqual([`GET ${APPS}`, `GET ${path}`]);
  });
});

describe('a refusal', () => {
  test.each([
    ['reading', GET(PATH), 'read'],
    ['setting', POST(PATH), 'set'],
  ])('names the endpoint as one that Okta does not document: %s', async (_, which, verb) => {
    await succeed(org, WEB);
    org.refuse(which);
    expect(await failure(org, ALL)).toContain(
      `Cannot ${verb} the groups claim of the app "shop" at an endpoint that Okta does not document: Okta answered 403`,
    );
  });

  test('tells of removing one, too', async () => {
    await succeed(org, ALL);
    org.refuse(POST(PATH), 404);
    expect(await failure(org, { ...WEB, 'groups-claim': '[]' })).toContain(
      'Cannot remove the groups claim of the app "shop" at an endpoint that Okta does not document: Okta answered 404',
    );
  });

  test('of an answer that is none is told, and nothing is written', async () => {
    await succeed(org, WEB);
    org.taken();
    org.refuse(GET(PATH), { kind: 'answer', status: 200, body: [] });
    expect(await failure(org, ALL)).toContain('Okta answered with something other than an object');
    expect(writes(org)).toEqual([]);
  });
});

describe('"state: read"', () => {
  test.each<[string, Inputs, RegExp]>([
    ['of all groups', ALL, /^ {2}groups-claim: groups$/m],
    [
      'of those that fit',
      SOME,
      /^ {2}groups-claim: \|\n {4}name: roles\n {4}filter: starts-with\n {4}value: shop-$/m,
    ],
    ['of an expression', EXPRESSION, /^ {2}groups-claim: \|\n {4}name: title\n {4}expression: user\.title$/m],
  ])('shows it, and the inputs that it writes change nothing: %s', async (_, inputs, shown) => {
    await succeed(org, inputs);
    const read = await succeed(org, { name: 'shop', state: 'read' });
    expect(read.log).toMatch(shown);
    const [, block = ''] = /^ {2}groups-claim: (?:\|\n)?((?:.+\n?)(?: {4}.+\n?)*)/m.exec(read.log) ?? [];
    const claim = block
      .replace(/^ {4}/gm, '')
      .replace(/\n {2}\S[^]*$/, '')
      .trim();
    org.taken();
    expect((await succeed(org, { ...WEB, 'groups-claim': claim })).outputs['result']).toBe('unchanged');
    expect(writes(org)).toEqual([]);
  });

  test('says nothing of one that is not there', async () => {
    await succeed(org, WEB);
    const read = await succeed(org, { name: 'shop', state: 'read' });
    expect(read.log).not.toContain('groups-claim');
  });

  test('says so where the credential may not read it, and asks nothing with an OAuth token', async () => {
    await succeed(org, ALL);
    org.refuse(GET(PATH));
    const refused = await succeed(org, { name: 'shop', state: 'read' });
    expect(refused.notices.join()).toContain(
      'The inputs below say nothing of the groups claim of the app. Cannot read',
    );
    org.relent();
    const credentials = {
      'api-token': '',
      'auth-client-id': await serviceApp(org),
      'auth-private-key': pem(RSA.privateKey, 'pkcs8'),
      'auth-key-id': KEY_ID,
    };
    const before = org.requests.length;
    const world = { clock: virtualClock(Date.now()) };
    const asClient = await succeed(org, { name: 'shop', state: 'read', ...credentials }, { world });
    expect(org.requests.slice(before).filter(({ path }) => PATH.test(path))).toEqual([]);
    expect(asClient.notices).toContain(
      'The inputs below say nothing of the groups claim of the app: Okta shows it to API tokens only.',
    );
  });
});

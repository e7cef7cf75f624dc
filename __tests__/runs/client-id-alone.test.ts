import { beforeEach, describe, expect, test } from '@jest/globals';
import { idOf, redirectUrisOf } from '../support/apps.ts';
import { APPS } from '../support/okta.ts';
import { WEB, failure, foreignApp, numbers, succeed, writes, type Inputs } from '../support/runs.ts';
import { useOrg } from '../support/servers.ts';

/** Previews know an app by its client ID: it alone names the app where nothing is created. */

const org = useOrg();

const READ: Record<string, string> = {
  'an ID of its own': 'shop-client',
  "Okta's own": '',
};
const URI = 'https://pr-1.example.com/callback';
/** The list of the org's custom OIDC apps, which is read page by page. */
const LIST = `GET ${APPS}`;
const NOTICE =
  /^Okta finds no app by a client ID that is not the ID of the app: the OIDC apps of the org were read/;

describe.each(Object.entries(READ))('named by its client ID alone, %s', (_, own) => {
  let clientId: string;
  let path: string;

  beforeEach(async () => {
    const app = await foreignApp(
      org,
      'shop',
      own ? { credentials: { oauthClient: { client_id: own } } } : {},
    );
    for (const n of numbers(3)) await foreignApp(org, `other ${n}`);
    clientId = own || idOf(app);
    path = `GET ${APPS}/${idOf(app)}`;
    org.taken();
  });

  const look = (): string[] => [own ? LIST : path];

  test('an app is read', async () => {
    const run = await succeed(org, { 'client-id': clientId, state: 'read' });
    expect(run.log).toContain('The app "shop" was read.');
    expect(org.taken().slice(0, 1)).toEqual(look());
    expect(run.notices.filter((text) => NOTICE.test(text))).toHaveLength(own ? 1 : 0);
  });

  test('a shared app gets URIs, and loses them again', async () => {
    const shared: Inputs = { 'client-id': clientId, shared: 'true', 'redirect-uris': URI };
    const added = await succeed(org, shared);
    expect(added.outputs['result']).toBe('updated');
    expect(redirectUrisOf(await org.app('shop'))).toContain(URI);
    expect(
      org
        .taken()
        .filter((request) => [LIST, path].includes(request))
        .slice(0, 1),
    ).toEqual(look());
    expect((await succeed(org, { ...shared, state: 'absent' })).outputs['result']).toBe('updated');
    expect(redirectUrisOf(await org.app('shop'))).not.toContain(URI);
  });

  test('an app is deleted', async () => {
    const inputs: Inputs = { 'client-id': clientId, state: 'absent', adopt: 'true' };
    expect((await succeed(org, inputs)).outputs['result']).toBe('deleted');
    expect(await org.labels()).not.toContain('shop');
    const again = await succeed(org, inputs);
    expect(again.outputs['result']).toBe('absent');
    expect(again.log).not.toContain('The app "" ');
  });

  test('an unchanged shared app takes one look', async () => {
    const shared: Inputs = { 'client-id': clientId, shared: 'true', 'redirect-uris': URI };
    await succeed(org, shared);
    org.taken();
    expect((await succeed(org, shared)).outputs['result']).toBe('unchanged');
    expect(org.taken()).toEqual(look());
  });
});

describe('a client ID that no app has', () => {
  test.each([
    ['an ID of its own', 'gone-client', LIST],
    ["one of Okta's form", '0oa0123456789ABCDEFG', `GET ${APPS}/0oa0123456789ABCDEFG`],
  ])('is told with what to do: %s', async (_, clientId, look) => {
    await foreignApp(org, 'shop');
    org.taken();
    const inputs: Inputs = { 'client-id': clientId, 'mask-client-id': 'false' };
    expect(await failure(org, { ...inputs, state: 'read' })).toBe(
      `Cannot find the app "${clientId}": Okta has no OIDC app with that client ID. Check "client-id", or give "name". A run with "state: read" never creates the app.`,
    );
    expect(org.taken()).toEqual([look]);
    expect(await failure(org, { ...inputs, shared: 'true', 'redirect-uris': URI })).toBe(
      `Cannot find the shared app "${clientId}": Okta has no OIDC app with that client ID. Check "client-id", or give "name". A run with "shared: true" never creates the app.`,
    );
    const absent = await succeed(org, { ...inputs, state: 'absent' });
    expect(absent.log).toContain(`The app "${clientId}" does not exist, as the workflow says.`);
  });
});

test('a client ID that two apps have is an error that tells them apart', async () => {
  org.trouble.clientIdRaceMs = 100;
  const ownId = { credentials: { oauthClient: { client_id: 'shop-client' } } };
  await Promise.all(['shop', 'stock'].map((label) => foreignApp(org, label, ownId)));
  const message = await failure(org, { 'client-id': 'shop-client', state: 'read' });
  expect(message.replace(/0oa\w+ made at \S+/g, 'ID made at T')).toBe(
    'Cannot tell which app is meant by "shop-client": 2 apps have that client ID: ID made at T (active, without a mark), ID made at T (active, without a mark). Give the ID of the right one as "app-id", or rename or delete the others. Two of them have one client ID, which Okta is to take once: tell Okta. The times tell them apart in the Admin Console, and in the System Log.',
  );
});

test.each<[string, Inputs]>([
  ['read', { state: 'read' }],
  ['deleted', { state: 'absent', adopt: 'true' }],
  ['shared', { shared: 'true', 'redirect-uris': URI }],
])('an app of another client ID than its name is given with is not %s', async (_, inputs) => {
  await foreignApp(org, 'shop', { credentials: { oauthClient: { client_id: 'shop-client' } } });
  expect(await failure(org, { name: 'shop', 'client-id': 'other-client', ...inputs })).toBe(
    'Cannot use the app "shop": it has another client ID. Check "client-id", or leave it out.',
  );
  expect(writes(org).filter((request) => !request.startsWith(`POST ${APPS}`))).toEqual([]);
});

describe('a client ID of its own that is a part of the name', () => {
  test('does not turn the log into ***', async () => {
    const inputs = { ...WEB, name: 'shop-client preview', 'client-id': 'shop-client' };
    for (const run of [await succeed(org, inputs), await succeed(org, inputs)]) {
      expect(run.log).toContain('The app "shop-client preview"');
      expect(run.log + run.summary).not.toContain('***');
      expect(run.masks).not.toContain('shop-client');
    }
  });

  test('is masked where the workflow says so', async () => {
    const run = await succeed(org, { ...WEB, 'client-id': 'shop-client', 'mask-client-id': 'true' });
    expect(run.masks).toContain('shop-client');
  });

  test("is masked if it has the form of Okta's, or of one that is derived", async () => {
    for (const clientId of ['0oa0123456789ABCDEFG', 'shop-xdnamwbeha']) {
      const run = await succeed(org, { 'client-id': clientId, state: 'absent' });
      expect(run.masks).toContain(clientId);
      expect(run.log).not.toContain(clientId);
    }
  });
});

import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { textOf } from '../../src/util/json.ts';
import { idOf } from '../support/apps.ts';
import { virtualClock } from '../support/clock.ts';
import { APPS, LOST, POST } from '../support/okta.ts';
import { changesOf, failure, foreignApp, succeed, WEB, writes } from '../support/runs.ts';
import { useOrg } from '../support/servers.ts';
import { KEY_ID, pem, RSA, serviceApp } from '../support/service-app.ts';

/** The groups claim of an app's ID tokens: an endpoint that Okta does not document, answered as it was recorded. */

const org = useOrg();
const PATH = /\/settings\/oauth\/idToken$/;
const FILTERED = { ...WEB, 'groups-claim': '{ name: groups, filter: starts-with, value: shop- }' };

async function held(): Promise<Record<string, unknown>> {
  const { id } = await org.app('shop');
  return org.api('GET', `/api/v1/internal/apps/${textOf(id)}/settings/oauth/idToken`);
}

describe('groups-claim', () => {
  test('is set with the create, found unchanged, changed, left alone, and removed', async () => {
    const created = await succeed(org, FILTERED);
    expect(changesOf(created)).toContainEqual({
      field: 'groups-claim',
      from: null,
      to: { name: 'groups', filter: 'starts-with', value: 'shop-' },
    });
    const claim = { name: 'groups', valueType: 'GROUPS', groupFilterType: 'STARTS_WITH', value: 'shop-' };
    expect(await held()).toMatchObject(claim);

    org.taken();
    expect((await succeed(org, FILTERED)).outputs['result']).toBe('unchanged');
    expect(writes(org)).toEqual([]);

    const expression = { ...WEB, 'groups-claim': 'name: groups\nexpression: user.department' };
    const changed = await succeed(org, expression);
    expect(changesOf(changed)).toEqual([
      {
        field: 'groups-claim',
        from: { name: 'groups', filter: 'starts-with', value: 'shop-' },
        to: { name: 'groups', expression: 'user.department' },
      },
    ]);
    expect(await held()).toMatchObject({ name: 'groups', valueType: 'EXPRESSION', value: 'user.department' });
    expect((await succeed(org, expression)).outputs['result']).toBe('unchanged');

    await succeed(org, WEB);
    expect(await held()).toMatchObject({ name: 'groups' });

    const removed = await succeed(org, { ...WEB, 'groups-claim': '[]' });
    expect(changesOf(removed)).toEqual([
      { field: 'groups-claim', from: { name: 'groups', expression: 'user.department' }, to: null },
    ]);
    expect(await held()).not.toHaveProperty('name');
  });

  test('sends the issuer mode back as it was read', async () => {
    await succeed(org, { ...WEB, settings: '{ settings: { oauthClient: { issuer_mode: ORG_URL } } }' });
    org.taken();
    await succeed(org, FILTERED);
    const [sent] = org.requests.filter(
      ({ method, path }) => method === 'POST' && path.endsWith('/settings/oauth/idToken'),
    );
    expect(sent?.body).toMatchObject({ issuerMode: 'ORG_URL' });
  });

  test('by its name alone holds all groups, with a warning', async () => {
    const run = await succeed(org, { ...WEB, 'groups-claim': 'groups' });
    expect(await held()).toMatchObject({ groupFilterType: 'REGEX', value: '.*' });
    expect(run.warnings).toEqual([
      '"groups-claim" puts all groups of a person into the ID tokens, and Okta refuses a sign-in if they are more than a hundred. Give "filter" and "value" that fit fewer.',
    ]);
    expect((await succeed(org, { ...WEB, 'groups-claim': 'groups' })).outputs['result']).toBe('unchanged');
  });

  test.each([
    ['regex', 'shop-.*'],
    ['equals', '.*'],
  ])('of fewer is shown with its filter, %s %s, without a warning', async (filter, value) => {
    const inputs = { ...WEB, 'groups-claim': JSON.stringify({ name: 'groups', filter, value }) };
    const run = await succeed(org, { ...inputs, 'dry-run': 'true' });
    expect(changesOf(run)).toContainEqual({
      field: 'groups-claim',
      from: null,
      to: { name: 'groups', filter, value },
    });
    expect(run.warnings).toEqual([]);
  });

  test('that Okta does not store is a warning, though its answer says that it did', async () => {
    await succeed(org, WEB);
    org.trouble.fault = ({ method, path }) =>
      method === 'POST' && path.endsWith('/idToken') ? { kind: 'answer', status: 200, body: {} } : undefined;
    const run = await succeed(org, FILTERED);
    expect(run.warnings).toEqual(['Okta did not keep all that was sent for the app "shop": groups-claim.']);
  });

  test('that Okta refuses says at which endpoint', async () => {
    await succeed(org, WEB);
    org.trouble.forbidden = ({ path }) => path.includes('/internal/');
    expect(await failure(org, FILTERED)).toMatch(
      /^Cannot read the groups claim of the app "shop" at the endpoint of the Admin Console that Okta does not document: Okta answered 403 /,
    );
  });

  test.each([
    [
      '{ name: groups, filter: starts-with, value: shop- }',
      '{"name":"groups","filter":"starts-with","value":"shop-"}',
    ],
    ['{ name: groups, expression: user.department }', '{"name":"groups","expression":"user.department"}'],
    ['groups', 'groups'],
  ])('is written down by "state: read", and unchanged when it is given back: %s', async (given, written) => {
    await succeed(org, { ...WEB, 'groups-claim': given });
    const read = await succeed(org, { name: 'shop', state: 'read' });
    const block = /```yaml\n([\s\S]*?)```/.exec(read.rawSummary)?.[1] ?? '';
    const text = (parse(block) as { with: Record<string, string> }).with['groups-claim'] ?? '';
    expect(text).toBe(written);
    org.taken();
    expect((await succeed(org, { ...WEB, 'groups-claim': text, 'dry-run': 'true' })).outputs['result']).toBe(
      'unchanged',
    );
  });

  test('is planned by a dry run, which changes nothing', async () => {
    await succeed(org, WEB);
    org.taken();
    const dry = await succeed(org, { ...WEB, 'groups-claim': 'groups', 'dry-run': 'true' });
    expect(changesOf(dry)).toEqual([{ field: 'groups-claim', from: null, to: 'groups' }]);
    expect(writes(org)).toEqual([]);
  });

  test('whose write got lost on the way back is set', async () => {
    org.once(POST(PATH), LOST);
    await succeed(org, FILTERED);
    expect(await held()).toMatchObject({ name: 'groups' });
  });

  test('of an app of somebody else is not touched', async () => {
    await foreignApp(org, 'shop');
    org.taken();
    expect(await failure(org, { name: 'shop', 'groups-claim': 'groups' })).toContain(
      'it carries no mark of a repository, and it differs in groups-claim',
    );
    expect(writes(org)).toEqual([]);
  });

  test('takes one request more if nothing is to be done', async () => {
    await succeed(org, FILTERED);
    org.taken();
    await succeed(org, FILTERED);
    const path = `/api/v1/internal/apps/${idOf(await org.app('shop'))}/settings/oauth/idToken`;
    expect(org.taken()).toEqual([`GET ${APPS}`, `GET ${path}`]);
  });

  test('is not asked for by "state: read" with an OAuth token, which says so', async () => {
    await succeed(org, FILTERED);
    const credentials = {
      'api-token': '',
      'auth-client-id': await serviceApp(org),
      'auth-private-key': pem(RSA.privateKey, 'pkcs8'),
      'auth-key-id': KEY_ID,
    };
    const before = org.requests.length;
    const world = { clock: virtualClock(Date.now()) };
    const run = await succeed(org, { name: 'shop', state: 'read', ...credentials }, { world });
    expect(org.requests.slice(before).filter((request) => PATH.test(request.path))).toEqual([]);
    expect(run.notices).toContain(
      'The inputs below say nothing of the groups claim of the app: Okta shows it to API tokens only.',
    );
  });
});

import { describe, expect, test } from '@jest/globals';
import { textOf, valueAt, type JsonObject } from '../../src/util/json.ts';
import { WEB, changesOf, failure, foreignApp, succeed, writes, type Inputs } from '../support/runs.ts';
import { useOrg } from '../support/servers.ts';

/** What a dry run says. */

const org = useOrg();

const MARK = ['profile', 'okta_oidc_app'];

const ABSENT: Inputs = { name: 'shop', state: 'absent' };

const shop = (): Promise<JsonObject> => org.app('shop');
const marked = async (): Promise<unknown> => valueAt(await shop(), MARK);

describe('a dry run', () => {
  const dry = { 'dry-run': 'true' };

  test('of a creation says what would be created, and creates nothing', async () => {
    await org.group('Sellers');
    const more = { groups: 'Sellers', 'trusted-origins': 'https://shop.example.com' };
    const run = await succeed(org, { ...WEB, ...more, ...dry });
    expect(run.outputs).toMatchObject({
      result: 'created',
      changed: 'true',
      'client-id': '',
      'app-id': '',
      issuer: '',
    });
    expect(run.log).toContain('Dry run: The app "shop" would be created.');
    expect(run.summary).toContain('**Dry run.** The app **shop** would be created.');
    expect(writes(org)).toEqual([]);
    expect(await org.labels()).toEqual([]);
    const real = await succeed(org, { ...WEB, ...more });
    expect(changesOf(real)).toEqual(changesOf(run));
  });

  test('of an update says what would be updated, and updates nothing', async () => {
    await succeed(org, WEB);
    const before = await shop();
    const changed = { ...WEB, 'logo-uri': 'https://shop.example.com/logo.png' };
    org.taken();
    const run = await succeed(org, { ...changed, ...dry });
    expect(run.outputs).toMatchObject({ result: 'updated', changed: 'true', 'app-id': textOf(before['id']) });
    expect(run.log).toContain('Dry run: The app "shop" would be updated.');
    expect(writes(org)).toEqual([]);
    expect(await shop()).toEqual(before);
    expect(changesOf(await succeed(org, changed))).toEqual(changesOf(run));
  });

  test('of an app that is as it should be says so', async () => {
    await succeed(org, WEB);
    const run = await succeed(org, { ...WEB, ...dry });
    expect(run.outputs).toMatchObject({ result: 'unchanged', changed: 'false' });
  });

  test('of a deletion says what would be deleted, and deletes nothing', async () => {
    await succeed(org, { ...WEB, 'trusted-origins': 'https://shop.example.com' });
    org.taken();
    const run = await succeed(org, { ...ABSENT, ...dry });
    expect(run.outputs).toMatchObject({ result: 'deleted', changed: 'true' });
    expect(run.log).toContain('Dry run: The app "shop" would be deleted.');
    expect(writes(org)).toEqual([]);
    expect(await org.labels()).toEqual(['shop']);
  });

  test('of the deletion of an app that does not exist says so', async () => {
    const run = await succeed(org, { ...ABSENT, ...dry });
    expect(run.outputs).toMatchObject({ result: 'absent', changed: 'false' });
  });

  test('of a creation that Okta would refuse for its groups is refused, too', async () => {
    expect(await failure(org, { ...WEB, ...dry, groups: 'Nobody' })).toContain(
      'Cannot find the group "Nobody"',
    );
  });

  test('finds what is wrong with an adoption', async () => {
    await foreignApp(org, 'shop');
    const run = await succeed(org, { ...WEB, ...dry, adopt: 'true' });
    expect(changesOf(run)).toEqual([{ field: 'owner', from: null, to: 'acme/shop' }]);
    expect(await marked()).toBeUndefined();
  });
});

import { describe, expect, test } from '@jest/globals';
import { valueAt } from '../../src/util/json.ts';
import { WEB, changesOf, succeed, writes, type Inputs } from '../support/runs.ts';
import { useOrg } from '../support/servers.ts';

/** What was written is compared with what Okta answers. The emulated org, like Okta, keeps a read-only property as it is. */

const org = useOrg();

const DROPPED = 'credentials: { signing: { use: enc } }';
const WARNING = 'Okta did not keep all that was sent for the app "shop": credentials.signing.use.';

const noted = async (): Promise<unknown> =>
  valueAt(await org.app('shop'), ['profile', 'okta_oidc_app', 'ignored']);

/** A second run with the same inputs writes nothing, says `unchanged`, and warns all the same. */
async function expectUnchanged(inputs: Inputs): Promise<void> {
  org.taken();
  const again = await succeed(org, inputs);
  expect(again.outputs).toMatchObject({ result: 'unchanged', changed: 'false', changes: '[]' });
  expect(again.warnings).toEqual([WARNING]);
  expect(writes(org)).toEqual([]);
}

describe('a setting that Okta takes and does not keep', () => {
  const inputs = { ...WEB, settings: DROPPED };

  test('is a warning in the run that creates the app, and is not written again', async () => {
    const created = await succeed(org, inputs);
    expect(created.outputs['result']).toBe('created');
    expect(created.warnings).toEqual([WARNING]);
    await expectUnchanged(inputs);
    await expectUnchanged({ ...inputs, 'dry-run': 'true' });
  });

  test('is a warning in the run that adds it to an app, and no change', async () => {
    await succeed(org, WEB);
    const updated = await succeed(org, { ...inputs, 'logo-uri': 'https://shop.example.com/logo.png' });
    expect(updated.outputs['result']).toBe('updated');
    expect(changesOf(updated).map(({ field }) => field)).toEqual(['logo-uri']);
    expect(updated.warnings).toEqual([WARNING]);
    await expectUnchanged({ ...inputs, 'logo-uri': 'https://shop.example.com/logo.png' });
  });

  test('is alone in the warning of a run that activates the app as well', async () => {
    const { outputs } = await succeed(org, WEB);
    await org.api('POST', `/api/v1/apps/${outputs['app-id']}/lifecycle/deactivate`);
    const updated = await succeed(org, inputs);
    expect(changesOf(updated)).toEqual([{ field: 'status', from: 'INACTIVE', to: 'ACTIVE' }]);
    expect(updated.warnings).toEqual([WARNING]);
    await expectUnchanged(inputs);
  });

  test('is written again once it is to have another value, and forgotten with the input', async () => {
    await succeed(org, inputs);
    const before = await noted();
    expect(before).toEqual({ 'credentials.signing.use': expect.stringMatching(/^[0-9a-f]{4}$/) });
    org.taken();
    const asked = org.requests.length;
    await succeed(org, { ...WEB, settings: 'credentials: { signing: { use: tls } }' });
    expect(writes(org).length).toBeGreaterThan(0);
    expect(await noted()).not.toEqual(before);
    const [sent] = org.requests.slice(asked).filter(({ method }) => method === 'PUT');
    expect(sent?.body).toMatchObject({ credentials: { signing: { use: 'tls' } } });
    const without = await succeed(org, WEB);
    expect(without.warnings).toEqual([]);
    expect(await noted()).toBeUndefined();
  });

  test('is noted beside the others, which are written as ever', async () => {
    await succeed(org, inputs);
    const changed = await succeed(org, { ...inputs, 'redirect-uris': 'https://shop.example.com/new' });
    expect(changesOf(changed).map(({ field }) => field)).toEqual(['redirect-uris']);
    expect(changed.warnings).toEqual([WARNING]);
    expect(await noted()).toBeDefined();
  });
});

test('a name that Okta keeps as another one is a warning, and is not sent again', async () => {
  const { outputs } = await succeed(org, WEB);
  org.unknown.label = 'NFKC';
  const inputs = { 'app-id': outputs['app-id'] ?? '', name: 'o\uFB03ce' };
  const warnings = ['Okta did not keep all that was sent for the app "shop": name.'];
  expect((await succeed(org, inputs)).warnings).toEqual(warnings);
  expect(await org.labels()).toEqual(['office']);
  org.taken();
  for (const extra of [{}, { 'dry-run': 'true' }]) {
    const again = await succeed(org, { ...inputs, ...extra });
    expect(again.outputs).toMatchObject({ result: 'unchanged', changes: '[]' });
    expect(again.warnings).toEqual(['Okta did not keep all that was sent for the app "office": name.']);
  }
  expect(writes(org)).toEqual([]);
});

test('where Okta does not keep the mark of a new app, it is not sent once more', async () => {
  await org.restart({ unknown: { catalogProfile: 'dropped' } });
  const created = await succeed(org, { name: 'shop', 'catalog-app': 'paperlantern' });
  expect(created.warnings).toEqual([]);
  expect(writes(org)).toEqual(['POST /api/v1/apps']);
});

test('where the answer to a create does not show the mark, it is not sent once more', async () => {
  const { apps } = org.org;
  const set = apps.set.bind(apps);
  apps.set = (id, app) => {
    const { profile: _, ...shown } = app.body;
    return set(id, Object.defineProperty(app, 'body', { get: () => shown, set: () => undefined }));
  };
  const created = await succeed(org, { ...WEB, 'redirect-hosts': '*.example.com' });
  expect(created.outputs['result']).toBe('created');
  expect(writes(org)).toEqual(['POST /api/v1/apps']);
});

test('where Okta does not keep the mark either, an update in vain is no update', async () => {
  await org.restart({ unknown: { catalogProfile: 'dropped' } });
  const inputs = { name: 'shop', 'catalog-app': 'paperlantern', settings: DROPPED };
  await succeed(org, inputs);
  for (let time = 1; time <= 2; time += 1) {
    const again = await succeed(org, inputs);
    expect(again.outputs).toMatchObject({ result: 'unchanged', changes: '[]' });
    expect(again.warnings).toEqual([WARNING]);
  }
});

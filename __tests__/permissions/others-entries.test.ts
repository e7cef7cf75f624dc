import { describe, expect, test, beforeEach } from '@jest/globals';
import { valueAt, type JsonObject } from '../../src/util/json.ts';
import { redirectUrisOf } from '../support/apps.ts';
import { PR_12, CLOSED_12, PR_13 } from '../support/kinds-of-runs.ts';
import { WEB, changesOf, failure, succeed, writes, type Inputs } from '../support/runs.ts';
import { useOrg } from '../support/servers.ts';

/** What others have put on an app. */

const org = useOrg();

const ABSENT: Inputs = { name: 'shop', state: 'absent' };

const MARK = ['profile', 'okta_oidc_app'];
const shop = (): Promise<JsonObject> => org.app('shop');

describe('what others have put on an app', () => {
  const OWN = 'https://shop.example.com/callback';
  const PR_URI = 'https://pr-12.example.com/callback';
  const BYE = 'https://pr-12.example.com/bye';
  const OWNED = { ...WEB, 'redirect-hosts': '*.example.com' };
  const SHARED: Inputs = {
    name: 'shop',
    shared: 'true',
    'redirect-uris': PR_URI,
    'post-logout-redirect-uris': BYE,
  };

  beforeEach(async () => {
    await succeed(org, OWNED);
    await succeed(org, SHARED, PR_12);
    org.taken();
  });

  test("survives the app's own runs, which change their own lists beside it", async () => {
    expect((await succeed(org, OWNED)).outputs['result']).toBe('unchanged');
    expect(writes(org)).toEqual([]);
    const more = 'https://www.example.com/callback';
    const updated = await succeed(org, {
      ...OWNED,
      'redirect-uris': `${OWN}\n${more}`,
      'post-logout-redirect-uris': '[]',
    });
    expect(changesOf(updated)).toEqual([
      { field: 'redirect-uris', from: [OWN, PR_URI], to: [OWN, more, PR_URI] },
    ]);
    expect(redirectUrisOf(await shop())).toEqual([OWN, more, PR_URI]);
    expect(JSON.stringify(await shop())).toContain(BYE);
    org.taken();
    expect((await succeed(org, { ...OWNED, 'redirect-uris': `${OWN}\n${more}` })).outputs['result']).toBe(
      'unchanged',
    );
    expect((await succeed(org, SHARED, PR_12)).outputs['result']).toBe('unchanged');
    expect(writes(org)).toEqual([]);
  });

  test('survives a `settings` document, too', async () => {
    const settings = `settings: { oauthClient: { redirect_uris: [${OWN}] } }`;
    org.taken();
    expect((await succeed(org, { name: 'shop', settings })).outputs['result']).toBe('unchanged');
    expect(writes(org)).toEqual([]);
  });

  test('is claimed by an own run that lists it, and stays when the others take it away', async () => {
    const both = { ...OWNED, 'redirect-uris': `${OWN}\n${PR_URI}` };
    expect((await succeed(org, both)).outputs['result']).toBe('updated');
    org.taken();
    expect((await succeed(org, both)).outputs['result']).toBe('unchanged');
    expect(writes(org)).toEqual([]);
    // An own run that says nothing of a list changes nothing of what it claimed of it.
    await succeed(org, { name: 'shop', 'post-logout-redirect-uris': OWN });
    await succeed(org, { ...SHARED, state: 'absent' }, PR_12);
    expect(redirectUrisOf(await shop())).toEqual([OWN, PR_URI]);
    expect(valueAt(await shop(), [...MARK, 'uris'])).toBeUndefined();
    org.taken();
    expect((await succeed(org, both)).outputs['result']).toBe('unchanged');
    expect(writes(org)).toEqual([]);
    expect(redirectUrisOf(await shop())).toEqual([OWN, PR_URI]);
    await succeed(org, OWNED);
    expect(redirectUrisOf(await shop())).toEqual([OWN]);
  });

  test('is no longer claimed by an own run that no longer lists it', async () => {
    await succeed(org, { ...OWNED, 'redirect-uris': `${OWN}\n${PR_URI}` });
    await succeed(org, { ...OWNED, 'post-logout-redirect-uris': OWN });
    expect(redirectUrisOf(await shop())).toEqual([OWN, PR_URI]);
    await succeed(org, { ...SHARED, state: 'absent' }, PR_12);
    expect(redirectUrisOf(await shop())).toEqual([OWN]);
  });

  test('keeps the app from being deleted, with or without adopt', async () => {
    for (const inputs of [ABSENT, { ...ABSENT, adopt: 'true' }, { ...ABSENT, adopt: 'acme/shop' }]) {
      const error = await failure(org, inputs);
      expect(error).toContain(`others have put URIs on it: ${PR_URI} (acme/shop, pull request #12)`);
      expect(error).toContain('"shared: true" with "state: absent"');
    }
    expect(writes(org)).toEqual([]);
    await succeed(org, { ...SHARED, state: 'absent' }, PR_12);
    expect((await succeed(org, ABSENT)).outputs['result']).toBe('deleted');
  });

  test('goes with the close of the pull request, whatever is listed, trusted origins included', async () => {
    const deployments = [1, 2, 3].map((id) => `https://deployment-${id}.example.com`);
    for (const url of deployments) {
      const inputs = {
        name: 'shop',
        shared: 'true',
        state: 'auto',
        'redirect-uris': `${url}/callback`,
        'trusted-origins': url,
      };
      await succeed(org, inputs, PR_12);
    }
    await succeed(org, { ...SHARED, 'redirect-uris': 'https://pr-13.example.com/callback' }, PR_13);
    expect(await org.apiList('/api/v1/trustedOrigins')).toHaveLength(3);
    const CLOSE = { name: 'shop', shared: 'true', state: 'auto' };
    const dry = await succeed(org, { ...CLOSE, 'dry-run': 'true' }, CLOSED_12);
    const closed = await succeed(org, CLOSE, CLOSED_12);
    expect(changesOf(dry)).toEqual(changesOf(closed));
    expect(changesOf(closed).map(({ field }) => field)).toEqual(['redirect-uris', 'trusted-origins']);
    for (const { notices } of [dry, closed])
      expect(notices).toEqual([`${BYE} is kept in the shared app "shop": others added it too.`]);
    expect(redirectUrisOf(await shop())).toEqual([OWN, 'https://pr-13.example.com/callback']);
    expect(JSON.stringify(await shop())).toContain(BYE);
    expect(await org.apiList('/api/v1/trustedOrigins')).toEqual([]);
    org.taken();
    expect((await succeed(org, CLOSE, CLOSED_12)).outputs['result']).toBe('unchanged');
    expect(org.taken()).toEqual(['GET /api/v1/apps']);
  });

  test('tells of a trusted origin that a run gives up what becomes of its own, and of no other', async () => {
    const [own, both, listed, other] = ['own', 'both', 'listed', 'other'].map(
      (name) => `https://${name}.example.com`,
    ) as [string, string, string, string];
    const share = (...origins: string[]): Inputs => ({ ...SHARED, 'trusted-origins': origins.join('\n') });
    await succeed(org, { ...WEB, name: 'stock', 'client-id': 'okta', 'trusted-origins': listed });
    await succeed(org, share(own, both, listed), PR_12);
    await succeed(org, share(both, other), PR_13);
    const run = await succeed(org, { ...share(own, both, listed), state: 'absent' }, PR_12);
    expect(changesOf(run).slice(-1)).toEqual([
      { field: 'trusted-origins', from: [own, both, listed], to: [both, listed] },
    ]);
    const origins = await org.apiList('/api/v1/trustedOrigins');
    expect(origins.map(({ origin }) => origin).sort()).toEqual([both, listed, other]);
  });

  test('is not known without a list where no pull request closes', async () => {
    const error = await failure(org, { name: 'shop', shared: 'true', state: 'absent' }, CLOSED_12);
    expect(error).toContain('"redirect-uris" is missing');
    expect(await failure(org, { name: 'shop', shared: 'true', state: 'auto' }, PR_12)).toContain(
      '"redirect-uris" is missing',
    );
  });
});

describe('a shared run on what it cannot change', () => {
  test('refuses an app of the Integration Network by name', async () => {
    await succeed(org, {
      name: 'desk',
      'catalog-app': 'harbourdesk',
      settings: 'settings: { app: { subdomain: acme, region: eu } }',
    });
    org.taken();
    const error = await failure(org, {
      name: 'desk',
      shared: 'true',
      'redirect-uris': 'https://pr-12.example.com/',
    });
    expect(error).toBe(
      'Cannot share the app "desk": it is an app of the Okta Integration Network ("harbourdesk"), whose URIs Okta keeps itself. Name a custom OIDC app.',
    );
    expect(writes(org)).toEqual([]);
  });
});

import { beforeEach, describe, expect, test } from '@jest/globals';
import { textOf } from '../../src/util/json.ts';
import { idOf, markOf } from '../support/apps.ts';
import { WEB, atOnce, numbers, succeed } from '../support/runs.ts';
import { useOrg } from '../support/servers.ts';

/** Runs of one owner at the same time, of which one says nothing of trusted origins: no origin is left behind, none is lost. */

const org = useOrg();

const ORIGIN = 'https://shop.example.com';
const FIRST = 'https://first.example.com';

const SILENT = { ...WEB, 'initiate-login-uri': 'https://shop.example.com/login' };
const LISTING = {
  ...WEB,
  'logo-uri': 'https://shop.example.com/logo.png',
  'trusted-origins': `${FIRST}\n${ORIGIN}`,
};

const names = async (): Promise<string[]> =>
  (await org.apiList('/api/v1/trustedOrigins')).map(({ name }) => textOf(name)).sort();

async function expectSettings(): Promise<void> {
  expect(await org.app('shop')).toMatchObject({
    settings: {
      oauthClient: { initiate_login_uri: SILENT['initiate-login-uri'], logo_uri: LISTING['logo-uri'] },
    },
  });
}

// Writes take much longer than reads, so that each run writes what it has read before the other one's write took effect.
beforeEach(() => {
  let isWrite = false;
  org.trouble.fault = ({ method }) => {
    isWrite = method !== 'GET';
    return undefined;
  };
  org.trouble.latency = () => (isWrite ? 50 : 3) + Math.random() * 6;
});

describe.each<[string, () => Promise<unknown>]>([
  ['creates the app', () => Promise.resolve()],
  ['changes it', () => succeed(org, WEB)],
  ['changes it, which lists one of them', () => succeed(org, { ...WEB, 'trusted-origins': FIRST })],
])('a run that takes origins up, while another one %s', (_, prepare) => {
  test.each(numbers(2))('has them, and the app gives them up when it is deleted (%s)', async () => {
    await prepare();
    await atOnce(org, [[LISTING], [SILENT]]);
    const app = await org.app('shop');
    expect(await names()).toEqual([FIRST, ORIGIN].map((origin) => `${origin} (okta-oidc-app, ${idOf(app)})`));
    expect(markOf(app)['trusted_origins']).toEqual([FIRST, ORIGIN]);
    await expectSettings();
    await succeed(org, { name: 'shop', state: 'absent' });
    expect(await names()).toEqual([]);
  });
});

describe('a run that gives origins up, while another one changes the app', () => {
  test.each(numbers(2))('leaves none behind (%s)', async () => {
    await succeed(org, LISTING);
    await atOnce(org, [[{ ...LISTING, 'trusted-origins': '[]' }], [SILENT]]);
    expect(await names()).toEqual([]);
    expect(markOf(await org.app('shop'))['trusted_origins']).toBeUndefined();
    await expectSettings();
  });
});

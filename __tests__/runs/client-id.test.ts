import { describe, expect, test } from '@jest/globals';
import { derivedClientId } from '../../src/app/client-id.ts';
import { clientIdOf, idOf } from '../support/apps.ts';
import { WEB, failure, foreignApp, pullRequest, succeed, type Inputs } from '../support/runs.ts';
import { useOrg } from '../support/servers.ts';

/** The client ID that a new app gets. */

const org = useOrg();

const REPOSITORY_123 = { GITHUB_REPOSITORY_ID: '123' };

async function made(inputs: Inputs, env: Record<string, string> = REPOSITORY_123): Promise<string> {
  const run = await succeed(org, { ...WEB, ...inputs }, { env });
  expect(run.outputs['client-id']).toBe(clientIdOf(await org.app(inputs['name'] ?? 'shop')));
  return run.outputs['client-id'] ?? '';
}

describe('a derived client ID', () => {
  test.each([
    ['shop', 'shop-xdnamwbeha'],
    ['日本', 'app-cqobkmbs4m'],
  ])('of repository 123 on github.com, of the name %s, is %s', async (name, expected) => {
    expect(await made({ name })).toBe(expected);
  });

  test.each([
    ['Shop Preview #12', /^shop-preview-12-[a-z2-7]{10}$/],
    ['12 monkeys', /^app-12-monkeys-[a-z2-7]{10}$/],
    ['--Shop--', /^shop-[a-z2-7]{10}$/],
    ['Straße', /^stra-e-[a-z2-7]{10}$/],
    ['İstanbul', /^i-stanbul-[a-z2-7]{10}$/],
    ['!?', /^app-[a-z2-7]{10}$/],
    ['x'.repeat(100), /^x{60}-[a-z2-7]{10}$/],
    ['7'.repeat(100), /^app-7{56}-[a-z2-7]{10}$/],
    [`${'x'.repeat(59)} y`, /^x{59}-[a-z2-7]{10}$/],
  ])('of the name %j has its letters and digits, up to a length', async (name, form) => {
    const clientId = await made({ name });
    expect(clientId).toMatch(form);
    expect(clientId.length).toBeLessThanOrEqual(71);
  });

  test('is the same for names that are the same as names are compared, and for no others', () => {
    const owner = { server: 'github.com', repository: 'acme/shop', repositoryId: '123' };
    const of = (name: string): string => derivedClientId(name, owner);
    expect(of(' Caf\u00e9  pr ')).toBe(of('Cafe\u0301 pr'));
    expect(new Set(['shop', 'Shop', 'shop!', 'shop 1', 'shop-1', '日本', '日'].map(of)).size).toBe(7);
  });

  test.each<[string, Record<string, string>, boolean]>([
    ['under another name', { GITHUB_REPOSITORY: 'acme/store' }, true],
    ['of another ID', { GITHUB_REPOSITORY_ID: '124' }, false],
    ['on another server', { GITHUB_SERVER_URL: 'https://ghe.example.com' }, false],
  ])('is that of the repository: %s', async (_, env, isSame) => {
    const clientId = await made({}, { ...REPOSITORY_123, ...env });
    expect(clientId === 'shop-xdnamwbeha').toBe(isSame);
  });

  test('is by the name of the repository, in any case of letters, where GitHub does not tell its ID', async () => {
    const first = await made({}, { GITHUB_REPOSITORY_ID: '', GITHUB_REPOSITORY: 'acme/shop' });
    await succeed(org, { name: 'shop', state: 'absent' }, { env: { GITHUB_REPOSITORY_ID: '' } });
    expect(await made({}, { GITHUB_REPOSITORY_ID: '', GITHUB_REPOSITORY: 'Acme/Shop' })).toBe(first);
    expect(first).not.toBe('shop-xdnamwbeha');
  });

  test('is the same again after a deletion, for whoever creates the app, and in another org', async () => {
    const first = await made({});
    await succeed(org, { name: 'shop', state: 'absent' }, { env: REPOSITORY_123 });
    const event = pullRequest(12);
    const second = await succeed(org, WEB, { env: REPOSITORY_123, event });
    expect(second.outputs['client-id']).toBe(first);
    await org.restart();
    expect(await made({})).toBe(first);
  });

  test.each<Inputs>([
    { type: 'spa' },
    { type: 'native', 'redirect-uris': 'com.example.shop:/callback' },
    { type: 'web' },
  ])('is given to people’s apps: %j', async (inputs) => {
    expect(await made(inputs)).toBe('shop-xdnamwbeha');
  });

  test.each<[string, Inputs, Record<string, string>]>([
    [
      'a service app',
      { type: 'service', 'token-endpoint-auth-method': 'client_secret_basic', 'redirect-uris': '' },
      {},
    ],
    ['an app of the Integration Network', { 'catalog-app': 'paperlantern', 'redirect-uris': '' }, {}],
    ['an app for which the workflow says so', { 'client-id': 'okta' }, {}],
    ['an app without a repository', {}, { GITHUB_REPOSITORY: '', GITHUB_REPOSITORY_ID: '' }],
  ])('is not given to %s', async (_, inputs, env) => {
    const run = await succeed(org, { ...WEB, ...inputs }, { env });
    const app = await org.app('shop');
    expect(run.outputs['app-id']).toBe(idOf(app));
    expect(run.outputs['client-id'] ?? '').not.toMatch(/^shop-/);
  });

  test('is not put on an app that exists, which keeps what it has', async () => {
    const before = await foreignApp(org, 'shop');
    const run = await succeed(org, { ...WEB, adopt: 'true' }, { env: REPOSITORY_123 });
    expect(run.outputs).toMatchObject({ 'client-id': idOf(before), 'app-id': idOf(before) });
    for (const inputs of [WEB, { ...WEB, 'client-id': 'okta' }])
      expect((await succeed(org, inputs, { env: REPOSITORY_123 })).outputs['result']).toBe('unchanged');
    expect(await failure(org, { ...WEB, 'client-id': 'another-id' }, { env: REPOSITORY_123 })).toContain(
      'another client ID',
    );
  });

  test('stays that of an app that is renamed by its ID', async () => {
    const clientId = await made({});
    const id = idOf(await org.app('shop'));
    const run = await succeed(org, { name: 'store', 'app-id': id }, { env: REPOSITORY_123 });
    expect(run.outputs['client-id']).toBe(clientId);
  });
});

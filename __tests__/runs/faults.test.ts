import { beforeEach, describe, expect, test } from '@jest/globals';
import { textOf } from '../../src/util/json.ts';
import { run as sweepRun } from '../../src/sweep/run.ts';
import type { Fault } from '../../emulator/src/server.ts';
import { idOf, markOf } from '../support/apps.ts';
import { virtualClock } from '../support/clock.ts';
import { githubEnvironment } from '../support/github.ts';
import { connectionTo, TOKEN, type TestOrg } from '../support/okta.ts';
import type { ActionRun } from '../support/runner.ts';
import { pullRequest } from '../support/runs.ts';
import { useGitHub, useOrg } from '../support/servers.ts';
import { runSource } from '../support/source.ts';

/**
 * Every request of every kind of run fails once, in every way that requests fail: all of them in one run, or, where the answer is lost
 * after the work, one of them in each run. The run gets over it, with one app and everything that belongs to it; and a run that stops dead
 * after any of its requests leaves nothing that the next run does not finish or remove.
 */

/** Most leave nothing done, whether or not the run can know. */
const FAULTS: Record<string, Fault> = {
  '429 with a reset': {
    kind: 'answer',
    status: 429,
    headers: { 'x-rate-limit-limit': '100', 'x-rate-limit-remaining': '0' },
  },
  '429 without a reset': { kind: 'answer', status: 429 },
  '429 for requests at the same time': {
    kind: 'answer',
    status: 429,
    headers: { 'x-rate-limit-limit': '0', 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': '9999999999' },
  },
  '423': {
    kind: 'answer',
    status: 423,
    body: { errorCode: 'E0000239', errorSummary: 'Being reconciled.', errorCauses: [] },
  },
  '409': {
    kind: 'answer',
    status: 409,
    body: { errorCode: 'E0000195', errorSummary: 'Conflict.', errorCauses: [] },
  },
  '500': {
    kind: 'answer',
    status: 500,
    body: { errorCode: 'E0000009', errorSummary: 'Internal Server Error', errorCauses: [] },
  },
  '502 with a page': {
    kind: 'answer',
    status: 502,
    headers: { 'content-type': 'text/html' },
    body: '<html><body>Bad gateway</body></html>',
  },
  'a dropped connection': { kind: 'drop' },
  'a server that hangs': { kind: 'hang' },
  'an empty page with a next link': { kind: 'empty-page' },
  'a connection cut in the answer': { kind: 'cut' },
};

interface Kind {
  /** Brings the org into the state that the run meets. */
  before(org: TestOrg): Promise<void>;
  inputs: Record<string, string>;
  /** Whether it is the sweep that runs. */
  sweep?: boolean;
  /** Throws where the org is not as it should be after a run that succeeded. */
  after(org: TestOrg): Promise<void>;
}

const SHOP = {
  name: 'shop',
  'redirect-uris': 'https://shop.example.com/callback',
  groups: 'Developers\nDesigners',
  'trusted-origins': 'https://shop.example.com',
};
const ROBOT = {
  name: 'robot',
  type: 'service',
  'token-endpoint-auth-method': 'client_secret_basic',
  'api-scopes': 'okta.groups.read',
};
const SHARED = {
  name: 'shared',
  shared: 'true',
  'redirect-uris': 'https://pr-1.example.com/callback',
  'trusted-origins': 'https://pr-1.example.com',
};

const KINDS: Record<string, Kind> = {
  'creating an app with groups': {
    before: () => Promise.resolve(),
    inputs: SHOP,
    after: async (org) => {
      await expectShop(org, ['https://shop.example.com/callback'], ['Developers', 'Designers']);
    },
  },
  'creating an app without a lock': {
    before: () => Promise.resolve(),
    inputs: ROBOT,
    after: async (org) => {
      const app = await org.app('robot');
      expect(app['status']).toBe('ACTIVE');
      const grants = await org.apiList(`/api/v1/apps/${idOf(app)}/grants`);
      expect(grants.map(({ scopeId }) => scopeId)).toEqual(['okta.groups.read']);
    },
  },
  "replacing a closed pull request's app": {
    before: async (org) => {
      await succeed(org, { ...SHOP, 'redirect-uris': 'https://pr-1.example.com/callback', groups: '' }, 1);
    },
    inputs: SHOP,
    after: async (org) => {
      await expectShop(org, ['https://shop.example.com/callback'], ['Developers', 'Designers']);
      expect(markOf(await org.app('shop'))['pull_request']).toBeUndefined();
    },
  },
  'updating an app': {
    before: async (org) => {
      await succeed(org, { ...SHOP, groups: 'Developers' });
    },
    inputs: { ...SHOP, 'redirect-uris': 'https://new.example.com/callback' },
    after: async (org) => {
      await expectShop(org, ['https://new.example.com/callback'], ['Developers', 'Designers']);
    },
  },
  'taking a group away': {
    before: async (org) => {
      await succeed(org, SHOP);
    },
    inputs: { ...SHOP, groups: 'Developers' },
    after: async (org) => {
      await expectShop(org, ['https://shop.example.com/callback'], ['Developers']);
      const app = await org.app('shop');
      const [left] = await org.apiList(`/api/v1/apps/${textOf(app['id'])}/groups`);
      // A run that died before it could forget leaves more: that is dropped with the next write, whatever it is for.
      expect(markOf(app)['groups']).toContain(left?.['id']);
    },
  },
  'deleting an app': {
    before: async (org) => {
      await succeed(org, SHOP);
    },
    inputs: { ...SHOP, state: 'absent' },
    after: async (org) => {
      expect(await org.labels()).toEqual([]);
      expect(await org.apiList('/api/v1/trustedOrigins')).toEqual([]);
    },
  },
  'adding to a shared app': {
    before: createShared,
    inputs: SHARED,
    after: async (org) => {
      await expectShared(
        org,
        ['https://www.example.com/callback', 'https://pr-1.example.com/callback'],
        ['https://pr-1.example.com'],
      );
    },
  },
  'taking from a shared app': {
    before: async (org) => {
      await createShared(org);
      await succeed(org, SHARED);
    },
    inputs: { ...SHARED, state: 'absent' },
    after: async (org) => {
      await expectShared(org, ['https://www.example.com/callback'], []);
    },
  },
  sweeping: {
    before: async (org) => {
      await createShared(org);
      for (const pull of [1, 2]) {
        const uri = `https://pr-${pull}.example.com`;
        await succeed(
          org,
          { name: `pr-${pull}`, 'redirect-uris': `${uri}/callback`, 'trusted-origins': uri },
          pull,
        );
        await succeed(
          org,
          { ...SHARED, 'redirect-uris': `${uri}/callback`, 'trusted-origins': `${uri}:1` },
          pull,
        );
      }
    },
    inputs: { 'shared-app': 'shared' },
    sweep: true,
    after: async (org) => {
      expect((await org.labels()).sort()).toEqual(['pr-2', 'shared']);
      await expectShared(
        org,
        ['https://www.example.com/callback', 'https://pr-2.example.com/callback'],
        ['https://pr-2.example.com', 'https://pr-2.example.com:1'],
      );
    },
  },
};

async function createShared(org: TestOrg): Promise<void> {
  const oauthClient = {
    application_type: 'web',
    grant_types: ['authorization_code'],
    response_types: ['code'],
    redirect_uris: ['https://www.example.com/callback'],
  };
  await org.api('POST', '/api/v1/apps', {
    name: 'oidc_client',
    label: 'shared',
    signOnMode: 'OPENID_CONNECT',
    settings: { oauthClient },
  });
}

async function expectShop(org: TestOrg, redirectUris: string[], groups: string[]): Promise<void> {
  const app = await org.app('shop');
  expect(app).toMatchObject({ status: 'ACTIVE', settings: { oauthClient: { redirect_uris: redirectUris } } });
  const assigned = await org.apiList(`/api/v1/apps/${textOf(app['id'])}/groups?expand=group`);
  expect(
    assigned.map(
      (group) => (group['_embedded'] as { group: { profile: { name: string } } }).group.profile.name,
    ),
  ).toEqual(groups);
  const origins = await org.apiList('/api/v1/trustedOrigins');
  expect(origins.map(({ origin }) => origin)).toEqual(['https://shop.example.com']);
}

async function expectShared(org: TestOrg, redirectUris: string[], origins: string[]): Promise<void> {
  expect(await org.app('shared')).toMatchObject({
    settings: { oauthClient: { redirect_uris: redirectUris } },
  });
  expect((await org.apiList('/api/v1/trustedOrigins')).map(({ origin }) => origin)).toEqual(origins);
}

const org = useOrg();
const github = useGitHub();

beforeEach(() => {
  github.pulls.set(1, 'closed').set(2, 'open');
});

async function start(kind: Kind): Promise<void> {
  await org.restart();
  await org.group('Developers');
  await org.group('Designers');
  await kind.before(org);
}

/** @param fault what the run meets: only where Okta hangs is it to wait no longer than it must */
function run({ inputs, sweep }: Kind, fault?: Fault): Promise<ActionRun> {
  const connection = { 'org-url': org.url, 'api-token': TOKEN, 'timeout-seconds': '3600' };
  const world = { clock: virtualClock(), requestTimeout: fault?.kind === 'hang' ? 60 : 10_000 };
  return sweep
    ? runSource({
        action: 'sweep',
        main: sweepRun,
        with: { ...connection, ...inputs },
        env: githubEnvironment(github),
        world,
      })
    : runSource({
        with: { ...connectionTo(org), ...connection, 'verify-sign-in': 'false', ...inputs },
        env: githubEnvironment(github),
        world,
      });
}

async function succeed(at: TestOrg, inputs: Record<string, string>, pull?: number): Promise<void> {
  const result = await runSource({
    with: { ...connectionTo(at), 'verify-sign-in': 'false', ...inputs },
    ...(pull !== undefined && { event: pullRequest(pull) }),
    world: { clock: virtualClock() },
  });
  expect(result).toMatchObject({ exitCode: 0 });
}

/** Lets each of the action's requests fail at first; tells whether there was one. */
function failEach(fault: Fault): () => boolean {
  const failed = new Set<string>();
  let happened = false;
  org.trouble.fault = ({ method, path }) => {
    const request = `${method} ${path}`;
    if (failed.delete(request) || (fault.kind === 'empty-page' && !isList(path))) return undefined;
    failed.add(request);
    happened = true;
    return fault;
  };
  return () => happened;
}

/** Whether a GET there answers with a list: every second step of a path names one, every other one of its objects. */
function isList(path: string): boolean {
  return path.replace('/api/v1/', '').split('/').length % 2 === 1;
}

describe.each(Object.entries(KINDS))('%s', (_, kind) => {
  test.each(Object.entries(FAULTS))('gets over %s at all of its requests', async (_name, fault) => {
    await start(kind);
    const happened = failEach(fault);
    const result = await run(kind, fault);
    delete org.trouble.fault;
    expect([happened(), result.exitCode, result.log]).toEqual([true, 0, result.log]);
    await kind.after(org);
  });

  test('gets over an answer lost after the work, at each of its requests', async () => {
    for (let index = 0, seen = 1; seen > index; index += 1) {
      await start(kind);
      seen = 0;
      org.trouble.fault = () => (seen++ === index ? { kind: 'lose' } : undefined);
      const result = await run(kind);
      delete org.trouble.fault;
      expect([index, result.exitCode, result.log]).toEqual([index, 0, result.log]);
      await kind.after(org);
    }
  });

  test('a run that stops dead after any of its requests is finished by the next one', async () => {
    for (let index = 0; ; index += 1) {
      await start(kind);
      let seen = 0;
      org.trouble.fault = () => (seen++ >= index ? { kind: 'drop' } : undefined);
      const first = org.requests.length;
      const stopped = await run(kind);
      const wrote = org.requests
        .slice(first)
        .some(({ method, status }) => method !== 'GET' && status !== undefined);
      delete org.trouble.fault;
      const rerun = await run(kind);
      expect([index, rerun.exitCode, rerun.log]).toEqual([index, 0, rerun.log]);
      await kind.after(org);
      if (stopped.exitCode === 0) break;
      const message = stopped.annotations.at(-1)?.message ?? '';
      expect(message).toMatch(/Cannot .+: the connection to .+ failed \(.+\)\. /);
      expect([index, message.includes('Done before the failure: ')]).toEqual([index, wrote]);
    }
  });
});

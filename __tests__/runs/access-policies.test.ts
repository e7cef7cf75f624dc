import { beforeEach, describe, expect, test } from '@jest/globals';
import { textOf, type JsonObject } from '../../src/util/json.ts';
import { idOf } from '../support/apps.ts';
import type { Clock } from '../../src/util/clock.ts';
import { virtualClock } from '../support/clock.ts';
import { githubEnvironment } from '../support/github.ts';
import { changesOf, failure, foreignApp, pullRequest, runOn, succeed, WEB, writes } from '../support/runs.ts';
import { useGitHub, useOrg } from '../support/servers.ts';

const org = useOrg();
const github = useGitHub();

const POLICIES = '/api/v1/authorizationServers/default/policies';
const FIELD = 'authorization-server-policies';
const LET_IN = { ...WEB, 'authorization-server': 'default', [FIELD]: 'Previews' };

let policy: string;
let other: string;

async function newPolicy(name: string, include: string[]): Promise<string> {
  const conditions = { clients: { include } };
  const body = { type: 'OAUTH_AUTHORIZATION_POLICY', name, description: 'kept', priority: 1, conditions };
  return textOf((await org.api('POST', POLICIES, body))['id']);
}

async function clients(id = policy): Promise<string[]> {
  const { conditions } = await org.api('GET', `${POLICIES}/${id}`);
  return ((conditions as JsonObject)['clients'] as { include: string[] }).include;
}

beforeEach(async () => {
  other = idOf(await foreignApp(org, 'other'));
  policy = await newPolicy('Previews', [other]);
  org.taken();
});

describe('a run with authorization-server-policies', () => {
  test('lets the client in beside the others, once', async () => {
    const run = await succeed(org, LET_IN);
    const app = idOf(await org.app('shop'));
    expect(await clients()).toEqual([other, app]);
    expect(changesOf(run)).toContainEqual({ field: FIELD, from: [], to: ['Previews'] });
    org.taken();
    const again = await succeed(org, LET_IN);
    expect(again.outputs['result']).toBe('unchanged');
    expect(writes(org)).toEqual([]);
    expect((await org.api('GET', `${POLICIES}/${policy}`))['description']).toBe('kept');
  });

  test('says in a dry run what it would do, and does nothing', async () => {
    const run = await succeed(org, { ...LET_IN, 'dry-run': 'true' });
    expect(changesOf(run)).toContainEqual({ field: FIELD, from: [], to: ['Previews'] });
    expect(writes(org)).toEqual([]);
  });

  test('leaves a policy for all clients as it is', async () => {
    await newPolicy('Everybody', ['ALL_CLIENTS']);
    const run = await succeed(org, { ...LET_IN, [FIELD]: 'Everybody' });
    expect(changesOf(run).map(({ field }) => field)).toContain('name');
    expect(writes(org).filter((request) => request.includes('/policies/'))).toEqual([]);
  });

  test("takes the client out with the job that the app was for, in the job's post step", async () => {
    const job = { ...LET_IN, state: 'job' };
    const { state } = await succeed(org, job);
    expect(await clients()).toEqual([other, idOf(await org.app('shop'))]);
    await succeed(org, job, { post: state });
    expect(await clients()).toEqual([other]);
    expect(await org.labels()).toEqual(['other']);
  });

  test('takes the client out before the app is deleted, without naming the policy again', async () => {
    await succeed(org, LET_IN);
    org.taken();
    await succeed(org, { name: 'shop', state: 'absent' });
    expect(await clients()).toEqual([other]);
    const [first, ...rest] = writes(org);
    expect(first).toBe(`PUT ${POLICIES}/${policy}`);
    expect(rest.at(-1)).toMatch(/^DELETE \/api\/v1\/apps\//);
  });

  test('keeps an app that a permanent run takes over while it is taken out of its policies', async () => {
    const event = pullRequest(12, 'closed');
    const env = githubEnvironment(github);
    await succeed(org, LET_IN, { event: pullRequest(12) });
    const app = idOf(await org.app('shop'));
    github.pulls.set(12, 'closed');
    let taken: Promise<unknown> | undefined;
    org.trouble.fault = ({ method, path }) => {
      if (method === 'PUT' && path.includes(policy)) taken ??= succeed(org, LET_IN, { env });
      return undefined;
    };
    const clock: Clock = {
      ...virtualClock(),
      sleep: async () => {
        await taken;
      },
    };
    const error = await failure(org, { ...LET_IN, state: 'auto' }, { event, env, world: { clock } });
    expect(error).toContain('Cannot delete the app "shop": it belongs to acme/shop.');
    await taken;
    expect(await org.app('shop')).toMatchObject({ id: app, status: 'ACTIVE' });
  });

  test('leaves a policy as it is whose clients Okta does not show', async () => {
    const { conditions: _, ...body } = await org.api('GET', `${POLICIES}/${policy}`);
    org.trouble.fault = ({ method, path }) => {
      if (method !== 'GET' || !path.startsWith(POLICIES)) return undefined;
      return { kind: 'answer', status: 200, body: path === POLICIES ? [body] : body };
    };
    expect(await failure(org, LET_IN)).toContain(
      'Cannot change the access policy "Previews" of the authorization server "default": Okta\'s answer does not show the clients that it lists.',
    );
    expect(await clients()).toEqual([other]);
  });

  test('leaves the last client in, with a warning', async () => {
    const lonely = await newPolicy('Lonely', []);
    const first = await succeed(org, { ...LET_IN, [FIELD]: 'Lonely' });
    expect(first.annotations).toContainEqual({
      level: 'warning',
      message: expect.stringContaining(
        'which listed none before and might have let everybody in',
      ) as unknown as string,
    });
    const app = idOf(await org.app('shop'));
    const run = await succeed(org, { name: 'shop', state: 'absent' });
    expect(await clients(lonely)).toEqual([app]);
    expect(run.annotations).toContainEqual({
      level: 'warning',
      message: expect.stringContaining(
        'The app is the only client of the access policy "Lonely"',
      ) as unknown as string,
    });
  });

  test.each(['refused', 'kept', 'removed'] as const)(
    'copes with a deleted app in the list, which Okta has %s',
    async (deletedClientInPolicy) => {
      org.unknown.deletedClientInPolicy = deletedClientInPolicy;
      await org.api('POST', `/api/v1/apps/${other}/lifecycle/deactivate`);
      await org.api('DELETE', `/api/v1/apps/${other}`);
      await succeed(org, LET_IN);
      const app = idOf(await org.app('shop'));
      expect(await clients()).toEqual(deletedClientInPolicy === 'kept' ? [other, app] : [app]);
    },
  );

  describe('whose credential does not see the apps of others (Okta might answer 404 then)', () => {
    const REFUSED = {
      errorCode: 'E0000001',
      errorSummary: 'Api validation failed: conditions.clients.include',
      errorCauses: [{ errorSummary: 'conditions.clients.include: Resource not found' }],
    };
    const TOO_LONG = {
      ...REFUSED,
      errorCauses: [{ errorSummary: 'conditions.clients.include: The field is too long' }],
    };
    const NOT_FOUND = { errorCode: 'E0000007', errorSummary: 'Not found: Resource not found: (AppInstance)' };

    /** So many of the lists that name the new client are refused, as that of a client which Okta does not know yet. */
    function unseen(ids: readonly string[], refusals = 0): void {
      let left = refusals;
      org.trouble.fault = ({ method, path }) => {
        if (method === 'GET' && ids.some((id) => path === `/api/v1/apps/${id}`))
          return { kind: 'answer', status: 404, body: NOT_FOUND };
        if (method === 'PUT' && path.startsWith(POLICIES) && left-- > 0)
          return { kind: 'answer', status: 400, body: REFUSED };
        return undefined;
      };
    }

    /** Apps of others in the policy, of which the last ones are deleted. */
    async function others(count: number, deleted: number): Promise<{ alive: string[]; all: string[] }> {
      const all: string[] = [];
      for (let i = 0; i < count; i += 1) all.push(idOf(await foreignApp(org, `other ${i}`)));
      policy = await newPolicy('Full', all);
      const dead = all.slice(count - deleted);
      for (const id of dead) {
        await org.api('POST', `/api/v1/apps/${id}/lifecycle/deactivate`);
        await org.api('DELETE', `/api/v1/apps/${id}`);
      }
      return { alive: all.slice(0, count - deleted), all };
    }

    const FULL = { ...LET_IN, [FIELD]: 'Full' };

    test.each([1, 2, 3])('keeps them in where Okta does not know the new client %i times', async (times) => {
      const { alive } = await others(2, 0);
      unseen(alive, times);
      await succeed(org, FULL);
      expect(await clients()).toEqual([...alive, idOf(await org.app('shop'))]);
    });

    test.each([
      [3, 1],
      [3, 2],
      [3, 3],
      [6, 4],
      [20, 1],
    ])('of %i others leaves just the %i out that are deleted', async (count, deleted) => {
      const { alive, all } = await others(count, deleted);
      unseen(all);
      const run = await succeed(org, FULL);
      const app = idOf(await org.app('shop'));
      expect(await clients()).toEqual([...alive, app]);
      expect(run.log.match(/Left the client \S+, which Okta does not know any more/g)).toHaveLength(deleted);
      await succeed(org, { name: 'shop', state: 'absent' });
      expect(await clients()).toEqual(alive.length > 0 ? alive : [app]);
    });

    test('takes its own out of a list with a deleted one', async () => {
      await succeed(org, LET_IN);
      const app = idOf(await org.app('shop'));
      const { alive, all } = await others(3, 0);
      await org.api('PUT', `${POLICIES}/${policy}`, {
        ...(await org.api('GET', `${POLICIES}/${policy}`)),
        conditions: { clients: { include: [...all, app] } },
      });
      const [, dead = ''] = alive;
      await org.api('POST', `/api/v1/apps/${dead}/lifecycle/deactivate`);
      await org.api('DELETE', `/api/v1/apps/${dead}`);
      await succeed(org, FULL);
      unseen(all);
      await succeed(org, { name: 'shop', state: 'absent' });
      expect(await clients()).toEqual([alive[0], alive[2]]);
    });

    test.each([1, 5])(
      'leaves nobody out of a list that Okta refuses for another reason (from the %i. time)',
      async (from) => {
        const { all } = await others(3, from === 1 ? 0 : 1);
        unseen(all);
        const hide = org.trouble.fault;
        let refusals = 0;
        org.trouble.fault = (request) => {
          const isWrite = request.method === 'PUT' && request.path.startsWith(POLICIES);
          if (isWrite) refusals += 1;
          return isWrite && refusals >= from && refusals < from + 8
            ? { kind: 'answer', status: 400, body: TOO_LONG }
            : hide?.(request);
        };
        expect(await failure(org, FULL)).toContain('The field is too long');
        expect(await clients()).toEqual(all);
      },
    );

    test('fails where too many could be meant, and leaves the policy as it is', async () => {
      const { all } = await others(8, 4);
      unseen(all);
      expect(await failure(org, FULL)).toMatch(
        /^Cannot change the access policy "Full" of the authorization server "default": Okta does not know all of its clients any more, and it cannot be told which: the apps of 8 of them are deleted, or not for this run's credential to see\./,
      );
      expect(await clients()).toEqual(all);
    });
  });

  test('takes out what goes with a closed pull request, and keeps what another run put there', async () => {
    github.pulls.set(12, 'open');
    const env = { GITHUB_API_URL: github.url, GITHUB_TOKEN: 'token' };
    const preview = { ...LET_IN, name: 'shop preview 12', state: 'auto' };
    await succeed(org, preview, { event: pullRequest(12), env });
    await succeed(org, { ...LET_IN, name: 'shop' });
    github.pulls.set(12, 'closed');
    await succeed(org, preview, { event: pullRequest(12, 'closed'), env });
    expect(await clients()).toEqual([other, idOf(await org.app('shop'))]);
  });

  test.each([
    [{ [FIELD]: 'Preview' }, /Cannot find the access policy "Preview".*The nearest name is "Previews"/],
    [
      { 'authorization-server': 'defualt' },
      /Cannot find the authorization server "defualt".*The nearest is "default"\./,
    ],
    [{ 'authorization-server': '' }, /"authorization-server-policies" is set without "authorization-server"/],
    [
      { shared: 'true' },
      /"shared" is "true", which does not go together with "authorization-server-policies"/,
    ],
    [
      { 'catalog-app': 'google' },
      /"catalog-app" is set, which does not go together with "authorization-server-policies"/,
    ],
  ])('refuses %j', async (inputs, message) => {
    expect(await failure(org, { ...LET_IN, ...inputs })).toMatch(message);
    expect(writes(org)).toEqual([]);
  });
});

describe('a run without them', () => {
  const ASKED = { ...WEB, 'authorization-server': 'default', 'verify-sign-in': 'true' };

  beforeEach(async () => {
    for (const { id } of await org.apiList(POLICIES))
      if (id !== policy) await org.api('DELETE', `${POLICIES}/${textOf(id)}`);
  });

  test('warns where no policy lets the client in, in every run', async () => {
    for (const result of ['created', 'unchanged']) {
      const run = await runOn(org, ASKED);
      expect(run.outputs['result']).toBe(result);
      expect(run.annotations).toContainEqual({
        level: 'warning',
        message: expect.stringContaining(
          'No access policy of the authorization server "default" lets the app "shop" in',
        ) as unknown as string,
      });
      expect(run.outputs['sign-in-ready']).toBe('false');
    }
  });

  test('is silent where one does', async () => {
    await newPolicy('Everybody', ['ALL_CLIENTS']);
    const run = await runOn(org, ASKED);
    expect(run.annotations.filter(({ level }) => level === 'warning')).toEqual([]);
    expect(run.outputs['sign-in-ready']).toBe('true');
  });

  test('says nothing where the credential may not read the policies', async () => {
    org.trouble.fault = ({ path }) =>
      path.startsWith('/api/v1/authorizationServers') ? { kind: 'answer', status: 403 } : undefined;
    const run = await runOn(org, ASKED);
    expect(run.exitCode).toBe(0);
    expect(run.annotations.filter(({ level }) => level === 'warning')).toEqual([]);
  });
});

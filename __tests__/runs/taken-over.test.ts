import { beforeEach, describe, expect, test } from '@jest/globals';
import { run as sweepRun } from '../../src/sweep/run.ts';
import { textOf, type JsonObject } from '../../src/util/json.ts';
import { idOf, markOf } from '../support/apps.ts';
import { virtualClock } from '../support/clock.ts';
import { githubEnvironment } from '../support/github.ts';
import { TOKEN } from '../support/okta.ts';
import { failure, foreignApp, pullRequest, succeed, WEB, type Inputs } from '../support/runs.ts';
import { useGitHub, useOrg } from '../support/servers.ts';
import { runSource } from '../support/source.ts';

/**
 * An app that a permanent run takes over while its pull request's close has begun to take it away: that run has found all that belongs to
 * the app in its place, so that there it has to be in the end.
 */

const org = useOrg();
const github = useGitHub();

const POLICIES = '/api/v1/authorizationServers/default/policies';
const ORIGIN = 'https://shop.example.com';

interface Tie {
  inputs: Inputs;
  /** Whether a request is the first by which a removal takes something away. */
  isFirst: (request: { method: string; path: string }) => boolean;
  /** What is to be there again. */
  held: () => Promise<string[]>;
}

async function clients(): Promise<string[]> {
  const policy = (await org.apiList(POLICIES)).find(({ name }) => name === 'Previews');
  const { clients } = policy?.['conditions'] as { clients: { include: string[] } };
  return clients.include;
}

const OWN_ORIGIN: Tie = {
  inputs: { ...WEB, 'trusted-origins': ORIGIN },
  isFirst: ({ method, path }) => method === 'DELETE' && path.startsWith('/api/v1/trustedOrigins'),
  held: async () => (await org.apiList('/api/v1/trustedOrigins')).map(({ name }) => textOf(name)),
};

const TIES: Record<string, Tie> = {
  'an access policy': {
    inputs: { ...WEB, 'authorization-server': 'default', 'authorization-server-policies': 'Previews' },
    isFirst: ({ method, path }) => method === 'PUT' && path.startsWith(POLICIES),
    held: clients,
  },
  'a trusted origin of its own': OWN_ORIGIN,
  'the scopes of its client ID': {
    inputs: {
      name: 'shop',
      type: 'service',
      'token-endpoint-auth-method': 'client_secret_basic',
      'client-id': 'acme-robot',
      'api-scopes': 'okta.users.read\nokta.groups.read',
    },
    isFirst: ({ method, path }) => method === 'DELETE' && path.includes('/grants/'),
    held: async () => {
      const grants = await org.apiList(`/api/v1/apps/${idOf(await org.app('shop'))}/grants`);
      return grants.map(({ scopeId }) => textOf(scopeId)).sort();
    },
  },
};

/** Has the app of pull request #12 belong to the repository for good, right before such a request takes effect. */
function takenOverBefore(isFirst: Tie['isFirst'], mark: JsonObject = {}): void {
  let isTaken = false;
  org.trouble.fault = (request) => {
    if (isTaken || !isFirst(request)) return undefined;
    isTaken = true;
    for (const { body } of org.org.apps.values()) {
      const { pull_request: number, ...held } = markOf(body);
      if (number === 12) Object.assign(body, { profile: { okta_oidc_app: { ...held, ...mark } } });
    }
    return undefined;
  };
}

beforeEach(async () => {
  const include = [idOf(await foreignApp(org, 'other'))];
  const conditions = { clients: { include } };
  const policy = { type: 'OAUTH_AUTHORIZATION_POLICY', name: 'Previews', description: 'x', priority: 1 };
  await org.api('POST', POLICIES, { ...policy, conditions });
  github.pulls.set(12, 'open');
});

describe.each(Object.entries(TIES))('%s', (_, { inputs, isFirst, held }) => {
  let before: string[];

  beforeEach(async () => {
    await succeed(org, inputs, { event: pullRequest(12), env: githubEnvironment(github) });
    before = await held();
    expect(before).not.toEqual([]);
    github.pulls.set(12, 'closed');
    takenOverBefore(isFirst);
  });

  test('has the app again that a close was to delete', async () => {
    const error = await failure(
      org,
      { ...inputs, state: 'auto' },
      { event: pullRequest(12, 'closed'), env: githubEnvironment(github) },
    );
    expect(error).toContain('Cannot delete the app "shop": it belongs to acme/shop.');
    expect(await held()).toEqual(before);
    expect(await org.app('shop')).toMatchObject({ status: 'ACTIVE' });
  });

  test('has the app again that a sweep was to delete', async () => {
    const swept = await runSource({
      action: 'sweep',
      main: sweepRun,
      with: { 'org-url': org.url, 'api-token': TOKEN },
      env: githubEnvironment(github),
      world: { clock: virtualClock() },
    });
    expect(swept.annotations[0]?.message).toContain('The app "shop" stays: it no longer belongs to');
    expect(await held()).toEqual(before);
  });
});

test('what the app no longer lists when it is taken over stays away', async () => {
  const { inputs, isFirst, held } = OWN_ORIGIN;
  const env = githubEnvironment(github);
  await succeed(org, inputs, { event: pullRequest(12), env });
  github.pulls.set(12, 'closed');
  takenOverBefore(isFirst, { trusted_origins: [] });
  await failure(org, { ...inputs, state: 'auto' }, { event: pullRequest(12, 'closed'), env });
  expect(await held()).toEqual([]);
});

test.each<[string, (policy: string) => void]>([
  [
    'is gone by then',
    (policy) => {
      for (const { policies } of org.org.authorizationServers.values()) policies.delete(policy);
    },
  ],
  [
    'Okta refuses then',
    (policy) => {
      org.trouble.fault = ({ method, path }) =>
        method === 'PUT' && path.endsWith(policy) ? { kind: 'answer', status: 403 } : undefined;
    },
  ],
])('a policy that %s does not stop the rest', async (_, spoil) => {
  const env = githubEnvironment(github);
  const [first] = await org.apiList(POLICIES);
  const more = { ...first, name: 'More', conditions: { clients: { include: await clients() } } };
  const policy = textOf((await org.api('POST', POLICIES, more))['id']);
  const inputs = {
    ...TIES['an access policy']?.inputs,
    ...OWN_ORIGIN.inputs,
    'authorization-server-policies': 'More\nPreviews',
  };
  await succeed(org, inputs, { event: pullRequest(12), env });
  const before = [await clients(), await OWN_ORIGIN.held()];
  github.pulls.set(12, 'closed');
  takenOverBefore(OWN_ORIGIN.isFirst);
  const take = org.trouble.fault;
  org.trouble.fault = (request) => {
    if (OWN_ORIGIN.isFirst(request)) spoil(policy);
    return take?.(request);
  };
  await failure(org, { ...inputs, state: 'auto' }, { event: pullRequest(12, 'closed'), env });
  expect([await clients(), await OWN_ORIGIN.held()]).toEqual(before);
});

test('what had been taken from it before a removal fails is back, too', async () => {
  const env = githubEnvironment(github);
  const inputs = { ...TIES['an access policy']?.inputs, ...OWN_ORIGIN.inputs };
  await succeed(org, inputs, { event: pullRequest(12), env });
  const before = await clients();
  github.pulls.set(12, 'closed');
  takenOverBefore(OWN_ORIGIN.isFirst);
  const take = org.trouble.fault;
  org.trouble.fault = (request) =>
    take?.(request) ?? (OWN_ORIGIN.isFirst(request) ? { kind: 'answer', status: 403 } : undefined);
  const run = { event: pullRequest(12, 'closed'), env };
  const error = await failure(org, { ...inputs, state: 'auto' }, run);
  expect(error).toContain('Cannot delete the app "shop": it belongs to acme/shop.');
  expect(await clients()).toEqual(before);
});

test('a removal that fails leaves an app that is still to go as it is by then', async () => {
  const env = githubEnvironment(github);
  const inputs = { ...TIES['an access policy']?.inputs, ...OWN_ORIGIN.inputs };
  await succeed(org, inputs, { event: pullRequest(12), env });
  const app = idOf(await org.app('shop'));
  github.pulls.set(12, 'closed');
  org.trouble.fault = (request) =>
    OWN_ORIGIN.isFirst(request) ? { kind: 'answer', status: 403 } : undefined;
  const run = { event: pullRequest(12, 'closed'), env };
  expect(await failure(org, { ...inputs, state: 'auto' }, run)).toContain('Cannot stop trusting the origin');
  expect(await clients()).not.toContain(app);
  expect(await org.app('shop')).toMatchObject({ status: 'ACTIVE' });
});

const BUSY = { kind: 'answer', status: 503 } as const;

test('an app that was deactivated is let in by its policy again once it is active', async () => {
  const env = githubEnvironment(github);
  const { inputs, held } = TIES['an access policy'] as Tie;
  await succeed(org, inputs, { event: pullRequest(12), env });
  const before = await held();
  org.unknown.inactiveClientInPolicy = 'refused';
  github.pulls.set(12, 'closed');
  const isFirst: Tie['isFirst'] = ({ method, path }) =>
    method === 'DELETE' && path.startsWith('/api/v1/apps');
  takenOverBefore(isFirst);
  const take = org.trouble.fault;
  let left = 4;
  org.trouble.fault = (request) => {
    const isMet = isFirst(request) || request.path.endsWith('/lifecycle/activate');
    return take?.(request) ?? (isMet && left-- > 0 ? BUSY : undefined);
  };
  const run = { event: pullRequest(12, 'closed'), env };
  const error = await failure(org, { ...inputs, state: 'auto' }, run);
  expect(error).toContain('Cannot delete the app "shop": it belongs to acme/shop.');
  expect(await held()).toEqual(before);
  expect(await org.app('shop')).toMatchObject({ status: 'ACTIVE' });
});

test('an app is active again whose deactivation Okta did not answer', async () => {
  const env = githubEnvironment(github);
  await succeed(org, WEB, { event: pullRequest(12), env });
  github.pulls.set(12, 'closed');
  const isFirst: Tie['isFirst'] = ({ path }) => path.endsWith('/lifecycle/deactivate');
  takenOverBefore(isFirst);
  const take = org.trouble.fault;
  org.trouble.fault = (request) => take?.(request) ?? (isFirst(request) ? { kind: 'lose' } : undefined);
  const run = { event: pullRequest(12, 'closed'), env };
  const error = await failure(org, { ...WEB, state: 'auto' }, run);
  expect(error).toContain('Cannot delete the app "shop": it belongs to acme/shop.');
  expect(await org.app('shop')).toMatchObject({ status: 'ACTIVE' });
});

describe('what cannot be put back', () => {
  const isPut: Tie['isFirst'] = ({ method, path }) => method === 'PUT' && path.startsWith(POLICIES);
  const inputs = {
    ...TIES['an access policy']?.inputs,
    ...OWN_ORIGIN.inputs,
    'authorization-server-policies': 'More\nPreviews',
  };

  /** Has the first app be taken over in the middle of its removal; from then on Okta refuses changes of policies. */
  beforeEach(async () => {
    const [first] = await org.apiList(POLICIES);
    await org.api('POST', POLICIES, { ...first, name: 'More' });
    await succeed(org, inputs, { event: pullRequest(12), env: githubEnvironment(github) });
    github.pulls.set(12, 'closed');
    takenOverBefore(OWN_ORIGIN.isFirst);
    const take = org.trouble.fault;
    let isTaken = false;
    org.trouble.fault = (request) => {
      take?.(request);
      isTaken ||= OWN_ORIGIN.isFirst(request);
      return isTaken && isPut(request) ? { kind: 'answer', status: 403 } : undefined;
    };
  });

  test('does not hide why a close fails', async () => {
    const run = { event: pullRequest(12, 'closed'), env: githubEnvironment(github) };
    const error = await failure(org, { ...inputs, state: 'auto' }, run);
    expect(error).toContain('Cannot delete the app "shop": it belongs to acme/shop.');
    expect(error).toContain('Cannot update the access policy "More"');
    expect(error).toContain('Cannot update the access policy "Previews"');
  });

  test('does not keep a sweep from the rest', async () => {
    const env = githubEnvironment(github);
    github.pulls.set(13, 'open');
    await succeed(org, { ...WEB, name: 'shop 13' }, { event: pullRequest(13), env });
    github.pulls.set(13, 'closed');
    const swept = await runSource({
      action: 'sweep',
      main: sweepRun,
      with: { 'org-url': org.url, 'api-token': TOKEN },
      env,
      world: { clock: virtualClock() },
    });
    expect(swept.log).toContain('Cannot update the access policy "More"');
    expect(swept.log).toContain('Cannot update the access policy "Previews"');
    expect(await org.labels()).not.toContain('shop 13');
  });
});

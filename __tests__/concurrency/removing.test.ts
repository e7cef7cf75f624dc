import { beforeEach, describe, expect, test } from '@jest/globals';
import { run as sweepRun } from '../../src/sweep/run.ts';
import { textOf, type JsonObject } from '../../src/util/json.ts';
import { clientIdOf, idOf, markOf } from '../support/apps.ts';
import { virtualClock } from '../support/clock.ts';
import { githubEnvironment } from '../support/github.ts';
import { APPS, DELETE, GET, LOST, POST, PUT, TOKEN, answer, type Matcher } from '../support/okta.ts';
import type { ActionRun } from '../support/runner.ts';
import {
  WEB,
  failure,
  foreignApp,
  pullRequest,
  runOn,
  succeed,
  writes,
  type Inputs,
} from '../support/runs.ts';
import { useGitHub, useOrg } from '../support/servers.ts';
import { MANAGE_APPS, RSA, pem, serviceApp } from '../support/service-app.ts';
import { runSource } from '../support/source.ts';

/**
 * An app that a permanent run takes over while its pull request's close has begun to take it away: that run has found all that belongs to
 * the app in its place, so that there it has to be in the end. And an app of which something cannot be taken away.
 */

const clock = virtualClock();
const org = useOrg(() => ({ now: () => clock.now() }));
const github = useGitHub();

type Options = NonNullable<Parameters<typeof succeed>[2]>;

const POLICIES = '/api/v1/authorizationServers/default/policies';
const ORIGIN = 'https://shop.example.com';

interface Belonging {
  inputs: Inputs;
  /** The first request by which a removal takes it away. */
  isTaken: Matcher;
  /** What is to be there again. */
  held: () => Promise<string[]>;
}

async function clients(): Promise<string[]> {
  const policy = (await org.apiList(POLICIES)).find(({ name }) => name === 'Previews');
  const { clients: listed } = policy?.['conditions'] as { clients: { include: string[] } };
  return listed.include;
}

const A_POLICY: Belonging = {
  inputs: { ...WEB, 'authorization-server': 'default', 'authorization-server-policies': 'Previews' },
  isTaken: PUT(/^\/api\/v1\/authorizationServers\/default\/policies\//),
  held: clients,
};

const AN_ORIGIN: Belonging = {
  inputs: { ...WEB, 'trusted-origins': ORIGIN },
  isTaken: DELETE(/^\/api\/v1\/trustedOrigins\//),
  held: async () => (await org.apiList('/api/v1/trustedOrigins')).map(({ name }) => textOf(name)),
};

const SCOPES: Belonging = {
  inputs: { ...WEB, 'api-scopes': 'okta.users.read.self\nokta.users.manage.self' },
  isTaken: DELETE(/\/grants\//),
  held: async () => {
    const grants = await org.apiList(`${APPS}/${idOf(await org.app('shop'))}/grants`);
    return grants.map(({ scopeId }) => textOf(scopeId)).sort();
  },
};

const BELONGINGS: [string, Belonging][] = [
  ['an access policy', A_POLICY],
  ['a trusted origin of its own', AN_ORIGIN],
  ['the API scopes of its client ID', SCOPES],
];

const BOTH = { ...A_POLICY.inputs, ...AN_ORIGIN.inputs };

/** The deletion of the app itself, when nothing names it any more. */
const IS_DELETED = DELETE(/^\/api\/v1\/apps\/\w+$/);

const OPEN = (): Options => ({ event: pullRequest(12), env: githubEnvironment(github) });
const CLOSED = (): Options => ({ event: pullRequest(12, 'closed'), env: githubEnvironment(github) });

/** The app of pull request #12 belongs to the repository for good from now on, as if somebody had adopted it. */
function takeOver(mark: JsonObject = {}): void {
  for (const { id, body } of org.org.apps.values()) {
    const { pull_request: number, ...held } = markOf(body);
    if (number === 12) org.plantMark(id, { ...held, ...mark });
  }
}

const close = (inputs: Inputs): Promise<string> => failure(org, { ...inputs, state: 'auto' }, CLOSED());

function sweep(): Promise<ActionRun> {
  return runSource({
    action: 'sweep',
    main: sweepRun,
    with: { 'org-url': org.url, 'api-token': TOKEN },
    env: githubEnvironment(github),
    world: { clock: virtualClock() },
  });
}

const NOT_THEIRS = 'Cannot delete the app "shop": it belongs to acme/shop.';

/** Creates the app of the pull request, and closes that. */
async function closed(inputs: Inputs): Promise<string> {
  await succeed(org, inputs, OPEN());
  github.pulls.set(12, 'closed');
  return idOf(await org.app('shop'));
}

beforeEach(async () => {
  await org.accessPolicy('Previews', [clientIdOf(await foreignApp(org, 'other'))]);
  github.pulls.set(12, 'open');
});

describe.each(BELONGINGS)('%s', (_, { inputs, isTaken, held }) => {
  let without: string[];
  let before: string[];

  beforeEach(async () => {
    await succeed(org, WEB, OPEN());
    without = await held();
    await closed(inputs);
    before = await held();
    expect(before).not.toEqual(without);
    org.before(isTaken, takeOver);
  });

  test('has the app again that a close was to delete', async () => {
    expect(await close(inputs)).toContain(NOT_THEIRS);
    expect(await held()).toEqual(before);
    expect(await org.app('shop')).toMatchObject({ status: 'ACTIVE' });
  });

  test('has the app again that a sweep was to delete', async () => {
    const swept = await sweep();
    expect(swept.annotations[0]?.message).toContain('The app "shop" is kept: it no longer belongs to');
    expect(await held()).toEqual(before);
  });

  test('that the app no longer lists when it is taken over is not put back', async () => {
    org.relent();
    org.before(isTaken, () => {
      takeOver({ trusted_origins: [], policies: [], scopes: [] });
    });
    expect(await close(inputs)).toContain(NOT_THEIRS);
    expect(await held()).toEqual(without);
  });
});

test('an app that was inactive before is inactive when it is kept', async () => {
  const id = await closed(AN_ORIGIN.inputs);
  await org.api('POST', `/api/v1/apps/${id}/lifecycle/deactivate`);
  org.before(AN_ORIGIN.isTaken, takeOver);
  expect(await close(AN_ORIGIN.inputs)).toContain(NOT_THEIRS);
  expect(await org.app('shop')).toMatchObject({ status: 'INACTIVE' });
});

describe('a policy that cannot be had any more', () => {
  let more: string;
  let before: unknown[];
  const inputs = { ...BOTH, 'authorization-server-policies': 'More\nPreviews' };
  const state = async (): Promise<unknown[]> => [await clients(), await AN_ORIGIN.held()];

  beforeEach(async () => {
    more = await org.accessPolicy('More', await clients());
    await closed(inputs);
    before = await state();
  });

  test('since it is gone, does not keep the rest from being put back', async () => {
    org.before(AN_ORIGIN.isTaken, () => {
      takeOver();
      for (const { policies } of org.org.authorizationServers.values()) policies.delete(more);
    });
    await close(inputs);
    expect(await state()).toEqual(before);
  });

  test('since Okta refuses it, does not keep the rest from being put back, and is told', async () => {
    org.once(IS_DELETED, answer(503));
    org.before(POST(/\/lifecycle\/deactivate$/), () => {
      takeOver();
      org.refuse(PUT(`${POLICIES}/${more}`));
    });
    const error = await close(inputs);
    expect(error).toContain(NOT_THEIRS);
    expect(error).toContain('Cannot update the access policy "More"');
    expect(await state()).toEqual(before);
  });

  test('does not keep a sweep from the rest', async () => {
    github.pulls.set(13, 'closed');
    await succeed(org, { ...WEB, name: 'shop 13' }, { ...OPEN(), event: pullRequest(13) });
    org.once(IS_DELETED, answer(503));
    org.before(POST(/\/lifecycle\/deactivate$/), () => {
      takeOver();
      org.refuse(A_POLICY.isTaken);
    });
    const swept = await sweep();
    expect(swept.log).toContain('Cannot update the access policy "More"');
    expect(swept.log).toContain('Cannot update the access policy "Previews"');
    expect(await org.labels()).not.toContain('shop 13');
  });
});

test('what had been taken from it before a removal fails is put back, too', async () => {
  await closed(BOTH);
  const before = await clients();
  org.refuse(({ method, path }) => {
    const isOrigin = AN_ORIGIN.isTaken({ method, path });
    if (isOrigin) takeOver();
    return isOrigin;
  });
  expect(await close(BOTH)).toContain(NOT_THEIRS);
  expect(await clients()).toEqual(before);
});

describe('an app that was deactivated', () => {
  test('is let in by its policy again once it is active', async () => {
    await closed(A_POLICY.inputs);
    const before = await clients();
    org.unknown.inactiveClientInPolicy = 'refused';
    org.once(IS_DELETED, answer(503));
    org.before(POST(/\/lifecycle\/deactivate$/), takeOver);
    org.once(POST(/\/lifecycle\/activate$/), answer(503));
    org.once(POST(/\/lifecycle\/activate$/), answer(503));
    expect(await close(A_POLICY.inputs)).toContain(NOT_THEIRS);
    expect(await clients()).toEqual(before);
    expect(await org.app('shop')).toMatchObject({ status: 'ACTIVE' });
  });

  test('is active again, if Okta did not answer the deactivation', async () => {
    await closed(WEB);
    const isDeactivated = POST(/\/lifecycle\/deactivate$/);
    org.refuse((request) => {
      if (isDeactivated(request)) takeOver();
      return false;
    });
    org.once(isDeactivated, LOST);
    expect(await close(WEB)).toContain(NOT_THEIRS);
    expect(await org.app('shop')).toMatchObject({ status: 'ACTIVE' });
  });
});

describe('what a removal may not take away', () => {
  test.each([
    ['a trusted origin', AN_ORIGIN, `Cannot stop trusting the origin ${ORIGIN}`],
    ['an API scope', SCOPES, /^Cannot revoke the API scope "okta\.users\.\w+\.self" of the app "shop"/],
    ['an access policy', A_POLICY, 'Cannot update the access policy "Previews"'],
  ] as const)(
    'leaves the app deactivated, for a re-run to go on with: %s',
    async (_, { inputs, isTaken }, why) => {
      const app = await closed(inputs);
      org.refuse(isTaken);
      const error = await close(inputs);
      expect(error).toMatch(why);
      expect(error).toContain('Okta answered 403');
      expect(error).toContain('Done before the failure: deactivated the app "shop"');
      expect(await org.app('shop')).toMatchObject({ id: app, status: 'INACTIVE' });
      org.relent();
      const rerun = await succeed(org, { ...inputs, state: 'auto' }, CLOSED());
      expect(rerun.outputs['result']).toBe('deleted');
    },
  );

  test('leaves an app that a reopened pull request has whole again', async () => {
    const app = await closed(BOTH);
    const before = [await clients(), await AN_ORIGIN.held()];
    org.refuse(AN_ORIGIN.isTaken);
    await close(BOTH);
    org.relent();
    github.pulls.set(12, 'open');
    const run = await succeed(org, { ...BOTH, state: 'auto' }, OPEN());
    expect(run.outputs).toMatchObject({ result: 'updated', 'app-id': app });
    expect([await clients(), await AN_ORIGIN.held()]).toEqual(before);
  });

  test('stops a permanent run that was to replace the app, and a re-run goes on', async () => {
    await closed(SCOPES.inputs);
    org.refuse(SCOPES.isTaken);
    const main = { env: githubEnvironment(github) };
    expect(await failure(org, WEB, main)).toMatch(/^Cannot revoke the API scope/);
    expect(await org.app('shop')).toMatchObject({ status: 'INACTIVE' });
    org.relent();
    expect((await succeed(org, WEB, main)).outputs['result']).toBe('created');
    expect(await SCOPES.held()).toEqual([]);
  });
});

describe('a run that was closed while it created the app', () => {
  test('takes away what is left after the close was faster, and waits for nothing that is gone', async () => {
    const inputs = { ...BOTH, ...SCOPES.inputs, state: 'auto' };
    let asked = 0;
    github.fault = () => {
      asked += 1;
      if (asked < 2) return undefined;
      github.pulls.set(12, 'closed');
      for (const { id, label } of [...org.org.apps.values()]) if (label === 'shop') org.org.apps.delete(id);
      return undefined;
    };
    const own = virtualClock();
    const run = await succeed(org, inputs, { ...OPEN(), world: { clock: own } });
    expect(run.outputs['result']).toBe('absent');
    expect(await clients()).toHaveLength(1);
    expect(await AN_ORIGIN.held()).toEqual([]);
    expect(own.slept.reduce((sum, each) => sum + each, 0)).toBeLessThan(10_000);
  });
});

describe('a removal', () => {
  test('takes all away before it deletes the app', async () => {
    const inputs = { ...BOTH, ...SCOPES.inputs };
    const app = await closed(inputs);
    org.taken();
    await succeed(org, { ...inputs, state: 'auto' }, CLOSED());
    const sent = writes(org);
    expect(sent.slice(-2)).toEqual([`POST ${APPS}/${app}/lifecycle/deactivate`, `DELETE ${APPS}/${app}`]);
    const taken = sent.slice(0, -2).map((request) => request.replace(/(0oa|00p|tos|oag)\w+$/, ''));
    expect(taken.filter((request) => request === `DELETE ${APPS}/${app}/grants/`)).toHaveLength(2);
    expect(taken).toContain('DELETE /api/v1/trustedOrigins/');
    expect(taken).toContain(`PUT ${POLICIES}/`);
  });

  test('leaves the client in no policy, though a list still shows an earlier app that had its ID', async () => {
    const { inputs } = A_POLICY;
    const others = await clients();
    await succeed(org, inputs);
    for (const app of org.org.apps.values()) Object.assign(app, { bornAt: 0 });
    org.trouble.listLagMs = 3_600_000;
    await succeed(org, { name: 'shop', state: 'absent' });
    const again = await succeed(org, inputs);
    expect(again.outputs['result']).toBe('created');
    await succeed(org, { 'app-id': again.outputs['app-id'] ?? '', state: 'absent' });
    expect(await clients()).toEqual(others);
  });

  test('that a lagging node refuses right after the deactivation is tried again', async () => {
    await succeed(org, WEB);
    org.trouble.lateDeactivations = 2;
    const run = await succeed(org, { name: 'shop', state: 'absent' });
    expect(run.outputs['result']).toBe('deleted');
    expect(run.log).toMatch(/^Okta answered 403\. Waiting \d/m);
    expect(run.log).not.toContain('503');
    expect(await org.labels()).toEqual(['other']);
  });

  test('of an app that goes away before it begins takes away what is left', async () => {
    const app = await closed(AN_ORIGIN.inputs);
    org.before(GET(`${APPS}/${app}`), () => void org.org.apps.delete(app));
    const run = await succeed(org, { ...AN_ORIGIN.inputs, state: 'auto' }, CLOSED());
    expect(run.outputs['result']).toBe('absent');
    expect(await AN_ORIGIN.held()).toEqual([]);
  });

  test('of an app that goes away meanwhile is done', async () => {
    await succeed(org, WEB);
    org.before(POST(/\/lifecycle\/deactivate$/), () => {
      org.org.apps.clear();
    });
    const run = await succeed(org, { name: 'shop', state: 'absent' });
    expect(run.outputs['result']).toBe('deleted');
  });

  test('gets over the errors that Okta makes of deletions', async () => {
    await succeed(org, WEB);
    org.trouble.deleteFailures = 2;
    expect((await succeed(org, { name: 'shop', state: 'absent' })).outputs['result']).toBe('deleted');
    expect(await org.labels()).toEqual(['other']);
  });
});

describe('with a service app as credential, a removal', () => {
  /** Removes the app as a client that was granted these scopes; the scopes that it asked for, one text for each token. */
  async function removeAs(scopes: readonly string[]): Promise<{ run: ActionRun; asked: string[] }> {
    const clientId = await serviceApp(org, { scopes: [...MANAGE_APPS, ...scopes] });
    const first = org.requests.length;
    const credential = { 'auth-client-id': clientId, 'auth-private-key': pem(RSA.privateKey, 'pkcs8') };
    const inputs = { 'api-token': '', ...credential, name: 'shop', state: 'absent' };
    const run = await runOn(org, inputs, { world: { clock } });
    const tokens = org.requests.slice(first).filter(({ path }) => path === '/oauth2/v1/token');
    return { run, asked: tokens.map(({ body }) => new URLSearchParams(String(body)).get('scope') ?? '') };
  }

  const GRANTS = ['okta.appGrants.read', 'okta.appGrants.manage'];

  test('asks for the scopes to revoke others only of an app that remembers some', async () => {
    await succeed(org, WEB);
    const plain = await removeAs(GRANTS);
    expect(plain.run.outputs['result']).toBe('deleted');
    expect(plain.asked.join(' ')).not.toContain('appGrants');
    await succeed(org, SCOPES.inputs);
    const { run, asked } = await removeAs(GRANTS);
    expect(run.outputs['result']).toBe('deleted');
    expect(asked[0]).not.toContain('appGrants');
    expect(asked.join(' ')).toContain('okta.appGrants.manage');
  });

  test('that was not granted them deactivates and keeps the app, and names the scope', async () => {
    await succeed(org, SCOPES.inputs);
    const { run } = await removeAs(['okta.appGrants.read']);
    expect(run.exitCode).toBe(1);
    expect(run.errors.join()).toContain('okta.appGrants.manage');
    expect(await org.app('shop')).toMatchObject({ status: 'INACTIVE' });
    expect((await removeAs(GRANTS)).run.outputs['result']).toBe('deleted');
  });

  test('that may not even look for them keeps the app as well', async () => {
    await succeed(org, SCOPES.inputs);
    const { run } = await removeAs([]);
    expect(run.exitCode).toBe(1);
    expect(run.errors.join()).toContain('okta.appGrants.read');
    expect(await org.app('shop')).toMatchObject({ status: 'INACTIVE' });
  });
});

import { beforeEach, describe, expect, test } from '@jest/globals';
import { textOf, type JsonObject } from '../../src/util/json.ts';
import type { Clock } from '../../src/util/clock.ts';
import { clientIdOf, idOf } from '../support/apps.ts';
import { blockOf } from '../support/block.ts';
import { virtualClock } from '../support/clock.ts';
import { githubEnvironment } from '../support/github.ts';
import { answer, APPS, GET, POST, PUT } from '../support/okta.ts';
import {
  WEB,
  changesOf,
  failure,
  foreignApp,
  numbers,
  pullRequest,
  runOn,
  succeed,
  writes,
  type Inputs,
} from '../support/runs.ts';
import { useGitHub, useOrg } from '../support/servers.ts';

const org = useOrg();
const github = useGitHub();

const POLICIES = '/api/v1/authorizationServers/default/policies';
const FIELD = 'authorization-server-policies';
const LET_IN = { ...WEB, 'authorization-server': 'default', [FIELD]: 'Previews' };
const PREVIEWS = { ...LET_IN, [FIELD]: 'Previews\nMore' };

let policy: string;
let other: string;

async function clients(id = policy): Promise<string[]> {
  const { conditions } = await org.api('GET', `${POLICIES}/${id}`);
  return ((conditions as JsonObject)['clients'] as { include: string[] }).include;
}

/** The client ID of the app that the runs make. */
async function shop(): Promise<string> {
  return clientIdOf(await org.app('shop'));
}

/** Lets a client in at once, as a person does in the Admin Console. */
function letIn(client: string, id = policy): void {
  for (const { policies } of org.org.authorizationServers.values()) {
    const { conditions } = policies.get(id) ?? {};
    const { include } = (conditions?.['clients'] ?? {}) as { include?: string[] };
    include?.push(client);
  }
}

async function deleteApp(id: string): Promise<void> {
  await org.api('POST', `${APPS}/${id}/lifecycle/deactivate`);
  await org.api('DELETE', `${APPS}/${id}`);
}

beforeEach(async () => {
  other = idOf(await foreignApp(org, 'other'));
  policy = await org.accessPolicy('Previews', [other]);
  org.taken();
});

describe('a run with authorization-server-policies', () => {
  test('lets the client in beside the others, once', async () => {
    const { description } = await org.api('GET', `${POLICIES}/${policy}`);
    const run = await succeed(org, LET_IN);
    expect(await clients()).toEqual([other, await shop()]);
    expect(changesOf(run)).toContainEqual({ field: FIELD, from: [], to: ['Previews'] });
    org.taken();
    const again = await succeed(org, LET_IN);
    expect(again.outputs['result']).toBe('unchanged');
    expect(writes(org)).toEqual([]);
    expect((await org.api('GET', `${POLICIES}/${policy}`))['description']).toBe(description);
  });

  test('reads the app no more than another run does, where the client is in', async () => {
    await succeed(org, LET_IN);
    const path = `${APPS}/${idOf(await org.app('shop'))}`;
    org.taken();
    const reads = async (inputs: Inputs, logo: string): Promise<number> => {
      // So long that what was read is fresh, however slow this machine is.
      const settle = { 'settle-seconds': '60' };
      await succeed(org, { ...inputs, ...settle, 'logo-uri': `https://shop.example.com/${logo}.png` });
      return org.taken().filter((request) => request === `GET ${path}`).length;
    };
    const without = await reads(WEB, 'one');
    expect(without).toBeGreaterThan(0);
    expect(await reads(LET_IN, 'two')).toBe(without);
  });

  test('says in a dry run what it would do, and does nothing', async () => {
    const run = await succeed(org, { ...LET_IN, 'dry-run': 'true' });
    expect(changesOf(run)).toContainEqual({ field: FIELD, from: [], to: ['Previews'] });
    expect(writes(org)).toEqual([]);
  });

  test('has nothing to remember of an empty list, and writes nothing for what it could forget', async () => {
    const group = await org.group('Staff');
    await succeed(org, { ...LET_IN, [FIELD]: '[]', groups: 'Staff' });
    await org.api('DELETE', `${APPS}/${idOf(await org.app('shop'))}/groups/${group}`);
    org.taken();
    const inputs = { ...LET_IN, [FIELD]: '[]', groups: '[]' };
    expect((await succeed(org, inputs)).outputs['result']).toBe('unchanged');
    expect(writes(org)).toEqual([]);
  });

  test('leaves a policy for all clients as it is', async () => {
    await org.accessPolicy('Everybody', ['ALL_CLIENTS']);
    org.taken();
    const run = await succeed(org, { ...LET_IN, [FIELD]: 'Everybody' });
    expect(changesOf(run).map(({ field }) => field)).toContain('name');
    expect(writes(org).filter((request) => request.includes('/policies/'))).toEqual([]);
  });

  test('leaves behind what "state: read" shows: the policies that list the client, and no others', async () => {
    await org.accessPolicy('Others', [other]);
    await succeed(org, LET_IN);
    const read = { name: 'shop', state: 'read', 'authorization-server': 'default' };
    expect(blockOf(await succeed(org, read))).toMatchObject({ [FIELD]: 'Previews' });
  });

  test("takes the client out with the job that the app was for, in the job's post step", async () => {
    const job = { ...LET_IN, state: 'job' };
    const { state } = await succeed(org, job);
    expect(await clients()).toEqual([other, await shop()]);
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

  test('takes out a client ID that is the ID of the app, and asks for no other app that may have it', async () => {
    await foreignApp(org, 'shop');
    await succeed(org, { ...LET_IN, adopt: 'true' });
    expect(await clients()).toEqual([other, await shop()]);
    org.taken();
    await succeed(org, { name: 'shop', state: 'absent' });
    expect(await clients()).toEqual([other]);
    expect(org.taken().filter((request) => request === `GET ${APPS}`)).toHaveLength(1);
  });

  test('deletes the app where somebody deletes the policy at that moment', async () => {
    await succeed(org, LET_IN);
    org.before(PUT(`${POLICIES}/${policy}`), () => {
      for (const { policies } of org.org.authorizationServers.values()) policies.delete(policy);
    });
    const gone = await succeed(org, { name: 'shop', state: 'absent' });
    expect([gone.outputs['result'], gone.warnings]).toEqual(['deleted', []]);
    expect(await org.labels()).toEqual(['other']);
  });

  test('keeps the client of an app in that a permanent run makes anew while a close takes the former one out', async () => {
    const env = githubEnvironment(github);
    github.pulls.set(12, 'open');
    await succeed(org, LET_IN, { event: pullRequest(12), env });
    const former = await org.app('shop');
    github.pulls.set(12, 'closed');
    let permanent: Promise<unknown> | undefined;
    org.before(PUT(`${POLICIES}/${policy}`), () => {
      permanent = succeed(org, LET_IN, { env });
    });
    const clock: Clock = {
      ...virtualClock(),
      sleep: async () => {
        await permanent;
      },
    };
    const close = { event: pullRequest(12, 'closed'), env, world: { clock } };
    await succeed(org, { ...LET_IN, state: 'auto' }, close);
    const app = await org.app('shop');
    expect(idOf(app)).not.toBe(idOf(former));
    expect(clientIdOf(app)).toBe(clientIdOf(former));
    expect(await clients()).toEqual([other, clientIdOf(app)]);
  });

  test('leaves a policy as it is whose clients Okta does not show', async () => {
    const { conditions: _, ...body } = await org.api('GET', `${POLICIES}/${policy}`);
    org.refuse(GET(POLICIES), answer(200, [body]));
    org.refuse(GET(`${POLICIES}/${policy}`), answer(200, body));
    expect(await failure(org, LET_IN)).toContain(
      'Cannot change the access policy "Previews" of the authorization server "default": Okta\'s answer does not show the clients that it lists. Look at it in the Admin Console (Security, API, the authorization server, Access Policies).',
    );
    org.relent();
    expect(await clients()).toEqual([other]);
  });

  test.each(['accepted', 'refused'] as const)(
    'leaves the last client in, with a warning, whether or not Okta accepts a policy without clients (%s)',
    async (policyWithoutClients) => {
      org.unknown.policyWithoutClients = policyWithoutClients;
      const lonely = await org.accessPolicy('Lonely', []);
      const first = await succeed(org, { ...LET_IN, [FIELD]: 'Lonely' });
      expect(first.warnings).toEqual([
        'The app is the only client of the access policy "Lonely" of the authorization server "default", which listed none before and might have let everybody in. Check in the Admin Console (Security, API) whether others are to be let in, too.',
      ]);
      const app = await shop();
      const run = await succeed(org, { name: 'shop', state: 'absent' });
      expect(await clients(lonely)).toEqual([app]);
      expect(run.warnings).toEqual([
        'The app is the only client of the access policy "Lonely" of the authorization server "default" and is kept in it: a policy without clients might let everybody in. Delete the policy, or name other clients in it.',
      ]);
      expect(await org.labels()).toEqual(['other']);
    },
  );

  test.each(['kept', 'removed'] as const)(
    'copes with a deleted app in the list, which Okta has %s',
    async (deletedClientInPolicy) => {
      org.unknown.deletedClientInPolicy = deletedClientInPolicy;
      await deleteApp(other);
      await succeed(org, LET_IN);
      const app = await shop();
      expect(await clients()).toEqual(deletedClientInPolicy === 'kept' ? [other, app] : [app]);
    },
  );

  test('takes out what ends with a closed pull request, and keeps what another run put there', async () => {
    github.pulls.set(12, 'open');
    const env = githubEnvironment(github);
    const preview = { ...LET_IN, name: 'shop preview 12', state: 'auto' };
    await succeed(org, preview, { event: pullRequest(12), env });
    await succeed(org, { ...LET_IN, name: 'shop' });
    github.pulls.set(12, 'closed');
    await succeed(org, preview, { event: pullRequest(12, 'closed'), env });
    expect(await clients()).toEqual([other, await shop()]);
  });

  test.each([
    [
      { [FIELD]: 'Preview' },
      /^Cannot find the access policy "Preview": Okta has none of exactly that name\. Check "authorization-server-policies"\. The nearest name is "Previews"\.$/,
    ],
    [
      { [FIELD]: 'Previews, More' },
      /^Cannot find the access policy "Previews, More": Okta has none of exactly that name\. Give one per line in "authorization-server-policies": commas separate nothing\. The nearest name is "Previews"\.$/,
    ],
    [
      { 'authorization-server': 'defualt' },
      /^Cannot find the authorization server "defualt": Okta has none of that ID\./,
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

describe('a policy that a person changes while a run is at work', () => {
  let third: string;
  let more: string;

  beforeEach(async () => {
    third = idOf(await foreignApp(org, 'third'));
    more = await org.accessPolicy('More', [other]);
  });

  test('keeps what was added since the run found it', async () => {
    org.before(POST(APPS), () => {
      letIn(third);
    });
    await succeed(org, LET_IN);
    expect(await clients()).toEqual([other, third, await shop()]);
  });

  test('keeps what was added while the run waited to send its list again', async () => {
    const write = PUT(`${POLICIES}/${policy}`);
    org.once(write, answer(503));
    org.before(GET(`${POLICIES}/${policy}`), () => undefined);
    org.before(GET(`${POLICIES}/${policy}`), () => {
      letIn(third);
    });
    await succeed(org, LET_IN);
    expect(await clients()).toEqual([other, third, await shop()]);
  });

  test('is told to be overwritten where the client is gone again, which is let in anew', async () => {
    const path = `${POLICIES}/${policy}`;
    org.before(PUT(path), () => {
      org.before(GET(path), () => {
        for (const { policies } of org.org.authorizationServers.values()) {
          const { conditions } = policies.get(policy) ?? {};
          if (conditions) conditions['clients'] = { include: [other, third] };
        }
      });
    });
    const run = await succeed(org, LET_IN);
    expect(run.log).toContain(
      'The change to the access policy "Previews" is not there (round 1): another run overwrote it.',
    );
    expect(await clients()).toEqual([other, third, await shop()]);
  });

  test.each<[string, () => Promise<unknown>]>([
    [
      'lists the client no more',
      async () => {
        const path = `${POLICIES}/${policy}`;
        const held = await org.api('GET', path);
        await org.api('PUT', path, { ...held, conditions: { clients: { include: [] } } });
      },
    ],
    ['is gone', () => org.api('DELETE', `${POLICIES}/${policy}`)],
  ])('is asked once by a removal, and no more, if it %s', async (_, change) => {
    await succeed(org, LET_IN);
    await change();
    org.taken();
    const { warnings } = await succeed(org, { name: 'shop', state: 'absent' });
    expect(warnings).toEqual([]);
    expect(org.taken().filter((request) => request.includes('/policies/'))).toEqual([
      `GET ${POLICIES}/${policy}`,
    ]);
  });

  test('keeps what was added since a removal looked where the client is listed', async () => {
    await succeed(org, PREVIEWS);
    org.before(GET(`${POLICIES}/${more}`), () => undefined);
    org.before(GET(`${POLICIES}/${more}`), () => {
      letIn(third, more);
    });
    await succeed(org, { name: 'shop', state: 'absent' });
    expect(await clients()).toEqual([other]);
    expect(await clients(more)).toEqual([other, third]);
  });
});

describe('a list of clients that Okta refuses', () => {
  const unknown = (text: string): object => ({
    errorCode: 'E0000001',
    errorSummary: 'Api validation failed: conditions.clients.include',
    errorCauses: [{ errorSummary: `conditions.clients.include: ${text}` }],
  });
  const NOT_FOUND = answer(400, unknown('Resource not found'));
  const TAKE_OUT =
    'Take the clients whose apps are deleted out of it in the Admin Console (Security, API, the authorization server, Access Policies).';

  test.each([1, 2, 3])('is sent again, since it may not know a new client yet: %i times', async (times) => {
    for (let time = 1; time <= times; time += 1) org.once(PUT(`${POLICIES}/${policy}`), NOT_FOUND);
    const { log } = await succeed(org, LET_IN);
    expect(log.split('\n').filter((line) => line.startsWith('Okta '))).toEqual(
      numbers(times).map(
        (time) => `Okta does not know a client of the access policy "Previews". Waiting ${time} s.`,
      ),
    );
    expect(await clients()).toEqual([other, await shop()]);
  });

  test('is an error where the client is to be let in: it names the clients that no app has, and no others', async () => {
    await succeed(org, { ...WEB, name: 'derived' });
    const derived = clientIdOf(await org.app('derived'));
    const dead = [idOf(await foreignApp(org, 'dead 1')), idOf(await foreignApp(org, 'dead 2'))];
    const listed = [other, ...dead, derived];
    policy = await org.accessPolicy('Full', listed);
    for (const id of dead) await deleteApp(id);
    const error = await failure(org, { ...LET_IN, [FIELD]: 'Full' });
    expect(error).toContain(
      'Cannot change the access policy "Full" of the authorization server "default": Okta refuses its list of clients (Api validation failed: conditions.clients.include; conditions.clients.include: Resource not found), ' +
        `and this run finds no app of these: ${dead.join(', ')}. ${TAKE_OUT}`,
    );
    expect(await clients()).toEqual(listed);
  });

  test('is an error in the words of Okta where all clients have an app', async () => {
    org.refuse(PUT(`${POLICIES}/${policy}`), answer(400, unknown('The field is too long')));
    const { errors, masks } = await runOn(org, LET_IN);
    expect(errors).toEqual([
      expect.stringContaining(
        `Okta refuses its list of clients (Api validation failed: conditions.clients.include; conditions.clients.include: The field is too long). ${TAKE_OUT}`,
      ),
    ]);
    expect(masks).not.toContain(other);
    expect(await clients()).toEqual([other]);
  });

  test('is an error at once where Okta refuses something else of the policy', async () => {
    const put = PUT(`${POLICIES}/${policy}`);
    org.refuse(put, answer(400, { errorCode: 'E0000001', errorSummary: 'Api validation failed: name' }));
    expect(await failure(org, LET_IN)).toContain(
      'Cannot update the access policy "Previews" of the authorization server "default": Okta answered 400 (E0000001): Api validation failed: name.',
    );
    expect(writes(org).filter((request) => request.includes('/policies/'))).toHaveLength(1);
  });

  test('is a warning where the client is to be taken out, and the app is deleted all the same', async () => {
    await succeed(org, LET_IN);
    const app = await shop();
    await deleteApp(other);
    const run = await succeed(org, { name: 'shop', state: 'absent' });
    expect(run.outputs['result']).toBe('deleted');
    expect(await org.labels()).toEqual([]);
    expect(run.warnings).toEqual([
      'The app is kept as a client of the access policy "Previews" of the authorization server "default". Cannot change the access policy "Previews" of the authorization server "default": Okta refuses its list of clients (Api validation failed: conditions.clients.include; conditions.clients.include: Resource not found), ' +
        `and this run finds no app of these: ${other}. ${TAKE_OUT}`,
    ]);
    expect(await clients()).toEqual([other, app]);
  });
});

test('a policy that a run read half a settle time ago is read again before it is written', async () => {
  const clock = virtualClock();
  const path = `${POLICIES}/${policy}`;
  const reset = String(Math.floor(clock.now() / 1000) + 3);
  const limited = {
    kind: 'answer',
    status: 429,
    headers: { 'x-rate-limit-reset': reset },
    body: {},
  } as const;
  org.once(GET(path), limited);
  await succeed(org, { ...LET_IN, 'settle-seconds': '3' }, { world: { clock } });
  const asked = org.taken().filter((request) => request.endsWith(path));
  expect(asked.slice(0, 4)).toEqual([`GET ${path}`, `GET ${path}`, `GET ${path}`, `PUT ${path}`]);
});

describe('a run without them', () => {
  const ASKED = { ...WEB, 'authorization-server': 'default', 'verify-sign-in': 'true' };

  beforeEach(async () => {
    for (const { id } of await org.apiList(POLICIES))
      if (id !== policy) await org.api('DELETE', `${POLICIES}/${textOf(id)}`);
  });

  const WARNING =
    'No access policy of the authorization server "default" lets the app "shop" in, so that it gets no tokens there. Name a policy in "authorization-server-policies", or add the app to one in the Admin Console.';

  test('warns if no policy lets the client in, in every run', async () => {
    for (const [result, inputs] of [
      ['created', ASKED],
      ['unchanged', ASKED],
      ['unchanged', { ...ASKED, 'redirect-uris': '', state: 'read' }],
    ] as const) {
      const run = await runOn(org, inputs);
      expect(run.outputs['result']).toBe(result);
      expect(run.warnings).toContain(WARNING);
      expect(run.outputs['sign-in-ready']).toBe('false');
    }
  });

  test('is silent if one does', async () => {
    await org.accessPolicy('Everybody', ['ALL_CLIENTS']);
    const run = await runOn(org, { ...ASKED, groups: 'Everyone' });
    expect(run.warnings).toEqual([]);
    expect(run.outputs['sign-in-ready']).toBe('true');
  });

  test('says nothing if the credential may not read the policies', async () => {
    org.refuse(GET(/^\/api\/v1\/authorizationServers/));
    const run = await runOn(org, ASKED);
    expect(run.exitCode).toBe(0);
    expect(run.warnings).toEqual([]);
  });
});

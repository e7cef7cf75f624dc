import { describe, expect, test } from '@jest/globals';
import { textOf, valueAt, type JsonObject } from '../../src/util/json.ts';
import { idOf, markOf } from '../support/apps.ts';
import { GET } from '../support/okta.ts';
import { WEB, changesOf, foreignApp, runOn, succeed, writes, type Inputs } from '../support/runs.ts';
import { useOrg } from '../support/servers.ts';

/** Who may use an app, told as it is: what the workflow lists no more is taken away, and what others assigned is kept. */

const org = useOrg();

/** What can be assigned to an app, as the input lists it, as the mark remembers it and as Okta shows it. */
interface Kind {
  input: 'groups' | 'users' | 'api-scopes';
  /** Where the mark remembers it. */
  memory: 'groups' | 'users' | 'scopes';
  names: [string, string, string];
  /** Makes it where it has to be there before; gives what the mark remembers of it. */
  make(name: string): Promise<string>;
  /** The names of what the app has. */
  holds(): Promise<string[]>;
  /** Assigns it by hand. */
  assign(name: string): Promise<unknown>;
  /** Takes it away by hand. */
  unassign(name: string): Promise<unknown>;
  /** How a request that assigns it, and one that takes it away, looks. */
  added: RegExp;
  removed: RegExp;
}

async function app(): Promise<string> {
  return `/api/v1/apps/${idOf(await org.app('shop'))}`;
}

async function grants(): Promise<JsonObject[]> {
  return org.apiList(`${await app()}/grants`);
}

const ids = new Map<string, string>();

async function idFor(name: string, make: (name: string) => Promise<string>): Promise<string> {
  const id = await make(name);
  ids.set(name, id);
  return id;
}

const KINDS: Kind[] = [
  {
    input: 'groups',
    memory: 'groups',
    names: ['Customers', 'Staff', 'Auditors'],
    make: (name) => idFor(name, org.group),
    holds: async () =>
      (await org.apiList(`${await app()}/groups?expand=group`)).map((group) =>
        textOf(valueAt(group, ['_embedded', 'group', 'profile', 'name'])),
      ),
    assign: async (name) => org.api('PUT', `${await app()}/groups/${ids.get(name) ?? ''}`, {}),
    unassign: async (name) => org.api('DELETE', `${await app()}/groups/${ids.get(name) ?? ''}`),
    added: /^PUT .*\/groups\//,
    removed: /^DELETE .*\/groups\//,
  },
  {
    input: 'users',
    memory: 'users',
    names: ['ann@example.com', 'bob@example.com', 'cy@example.com'],
    make: (name) => idFor(name, org.user),
    holds: async () =>
      (await org.apiList(`${await app()}/users`)).map((user) =>
        textOf(valueAt(user, ['credentials', 'userName'])),
      ),
    assign: async (name) => org.api('POST', `${await app()}/users`, { id: ids.get(name) ?? '' }),
    unassign: async (name) => org.api('DELETE', `${await app()}/users/${ids.get(name) ?? ''}`),
    added: /^POST .*\/users$/,
    removed: /^DELETE .*\/users\//,
  },
  {
    input: 'api-scopes',
    memory: 'scopes',
    names: ['okta.users.read.self', 'okta.users.read', 'okta.groups.read'],
    make: (name) => Promise.resolve(name),
    holds: async () => (await grants()).map(({ scopeId }) => textOf(scopeId)),
    assign: async (scopeId) => org.api('POST', `${await app()}/grants`, { scopeId, issuer: org.url }),
    unassign: async (name) => {
      const grant = (await grants()).find(({ scopeId }) => scopeId === name);
      return org.api('DELETE', `${await app()}/grants/${textOf(grant?.['id'])}`);
    },
    added: /^POST .*\/grants$/,
    removed: /^DELETE .*\/grants\//,
  },
];

describe.each(KINDS)('$input', ({ input, memory, names, make, holds, assign, unassign, added, removed }) => {
  const [one, two, three] = names;
  const list = (...listed: string[]): Inputs => ({
    ...WEB,
    [input]: listed.length > 0 ? listed.join('\n') : '[]',
  });
  const makeAll = async (): Promise<Record<string, string>> => {
    const made: [string, string][] = [];
    for (const name of names) made.push([name, await make(name)]);
    return Object.fromEntries(made);
  };
  const remembered = async (): Promise<unknown> => markOf(await org.app('shop'))[memory];

  test('that runs assigned and the workflow lists no more are taken away, and nobody else', async () => {
    const id = await makeAll();
    await succeed(org, list(one, two));
    await assign(three);
    expect(await remembered()).toEqual([id[one], id[two]]);
    org.taken();
    const run = await succeed(org, list(one));
    const asked = org.taken().flatMap((request) => /\/(groups|users|grants)\b/.exec(request)?.[1] ?? []);
    expect(new Set(asked)).toEqual(new Set([input === 'api-scopes' ? 'grants' : input]));
    expect(run.outputs['result']).toBe('updated');
    expect(changesOf(run)).toEqual([{ field: input, from: [one, two], to: [one] }]);
    expect((await holds()).sort()).toEqual([one, three].sort());
    expect(await remembered()).toEqual([id[one]]);
    org.taken();
    const again = await succeed(org, list(one));
    expect(again.outputs).toMatchObject({ result: 'unchanged', changes: '[]' });
    expect(writes(org)).toEqual([]);
    expect(again.annotations).toEqual([]);
  });

  test('are shown as whole lists where some come and some go', async () => {
    await makeAll();
    await succeed(org, list(one, two));
    const run = await succeed(org, list(two, three));
    const [change] = changesOf(run);
    expect({ ...change, from: (change?.from as string[]).toSorted() }).toEqual({
      field: input,
      from: [one, two].toSorted(),
      to: [two, three],
    });
    expect(run.log).toContain(`-> ["${two}","${three}"]`);
    expect((await holds()).sort()).toEqual([two, three].sort());
  });

  test('absent are left alone, and what is remembered too; the empty list takes away what is remembered', async () => {
    const id = await makeAll();
    await succeed(org, list(one));
    await assign(two);
    org.taken();
    expect((await succeed(org, WEB)).outputs['result']).toBe('unchanged');
    await succeed(org, { ...WEB, 'post-logout-redirect-uris': 'https://shop.example.com/' });
    expect(writes(org).filter((each) => added.test(each) || removed.test(each))).toEqual([]);
    expect(await remembered()).toEqual([id[one]]);
    const cleared = await succeed(org, list());
    expect(changesOf(cleared)).toContainEqual({ field: input, from: [one], to: [] });
    expect(await holds()).toEqual([two]);
    expect(await remembered()).toEqual([]);
    org.taken();
    expect((await succeed(org, list())).outputs['result']).toBe('unchanged');
    expect(writes(org)).toEqual([]);
  });

  test('that were there before and are listed, too, are not remembered, and stay when they are listed no more', async () => {
    const id = await makeAll();
    await succeed(org, list(one));
    await assign(two);
    org.taken();
    const both = await succeed(org, list(one, two));
    expect(both.outputs['result']).toBe('unchanged');
    expect(writes(org)).toEqual([]);
    expect((await succeed(org, list(one))).outputs['result']).toBe('unchanged');
    expect(await remembered()).toEqual([id[one]]);
    expect((await holds()).sort()).toEqual([one, two].sort());
  });

  test('of an own app without a memory are remembered as far as they are listed and there, with a notice', async () => {
    const id = await makeAll();
    await succeed(org, WEB);
    for (const name of [one, two]) await assign(name);
    const dry = await succeed(org, { ...list(one, two), 'dry-run': 'true' });
    const run = await succeed(org, list(one));
    const adopted = (those: string): string =>
      `The app "shop" does not remember which "${input}" its runs assigned. These are assigned already, and count as assigned by its runs from this run on: ${those}.`;
    expect(dry.notices).toContain(adopted(`"${one}", "${two}"`));
    expect(run.notices).toContain(adopted(`"${one}"`));
    expect(await remembered()).toEqual([id[one]]);
    expect((await succeed(org, list(one))).annotations).toEqual([]);
    await succeed(org, list(three));
    expect((await holds()).sort()).toEqual([two, three].sort());
  });

  test('of an app that is adopted are remembered as far as they are listed and there', async () => {
    const id = await makeAll();
    await foreignApp(org, 'shop');
    for (const name of [one, two]) await assign(name);
    const run = await succeed(org, { ...list(one, three), adopt: 'true' });
    expect(run.annotations.map(({ message }) => message).join()).toContain(`from this run on: "${one}".`);
    expect(await remembered()).toEqual([id[one], id[three]]);
    await succeed(org, list(three));
    expect((await holds()).sort()).toEqual([two, three].sort());
  });

  test("that another repository's runs assigned are no longer remembered once the app is adopted", async () => {
    const id = await makeAll();
    await succeed(org, list(one, two), {
      env: { GITHUB_REPOSITORY: 'acme/store', GITHUB_REPOSITORY_ID: '4343' },
    });
    await succeed(org, { ...list(one), adopt: 'acme/store' });
    expect((await holds()).sort()).toEqual([one, two].sort());
    expect(await remembered()).toEqual([id[one]]);
  });

  test('that are remembered and not assigned any more are assigned if they are listed', async () => {
    const id = await makeAll();
    await succeed(org, list(one, two));
    await unassign(one);
    const run = await succeed(org, list(one, two));
    expect(changesOf(run)).toEqual([{ field: input, from: [two], to: [one, two] }]);
    // Another run may have just taken it away, and be about to forget it.
    expect(run.log).toContain('Looking whether another run overwrites the change.');
    expect((await holds()).sort()).toEqual([one, two].sort());
    expect(await remembered()).toEqual([id[one], id[two]]);
  });

  test('that are remembered, not assigned any more and not listed are dropped with the next write, never by one of its own', async () => {
    const id = await makeAll();
    await succeed(org, list(one, two));
    await unassign(one);
    org.taken();
    expect((await succeed(org, list(two))).outputs['result']).toBe('unchanged');
    expect(writes(org)).toEqual([]);
    expect(await remembered()).toEqual([id[one], id[two]]);
    await succeed(org, { ...list(two), 'post-logout-redirect-uris': 'https://shop.example.com/' });
    expect(await remembered()).toEqual([id[two]]);
    await assign(one);
    await succeed(org, list(two));
    expect((await holds()).sort()).toEqual([one, two].sort());
  });

  test('that another run assigns again right after this one has taken them away stay remembered', async () => {
    const id = await makeAll();
    await succeed(org, list(one, two));
    const [held] = [...org.org.apps.values()].map(
      (shop): Map<string, unknown> => shop[input === 'api-scopes' ? 'grants' : input],
    );
    const all = [...(held ?? [])];
    org.before(
      ({ method, path }) => removed.test(`${method} ${path}`),
      () => {
        org.before(GET(/\/apps\/\w+\/(groups|users|grants)/), () => {
          for (const [key, each] of all) held?.set(key, each);
        });
      },
    );
    await succeed(org, list(one));
    expect((await holds()).sort()).toEqual([one, two].sort());
    expect(await remembered()).toEqual([id[one], id[two]]);
    await succeed(org, list(one));
    expect(await holds()).toEqual([one]);
    expect(await remembered()).toEqual([id[one]]);
  });

  test.each(['add', 'exact'])('are remembered with "assignments: %s", too', async (assignments) => {
    const id = await makeAll();
    await succeed(org, { ...list(one), assignments });
    await succeed(org, { ...list(two), assignments });
    const isAdd = assignments === 'add';
    expect((await holds()).sort()).toEqual(isAdd ? [one, two].sort() : [two]);
    expect(await remembered()).toEqual(isAdd ? [id[one], id[two]] : [id[two]]);
    await assign(three);
    await succeed(org, list(two));
    expect((await holds()).sort()).toEqual([two, three].sort());
  });

  test('are in the mark before the first of them is assigned, and leave it after the last is taken away', async () => {
    const id = await makeAll();
    const moments: [string, unknown][] = [];
    const marks = (): unknown =>
      [...org.org.apps.values()].map(({ body }) => valueAt(body, ['profile', 'okta_oidc_app', memory]))[0];
    org.trouble.fault = ({ method, path }) => {
      const request = `${method} ${path}`;
      if (added.test(request) || removed.test(request)) moments.push([method, marks()]);
      return undefined;
    };
    await succeed(org, list(one, two));
    const all = [id[one], id[two]];
    expect(moments.map(([, held]) => held)).toEqual([all, all]);
    moments.length = 0;
    org.taken();
    await succeed(org, { ...list(three), 'redirect-uris': 'https://new.example.com/callback' });
    const united = [...all, id[three]];
    expect(moments.map(([, held]) => held)).toEqual([united, united, united]);
    expect(moments.map(([method]) => method).filter((method) => method === 'DELETE')).toHaveLength(2);
    const sent = writes(org).map((each) =>
      /^PUT \S+apps\/\w+$/.test(each) ? 'the app' : each.split(' ')[0],
    );
    expect(sent[0]).toBe('the app');
    expect(sent.at(-1)).toBe('the app');
    expect(sent.filter((each) => each === 'the app')).toHaveLength(2);
    expect(await remembered()).toEqual([id[three]]);
  });
});

describe('a group that Okta no longer knows', () => {
  test('is named by its ID when it is taken away', async () => {
    const [staff] = [await org.group('Staff'), await org.group('Customers')];
    await succeed(org, { ...WEB, groups: 'Staff\nCustomers' });
    // The assignment is still listed for a moment.
    org.org.groups.delete(staff);
    const run = await succeed(org, { ...WEB, groups: 'Customers' });
    expect(changesOf(run)).toEqual([{ field: 'groups', from: [staff, 'Customers'], to: ['Customers'] }]);
    expect(run.log).toContain(`Took the group "${staff}" off the app.`);
  });
});

describe('a user who has another name in the app', () => {
  test.each(['managed', 'exact'])('goes by the login where the inputs list it (%s)', async (assignments) => {
    const [ann, bob] = [await org.user('ann@example.com'), await org.user('bob@example.com')];
    const inputs = { ...WEB, assignments };
    await succeed(org, { ...inputs, users: 'ann@example.com' });
    await org.api('POST', `${await app()}/users/${ann}`, { credentials: { userName: 'ann' } });
    const path = `${await app()}/users`;
    const added = await succeed(org, { ...inputs, users: 'ann@example.com\nbob@example.com' });
    expect(changesOf(added)).toEqual([
      { field: 'users', from: ['ann@example.com'], to: ['ann@example.com', 'bob@example.com'] },
    ]);
    const assigned = org.requests.findLast((request) => request.method === 'POST' && request.path === path);
    expect(assigned?.body).toEqual({ id: bob, scope: 'USER' });
    const removed = await succeed(org, { ...inputs, users: 'bob@example.com' });
    expect(removed.log).toContain('Took the user "ann" off the app.');
  });
});

describe('a user who has the app through a group as well', () => {
  test('is left to the group, and "changes" says so', async () => {
    const [group, ann] = [await org.group('Staff'), await org.user('ann@example.com')];
    await org.user('bob@example.com');
    await succeed(org, { ...WEB, groups: 'Staff', users: 'ann@example.com\nbob@example.com' });
    await org.api('PUT', `/api/v1/groups/${group}/users/${ann}`);
    const inputs = { ...WEB, groups: 'Staff', users: 'bob@example.com' };
    const run = await succeed(org, inputs);
    expect(changesOf(run)).toEqual([
      {
        field: 'users',
        from: ['bob@example.com', 'ann@example.com'],
        to: ['bob@example.com', 'ann@example.com (through a group)'],
      },
    ]);
    expect(run.log).toContain('Left the user "ann@example.com" to a group that gives the app, too.');
    expect(await org.apiList(`${await app()}/users`)).toContainEqual(
      expect.objectContaining({ id: ann, scope: 'GROUP' }),
    );
    org.taken();
    expect((await succeed(org, inputs)).outputs['result']).toBe('unchanged');
    expect(writes(org)).toEqual([]);
  });

  test('and is listed by nobody any more is taken away with the group', async () => {
    const [group, ann] = [await org.group('Staff'), await org.user('ann@example.com')];
    await org.group('Customers');
    await succeed(org, { ...WEB, groups: 'Staff', users: 'ann@example.com' });
    await org.api('PUT', `/api/v1/groups/${group}/users/${ann}`);
    await succeed(org, { ...WEB, groups: 'Customers', users: '[]' });
    expect(await org.apiList(`${await app()}/users`)).toEqual([]);
  });
});

/** What runs have assigned, as the org shows it at any moment: nobody assigns by hand here. */
function unremembered(): string[] {
  return [...org.org.apps.values()].flatMap(({ body, groups, users, grants: held }) => {
    const mark = (valueAt(body, ['profile', 'okta_oidc_app']) ?? {}) as JsonObject;
    const has = (list: string, id: string): boolean => ((mark[list] ?? []) as string[]).includes(id);
    return [
      ...[...groups.keys()].filter((id) => !has('groups', id)),
      ...[...users.keys()].filter((id) => !has('users', id)),
      ...[...held.values()].map(({ scopeId }) => scopeId).filter((scope) => !has('scopes', scope)),
    ];
  });
}

describe('a run that dies between any two requests', () => {
  const BEFORE: Inputs = {
    ...WEB,
    groups: 'Customers\nStaff',
    users: 'ann@example.com\nbob@example.com',
    'api-scopes': 'okta.users.read\nokta.groups.read',
  };
  const AFTER: Inputs = {
    ...WEB,
    groups: 'Customers\nAuditors',
    users: 'bob@example.com\ncy@example.com',
    'api-scopes': 'okta.users.read\nokta.users.read.self',
  };
  const NONE: Inputs = { ...WEB, groups: '[]', users: '[]', 'api-scopes': '[]' };

  test.each<[string, Inputs | undefined, Inputs]>([
    ['a creation', undefined, BEFORE],
    ['an update that adds and takes away', BEFORE, AFTER],
    ['an update of the settings, too', BEFORE, { ...AFTER, 'redirect-uris': 'https://new.example.com/' }],
    ['a removal of all', BEFORE, NONE],
  ])(
    'forgets nothing: %s',
    async (_, before, inputs) => {
      for (let index = 0; ; index += 1) {
        await org.restart();
        for (const name of ['Customers', 'Staff', 'Auditors']) await org.group(name);
        for (const login of ['ann', 'bob', 'cy']) await org.user(`${login}@example.com`);
        if (before) await succeed(org, before);
        let seen = 0;
        const forgotten: string[] = [];
        org.trouble.fault = () => {
          forgotten.push(...unremembered());
          return seen++ < index ? undefined : { kind: 'drop' };
        };
        const run = await runOn(org, inputs, { world: { requestTimeout: 2000 } });
        delete org.trouble.fault;
        expect([index, ...forgotten, ...unremembered()]).toEqual([index]);
        const next = await succeed(org, NONE);
        expect([index, next.outputs['result']]).toEqual([index, expect.any(String)]);
        const [left] = [...org.org.apps.values()];
        expect([index, left?.groups.size, left?.users.size, left?.grants.size]).toEqual([index, 0, 0, 0]);
        if (run.exitCode === 0 && seen <= index) break;
      }
    },
    300_000,
  );
});

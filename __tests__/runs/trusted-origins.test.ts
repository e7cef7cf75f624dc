import { describe, expect, test } from '@jest/globals';
import { listingIn, originName } from '../../src/app/addresses/origin-name.ts';
import { textOf, valueAt, type JsonObject } from '../../src/util/json.ts';
import {
  WEB,
  changesOf,
  failure,
  foreignApp,
  pullRequest,
  runOn,
  succeed,
  writes,
  type Inputs,
} from '../support/runs.ts';
import { DELETE, GET, POST, PUT, answer, type Matcher } from '../support/okta.ts';
import type { ActionRun } from '../support/runner.ts';
import { useOrg } from '../support/servers.ts';

/** Trusted origins belong to the org, and several apps may list one: it goes with the last of them. */

const org = useOrg();

const DEV = 'http://localhost:5173';
const ORIGINS = /^\/api\/v1\/trustedOrigins/;
const ONE_ORIGIN = /^\/api\/v1\/trustedOrigins\/\w+$/;
const PR_12 = { event: pullRequest(12) };

const app = (name: string, origins = DEV): Inputs => ({ ...WEB, name, 'trusted-origins': origins });
const absent = (name: string): Inputs => ({ name, state: 'absent' });
const share = (name: string, more: Inputs = {}): Inputs => ({
  name,
  shared: 'true',
  'trusted-origins': DEV,
  ...more,
});

const held = (): Promise<JsonObject[]> => org.apiList('/api/v1/trustedOrigins');
const names = async (): Promise<unknown[]> => (await held()).map(({ name }) => name);
const idOf = async (name: string): Promise<string> => textOf((await org.app(name))['id']);
const marked = async (name: string): Promise<unknown> =>
  valueAt(await org.app(name), ['profile', 'okta_oidc_app', 'trusted_origins']);

function register(origin: string, name = 'By hand'): Promise<JsonObject> {
  const scopes = [{ type: 'CORS' }, { type: 'REDIRECT' }];
  return org.api('POST', '/api/v1/trustedOrigins', { name, origin, scopes });
}

describe('an origin that two apps list', () => {
  test('is named after both, and a second run writes nothing', async () => {
    await succeed(org, app('a'));
    const second = await succeed(org, app('b'));
    expect(second.outputs['result']).toBe('created');
    expect(await names()).toEqual([`${DEV} (okta-oidc-app, ${await idOf('a')} ${await idOf('b')})`]);
    expect([await marked('a'), await marked('b')]).toEqual([[DEV], [DEV]]);
    org.taken();
    for (const name of ['a', 'b'])
      expect((await succeed(org, app(name))).outputs['result']).toBe('unchanged');
    expect(writes(org)).toEqual([]);
  });

  test.each([
    ['a', 'b'],
    ['b', 'a'],
  ])('stays when %s goes, with a notice, and goes with %s', async (first, last) => {
    await succeed(org, app('a'));
    await succeed(org, app('b'));
    const gone = await succeed(org, absent(first));
    expect(gone.notices).toEqual([`The origin ${DEV} is still trusted: other apps list it too.`]);
    expect(await names()).toEqual([`${DEV} (okta-oidc-app, ${await idOf(last)})`]);
    await succeed(org, absent(last));
    expect(await held()).toEqual([]);
  });

  test('stays when one of them no longer lists it', async () => {
    await succeed(org, app('a'));
    await succeed(org, app('b'));
    expect((await succeed(org, app('a', '[]'))).outputs).toMatchObject({ result: 'updated', changes: '[]' });
    expect(await names()).toEqual([`${DEV} (okta-oidc-app, ${await idOf('b')})`]);
    expect(await marked('a')).toBeUndefined();
    const last = await succeed(org, app('b', '[]'));
    expect(changesOf(last)).toEqual([{ field: 'trusted-origins', from: [DEV], to: [] }]);
    expect(await held()).toEqual([]);
  });

  test("stays with one of them where the other was deleted by hand, which looks like one that is not for the run's credential to see", async () => {
    await succeed(org, app('a'));
    await succeed(org, app('b'));
    const b = await idOf('b');
    org.org.apps.delete(b);
    const gone = await succeed(org, absent('a'));
    expect(gone.notices).toEqual([
      `The origin ${DEV} is still trusted: its name lists apps that were deleted by hand, or that this run's credential does not see. If they are gone, delete it by hand.`,
    ]);
    expect(await names()).toEqual([`${DEV} (okta-oidc-app, ${b})`]);
  });

  test('stays with both that are left where one of these was deleted by hand', async () => {
    for (const name of ['a', 'b', 'c']) await succeed(org, app(name));
    const [b, c] = [await idOf('b'), await idOf('c')];
    org.org.apps.delete(b);
    const gone = await succeed(org, absent('a'));
    expect(gone.notices).toEqual([`The origin ${DEV} is still trusted: other apps list it too.`]);
    expect(await names()).toEqual([`${DEV} (okta-oidc-app, ${b} ${c})`]);
  });

  test('goes with the last of them, whoever sees which', async () => {
    await succeed(org, app('a'));
    await succeed(org, app('b'));
    const paths = [`/api/v1/apps/${await idOf('a')}`, `/api/v1/apps/${await idOf('b')}`];
    const errorSummary = 'Not found: Resource not found: (AppInstance)';
    for (const [i, name] of ['a', 'b'].entries()) {
      org.trouble.fault = ({ path }) =>
        path === paths[1 - i]
          ? { kind: 'answer', status: 404, body: { errorCode: 'E0000007', errorSummary } }
          : undefined;
      await succeed(org, absent(name));
      expect(await held()).toHaveLength(1 - i);
    }
  });

  test('of which a shared app is one stays there for its claims', async () => {
    await foreignApp(org, 'shared');
    await succeed(org, share('shared'), PR_12);
    await succeed(org, app('a'));
    await succeed(org, absent('a'));
    expect(await names()).toEqual([`${DEV} (okta-oidc-app, ${await idOf('shared')})`]);
    await succeed(org, share('shared', { state: 'absent' }), PR_12);
    expect(await held()).toEqual([]);
  });
});

describe('an origin of a shared app', () => {
  const HOSTS = { 'redirect-hosts': 'localhost\n*.example.com' };

  test("that the app's own runs list is not taken away by a shared run that lists it, too", async () => {
    await succeed(org, { ...app('shop'), ...HOSTS });
    await succeed(org, share('shop'), PR_12);
    org.taken();
    await succeed(org, share('shop'), PR_12);
    expect(org.taken().filter((request) => request.includes('/trustedOrigins'))).toHaveLength(1);
    expect((await succeed(org, share('shop', { state: 'absent' }), PR_12)).outputs['result']).toBe('updated');
    expect(await names()).toEqual([`${DEV} (okta-oidc-app, ${await idOf('shop')})`]);
    expect((await succeed(org, { ...app('shop'), ...HOSTS })).outputs['result']).toBe('unchanged');
  });

  test('stays where the own runs no longer list it and a claim is left', async () => {
    await succeed(org, { ...app('shop'), ...HOSTS });
    await succeed(org, share('shop'), PR_12);
    await succeed(org, { ...app('shop', '[]'), ...HOSTS });
    expect(await held()).toHaveLength(1);
    await succeed(org, share('shop', { state: 'absent' }), PR_12);
    expect(await held()).toEqual([]);
  });

  test('added under the own claims goes with the app', async () => {
    await succeed(org, WEB);
    await succeed(org, share('shop'));
    expect(await held()).toHaveLength(1);
    expect((await succeed(org, absent('shop'))).outputs['result']).toBe('deleted');
    expect(await held()).toEqual([]);
  });
});

describe('what is given up', () => {
  const OTHER = 'https://other.example.com';
  const TWO = `${DEV}\n${OTHER}`;

  /** Changes the app's mark in Okta once, right before the first such request. */
  function remark(name: string, first: Matcher, change: (mark: JsonObject) => JsonObject | undefined): void {
    org.before(first, () => {
      for (const { label, body } of org.org.apps.values()) {
        const mark = valueAt(body, ['profile', 'okta_oidc_app']) as JsonObject;
        if (label === name) Object.assign(body, { profile: { okta_oidc_app: change(mark) } });
      }
    });
  }

  /** The mark with a claim of another pull request. */
  const claimed = (mark: JsonObject): JsonObject => {
    const claim = { input: 'trusted-origins', uri: OTHER, repository: 'acme/shop', repository_id: '4242' };
    return { ...mark, uris: [...((mark['uris'] ?? []) as JsonObject[]), { ...claim, pull_request: 13 }] };
  };

  test('is not what an app lists whose mark is gone: no claim makes it the run’s', async () => {
    await succeed(org, app('shop'));
    remark('shop', GET(ORIGINS), () => undefined);
    await succeed(org, share('shop', { state: 'absent' }), PR_12);
    expect(await held()).toHaveLength(1);
  });

  test.each<[string, () => Promise<unknown>, Inputs]>([
    [
      'a shared run',
      async () => {
        await foreignApp(org, 'shop');
        await succeed(org, share('shop', { 'trusted-origins': TWO }), PR_12);
      },
      share('shop', { 'trusted-origins': TWO, state: 'absent' }),
    ],
    ['a run of the app’s own', () => succeed(org, app('shop', TWO), PR_12), app('shop', '[]')],
  ])('by %s, and claimed while another one is given up, stays', async (_, made, inputs) => {
    await succeed(org, app('a', TWO));
    await made();
    remark('shop', PUT(ORIGINS), claimed);
    await succeed(org, inputs, PR_12);
    const [a, shop] = [await idOf('a'), await idOf('shop')];
    expect(await names()).toEqual([`${DEV} (okta-oidc-app, ${a})`, `${OTHER} (okta-oidc-app, ${a} ${shop})`]);
  });

  test('by a former owner’s run just before this one takes the app over is there again', async () => {
    await succeed(org, app('shop'), {
      env: { GITHUB_REPOSITORY: 'acme/store', GITHUB_REPOSITORY_ID: '4343' },
    });
    org.before(PUT(await org.app('shop')), () => {
      org.org.trustedOrigins.clear();
    });
    const run = await succeed(org, { ...app('shop'), adopt: 'acme/store' });
    expect(changesOf(run).map(({ field }) => field)).toEqual(['owner']);
    expect(await names()).toEqual([`${DEV} (okta-oidc-app, ${await idOf('shop')})`]);
    expect(await marked('shop')).toEqual([DEV]);
  });

  test('by a pull request’s run whose app is somebody else’s by then, stays', async () => {
    await succeed(org, app('shop'), PR_12);
    remark('shop', GET(ORIGINS), ({ pull_request: _, ...mark }) => mark);
    expect(await failure(org, app('shop', '[]'), PR_12)).toContain('it belongs to acme/shop');
    expect(await held()).toHaveLength(1);
  });
});

describe('what fails half-way', () => {
  test('a deletion that Okta refuses is finished by the next run', async () => {
    await succeed(org, app('shop'));
    org.refuse(DELETE(ORIGINS));
    expect(await failure(org, app('shop', '[]'))).toContain(`Cannot stop trusting the origin ${DEV}`);
    expect(await marked('shop')).toEqual([DEV]);
    org.relent();
    expect((await succeed(org, app('shop', '[]'))).outputs['result']).toBe('updated');
    expect(await held()).toEqual([]);
    expect((await succeed(org, app('shop', '[]'))).outputs['result']).toBe('unchanged');
  });

  test('a creation that Okta refuses is finished by the next run', async () => {
    org.refuse(POST(ORIGINS));
    expect(await failure(org, app('shop'))).toContain(`Cannot trust the origin ${DEV}`);
    expect(writes(org).filter((request) => request.includes('/trustedOrigins'))).toHaveLength(1);
    org.relent();
    await succeed(org, app('shop'));
    expect(await names()).toEqual([`${DEV} (okta-oidc-app, ${await idOf('shop')})`]);
  });
});

describe('a run that dies between two requests', () => {
  const OTHER = 'https://other.example.com';
  const TWO = `${DEV}\n${OTHER}`;

  /** Has a run die before each of its requests in turn, each time in a new org. */
  async function dying(
    before: readonly Inputs[],
    inputs: Inputs,
    check: () => Promise<void>,
  ): Promise<number> {
    for (let alive = 0; ; alive += 1) {
      await org.restart();
      for (const earlier of before) await succeed(org, earlier);
      let sent = 0;
      org.refuse(() => (sent += 1) > alive);
      const { exitCode } = await runOn(org, inputs);
      org.relent();
      await check();
      if (exitCode === 0) return alive;
    }
  }

  test('forgets no origin that it was to give up', async () => {
    // What else it changes is written first, in the same mark.
    const inputs = { ...app('shop', '[]'), 'redirect-uris': 'https://new.example.com/callback' };
    const survived = await dying([app('shop', TWO), app('a')], inputs, async () => {
      const shop = await idOf('shop');
      for (const { name, origin } of await held())
        if (textOf(name).includes(shop)) expect(await marked('shop')).toContain(origin);
      await succeed(org, inputs);
      expect(await names()).toEqual([`${DEV} (okta-oidc-app, ${await idOf('a')})`]);
      expect(await marked('shop')).toBeUndefined();
    });
    expect(survived).toBeGreaterThan(6);
  });

  test('forgets no origin that it was to take up', async () => {
    const survived = await dying([app('a'), { ...WEB }], app('shop', TWO), async () => {
      await succeed(org, absent('shop'));
      expect(await names()).toEqual([`${DEV} (okta-oidc-app, ${await idOf('a')})`]);
    });
    expect(survived).toBeGreaterThan(6);
  });
});

describe('two runs at the same time', () => {
  const TAKEN = {
    errorCode: 'E0000001',
    errorSummary: 'Api validation failed: origin',
    errorCauses: [
      { errorSummary: 'origin: An object with this field already exists in the current organization' },
    ],
  };

  test('that want the same new origin both get it', async () => {
    await succeed(org, { ...WEB, name: 'a' });
    const a = await idOf('a');
    // Between this run's look and its write: the run of a creates it.
    org.before(POST(ORIGINS), () => {
      const made = {
        id: 'tos00000000000000001',
        name: `${DEV} (okta-oidc-app, ${a})`,
        origin: DEV,
        scopes: [{ type: 'CORS' }, { type: 'REDIRECT' }],
        status: 'ACTIVE' as const,
        created: '2026-01-01T00:00:00.000Z',
        createdBy: 'x',
        lastUpdated: '2026-01-01T00:00:00.000Z',
        lastUpdatedBy: 'x',
        bornAt: 0,
      };
      org.org.trustedOrigins.set(made.id, made);
    });
    const run = await succeed(org, app('b'));
    expect(run.outputs['result']).toBe('created');
    expect(await names()).toEqual([`${DEV} (okta-oidc-app, ${a} ${await idOf('b')})`]);
  });

  test('that Okta refuses for another reason ends with what Okta says, after three attempts', async () => {
    org.refuse(POST(ORIGINS), answer(400, TAKEN));
    const { errors, log } = await runOn(org, app('b'));
    expect(errors).toEqual([
      expect.stringContaining(`Cannot trust the origin ${DEV}: Okta answered 400 (E0000001)`),
    ]);
    expect(log.match(/^Okta refuses the origin .*(?= Waiting)/gm)).toEqual(
      Array(2).fill(`Okta refuses the origin ${DEV}: another run may have just created it.`),
    );
    expect(writes(org).filter((request) => request.includes('/trustedOrigins'))).toHaveLength(3);
    const looks = org.requests.filter(({ method, path }) => method === 'GET' && ORIGINS.test(path));
    const prefixes = looks.map(({ query }) => new URLSearchParams(query).get('q'));
    // After a refusal all origins are read: the search might heed letter case.
    expect(prefixes).toEqual([DEV, DEV, null, null]);
  });

  test('of which one overwrites the name: the other enters its app again', async () => {
    await succeed(org, app('a'));
    const a = await idOf('a');
    const [origin] = org.org.trustedOrigins.values();
    let isOverwritten = false;
    org.trouble.fault = ({ method, path }) => {
      // Between this run's write and its look: a third run, which read the name before, writes its own.
      const isLook = method === 'GET' && path === `/api/v1/trustedOrigins/${origin?.id ?? ''}`;
      if (isLook && origin && !isOverwritten && (listingIn(origin.name)?.apps.length ?? 0) > 1) {
        isOverwritten = true;
        origin.name = `${DEV} (okta-oidc-app, ${a} 0oaThird)`;
      }
      return undefined;
    };
    const run = await succeed(org, app('b'));
    expect(run.log).toContain('another run overwrote it');
    expect(await names()).toEqual([`${DEV} (okta-oidc-app, ${a} 0oaThird ${await idOf('b')})`]);
  });

  test('of which one overwrites the name only after another has added to it: the first looks again', async () => {
    await succeed(org, app('a'));
    const a = await idOf('a');
    const [origin] = org.org.trustedOrigins.values();
    let looks = 0;
    org.trouble.fault = ({ method, path }) => {
      const isLook = method === 'GET' && path === `/api/v1/trustedOrigins/${origin?.id ?? ''}`;
      const apps = listingIn(origin?.name ?? '')?.apps ?? [];
      if (!isLook || !origin || apps.length < 2) return undefined;
      looks += 1;
      if (looks === 1) origin.name = originName(DEV, { apps: [...apps, '0oaThird'], more: false });
      // A run that read the name before this run wrote.
      if (looks === 2) origin.name = originName(DEV, { apps: [a, '0oaFourth'], more: false });
      return undefined;
    };
    await succeed(org, app('b'));
    expect(await names()).toEqual([`${DEV} (okta-oidc-app, ${a} 0oaFourth ${await idOf('b')})`]);
  });

  test('that give it up leave nothing behind: the last one deletes it, whoever overwrote whom', async () => {
    await succeed(org, app('a'));
    await succeed(org, app('b'));
    const [a, b] = [await idOf('a'), await idOf('b')];
    const [origin] = org.org.trustedOrigins.values();
    let isOverwritten = false;
    org.trouble.fault = ({ method, path }) => {
      // Between this run's write and its look: the run of b, which read both names before, takes its own out.
      const isLook = method === 'GET' && path === `/api/v1/trustedOrigins/${origin?.id ?? ''}`;
      if (isLook && origin && !isOverwritten && listingIn(origin.name)?.apps.join(' ') === b) {
        isOverwritten = true;
        origin.name = `${DEV} (okta-oidc-app, ${a})`;
      }
      return undefined;
    };
    await succeed(org, absent('a'));
    expect(isOverwritten).toBe(true);
    expect(await held()).toEqual([]);
  });

  test('of which one changes something else of it: the other looks once whether its app is there', async () => {
    await succeed(org, app('a'));
    org.before(PUT(ORIGINS), () => {
      org.before(GET(ONE_ORIGIN), () => {
        for (const origin of org.org.trustedOrigins.values()) origin.scopes = [{ type: 'CORS' }];
      });
    });
    org.taken();
    await succeed(org, app('b'));
    const requests = org.taken().map((request) => request.replace(/tos\w+/, 'origin'));
    expect(requests.filter((request) => request.includes('/trustedOrigins/'))).toEqual([
      'GET /api/v1/trustedOrigins/origin',
      'PUT /api/v1/trustedOrigins/origin',
      'GET /api/v1/trustedOrigins/origin',
    ]);
  });

  test('of which one fails after it has entered its app: it says that it has', async () => {
    await succeed(org, app('a'));
    org.before(PUT(ORIGINS), () => {
      org.refuse(GET(/\/apps\/\w+$/));
    });
    expect(await failure(org, app('b'))).toMatch(
      /Done before the failure: .*noted with the trusted origin http:\/\/localhost:5173 which apps list it/,
    );
  });

  test('of which one deletes the origin, the other one trusts it anew', async () => {
    await succeed(org, app('a'));
    org.before(PUT(ORIGINS), () => {
      org.org.trustedOrigins.clear();
    });
    await succeed(org, app('b'));
    expect(await names()).toEqual([`${DEV} (okta-oidc-app, ${await idOf('b')})`]);
  });

  test('of which one waits for a rate limit with the deletion, and the other enters its app meanwhile', async () => {
    await succeed(org, app('a'));
    await succeed(org, { ...WEB, name: 'b' });
    const [a, b] = [await idOf('a'), await idOf('b')];
    const [origin] = org.org.trustedOrigins.values();
    org.trouble.fault = ({ method, path }) => {
      if (!origin || method !== 'DELETE' || !path.startsWith('/api/v1/trustedOrigins/')) return undefined;
      delete org.trouble.fault;
      origin.name = `${DEV} (okta-oidc-app, ${a} ${b})`;
      const headers = { 'x-rate-limit-limit': '100', 'x-rate-limit-remaining': '0' };
      return { kind: 'answer', status: 429, headers };
    };
    await succeed(org, absent('a'));
    expect(await names()).toEqual([`${DEV} (okta-oidc-app, ${b})`]);
  });
});

describe('an origin whose name a person changes right before a run writes it', () => {
  const byHand = (): void => {
    org.before(GET(ONE_ORIGIN), () => {
      for (const origin of org.org.trustedOrigins.values()) origin.name = 'By hand';
    });
  };

  test.each<[string, () => Promise<ActionRun>]>([
    ['enters its app', () => succeed(org, app('c'))],
    ['takes its app out', () => succeed(org, absent('a'))],
  ])('keeps that name, and the run that %s goes on', async (_, run) => {
    for (const name of ['a', 'b']) await succeed(org, app(name));
    org.taken();
    byHand();
    expect((await run()).exitCode).toBe(0);
    expect(await names()).toEqual(['By hand']);
    expect(writes(org).filter((request) => request.includes('/trustedOrigins'))).toEqual([]);
  });
});

describe('an origin that somebody registered by hand', () => {
  test.each(['https://App.Example.com', 'https://app.example.com/', 'HTTPS://app.example.com'])(
    'as %s is the same, and stays as it is',
    async (registered) => {
      await register(registered);
      const before = await held();
      const run = await succeed(org, app('shop', 'https://app.example.com'));
      expect(run.outputs['result']).toBe('created');
      expect(changesOf(run).map(({ field }) => field)).not.toContain('trusted-origins');
      expect(await marked('shop')).toBeUndefined();
      await succeed(org, absent('shop'));
      expect(await held()).toEqual(before);
    },
  );

  const BOTH = [{ type: 'CORS' }, { type: 'REDIRECT' }];
  const WANTED = 'https://app.example.com';
  const known = (origin: string, more: JsonObject = {}): JsonObject => ({
    id: 'tos1',
    name: origin,
    origin,
    status: 'ACTIVE',
    scopes: BOTH,
    ...more,
  });
  const warning = (origin: string): string =>
    `The origin ${origin} is registered in Okta as "${origin}", but not trusted for both CORS and redirects. It was left as it is: change it in the Admin Console (Security, API, Trusted Origins).`;

  test.each<[string, JsonObject[], string[]]>([
    ['trusted', [known(WANTED)], []],
    ['inactive', [known(WANTED, { status: 'INACTIVE' })], [warning(WANTED)]],
    ['not for redirects', [known(WANTED, { scopes: BOTH.slice(0, 1) })], [warning(WANTED)]],
    ['not for CORS', [known(WANTED, { scopes: BOTH.slice(1) })], [warning(WANTED)]],
    ['for what makes no sense', [known(WANTED, { scopes: [null, 5, { type: 7 }] })], [warning(WANTED)]],
    ['for nothing', [known(WANTED, { scopes: 'CORS' })], [warning(WANTED)]],
    [
      'trusted, and inactive in other letters',
      [known(WANTED.toUpperCase(), { scopes: [] }), known(WANTED)],
      [],
    ],
    [
      'inactive in other letters',
      [known(`${WANTED}/`, { scopes: [] }), known(WANTED.toUpperCase())],
      [warning(`${WANTED}/`)],
    ],
  ])(
    'and is %s is looked for by how it starts, and warned of if it is not trusted',
    async (_, list, told) => {
      org.refuse(GET('/api/v1/trustedOrigins'), answer(200, list));
      const run = await succeed(org, app('shop', WANTED));
      expect(run.warnings).toEqual(told);
      expect(new Set(org.requests.filter(GET('/api/v1/trustedOrigins')).map(({ query }) => query))).toEqual(
        new Set(['q=https%3A%2F%2Fapp.example.com&limit=200']),
      );
      expect(writes(org).filter((request) => ORIGINS.test(request.split(' ')[1] ?? ''))).toEqual([]);
    },
  );

  test('is not mistaken for one that only starts like it', async () => {
    await register('https://app.example.com:8443');
    await succeed(org, app('shop', 'https://app.example.com'));
    expect((await held()).map(({ origin }) => origin)).toEqual([
      'https://app.example.com:8443',
      'https://app.example.com',
    ]);
  });
});

describe('the name of an origin', () => {
  const ids = (count: number): string[] =>
    Array.from({ length: count }, (_, i) => `0oa${String(i).padStart(17, '0')}`);

  test('holds eight apps and fits Okta’s limit, however long the origin is', () => {
    for (const origin of [DEV, `https://${'a'.repeat(200)}.example.com`]) {
      const name = originName(origin, { apps: ids(8), more: false });
      expect(name.length).toBeLessThanOrEqual(255);
      expect(listingIn(name)).toEqual({ apps: ids(8), more: false });
      const more = originName(origin, { apps: ids(9), more: false });
      expect(listingIn(more)).toEqual({ apps: ids(8), more: true });
    }
  });

  test('that held more apps once: the origin stays, with a notice', async () => {
    await succeed(org, app('shop'));
    const [origin] = org.org.trustedOrigins.values();
    const name = originName(DEV, { apps: [await idOf('shop')], more: true });
    if (origin) origin.name = name;
    const gone = await succeed(org, absent('shop'));
    expect(gone.notices).toEqual([
      `The origin ${DEV} is still trusted: more apps list it, or did, than its name can hold, so delete it by hand once it is no longer needed.`,
    ]);
    expect(await names()).toEqual([name]);
  });

  test('takes an app where it has room, though it had none once, and none where it is full', async () => {
    await succeed(org, app('a'));
    const [origin] = org.org.trustedOrigins.values();
    if (!origin) throw new Error('There is no origin.');
    origin.name = originName(DEV, { apps: ids(8), more: false });
    const full = originName(DEV, { apps: ids(8), more: true });
    await succeed(org, app('b'));
    expect((await succeed(org, app('b'))).outputs['result']).toBe('unchanged');
    expect(await names()).toEqual([full]);
    origin.name = originName(DEV, { apps: ids(7), more: true });
    await succeed(org, app('c'));
    expect(await names()).toEqual([originName(DEV, { apps: [...ids(7), await idOf('c')], more: true })]);
  });

  test.each(['By hand', `${DEV} (okta-oidc-app)`, `${DEV} (okta-oidc-app, )`, `(okta-oidc-app, a b) ${DEV}`])(
    '%p is not one of ours',
    (name) => {
      expect(listingIn(name)).toBeUndefined();
    },
  );
});

test('an origin that others delete and create again while a run has its app listed is looked for again', async () => {
  await succeed(org, app('first'));
  let left = 3;
  org.trouble.fault = ({ method, path }) => {
    const [[id, origin] = []] = org.org.trustedOrigins;
    if (method === 'GET' && ONE_ORIGIN.test(path) && left > 0 && id !== undefined && origin) {
      left -= 1;
      org.org.trustedOrigins.delete(id);
      org.org.trustedOrigins.set(`tosAnew${left}`, { ...structuredClone(origin), id: `tosAnew${left}` });
    }
    return undefined;
  };
  const run = await succeed(org, app('second'));
  expect(run.log).not.toContain('Okta refuses the origin');
  expect(left).toBe(0);
  const listing = listingIn(String((await names())[0]));
  expect(listing?.apps).toEqual([await idOf('first'), await idOf('second')]);
});

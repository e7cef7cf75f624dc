import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { registeredApp, type ApplicationType, type RegisteredApp } from '../../src/app/app.ts';
import {
  immutableDifference,
  wantedValues,
  withDefaults,
  type DesiredApp,
} from '../../src/app/settings/desired.ts';
import { endpointsOf, sampleOf, signInUrl } from '../../src/app/addresses/endpoints.ts';
import type { AppSettings } from '../../src/app/settings/settings.ts';
import { equal, isBlank, valueAt, withValueAt, type Json, type JsonObject } from '../../src/util/json.ts';
import {
  clientProblems,
  defaultsOf,
  fitTogether,
  needsRedirectUri,
  requiredGrant,
  responseTypesFor,
  withoutSecret,
} from '../../src/app/settings/client-rules.ts';
import { retry, type Failure } from '../../src/okta/http/retry.ts';
import { adminNote } from '../../src/app/ownership/note.ts';
import { markJson, markOf, type Claim, type Mark } from '../../src/app/ownership/mark.ts';
import { ownerName, ownerOf, sameOwner, sameRepository, type Owner } from '../../src/app/ownership/owner.ts';
import { planAssignments, type AssignmentMode, type AssignmentPlan } from '../../src/app/assignments.ts';
import { planCreate, planUpdate, type UpdateOptions } from '../../src/app/plan.ts';
import { limitWarning } from '../../src/app/ownership/limit.ts';
import {
  everyEntry,
  planAdding,
  planGivingUp,
  planRemoving,
  type SharedEntries,
} from '../../src/app/ownership/claims.ts';
import '../support/seed.ts';

/** The rules that decide what a run does, where the runs of the other tests do not reach: no Okta, no waiting. */

const SHOP: Owner = { server: 'github.com', repository: 'acme/shop', repositoryId: '1' };
const PR_12: Owner = { ...SHOP, pullRequest: 12 };
const PR_13: Owner = { ...SHOP, pullRequest: 13 };
const STOCK: Owner = { server: 'github.com', repository: 'acme/stock', repositoryId: '2' };
const NOBODY: Owner = { server: 'github.com', repository: '', repositoryId: undefined };

function appOf(body: JsonObject): RegisteredApp {
  const app = registeredApp({ id: '0oa1', label: 'shop', name: 'oidc_client', status: 'ACTIVE', ...body });
  if (!app) throw new Error('That is no app.');
  return app;
}

function desired(settings: AppSettings): DesiredApp {
  return { name: 'shop', settings, catalogApp: undefined };
}

const OPTIONS: UpdateOptions = { owner: SHOP, isOwn: true };
const CALLBACK = 'https://shop.example.com/callback';
const KEY = { kty: 'RSA', kid: 'first', e: 'AQAB', n: 'n' };

/** An app as it would be once Okta has what was planned for it. */
function created(settings: AppSettings, owner = SHOP): RegisteredApp {
  return appOf({ ...planCreate(desired(settings), { owner }).body, created: '' });
}

describe('OAuth rules', () => {
  const TYPES: ApplicationType[] = ['web', 'browser', 'native', 'service'];

  test.each(TYPES)('the defaults of a %s app keep every rule', (type) => {
    const defaults = defaultsOf(type);
    const { 'grant-types': grantTypes } = defaults;
    const required = requiredGrant(type);
    if (required) expect(grantTypes).toContain(required);
    expect(clientProblems({ type, ...defaults, 'redirect-uris': [CALLBACK] })).toEqual([]);
    expect(fitTogether(type, grantTypes, responseTypesFor(type, grantTypes))).toBe(true);
  });

  test.each<[ApplicationType, string[], string[]]>([
    ['web', ['authorization_code'], ['code']],
    ['web', ['interaction_code'], ['code']],
    ['web', ['authorization_code', 'implicit'], ['code', 'id_token', 'token']],
    ['browser', ['implicit'], ['id_token', 'token']],
    ['native', ['password'], ['code']],
    ['service', ['client_credentials'], ['token']],
    ['service', ['client_credentials', 'implicit'], ['id_token', 'token']],
  ])('a %s app with %p answers with %p', (type, grants, types) => {
    expect(responseTypesFor(type, grants)).toEqual(types);
  });

  test.each<[ApplicationType, string[], string[], boolean]>([
    ['web', ['authorization_code'], ['code'], true],
    ['web', ['authorization_code'], [], false],
    ['web', ['authorization_code'], ['code', 'token'], false],
    ['web', ['authorization_code', 'implicit'], ['code'], false],
    ['web', ['authorization_code', 'implicit'], ['token'], false],
    ['web', ['authorization_code', 'implicit'], ['code', 'id_token'], true],
    ['browser', ['implicit'], ['id_token'], true],
    ['service', ['client_credentials'], ['token'], true],
    ['service', ['client_credentials'], ['code'], true],
    ['service', ['client_credentials'], [], false],
    ['service', ['client_credentials'], ['none'], false],
    ['native', ['password'], ['code'], true],
  ])('a %s app with %p may keep the response types %p: %p', (type, grants, types, fits) => {
    expect(fitTogether(type, grants, types)).toBe(fits);
  });

  test.each<[ApplicationType, string[], boolean]>([
    ['web', ['authorization_code'], true],
    ['browser', ['implicit'], true],
    ['native', ['interaction_code'], true],
    ['native', ['password'], false],
    ['service', ['client_credentials', 'implicit'], false],
  ])('a %s app with %p needs a redirect URI: %p', (type, grants, needs) => {
    expect(needsRedirectUri(type, grants)).toBe(needs);
  });

  test('only a client that authenticates with nothing must require PKCE', () => {
    const problem = (
      type: ApplicationType,
      method?: AppSettings['token-endpoint-auth-method'],
      pkce?: boolean,
    ): string[] =>
      clientProblems({ type, 'token-endpoint-auth-method': method, 'pkce-required': pkce }).map(
        ({ why }) => why,
      );
    expect(problem('web', 'none', true)).toEqual([]);
    expect(problem('web')).toEqual([]);
    expect(problem('browser', 'client_secret_basic', false)).toEqual([]);
    expect(problem('web', 'none', false)).toEqual([
      expect.stringContaining('"token-endpoint-auth-method: none" must require PKCE'),
    ]);
    // The app that is there may have what is not said, and one to be created gets the defaults of its type before it is checked.
    expect(problem('web', 'none')).toEqual([]);
    expect(problem('browser', undefined, false)).toEqual([]);
  });

  test('only some methods go without a secret', () => {
    expect(['none', 'private_key_jwt', 'client_secret_basic', ''].map(withoutSecret)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

describe('JSON', () => {
  const json = fc.jsonValue() as fc.Arbitrary<Json>;
  const path = fc.array(fc.string({ minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 4 });
  const object = fc.dictionary(fc.string(), json) as fc.Arbitrary<JsonObject>;

  test('a value that was put somewhere is found there, and the object it was put into stays as it was', () => {
    fc.assert(
      fc.property(object, path, json, (before, at, value) => {
        const text = JSON.stringify(before);
        expect(valueAt(withValueAt(before, at, value), at)).toEqual(value);
        expect(JSON.stringify(before)).toBe(text);
      }),
    );
  });

  test('a value that was taken away is gone, and nothing else is', () => {
    const before = { a: { b: 1, c: 2 }, d: 3 };
    expect(withValueAt(before, ['a', 'b'], undefined)).toEqual({ a: { c: 2 }, d: 3 });
    expect(withValueAt(before, ['x', 'y'], undefined)).toEqual({ ...before, x: {} });
  });

  test('keys that JavaScript gives a meaning to are keys like others', () => {
    const changed = withValueAt({}, ['__proto__', 'constructor'], 1);
    expect(JSON.stringify(changed)).toBe('{"__proto__":{"constructor":1}}');
    expect(valueAt({}, ['constructor'])).toBeUndefined();
    expect(({} as JsonObject)['constructor']).not.toBe(1);
  });

  test('a path without a key is a mistake of the program', () => {
    expect(() => withValueAt({}, [], 1)).toThrow(RangeError);
  });

  test('values are equal by what they hold', () => {
    fc.assert(fc.property(json, (value) => equal(value, structuredClone(value))));
    expect(equal({ a: 1, b: 2 }, { b: 2, a: 1 })).toBe(true);
    expect(equal({ a: 1, b: undefined }, { a: 1 })).toBe(true);
    expect(equal([1, 2], [2, 1])).toBe(false);
    expect(equal([1], [1, 2])).toBe(false);
    expect(equal({}, [])).toBe(false);
    expect(equal(null, undefined)).toBe(false);
  });

  test.each<[Json | undefined, boolean]>([
    [undefined, true],
    [null, true],
    [false, true],
    ['', true],
    [[], true],
    [{ admin: null, enduser: '' }, true],
    [{}, true],
    [0, false],
    [true, false],
    ['x', false],
    [[null], false],
    [{ a: { b: 0 } }, false],
  ])('%p says no more than its absence: %p', (value, blank) => {
    expect(isBlank(value)).toBe(blank);
  });
});

describe('what is wanted', () => {
  const wanted = (settings: AppSettings, app?: RegisteredApp): Record<string, Json> =>
    Object.fromEntries(wantedValues(settings, app).map(({ field, value }) => [field, value]));

  test('is nothing where nothing is named', () => {
    expect(wantedValues({}, undefined)).toEqual([]);
    expect(wantedValues({ other: { settings: {}, visibility: undefined } }, undefined)).toEqual([]);
  });

  test('of a leeway is a rotation, too: the one that is there, the one that is said, or that of the type', () => {
    const leeway = { 'refresh-token-leeway': 5 };
    const rotating = appOf({ settings: { oauthClient: { refresh_token: { rotation_type: 'ROTATE' } } } });
    const document = { settings: { oauthClient: { refresh_token: { rotation_type: 'ROTATE' } } } };
    expect(wanted(leeway)['refresh-token-rotation']).toBe('STATIC');
    expect(wanted({ ...leeway, type: 'browser' })['refresh-token-rotation']).toBe('ROTATE');
    expect(wanted(leeway, rotating)['refresh-token-rotation']).toBe('ROTATE');
    expect(wanted({ ...leeway, 'refresh-token-rotation': 'ROTATE' })['refresh-token-rotation']).toBe(
      'ROTATE',
    );
    expect(Object.keys(wanted({ ...leeway, other: document }))).toEqual([
      'settings.oauthClient.refresh_token.rotation_type',
      'refresh-token-leeway',
    ]);
  });

  test('of response types follows from grants that the document names, unless it names them, too', () => {
    const grants = { grant_types: ['implicit'] };
    const other = (oauthClient: JsonObject): AppSettings => ({
      type: 'browser',
      other: { settings: { oauthClient } },
    });
    expect(wanted(other(grants))['response-types']).toEqual(['id_token', 'token']);
    expect(wanted(other({ ...grants, response_types: ['token'] }))['response-types']).toBeUndefined();
    expect(wanted({ 'grant-types': ['implicit'], ...other({ response_types: ['token'] }) })).toEqual({
      'settings.oauthClient.response_types': ['token'],
      'grant-types': ['implicit'],
    });
  });

  test('of the document gives way to an input for it, for all of it or for a part of it', () => {
    const other = {
      settings: { oauthClient: { jwks: { keys: [], x: 1 }, jwks_uri: 'a', refresh_token: null } },
    };
    expect(wanted({ other, jwks: { keys: [KEY] }, 'refresh-token-rotation': 'ROTATE' })).toEqual({
      'settings.oauthClient.jwks_uri': 'a',
      jwks: { keys: [KEY] },
      'refresh-token-rotation': 'ROTATE',
    });
  });

  test('of keys carries over what Okta added to a key, but nothing of one of another kind', () => {
    const app = appOf({ settings: { oauthClient: { jwks: { keys: [{ ...KEY, id: 'pks1' }, 'no key'] } } } });
    const other = { kty: 'EC', kid: 'first', x: 'x' };
    expect(wanted({ jwks: { keys: [KEY] } }, app)['jwks']).toEqual({ keys: [{ ...KEY, id: 'pks1' }] });
    expect(wanted({ jwks: { keys: [other] } }, app)['jwks']).toEqual({ keys: [other] });
  });

  test('is the default of the type only where neither input nor document says it', () => {
    const oauthClient = { token_endpoint_auth_method: 'client_secret_post', pkce_required: true };
    const other = {
      credentials: { oauthClient },
      settings: { oauthClient: { redirect_uris: [], grant_types: [] } },
    };
    expect(withDefaults({ other })).toEqual({ type: 'web', other });
    expect(withDefaults({ 'jwks-uri': 'https://a.example.com' })['token-endpoint-auth-method']).toBe(
      'private_key_jwt',
    );
  });

  test.each<[string, AppSettings, JsonObject, string | undefined]>([
    ['the same type', { type: 'web' }, { settings: { oauthClient: { application_type: 'web' } } }, undefined],
    [
      'an unknown type',
      { type: 'web' },
      { settings: { oauthClient: { application_type: 'watch' } } },
      undefined,
    ],
    [
      'another type',
      { type: 'web' },
      { settings: { oauthClient: { application_type: 'browser' } } },
      'of type "spa", not "web"',
    ],
    [
      'the same client ID',
      { 'client-id': 'a' },
      { credentials: { oauthClient: { client_id: 'a' } } },
      undefined,
    ],
    ['another client ID', { 'client-id': 'a' }, {}, 'another client ID'],
    [
      'OAuth settings of a catalog app',
      { 'pkce-required': true },
      { name: 'desk' },
      'Okta Integration Network ("desk")',
    ],
    ['other settings of a catalog app', { other: {} }, { name: 'desk' }, undefined],
  ])('with %s can be reached or not', (_, settings, body, why) => {
    const difference = immutableDifference(desired(settings), appOf(body));
    if (why === undefined) expect(difference).toBeUndefined();
    else expect(difference).toContain(why);
  });
});

describe('a plan', () => {
  const settingsOf: fc.Arbitrary<AppSettings> = fc
    .record({
      type: fc.constantFrom<ApplicationType>('web', 'browser', 'native'),
      'redirect-uris': fc.uniqueArray(fc.webUrl(), { minLength: 1, maxLength: 3 }),
      'post-logout-redirect-uris': fc.option(fc.array(fc.webUrl(), { maxLength: 2 }), { nil: undefined }),
      implicit: fc.boolean(),
      refresh: fc.boolean(),
      rotation: fc.constantFrom<'ROTATE' | 'STATIC' | undefined>('ROTATE', 'STATIC', undefined),
      leeway: fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined }),
      method: fc.constantFrom<AppSettings['token-endpoint-auth-method']>(
        'client_secret_basic',
        'none',
        undefined,
      ),
      'logo-uri': fc.option(fc.webUrl(), { nil: undefined }),
      'dpop-bound-access-tokens': fc.option(fc.boolean(), { nil: undefined }),
      jwks: fc.constantFrom<AppSettings['jwks']>(
        { keys: [KEY] },
        { keys: [{ ...KEY, kid: 'b' }, KEY] },
        undefined,
      ),
      note: fc.option(fc.string(), { nil: undefined }),
    })
    .map(({ implicit, refresh, rotation, leeway, method, note, ...settings }) => ({
      ...settings,
      'grant-types': [
        'authorization_code',
        ...(implicit ? ['implicit'] : []),
        ...(refresh ? ['refresh_token'] : []),
      ] as AppSettings['grant-types'],
      'refresh-token-rotation': refresh ? rotation : undefined,
      'refresh-token-leeway': refresh && rotation === 'ROTATE' ? leeway : undefined,
      'token-endpoint-auth-method': method,
      'pkce-required': true,
      other: note === undefined ? undefined : { settings: { notes: { enduser: note } } },
    }));

  test('that was carried out leaves nothing to do, whatever was there before, and keeps what nobody named', () => {
    fc.assert(
      fc.property(settingsOf, settingsOf, (first, second) => {
        const before = created(first);
        const unknown = appOf({ ...before.body, x_future: { keep: ['me'] } });
        const next = { ...second, type: first.type };
        const plan = planUpdate(desired(next), unknown, OPTIONS);
        const after = appOf(plan.body);
        expect(planUpdate(desired(next), after, OPTIONS)).toMatchObject({ changes: [], write: false });
        expect(plan.write).toBe(plan.changes.length > 0);
        expect(after.body['x_future']).toEqual({ keep: ['me'] });
        expect(markOf(after)).toEqual(markOf(before));
      }),
    );
  });

  test('of a creation needs a label', () => {
    expect(() => planCreate({ ...desired({}), name: undefined }, { owner: SHOP })).toThrow(RangeError);
  });

  test('of a creation marks nothing where nobody knows the repository', () => {
    const { body } = planCreate(desired({ 'redirect-uris': [CALLBACK] }), {
      owner: NOBODY,
    });
    expect(body['profile']).toBeUndefined();
    expect(valueAt(body, ['settings', 'notes'])).toBeUndefined();
  });

  test('of a creation shows all that is set, and no empty list', () => {
    const settings = { 'redirect-uris': [CALLBACK], 'post-logout-redirect-uris': [] };
    const marking = {
      owner: SHOP,
      redirectHosts: ['*.example.com'],
      lifetime: { lasts: 60_000, now: Date.UTC(2026, 0, 1) },
    };
    expect(planCreate(desired(settings), marking).changes).toEqual(
      [
        ['name', 'shop'],
        ['type', 'web'],
        ['redirect-uris', [CALLBACK]],
        ['grant-types', ['authorization_code']],
        ['response-types', ['code']],
        ['token-endpoint-auth-method', 'client_secret_basic'],
        ['pkce-required', false],
        ['redirect-hosts', ['*.example.com']],
        ['expires', '2026-01-01T00:01:00Z'],
      ].map(([field, to]) => ({ field, from: null, to })),
    );
  });

  test("of the creation of an app of Okta's network says nothing of an OAuth client", () => {
    const desk = { name: 'desk', settings: { other: { settings: { app: { a: 1 } } } }, catalogApp: 'desk' };
    const { body, changes } = planCreate(desk, { owner: SHOP });
    expect(body).toEqual({
      name: 'desk',
      label: 'desk',
      signOnMode: 'OPENID_CONNECT',
      settings: { app: { a: 1 }, notes: { admin: adminNote(SHOP) } },
      profile: { okta_oidc_app: { repository: 'acme/shop', repository_id: '1' } },
    });
    expect(changes).toEqual([
      { field: 'name', from: null, to: 'desk' },
      { field: 'settings.app.a', from: null, to: 1 },
    ]);
  });

  test('of a creation remembers the origins that it is going to trust', () => {
    const origin = 'https://shop.example.com';
    const { body } = planCreate(desired({ 'redirect-uris': [CALLBACK] }), {
      owner: SHOP,
      remember: { trustedOrigins: [origin] },
    });
    expect(markOf(appOf(body)).trustedOrigins).toEqual([origin]);
  });

  test('for static tokens drops the leeway of rotating ones, but not one that is asked for', () => {
    const refresh = {
      type: 'web',
      'redirect-uris': [CALLBACK],
      'grant-types': ['authorization_code', 'refresh_token'],
    } as AppSettings;
    const rotating = created({ ...refresh, 'refresh-token-rotation': 'ROTATE', 'refresh-token-leeway': 5 });
    const plan = planUpdate(desired({ 'refresh-token-rotation': 'STATIC' }), rotating, OPTIONS);
    expect(valueAt(plan.body, ['settings', 'oauthClient', 'refresh_token'])).toEqual({
      rotation_type: 'STATIC',
    });
    for (const settings of [
      { 'refresh-token-rotation': 'STATIC', 'refresh-token-leeway': 5 } as const,
      {
        'refresh-token-rotation': 'STATIC',
        other: { settings: { oauthClient: { refresh_token: { leeway: 6 } } } },
      } as const,
    ])
      expect(() => planUpdate(desired(settings), rotating, OPTIONS)).toThrow(/keeps no leeway/);
  });

  test('leaves a note alone that somebody has put into an ordinary app', () => {
    const app = created({ 'redirect-uris': [CALLBACK] });
    const noted = appOf(withValueAt(app.body, ['settings', 'notes', 'admin'], 'Ask Ann.'));
    const { body } = planUpdate(desired({ 'logo-uri': 'https://shop.example.com/logo.png' }), noted, OPTIONS);
    expect(valueAt(body, ['settings', 'notes', 'admin'])).toBe('Ask Ann.');
  });

  test('leaves the rules to Okta where the app shows no OAuth settings', () => {
    const plan = planUpdate(desired({ other: { settings: { app: { a: 1 } } } }), appOf({ name: 'desk' }), {
      ...OPTIONS,
      isOwn: false,
    });
    expect(plan.changes).toEqual([{ field: 'settings.app.a', from: null, to: 1 }]);
  });

  test('keeps claims, the pull request and the origins in a mark', () => {
    const claim = { input: 'redirect-uris', uri: CALLBACK, repository: 'acme/stock', pull_request: 4 };
    const mark = {
      repository: 'acme/shop',
      repository_id: '1',
      pull_request: 12,
      trusted_origins: ['b', 'a'],
      uris: [claim],
    };
    const app = appOf({ profile: { okta_oidc_app: mark } });
    const options = { owner: PR_12, isOwn: true };
    expect(planUpdate(desired({}), app, { ...options, remember: { trustedOrigins: ['b', 'a'] } }).write).toBe(
      false,
    );
    const foreign = { owner: PR_12, isOwn: false, remember: { trustedOrigins: ['a', 'b', 'c'] } };
    expect(planUpdate(desired({}), app, foreign).write).toBe(false);
    const { body, changes } = planUpdate(desired({}), app, {
      ...options,
      remember: { trustedOrigins: ['b', 'a', 'c'] },
    });
    expect(changes).toEqual([]);
    expect(valueAt(body, ['profile', 'okta_oidc_app'])).toEqual({
      ...mark,
      trusted_origins: ['b', 'a', 'c'],
    });
    const taken = planUpdate(desired({}), app, { ...OPTIONS, redirectHosts: ['*.example.com'] });
    expect(taken.changes).toEqual([
      { field: 'redirect-hosts', from: null, to: ['*.example.com'] },
      { field: 'owner', from: 'acme/shop, pull request #12', to: 'acme/shop' },
    ]);
    expect(valueAt(taken.body, ['profile', 'okta_oidc_app'])).toEqual({
      repository: 'acme/shop',
      repository_id: '1',
      redirect_hosts: ['*.example.com'],
      trusted_origins: ['b', 'a'],
      uris: [claim],
    });
  });

  test('of an adoption renews a note of the former owner, and keeps one of a person', () => {
    const noted = (admin: string): RegisteredApp =>
      appOf({
        settings: { notes: { admin } },
        profile: { okta_oidc_app: { repository: 'acme/stock', repository_id: '2' } },
      });
    const note = (app: RegisteredApp): Json | undefined =>
      valueAt(planUpdate(desired({}), app, OPTIONS).body, ['settings', 'notes', 'admin']);
    expect(note(noted(adminNote(STOCK)))).toBe(adminNote(SHOP));
    expect(note(noted('Ask Ann.'))).toBe('Ask Ann.');
  });

  test('of assignments names each once and keeps those that are there', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((id) => ({ id, name: id.toUpperCase() })) as [Owned, Owned, Owned];
    const plan = (listed: Owned[], assigned: Owned[], mode: AssignmentMode): AssignmentPlan =>
      planAssignments('groups', { listed, assigned, remembered: [], isAsRead: true }, mode);
    expect(plan([b, b, a], [a, c], 'add')).toMatchObject({
      add: [b],
      remove: [],
      changes: [{ field: 'groups', from: ['A'], to: ['B', 'A'] }],
    });
    expect(plan([b], [a, b], 'exact')).toMatchObject({ add: [], remove: [a] });
    expect(plan([a], [a], 'exact').changes).toEqual([]);
  });

  interface Owned {
    id: string;
    name: string;
  }
});

describe('ownership', () => {
  test.each<[Owner, Owner, boolean]>([
    [SHOP, { ...SHOP, repository: 'acme/renamed' }, true],
    [SHOP, { ...SHOP, repositoryId: '9' }, false],
    [SHOP, { ...SHOP, server: 'ghe.example.com' }, false],
    [SHOP, { ...SHOP, repositoryId: undefined }, false],
    [{ ...SHOP, repositoryId: undefined }, { ...SHOP, repository: 'ACME/Shop' }, true],
    [SHOP, { ...STOCK, repositoryId: undefined }, false],
    [NOBODY, NOBODY, false],
  ])('to a run of %p, %p is its repository: %p', (a, b, same) => {
    expect(sameRepository(a, b)).toBe(same);
  });

  test('is of one pull request, or of none', () => {
    expect(sameOwner(PR_12, { ...PR_12 })).toBe(true);
    expect(sameOwner(PR_12, PR_13)).toBe(false);
    expect(sameOwner(PR_12, SHOP)).toBe(false);
    expect([SHOP, PR_12].map(ownerName)).toEqual(['acme/shop', 'acme/shop, pull request #12']);
  });

  test('is that of the run', () => {
    const repository = { server: 'github.com', name: 'acme/shop', id: '1' };
    expect(ownerOf({ repository, kind: 'permanent' })).toEqual(SHOP);
    expect(ownerOf({ repository, kind: 'pull-request', pullRequest: 12 })).toEqual(PR_12);
    expect(ownerOf({ repository, kind: 'branch', branch: 'x' })).toEqual({ ...SHOP, branch: 'x' });
    expect(ownerOf({ repository, kind: 'permanent', job: '1-1' })).toEqual({ ...SHOP, job: '1-1' });
  });

  const owners = fc
    .record({
      server: fc.constantFrom('github.com', 'ghe.example.com'),
      repository: fc.constantFrom('acme/shop', 'a/b', 'x-y.z/_'),
      repositoryId: fc.option(fc.nat().map(String), { nil: undefined }),
      pullRequest: fc.option(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), { nil: undefined }),
      branch: fc.constantFrom(undefined, 'feature/a', 'fix,(b)'),
      job: fc.constantFrom(undefined, '123-1-test'),
    })
    .map((owner): Owner => (owner.pullRequest === undefined ? owner : { ...owner, branch: undefined }));
  const TIME = '2026-12-01T00:00:00Z';
  const claims = fc
    .record<Claim>({
      list: fc.constantFrom('redirect-uris', 'post-logout-redirect-uris', 'trusted-origins'),
      uri: fc.webUrl(),
      owner: owners,
      expires: fc.constantFrom(undefined, TIME),
      run: fc.constantFrom(undefined, 1, Number.MAX_SAFE_INTEGER),
    })
    .map(({ expires, run, ...claim }): Claim => ({
      ...claim,
      ...(expires !== undefined && { expires }),
      ...(run !== undefined && { run }),
    }));
  const marks = fc.record<Omit<Mark, 'source'>>({
    owner: fc.option(owners, { nil: undefined }),
    expires: fc.constantFrom(undefined, TIME),
    redirectHosts: fc.constantFrom(undefined, ['*.example.com']),
    trustedOrigins: fc.array(fc.webUrl(), { maxLength: 2 }),
    groups: fc.constantFrom(undefined, [], ['00g1']),
    users: fc.constantFrom(undefined, ['00u1']),
    scopes: fc.constantFrom(undefined, ['okta.users.read']),
    policies: fc.constantFrom(undefined, ['default/00p1']),
    ignored: fc.constantFrom(undefined, { name: '0a1b' }),
    secretOutput: fc.constantFrom(undefined, { id: 'ocs1', at: TIME }),
    claims: fc.array(claims, { maxLength: 3 }),
    own: fc.array(fc.record({ list: fc.constant('redirect-uris' as const), uri: fc.webUrl() }), {
      maxLength: 2,
    }),
  });

  test('is read as it was written, in the profile', () => {
    fc.assert(
      fc.property(marks, (mark) => {
        const profile = JSON.parse(JSON.stringify({ okta_oidc_app: markJson(mark) })) as JsonObject;
        expect(markOf(appOf({ profile }))).toEqual({ ...mark, source: mark.owner && 'profile' });
      }),
    );
  });

  test('is read as it was written in the note, where the profile is gone', () => {
    fc.assert(
      fc.property(owners, (owner) => {
        const settings = { notes: { admin: adminNote(owner) } };
        expect(markOf(appOf({ settings }))).toMatchObject({ owner, source: 'note' });
        expect(markOf(appOf({ settings, profile: { okta_oidc_app: {} } })).owner).toBeUndefined();
      }),
    );
  });

  test.each<[string, (sentence: string) => string, Owner | undefined]>([
    ['a line of its own among others', (sentence) => `Ask Ann.\n\n${sentence}\nOr Bob.`, SHOP],
    ['what comes after other words', (sentence) => `No longer: ${sentence}`, undefined],
    ['what goes on', (sentence) => `${sentence} Or so it was.`, undefined],
  ])('of a note, %s counts as it should', (_, noteOf, owner) => {
    const settings = { notes: { admin: noteOf(adminNote(SHOP)) } };
    expect(markOf(appOf({ settings })).owner).toEqual(owner);
  });

  test.each([0, -1, 1.5, 2 ** 53, '12', null])('a pull request of the number %p is none', (number) => {
    const profile = { okta_oidc_app: { repository: 'acme/shop', repository_id: 1, pull_request: number } };
    expect(markOf(appOf({ profile })).owner).toEqual(SHOP);
  });

  test.each<[string, Json]>([
    ['a text', 'acme/shop'],
    ['no repository', { repository: '' }],
    ['a number for a repository', { repository: 1 }],
    ['claims that are none', { uris: 'all' }],
    [
      'claims of nobody and of nothing',
      {
        uris: [
          null,
          {},
          { input: 'redirect-uris', uri: 'a' },
          { repository: 'a/b', input: 'x', uri: 'a' },
          { repository: 'a/b', input: 'redirect-uris' },
        ],
      },
    ],
  ])("is nobody's where the mark is %s", (_, mark) => {
    expect(markOf(appOf({ profile: { okta_oidc_app: mark } }))).toMatchObject({
      owner: undefined,
      trustedOrigins: [],
      claims: [],
    });
    expect(markOf(appOf({ name: 'desk', settings: { notes: { admin: mark } } })).owner).toBeUndefined();
  });

  test.each<[string, JsonObject]>([
    ['an end that is no time', { expires: 'keep until release 5' }],
    ['an end on no day', { expires: '2026-13-01T00:00:00Z' }],
    ['an end that is a number', { expires: 5 }],
    ['lists that are none', { redirect_hosts: 'a', trusted_origins: {}, policies: 1, groups: null }],
    ['what Okta ignored, as a list', { ignored: ['0a1b'] }],
    ['an output of no secret', { secret_output: { id: '', at: TIME } }],
    ['an output of a number', { secret_output: { id: 5, at: TIME } }],
    ['an output at no time', { secret_output: { id: 'ocs1', at: 'today' } }],
    ['an output as a text', { secret_output: TIME }],
  ])('says nothing with %s', (_, said) => {
    const profile = { okta_oidc_app: { repository: 'acme/shop', repository_id: 1, ...said } };
    const nothing = { trustedOrigins: [], claims: [], own: [] };
    expect(markOf(appOf({ profile }))).toEqual({ owner: SHOP, source: 'profile', ...nothing });
  });

  test.each<[string, JsonObject]>([
    ['an end that is no time', { expires: 'soon' }],
    ['a run that is a text', { run_id: '7' }],
    ['a run of no whole number', { run_id: 1.5 }],
  ])('keeps a claim without %s', (_, said) => {
    const claim = { input: 'redirect-uris', uri: CALLBACK, repository: 'acme/shop', repository_id: 1 };
    const profile = { okta_oidc_app: { uris: [{ ...claim, ...said }] } };
    expect(markOf(appOf({ profile })).claims).toEqual([
      { list: 'redirect-uris', uri: CALLBACK, owner: SHOP },
    ]);
  });

  test('of a pull request is of no branch', () => {
    const mark = { repository: 'acme/shop', repository_id: 1, pull_request: 12, branch: 'x' };
    expect(markOf(appOf({ profile: { okta_oidc_app: mark } })).owner).toEqual(PR_12);
  });

  test('takes numbers for the ID of a repository, and no text for that of a pull request', () => {
    const mark = { repository: 'acme/shop', repository_id: 1, pull_request: '12' };
    expect(markOf(appOf({ profile: { okta_oidc_app: mark } })).owner).toEqual(SHOP);
  });
});

describe('a shared app', () => {
  const NONE: SharedEntries = { 'redirect-uris': [], 'post-logout-redirect-uris': [], 'trusted-origins': [] };
  const entries = (...uris: string[]): SharedEntries => ({ ...NONE, 'redirect-uris': uris });
  const OWN = 'https://shop.example.com/callback';
  const [A, B] = ['https://pr-12.example.com/callback', 'https://pr-13.example.com/callback'] as const;
  const PLAIN = appOf({ settings: { oauthClient: { redirect_uris: [OWN], wildcard_redirect: 'DISABLED' } } });
  const redirects = (body: JsonObject): unknown =>
    valueAt(body, ['settings', 'oauthClient', 'redirect_uris']);

  test('gets the entries that it lacks, at the end, with their claims, once', () => {
    const plan = planAdding(PLAIN, entries(OWN, A), PR_12, false);
    expect(plan).toMatchObject({
      write: true,
      changes: [{ field: 'redirect-uris', from: [OWN], to: [OWN, A] }],
      claims: [{ list: 'redirect-uris', uri: A, owner: PR_12 }],
      retained: [],
    });
    const again = planAdding(appOf(plan.body), entries(OWN, A), PR_12, false);
    expect(again).toMatchObject({ write: false, changes: [] });
  });

  test('is after the removal as it was before the addition, in every list', () => {
    const uris = fc.uniqueArray(fc.webUrl(), { maxLength: 3 });
    const lists = fc.record<SharedEntries>({
      'redirect-uris': uris,
      'post-logout-redirect-uris': uris,
      'trusted-origins': uris,
    });
    fc.assert(
      fc.property(lists, lists, (mine, theirs) => {
        const base = planAdding(
          appOf({ ...PLAIN.body, x: 1, profile: { team: 'a' } }),
          theirs,
          STOCK,
          false,
        ).body;
        const added = planAdding(appOf(base), mine, PR_12, false).body;
        const taken = planRemoving(appOf(added), mine, PR_12).body;
        expect(markOf(appOf(taken)).claims).toEqual(markOf(appOf(base)).claims);
        const strip = (body: JsonObject): JsonObject =>
          JSON.parse(
            JSON.stringify(body, (_, value: Json) =>
              Array.isArray(value) && value.length === 0 ? undefined : value,
            ),
          ) as JsonObject;
        expect(strip(taken)).toEqual(strip(base));
      }),
    );
  });

  test('gets back the profile that it had, or none', () => {
    const added = planAdding(PLAIN, entries(A), PR_12, false).body;
    expect(added['profile']).toBeDefined();
    expect('profile' in planRemoving(appOf(added), entries(A), PR_12).body).toBe(false);
  });

  test('keeps an entry that others claim too, until the last gives it up', () => {
    const one = planAdding(PLAIN, entries(A), PR_12, false).body;
    const two = planAdding(appOf(one), entries(A), PR_13, false);
    expect(two).toMatchObject({ write: true, changes: [{ field: 'claims', from: [A], to: [A, A] }] });
    const fewer = planRemoving(appOf(two.body), entries(A), PR_12);
    expect(fewer).toMatchObject({
      write: true,
      retained: [A],
      changes: [{ field: 'claims', from: [A, A], to: [A] }],
    });
    const none = planRemoving(appOf(fewer.body), entries(A), PR_13);
    expect(none.retained).toEqual([]);
    expect(redirects(none.body)).toEqual([OWN]);
  });

  test('keeps an entry that nobody claimed: it was there before', () => {
    const plan = planRemoving(PLAIN, entries(OWN), PR_12);
    expect(plan).toMatchObject({ write: false, changes: [], retained: [OWN] });
    const added = planAdding(PLAIN, entries(OWN, A), PR_12, false).body;
    expect(redirects(planRemoving(appOf(added), entries(OWN, A), PR_12).body)).toEqual([OWN]);
  });

  test("keeps another owner's entry, though a run names it", () => {
    const added = planAdding(PLAIN, entries(B), PR_13, false).body;
    expect(planRemoving(appOf(added), entries(B), PR_12)).toMatchObject({ write: false, retained: [B] });
  });

  test('loses what several owners give up together', () => {
    const one = planAdding(PLAIN, entries(A), PR_12, false).body;
    const two = planAdding(appOf(one), entries(A, B), PR_13, false).body;
    const plan = planGivingUp(
      appOf(two),
      everyEntry(entries(A, B)),
      ({ owner }) => owner.pullRequest !== undefined,
    );
    expect(redirects(plan.body)).toEqual([OWN]);
    expect(plan.claims).toEqual([]);
  });

  test('remembers trusted origins, which are no part of it', () => {
    const plan = planAdding(PLAIN, { ...NONE, 'trusted-origins': ['https://a.example.com'] }, PR_12, false);
    expect(plan).toMatchObject({
      write: true,
      changes: [{ field: 'claims', from: [], to: ['https://a.example.com'] }],
    });
    expect(redirects(plan.body)).toEqual([OWN]);
  });

  test('takes a wildcard only where it takes wildcards', () => {
    const wild = entries('https://*.example.com/cb');
    expect(() => planAdding(PLAIN, wild, PR_12, true)).toThrow(
      'Cannot add a wildcard to the shared app "shop": the app does not take wildcards, and a run on a shared app changes nothing but its URIs. Ask those who own the app to turn "Allow wildcard * in login redirect URI" on, or give the URIs themselves.',
    );
    const open = appOf(
      withValueAt(PLAIN.body, ['settings', 'oauthClient', 'wildcard_redirect'], 'SUBDOMAIN'),
    );
    expect(planAdding(open, wild, PR_12, true).write).toBe(true);
  });

  test('is crowded where one of its lists comes near the limit', () => {
    const crowded = (count: number): RegisteredApp => {
      const uris = Array.from({ length: count }, (_, i) => `https://${String(i).padStart(92, '0')}`);
      return appOf({ settings: { oauthClient: { post_logout_redirect_uris: uris } } });
    };
    expect(limitWarning(PLAIN)).toBeUndefined();
    expect(limitWarning(crowded(500))).toBeUndefined();
    expect(limitWarning(crowded(540))).toMatch(
      /^The post-logout-redirect-uris of the shared app "shop" take up 83 % of the 65535 characters/,
    );
  });
});

describe('endpoints', () => {
  const app = (redirect_uris: string[], response_types: string[] = ['code']): RegisteredApp =>
    appOf({
      credentials: { oauthClient: { client_id: 'a' } },
      settings: { oauthClient: { redirect_uris, response_types } },
    });
  const endpoints = endpointsOf('https://acme.okta.com', undefined);

  test('are those of the org, or of a server of its', () => {
    expect(endpoints).toEqual({
      issuer: 'https://acme.okta.com',
      discoveryUrl: 'https://acme.okta.com/.well-known/openid-configuration',
      authorizeUrl: 'https://acme.okta.com/oauth2/v1/authorize',
    });
    expect(endpointsOf('https://acme.okta.com', 'default').authorizeUrl).toBe(
      'https://acme.okta.com/oauth2/default/v1/authorize',
    );
  });

  test('start no sign-in without client ID, redirect URI or response type', () => {
    expect(signInUrl(app([CALLBACK]), endpoints, undefined)).toContain('client_id=a&');
    expect(signInUrl(app([]), endpoints, undefined)).toBeUndefined();
    expect(signInUrl(app([CALLBACK], []), endpoints, undefined)).toBeUndefined();
    expect(
      signInUrl(
        appOf({ settings: { oauthClient: { redirect_uris: [CALLBACK], response_types: ['code'] } } }),
        endpoints,
        undefined,
      ),
    ).toBeUndefined();
  });

  test.each<[string[], string[], string]>([
    [[CALLBACK, 'https://b.example.com'], [], CALLBACK],
    [[CALLBACK, 'https://b.example.com'], ['https://b.example.com'], 'https://b.example.com'],
    [[CALLBACK, 'https://b.example.com'], ['https://c.example.com'], CALLBACK],
    [['https://*.example.com', CALLBACK], [], CALLBACK],
    [['https://*.example.com', CALLBACK], ['https://*.example.com'], 'https://preview.example.com'],
    [['https://a-*.example.com', 'https://b-*.example.com'], [], 'https://a-preview.example.com'],
  ])('of an app with %j start the sign-in of a run that gives %j at %s', (held, own, expected) => {
    const url = new URL(signInUrl(app(held), endpoints, undefined, own) ?? '');
    expect(url.searchParams.get('redirect_uri')).toBe(expected);
  });

  test('show a wildcard as one label', () => {
    expect(sampleOf('https://pr-*.example.com/*')).toBe('https://pr-preview.example.com/*');
  });
});

describe('a retry', () => {
  const NOW = Date.UTC(2026, 0, 1);
  const answer = (status: number, headers: Record<string, string> = {}): Failure => ({
    kind: 'response',
    status,
    header: (name) => headers[name] ?? null,
  });
  const waits = (failure: Failure, attempt = 1, random = 0): number | undefined =>
    retry(failure, attempt, NOW, random)?.wait;

  test.each([409, 423, 500, 502, 503, 504])('is made after %p', (status) => {
    expect(retry(answer(status), 1, NOW, 0)).toEqual({ wait: 250, reason: `Okta answered ${status}` });
  });

  test.each([200, 302, 400, 401, 403, 404, 410])('is not made after %p', (status) => {
    expect(retry(answer(status), 1, NOW, 0)).toBeUndefined();
  });

  test('waits twice as long every time, up to a limit, and gives up', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 8].map((attempt) => waits(answer(503), attempt))).toEqual([
      250,
      500,
      1000,
      2000,
      4000,
      7500,
      7500,
      undefined,
    ]);
    expect(waits(answer(503), 1, 1)).toBe(500);
  });

  test.each<[Failure, RegExp | undefined]>([
    [{ kind: 'connection', code: 'ECONNRESET', message: '' }, /The connection to Okta failed \(ECONNRESET\)/],
    [{ kind: 'connection', code: 'EAI_AGAIN', message: '' }, /EAI_AGAIN/],
    [{ kind: 'connection', code: 'ENOTFOUND', message: '' }, undefined],
    [{ kind: 'connection', code: 'CERT_HAS_EXPIRED', message: '' }, undefined],
    [{ kind: 'connection', code: 'SELF_SIGNED_CERT_IN_CHAIN', message: '' }, undefined],
    [{ kind: 'timeout', seconds: 60 }, /did not answer within 60 s/],
    [{ kind: 'malformed', status: 200 }, /cut short or was no JSON/],
  ])('after %p says why, or is not made', (failure, reason) => {
    const again = retry(failure, 1, NOW, 0);
    if (reason) expect(again?.reason).toMatch(reason);
    else expect(again).toBeUndefined();
  });

  const reset = String(NOW / 1000 + 30);

  test.each<[string, Record<string, string>, number]>([
    [
      "until the reset, by Okta's clock",
      { 'x-rate-limit-reset': reset, date: new Date(NOW + 10_000).toUTCString() },
      21_000,
    ],
    ['until the reset, by its own clock', { 'x-rate-limit-reset': reset }, 31_000],
    [
      'a moment where the reset is over',
      { 'x-rate-limit-reset': reset, date: new Date(NOW + 90_000).toUTCString() },
      1000,
    ],
    ['as after other failures without a reset', {}, 500],
    ['as after other failures where the reset is nonsense', { 'x-rate-limit-reset': 'soon' }, 500],
    ['as after other failures where the reset is zero', { 'x-rate-limit-reset': '0' }, 500],
    [
      'a moment where there were too many at once',
      { 'x-rate-limit-limit': '0', 'x-rate-limit-reset': reset },
      250,
    ],
  ])('after a rate limit waits %s', (_, headers, wait) => {
    expect(waits(answer(429, headers))).toBe(wait);
  });

  test('after a rate limit is spread over some seconds, and made however often it takes', () => {
    const failure = answer(429, { 'x-rate-limit-reset': reset });
    expect(waits(failure, 1, 0.5)).toBe(33_500);
    expect(waits(failure, 100)).toBe(31_000);
  });
});

import { describe, expect, test } from '@jest/globals';
import { textOf, type JsonObject } from '../../src/util/json.ts';
import { idOf } from '../support/apps.ts';
import { blockOf } from '../support/block.ts';
import { APPS, DELETE, GET, LOST, POST, answer } from '../support/okta.ts';
import { changesOf, failure, foreignApp, succeed, writes, type Inputs } from '../support/runs.ts';
import { ORG_URL } from '../support/okta-proxy.ts';
import { useOrg, useTrustedOktaProxy } from '../support/servers.ts';

const org = useOrg();

const SERVICE: Inputs = {
  name: 'robot',
  type: 'service',
  'token-endpoint-auth-method': 'client_secret_basic',
};
const SCOPED = { ...SERVICE, 'api-scopes': 'okta.users.read\nokta.groups.read' };

async function scopes(): Promise<string[]> {
  const grants = await org.apiList(`/api/v1/apps/${idOf(await org.app('robot'))}/grants`);
  return grants.map(({ scopeId }) => textOf(scopeId)).sort();
}

/** Grants a scope as an administrator does. */
async function grant(id: string, scopeId: string): Promise<void> {
  await org.api('POST', `${APPS}/${id}/grants`, { scopeId, issuer: org.url });
}

describe('api-scopes', () => {
  test('are granted once', async () => {
    const run = await succeed(org, SCOPED);
    const { id } = await org.app('robot');
    const asked = org.taken();
    expect(asked).not.toContain(`GET ${APPS}/${textOf(id)}`);
    expect(asked.filter((request) => request.endsWith('/grants'))).toEqual(
      ['GET', 'POST', 'POST'].map((method) => `${method} ${APPS}/${textOf(id)}/grants`),
    );
    expect(await scopes()).toEqual(['okta.groups.read', 'okta.users.read']);
    expect(changesOf(run).map(({ field }) => field)).toContain('api-scopes');
    org.taken();
    const again = await succeed(org, SCOPED);
    expect(again.outputs['result']).toBe('unchanged');
    expect(writes(org)).toEqual([]);
  });

  test("are granted for the org's own address where the run knows it by its custom domain", async () => {
    org.org.customDomain = 'localhost';
    const { port } = new URL(org.url);
    await succeed(org, { ...SCOPED, 'org-url': `http://localhost:${port}` });
    expect(await scopes()).toEqual(['okta.groups.read', 'okta.users.read']);
  });

  describe('at an address of Okta', () => {
    const proxy = useTrustedOktaProxy(org);

    test("are granted for it, which is the org's own: the org is not asked for another", async () => {
      await succeed(org, SERVICE);
      org.refuse(POST(/\/grants$/), answer(200));
      await succeed(org, { ...SCOPED, 'org-url': ORG_URL }, { env: proxy.env });
      expect(org.taken()).not.toContain('GET /.well-known/okta-organization');
      expect(org.requests.filter(POST(/\/grants$/)).map(({ body }) => body)).toEqual([
        { scopeId: 'okta.users.read', issuer: ORG_URL },
        { scopeId: 'okta.groups.read', issuer: ORG_URL },
      ]);
    });
  });

  test.each(['web', 'spa', 'native', 'service'])(
    'are granted to a %s app, shown by "state: read", which is unchanged when given back, and revoked before the app goes',
    async (type) => {
      const redirect = type === 'service' ? {} : { 'redirect-uris': 'https://shop.example.com/callback' };
      const inputs = { name: 'robot', type, ...redirect, 'client-id': 'acme-robot' };
      await succeed(org, { ...inputs, 'api-scopes': 'okta.users.read.self' });
      expect(await scopes()).toEqual(['okta.users.read.self']);
      const read = await succeed(org, { name: 'robot', state: 'read' });
      expect(read.log).toContain('  api-scopes: okta.users.read.self');
      const again = await succeed(org, { ...blockOf(read), 'dry-run': 'true' });
      expect([again.outputs['result'], again.outputs['changes']]).toEqual(['unchanged', '[]']);
      org.taken();
      await succeed(org, { name: 'robot', state: 'absent' });
      const sent = writes(org).map((request) => request.replace(/\/0oa\w+/, '').replace(/oag\w+/, 'grant'));
      expect(sent).toEqual([
        `DELETE ${APPS}/grants/grant`,
        `POST ${APPS}/lifecycle/deactivate`,
        `DELETE ${APPS}`,
      ]);
    },
  );

  test('are left out by "state: read" where the credential may not read them, which is said', async () => {
    await succeed(org, SCOPED);
    org.refuse(GET(/\/grants$/));
    const read = await succeed(org, { name: 'robot', state: 'read' });
    expect(read.log).not.toContain('  api-scopes:');
    expect(read.notices.join()).toContain('The inputs below say nothing of the API scopes of the app.');
  });

  test.each([
    ['managed', ['okta.apps.read', 'okta.users.read']],
    ['add', ['okta.apps.read', 'okta.groups.read', 'okta.users.read']],
    ['exact', ['okta.users.read']],
  ])('that are not listed any more, with "assignments: %s", leave %j', async (assignments, left) => {
    await succeed(org, SCOPED);
    await grant(idOf(await org.app('robot')), 'okta.apps.read');
    const run = await succeed(org, { ...SCOPED, 'api-scopes': 'okta.users.read', assignments });
    expect(await scopes()).toEqual(left);
    expect(run.outputs['result']).toBe(assignments === 'add' ? 'unchanged' : 'updated');
  });

  test("of another repository's runs are kept by the one that has adopted the app", async () => {
    const env = { GITHUB_REPOSITORY: 'acme/store', GITHUB_REPOSITORY_ID: '4343' };
    await succeed(org, SCOPED, { env });
    await succeed(org, { ...SERVICE, adopt: 'acme/store' });
    await succeed(org, { ...SERVICE, 'api-scopes': 'okta.apps.read' });
    expect(await scopes()).toEqual(['okta.apps.read', 'okta.groups.read', 'okta.users.read']);
  });

  test('whose grant got lost on the way back are granted once', async () => {
    org.once(POST(/\/grants$/), LOST);
    const run = await succeed(org, SCOPED);
    expect(await scopes()).toEqual(['okta.groups.read', 'okta.users.read']);
    expect(writes(org).filter((request) => request.endsWith('/grants'))).toHaveLength(2);
    for (const scope of ['okta.users.read', 'okta.groups.read'])
      expect(run.log).toContain(`Granted the API scope "${scope}".`);
  });

  test('of which another run grants one at that moment are there, and this run does not say that it has granted that', async () => {
    org.before(POST(/\/grants$/), () => {
      const granted = { id: 'oag1', scopeId: 'okta.users.read', issuer: org.url, created: '' };
      for (const { grants } of org.org.apps.values()) grants.set(granted.id, granted);
    });
    const { log } = await succeed(org, SCOPED);
    expect(await scopes()).toEqual(['okta.groups.read', 'okta.users.read']);
    expect(log.match(/Granted .*/g)).toEqual(['Granted the API scope "okta.groups.read".']);
  });

  test('that Okta refuses as it refuses those which are there, and that are not there, are told', async () => {
    org.refuse(POST(/\/grants$/), answer(400));
    expect(await failure(org, SCOPED)).toContain(
      'Cannot grant the API scope "okta.users.read" to the app "robot": Okta answered 400',
    );
  });

  test('that the credential may not grant are told at once', async () => {
    org.trouble.forbidden = ({ method, path }) => method === 'POST' && path.endsWith('/grants');
    expect(await failure(org, SCOPED)).toMatch(/okta\.users\.read.*Okta answered 403.*Super Administrator/);
    expect(org.taken().at(-1)).toMatch(/^POST .*\/grants$/);
  });

  test('are not granted to an app of somebody else', async () => {
    await foreignApp(org, 'robot');
    org.taken();
    expect(await failure(org, { name: 'robot', 'api-scopes': 'okta.users.read' })).toMatch(
      /Cannot change the app "robot": it carries no mark of a repository, and it differs in api-scopes/,
    );
    expect(writes(org)).toEqual([]);
  });
});

describe('a client ID that outlives its app', () => {
  const OWN = { ...SERVICE, 'client-id': 'acme-robot' };
  const WITH_ONE = { ...OWN, 'api-scopes': 'okta.users.read' };

  /** An app of this client ID that somebody makes by hand. */
  function byHand(label: string): Promise<JsonObject> {
    return org.api('POST', APPS, {
      name: 'oidc_client',
      label,
      signOnMode: 'OPENID_CONNECT',
      credentials: { oauthClient: { client_id: 'acme-robot' } },
      settings: {
        oauthClient: {
          application_type: 'service',
          grant_types: ['client_credentials'],
          response_types: ['token'],
        },
      },
    });
  }

  test.each([
    ['nothing', {}, ['okta.groups.read', 'okta.users.manage'], 0],
    ['an empty list', { 'api-scopes': '[]' }, [], 0],
    ['one of them', { 'api-scopes': 'okta.groups.read' }, ['okta.groups.read'], 0],
    ['another one', { 'api-scopes': 'okta.users.read' }, ['okta.users.read'], 1],
  ])(
    'brings scopes along, of which a create that lists %s keeps only these',
    async (_, inputs, left, count) => {
      const id = idOf(await byHand('earlier'));
      for (const scope of ['okta.users.manage', 'okta.groups.read']) await grant(id, scope);
      await org.api('POST', `${APPS}/${id}/lifecycle/deactivate`);
      await org.api('DELETE', `${APPS}/${id}`);
      org.taken();
      await succeed(org, { ...OWN, ...inputs });
      expect(writes(org).filter((request) => /^POST .*\/grants$/.test(request))).toHaveLength(count);
      expect(await scopes()).toEqual(left);
    },
  );

  test.each(['kept', 'removed'] as const)(
    'brings none along that runs granted to an app which they deleted (Okta has %s the others)',
    async (grantsOfDeletedClient) => {
      org.unknown.grantsOfDeletedClient = grantsOfDeletedClient;
      await succeed(org, WITH_ONE);
      await grant(idOf(await org.app('robot')), 'okta.groups.read');
      await succeed(org, { name: 'robot', state: 'absent' });
      await byHand('robot');
      expect(await scopes()).toEqual(grantsOfDeletedClient === 'kept' ? ['okta.groups.read'] : []);
    },
  );

  test('whose app somebody deletes while a run looks for its scopes counts as deleted', async () => {
    await succeed(org, WITH_ONE);
    const id = idOf(await org.app('robot'));
    org.before(GET(/\/grants$/), () => {
      org.org.apps.delete(id);
    });
    const run = await succeed(org, { name: 'robot', state: 'absent' });
    expect(run.outputs['result']).toBe('deleted');
  });

  test('keeps its app, which nobody can use, until its scopes can be revoked', async () => {
    await succeed(org, WITH_ONE);
    org.refuse(DELETE(/\/grants\//));
    const error = await failure(org, { name: 'robot', state: 'absent' });
    expect(error).toMatch(/okta\.users\.read.*Okta answered 403.*deactivated the app "robot"/);
    expect(await org.app('robot')).toMatchObject({ status: 'INACTIVE' });
    org.relent();
    const again = await succeed(org, { name: 'robot', state: 'absent' });
    expect(again.outputs['result']).toBe('deleted');
    expect(await org.labels()).toEqual([]);
  });
});

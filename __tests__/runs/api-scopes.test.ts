import { describe, expect, test } from '@jest/globals';
import { textOf } from '../../src/util/json.ts';
import { idOf } from '../support/apps.ts';
import { WEB, changesOf, failure, foreignApp, succeed, writes, type Inputs } from '../support/runs.ts';
import { useOrg } from '../support/servers.ts';

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

describe('api-scopes', () => {
  test('are granted once', async () => {
    const run = await succeed(org, SCOPED);
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

  test('that are not listed stay, but with "assignments: exact"', async () => {
    await succeed(org, SCOPED);
    const fewer = { ...SCOPED, 'api-scopes': 'okta.users.read' };
    await succeed(org, fewer);
    expect(await scopes()).toEqual(['okta.groups.read', 'okta.users.read']);
    const run = await succeed(org, { ...fewer, assignments: 'exact' });
    expect(await scopes()).toEqual(['okta.users.read']);
    expect(run.outputs['result']).toBe('updated');
  });

  test('whose grant got lost on the way back are granted once', async () => {
    let isLost = false;
    org.trouble.fault = ({ method, path }) => {
      if (isLost || method !== 'POST' || !path.endsWith('/grants')) return undefined;
      isLost = true;
      return { kind: 'lose' };
    };
    await succeed(org, SCOPED);
    expect(isLost).toBe(true);
    expect(await scopes()).toEqual(['okta.groups.read', 'okta.users.read']);
  });

  test('that the credential may not grant are told at once', async () => {
    org.trouble.forbidden = ({ method, path }) => method === 'POST' && path.endsWith('/grants');
    expect(await failure(org, SCOPED)).toMatch(/okta\.users\.read.*Okta answered 403.*Super Administrator/);
    expect(org.taken().at(-1)).toMatch(/^POST .*\/grants$/);
  });

  test('of a new app that no input calls a service app are an error, before it is created', async () => {
    const inputs = { ...WEB, 'api-scopes': 'okta.users.read' };
    expect(await failure(org, inputs)).toMatch(/Cannot grant API scopes to the app "shop".*"type: service"/);
    expect(writes(org)).toEqual([]);
  });

  test('of an app that is no service app are an error', async () => {
    await foreignApp(org, 'robot');
    org.taken();
    expect(await failure(org, { name: 'robot', 'api-scopes': 'okta.users.read' })).toMatch(
      /Cannot grant API scopes to the app "robot": it is no service app/,
    );
    expect(writes(org)).toEqual([]);
    expect(await failure(org, { ...SCOPED, type: 'web' })).toMatch(
      /"api-scopes" is set, and only an app of "type: service"/,
    );
  });
});

describe('a service app with a client ID of its own', () => {
  const OWN = { ...SERVICE, 'client-id': 'acme-robot' };

  /** Grants made for an app of this client ID that is gone. */
  async function leaveGrants(): Promise<void> {
    const app = await org.api('POST', '/api/v1/apps', {
      name: 'oidc_client',
      label: 'earlier',
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
    for (const scopeId of ['okta.users.manage', 'okta.groups.read'])
      await org.api('POST', `/api/v1/apps/${idOf(app)}/grants`, { scopeId, issuer: org.url });
    await org.api('POST', `/api/v1/apps/${idOf(app)}/lifecycle/deactivate`);
    await org.api('DELETE', `/api/v1/apps/${idOf(app)}`);
    org.taken();
  }

  test.each([
    [{}, []],
    [{ 'api-scopes': 'okta.groups.read' }, ['okta.groups.read']],
  ])(
    'with %j keeps of what its ID brings along only what is listed, before it is active',
    async (inputs, left) => {
      await leaveGrants();
      await succeed(org, { ...OWN, ...inputs });
      expect(await scopes()).toEqual(left);
      const sent = writes(org);
      const revoked = sent.findLastIndex((request) => /^DELETE .*\/grants\//.test(request));
      const activated = sent.findIndex((request) => request.endsWith('/lifecycle/activate'));
      expect(revoked).toBeGreaterThan(-1);
      expect(activated).toBeGreaterThan(revoked);
    },
  );

  test('that somebody else deletes before its scopes are looked for counts as deleted', async () => {
    await succeed(org, { ...OWN, 'api-scopes': 'okta.users.read' });
    const id = idOf(await org.app('robot'));
    org.trouble.fault = ({ method, path }) => {
      if (method === 'GET' && path.endsWith('/grants')) org.org.apps.delete(id);
      return undefined;
    };
    const run = await succeed(org, { name: 'robot', state: 'absent' });
    expect(run.outputs['result']).toBe('deleted');
  });

  test('leaves no scope behind when it is deleted', async () => {
    await succeed(org, { ...OWN, 'api-scopes': 'okta.users.read' });
    await succeed(org, { name: 'robot', state: 'absent' });
    await org.api('POST', '/api/v1/apps', {
      name: 'oidc_client',
      label: 'robot',
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
    expect(await scopes()).toEqual([]);
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair } from 'jose';
import * as oidc from 'openid-client';
import { Browser } from '../src/browser.ts';
import type { Emulator } from '../src/server.ts';
import { startEmulator } from '../src/server.ts';
import { call, serviceSettings } from './support/caller.ts';
import type { TestClient } from './support/sign-in.ts';
import { GRACE, REDIRECT, addGrace, assign, setPolicy, webClient } from './support/sign-in.ts';

/** A certified relying party at the emulator, in each way that it can prove itself. */

let okta: Emulator;
let grace: string;
beforeAll(async () => {
  okta = await startEmulator();
  grace = await addGrace(okta);
});
beforeEach(() => {
  setPolicy(okta, ['ALL_CLIENTS'], {});
});
afterAll(() => okta.close());

const ISSUERS = [
  ['the org’s own server', ''],
  ['the server default', '/oauth2/default'],
] as const;

/** Okta wants the endpoint as the audience of an assertion, where the library names the issuer. */
function forEndpoint(endpoint: string): oidc.ModifyAssertionOptions {
  return {
    [oidc.modifyAssertion]: (_, payload) => {
      payload['aud'] = `${okta.url}${endpoint}`;
    },
  };
}

async function discover(
  place: string,
  client: TestClient,
  authentication: oidc.ClientAuth,
): Promise<oidc.Configuration> {
  return oidc.discovery(new URL(`${okta.url}${place}`), client.id, undefined, authentication, {
    // Marked so that it stands out, as it should: the emulator speaks HTTP, on this machine only.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    execute: [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks],
  });
}

async function assigned(...client: Parameters<typeof webClient>): Promise<TestClient> {
  const made = await webClient(...client);
  await assign(okta, made, grace);
  return made;
}

type Tokens = Awaited<ReturnType<typeof oidc.authorizationCodeGrant>>;

async function signIn(config: oidc.Configuration, options: oidc.DPoPOptions = {}): Promise<Tokens> {
  const checks = {
    pkceCodeVerifier: oidc.randomPKCECodeVerifier(),
    expectedState: oidc.randomState(),
    expectedNonce: oidc.randomNonce(),
    idTokenExpected: true,
  };
  const address = oidc.buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT,
    scope: 'openid profile email offline_access',
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: 'S256',
  });
  const { url } = await new Browser(okta.url).open(address, GRACE);
  return oidc.authorizationCodeGrant(config, url, checks, undefined, options);
}

describe.each(ISSUERS)('at %s', (_, place) => {
  const endpoint = (name: string): string => `${place === '' ? '/oauth2' : place}/v1/${name}`;

  const METHODS: Record<string, () => Promise<[TestClient, oidc.ClientAuth]>> = {
    client_secret_basic: async () => {
      const client = await assigned(okta, {}, { token_endpoint_auth_method: 'client_secret_basic' });
      return [client, oidc.ClientSecretBasic(client.proof['client_secret'])];
    },
    client_secret_post: async () => {
      const client = await assigned(okta, {}, { token_endpoint_auth_method: 'client_secret_post' });
      return [client, oidc.ClientSecretPost(client.proof['client_secret'])];
    },
    client_secret_jwt: async () => {
      const client = await assigned(okta, {}, { token_endpoint_auth_method: 'client_secret_jwt' });
      return [client, oidc.ClientSecretJwt(client.proof['client_secret'], forEndpoint(endpoint('token')))];
    },
    private_key_jwt: async () => {
      const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
      const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'one' }] };
      const client = await assigned(okta, { jwks }, { token_endpoint_auth_method: 'private_key_jwt' });
      return [client, oidc.PrivateKeyJwt({ key: privateKey, kid: 'one' }, forEndpoint(endpoint('token')))];
    },
    none: async () => {
      const client = await assigned(
        okta,
        { application_type: 'browser' },
        { token_endpoint_auth_method: 'none' },
      );
      return [client, oidc.None()];
    },
  };

  test.each(Object.keys(METHODS))('a client signs a person in and refreshes: %s', async (method) => {
    const [client, authentication] = (await METHODS[method]?.()) ?? [];
    if (client === undefined || authentication === undefined) throw new Error('There is no such method.');
    const config = await discover(place, client, authentication);
    const tokens = await signIn(config);
    expect(tokens.claims()).toMatchObject({ sub: grace, aud: client.id });
    const refreshed = await oidc.refreshTokenGrant(config, tokens.refresh_token ?? '');
    const person = await oidc.fetchUserInfo(config, refreshed.access_token, grace);
    expect(person.preferred_username).toBe(GRACE.username);
  });

  test('tokens may be looked at and taken back', async () => {
    const client = await assigned(okta);
    const config = await discover(place, client, oidc.ClientSecretPost(client.proof['client_secret']));
    const { access_token, refresh_token = '' } = await signIn(config);
    expect(await oidc.tokenIntrospection(config, access_token)).toMatchObject({ active: true, uid: grace });
    await oidc.tokenRevocation(config, refresh_token);
    expect(await oidc.tokenIntrospection(config, access_token)).toEqual({ active: false });
    await expect(oidc.refreshTokenGrant(config, refresh_token)).rejects.toMatchObject({
      error: 'invalid_grant',
      status: 400,
    });
    await expect(oidc.fetchUserInfo(config, access_token, grace)).rejects.toMatchObject({ status: 401 });
  });

  test('tokens are bound to a key, where the app asks for it', async () => {
    const client = await assigned(
      okta,
      { application_type: 'browser', dpop_bound_access_tokens: true },
      { token_endpoint_auth_method: 'none' },
    );
    const config = await discover(place, client, oidc.None());
    const DPoP = oidc.getDPoPHandle(config, await oidc.randomDPoPKeyPair());
    const tokens = await signIn(config, { DPoP });
    expect(tokens.token_type).toBe('dpop');
    const person = await oidc.fetchUserInfo(config, tokens.access_token, grace, { DPoP });
    expect(person.sub).toBe(grace);
    await expect(oidc.fetchUserInfo(config, tokens.access_token, grace)).rejects.toMatchObject({
      status: 400,
    });

    const other = { DPoP: oidc.getDPoPHandle(config, await oidc.randomDPoPKeyPair()) };
    const refreshToken = tokens.refresh_token ?? '';
    await expect(oidc.refreshTokenGrant(config, refreshToken, {}, other)).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    expect((await oidc.refreshTokenGrant(config, refreshToken, {}, { DPoP })).token_type).toBe('dpop');
  });

  test('a code and an ID token come in the fragment', async () => {
    const settings = {
      grant_types: ['authorization_code', 'implicit', 'refresh_token'],
      response_types: ['code', 'id_token'],
    };
    setPolicy(okta, ['ALL_CLIENTS'], {
      conditions: { grantTypes: { include: ['authorization_code', 'implicit'] } },
    });
    const client = await assigned(okta, settings);
    const config = await discover(place, client, oidc.ClientSecretPost(client.proof['client_secret']));
    oidc.useCodeIdTokenResponseType(config);
    expect((await signIn(config)).claims()?.sub).toBe(grace);
  });
});

test('a service app gets tokens of its own, for the API and for the server default', async () => {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'one' }] };
  const service = await webClient(
    okta,
    { ...serviceSettings, jwks },
    { token_endpoint_auth_method: 'private_key_jwt' },
  );
  await call(okta, 'POST', `/api/v1/apps/${service.id}/grants`, {
    issuer: okta.url,
    scopeId: 'okta.apps.read',
  });
  const prove = (path: string): oidc.ClientAuth =>
    oidc.PrivateKeyJwt({ key: privateKey, kid: 'one' }, forEndpoint(path));
  const own = await discover('', service, prove('/oauth2/v1/token'));
  const { access_token } = await oidc.clientCredentialsGrant(own, { scope: 'okta.apps.read' });
  const authorization = `Bearer ${access_token}`;
  expect((await call(okta, 'GET', '/api/v1/apps', undefined, { authorization })).status).toBe(200);

  await call(okta, 'POST', '/api/v1/authorizationServers/default/scopes', { name: 'orders' });
  const custom = await discover('/oauth2/default', service, prove('/oauth2/default/v1/token'));
  const granted = await oidc.clientCredentialsGrant(custom, { scope: 'orders' });
  expect(granted.scope).toBe('orders');
  setPolicy(okta, [], {});
  await expect(oidc.clientCredentialsGrant(custom, { scope: 'orders' })).rejects.toMatchObject({
    error: 'access_denied',
    status: 401,
  });
});

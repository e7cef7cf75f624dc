import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { call, createApp, serviceSettings } from './support/caller.ts';
import type { Emulator } from '../src/server.ts';
import { startEmulator } from '../src/server.ts';

let okta: Emulator;
beforeAll(async () => {
  okta = await startEmulator();
});
afterAll(() => okta.close());

const REDIRECT = 'https://example.com/callback';

/** What `/authorize` makes of a request: the status, where it leads, and the page's text. */
async function authorize(
  parameters: Record<string, string | undefined>,
  path = '/oauth2/v1/authorize',
): Promise<{ status: number; location: string | null; text: string }> {
  const all: Record<string, string | undefined> = {
    response_type: 'code',
    scope: 'openid',
    state: 's',
    nonce: 'n',
    prompt: 'none',
    redirect_uri: REDIRECT,
    ...parameters,
  };
  const query = new URLSearchParams(
    Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const { status, headers, text } = await call(okta, 'GET', `${path}?${query.toString()}`);
  return { status, location: headers.get('location'), text };
}

async function told(parameters: Record<string, string | undefined>): Promise<(string | null)[]> {
  const { location } = await authorize(parameters);
  const answer = new URLSearchParams((location ?? '').split(/[?#]/)[1]);
  return [answer.get('error'), answer.get('error_description'), answer.get('state')];
}

const LOGIN_REQUIRED = [
  'login_required',
  'The client specified not to prompt, but the user is not logged in.',
  's',
];

test('prompt=none ends at the redirect URI with login_required, at every authorization server', async () => {
  const client_id = await createApp(okta, 'Web');
  expect(await told({ client_id, idp: 'ignored' })).toEqual(LOGIN_REQUIRED);
  const custom = await authorize({ client_id }, '/oauth2/default/v1/authorize');
  expect(custom.location).toMatch(/^https:\/\/example\.com\/callback\?state=s&error=login_required&/);
  expect((await authorize({ client_id }, '/oauth2/nope/v1/authorize')).status).toBe(404);
  const page = await authorize({ client_id, prompt: undefined });
  expect([page.status, page.location]).toEqual([200, null]);
});

describe('an error page, not a redirect, for', () => {
  test('a client that is unknown, inactive or brand-new', async () => {
    const client_id = await createApp(okta, 'Web');
    expect(await authorize({ client_id: 'nobody' })).toMatchObject({
      status: 400,
      location: null,
      text: expect.stringContaining('client_id'),
    });
    okta.trouble.authorizeLagMs = 60_000;
    expect((await authorize({ client_id })).status).toBe(400);
    okta.trouble.authorizeLagMs = 0;
    expect((await authorize({ client_id })).status).toBe(302);
    await call(okta, 'POST', `/api/v1/apps/${client_id}/lifecycle/deactivate`);
    expect((await authorize({ client_id })).status).toBe(400);
  });

  test('a redirect URI that is not registered to the letter', async () => {
    const client_id = await createApp(okta, 'Web');
    const nowhere = await authorize({ client_id, redirect_uri: undefined });
    expect([nowhere.status, nowhere.location]).toEqual([400, null]);
    expect(nowhere.text).toContain('redirect_uri is missing.');
    for (const redirect_uri of [
      `${REDIRECT}/`,
      'http://example.com/callback',
      'https://EXAMPLE.com/callback',
      'https://example.com:8443/callback',
    ]) {
      const { status, location, text } = await authorize({ client_id, redirect_uri });
      expect([status, location]).toEqual([400, null]);
      expect(text).toContain(
        "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings: " +
          `${okta.url}/admin/app/oidc_client/instance/${client_id}#tab-general`,
      );
    }
  });
});

test('a redirect URI of any characters gets its answer, those beyond ASCII percent-encoded', async () => {
  const uris = ['https://example.com/ключ?ü=1', 'myapp://назад'];
  const client_id = await createApp(okta, 'Beyond ASCII', { redirect_uris: uris });
  const answers = await Promise.all(uris.map((redirect_uri) => authorize({ client_id, redirect_uri })));
  expect(answers.map(({ status }) => status)).toEqual([302, 302]);
  const [web, own] = answers.map(({ location }) => location ?? '');
  expect(web).toMatch(/^https:\/\/example\.com\/%D0%BA%D0%BB%D1%8E%D1%87\?%C3%BC=1&.*error=login_required/);
  expect(decodeURIComponent(own ?? '')).toMatch(/^myapp:\/\/назад\?.*error=login_required/);
});

describe('wildcards', () => {
  const redirect_uris = ['https://*.example.com/callback', 'https://pr-*-app.example.net/callback'];
  const accepted = async (client_id: string, redirect_uri: string): Promise<boolean> =>
    (await authorize({ client_id, redirect_uri })).status === 302;

  test('stand for one label or a part of it, with SUBDOMAIN', async () => {
    const client = await createApp(okta, 'Wild', { redirect_uris, wildcard_redirect: 'SUBDOMAIN' });
    expect(await accepted(client, 'https://pr-1.example.com/callback')).toBe(true);
    expect(await accepted(client, 'https://pr-12-app.example.net/callback')).toBe(true);
    for (const uri of [
      'https://a.b.example.com/callback',
      'https://.example.com/callback',
      'https://example.com/callback',
      'https://pr-1.example.com/other',
      'https://*.example.com/callback',
      'https://evil.example/.example.com/callback',
    ]) {
      expect(await accepted(client, uri)).toBe(false);
    }
  });

  test('stand for nothing without it', async () => {
    const client = await createApp(okta, 'Tame', { redirect_uris });
    expect(await accepted(client, 'https://pr-1.example.com/callback')).toBe(false);
    expect(await accepted(client, 'https://*.example.com/callback')).toBe(false);
  });
});

describe('the client is told of', () => {
  test('flows that it may not use', async () => {
    const client_id = await createApp(okta, 'Web');
    expect((await told({ client_id, response_type: 'id_token' }))[0]).toBe('unauthorized_client');
    expect((await told({ client_id, response_type: 'magic' }))[0]).toBe('unsupported_response_type');
    expect((await told({ client_id, response_type: undefined }))[0]).toBe('invalid_request');
    expect((await told({ client_id, scope: undefined }))[0]).toBe('invalid_scope');
    expect(await told({ client_id, state: undefined })).toEqual([
      'invalid_request',
      "The authentication request has an invalid 'state' parameter.",
      null,
    ]);
    const service = await createApp(okta, 'Service', { ...serviceSettings, redirect_uris: [REDIRECT] });
    expect((await told({ client_id: service }))[0]).toBe('unauthorized_client');
    const half = await createApp(okta, 'Half', {
      grant_types: ['authorization_code', 'implicit'],
      response_types: ['code', 'id_token'],
    });
    expect((await told({ client_id: half, response_type: 'token' }))[0]).toBe('unsupported_response_type');
  });

  test('a missing or wrong code challenge, where it requires PKCE', async () => {
    const client_id = await createApp(
      okta,
      'SPA',
      { application_type: 'browser' },
      { token_endpoint_auth_method: 'none' },
    );
    expect(await told({ client_id })).toEqual([
      'invalid_request',
      'PKCE code challenge is required by the application.',
      's',
    ]);
    const code_challenge = 'x'.repeat(43);
    expect((await told({ client_id, code_challenge, code_challenge_method: 'plain' }))[0]).toBe(
      'invalid_request',
    );
    expect((await told({ client_id, code_challenge: 'short', code_challenge_method: 'S256' }))[0]).toBe(
      'invalid_request',
    );
    expect(await told({ client_id, code_challenge, code_challenge_method: 'S256' })).toEqual(LOGIN_REQUIRED);
  });

  test('a missing nonce in the implicit flow, in the fragment', async () => {
    const client_id = await createApp(okta, 'Implicit', {
      application_type: 'browser',
      grant_types: ['implicit'],
      response_types: ['id_token', 'token'],
    });
    const { location } = await authorize({ client_id, response_type: 'id_token', nonce: undefined });
    expect(location).toMatch(/^https:\/\/example\.com\/callback#state=s&error=invalid_request&/);
    expect(await told({ client_id, response_type: 'id_token token' })).toEqual(LOGIN_REQUIRED);
  });
});

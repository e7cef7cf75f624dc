import { describe, expect, test } from '@jest/globals';
import { WEB, failure, runOn, succeed, type Inputs } from '../support/runs.ts';
import { useOrg } from '../support/servers.ts';

/** Names and words that are not known here: what people bring along from elsewhere, and slips. */

const org = useOrg();

describe('an input that has another name here is refused, with its place', () => {
  test.each([
    // Terraform's `okta_app_oauth` and the resources beside it
    ['label', 'Its name here is "name".'],
    ['login_uri', 'Its name here is "initiate-login-uri".'],
    ['authentication_policy', 'Its name here is "sign-on-policy".'],
    ['issuer_mode', 'Give it in "settings", as settings.oauthClient.issuer_mode.'],
    ['issuer-mode', 'Give it in "settings", as settings.oauthClient.issuer_mode.'],
    ['login_mode', 'Give it in "settings", as settings.oauthClient.idp_initiated_login.mode.'],
    ['hide_ios', 'Give it in "settings", as visibility.hide.iOS.'],
    ['enduser_note', 'Give it in "settings", as settings.notes.enduser.'],
    ['profile', 'Give it in "settings", as profile.'],
    ['status', 'The action keeps an app active.'],
    ['client_basic_secret', 'Okta makes the secret: "output-client-secret" outputs it.'],
    ['client_whitelist', 'Its name here is "authorization-server-policies".'],
    ['group.id', 'Its name here is "groups".'],
    ['scopes', 'Its name here is "api-scopes".'],
    // Okta's API
    ['application_type', 'Its name here is "type".'],
    ['implicitAssignment', 'Give it in "settings", as settings.implicitAssignment.'],
    ['client_secret', 'Okta makes it; "output-client-secret" outputs it.'],
    ['signOnMode', 'The action makes OIDC apps only.'],
    ['network', 'Give it in "settings", as settings.oauthClient.network.'],
    // Auth0
    ['callbacks', 'Its name here is "redirect-uris".'],
    ['allowed_logout_urls', 'Its name here is "post-logout-redirect-uris".'],
    ['web_origins', 'Its name here is "trusted-origins".'],
    ['grants', 'Its name here is "grant-types".'],
    ['oidc_conformant', 'Okta has no such setting of an app.'],
    // What differs in punctuation alone
    ['groups_claim', 'Did you mean "groups-claim"?'],
    ['redirect_uris', 'Did you mean "redirect-uris"?'],
    ['appId', 'Did you mean "app-id"?'],
    // The Admin Console's words
    ['login-redirect-uri', 'Its name here is "redirect-uris".'],
  ])('%s', async (name, says) => {
    const error = await failure(org, { ...WEB, [name]: 'some value' });
    expect(error).toBe(
      `The inputs cannot be used: "${name.toLowerCase()}" is no input of this action. ${says}`,
    );
    expect(org.requests).toEqual([]);
  });

  test("but a word of everyday language that lies deep in Okta's API is a warning", async () => {
    const env = { INPUT_MESSAGE: 'hello', INPUT_MODE: 'x', INPUT_TOKEN: 'y' };
    const run = await succeed(org, WEB, { env });
    expect(run.annotations.filter(({ level }) => level === 'warning')).toHaveLength(1);
  });
});

describe('a word that is not known', () => {
  test('comes with what may be meant, and several of them with one list of the known ones', async () => {
    expect(await failure(org, { ...WEB, 'grant-types': 'authorisation_code\nrefresh_tokens\nmagic' })).toBe(
      'The inputs cannot be used: "grant-types" does not know "authorisation_code", "refresh_tokens" and "magic". Did you mean "authorization_code" and "refresh_token"? Use "authorization_code", "implicit", "refresh_token", "client_credentials", "password", "interaction_code", "device_code", "token_exchange", "jwt_bearer", "saml2_bearer" or "ciba".',
    );
  });
});

describe('a list takes one entry per line', () => {
  const LISTS: [input: string, one: string, two: string, beside: Inputs][] = [
    ['redirect-uris', 'https://a.example.com/cb', 'https://b.example.com/cb', {}],
    ['post-logout-redirect-uris', 'https://a.example.com/', 'https://b.example.com/', {}],
    ['trusted-origins', 'https://a.example.com', 'https://b.example.com', {}],
    ['grant-types', 'authorization_code', 'refresh_token', {}],
    ['response-types', 'code', 'id_token', { 'grant-types': 'authorization_code\nimplicit' }],
    ['redirect-hosts', '*.example.com', '*.example.net', {}],
    ['api-scopes', 'okta.users.read', 'okta.groups.read', { type: 'service', 'redirect-uris': '' }],
    ['groups', 'First', 'Second', {}],
    ['users', 'a@example.com', 'b@example.com', {}],
    ['authorization-server-policies', 'First', 'Second', { 'authorization-server': 'default' }],
  ];

  test.each(LISTS)('%s: as lines, as a JSON array and as a YAML list', async (input, one, two, beside) => {
    for (const name of ['First', 'Second']) await org.group(name);
    for (const login of ['a@example.com', 'b@example.com']) await org.user(login);
    for (const name of ['First', 'Second'])
      await org.api('POST', '/api/v1/authorizationServers/default/policies', {
        type: 'OAUTH_AUTHORIZATION_POLICY',
        name,
        description: 'for tests',
        conditions: { clients: { include: [] } },
      });
    const run = (list: string) => succeed(org, { ...WEB, ...beside, [input]: list });
    expect((await run(`${one}\n\n ${two} \n${one}`)).outputs['result']).toBe('created');
    for (const list of [JSON.stringify([one, two]), `- ${one}\n- "${two}"`])
      expect((await run(list)).outputs['result']).toBe('unchanged');
  });

  test.each(LISTS.slice(0, 7))('%s: a comma separates nothing', async (input, one, two, beside) => {
    for (const list of [`${one},${two}`, `${one}, ${two}`, `${one},\n${two}`, JSON.stringify([`${one},`])]) {
      const run = await runOn(org, { ...WEB, ...beside, [input]: list });
      expect(run.annotations.map(({ message }) => message).join('\n')).toMatch(
        new RegExp(`"${input}" has ".*", with a comma\\. Give one per line, without commas\\.`),
      );
    }
    expect(org.requests).toEqual([]);
  });
});

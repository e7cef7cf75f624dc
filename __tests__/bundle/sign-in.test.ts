import { beforeEach, describe, expect, test } from '@jest/globals';
import * as oidc from 'openid-client';
import type { Person } from '../../emulator/src/browser.ts';
import { textOf } from '../../src/util/json.ts';
import { TOKEN } from '../support/okta.ts';
import { previews } from '../support/readme.ts';
import { signIn, StoppedAtOkta, type SignedIn } from '../support/relying-party.ts';
import { useGitHub, useOrg } from '../support/servers.ts';
import { runWorkflow } from '../support/workflow.ts';

/** The app of the workflow with a deployment in docs/previews.md, made by the bundle, seen from where it matters: can a person sign in to it? */

const org = useOrg();
const github = useGitHub();

const GRACE: Person = { username: 'grace@example.com', password: 'correct horse battery staple' };
const REDIRECT = 'https://pr-12.preview.example.com/login/callback';
const AFTER = 'https://pr-12.preview.example.com/';

let grace: string;
beforeEach(async () => {
  const profile = { firstName: 'Grace', lastName: 'Hopper', email: GRACE.username, login: GRACE.username };
  const credentials = { password: { value: GRACE.password } };
  grace = textOf((await org.api('POST', '/api/v1/users', { profile, credentials }))['id']);
});

interface Preview {
  clientId: string;
  issuer: string;
}

/** Runs the workflow for pull request 12; `edit` changes its text as somebody might. */
async function preview(
  action: 'opened' | 'synchronize' | 'closed' = 'opened',
  edit = (text: string): string => text,
): Promise<Preview> {
  const state = action === 'closed' ? 'closed' : 'open';
  github.pulls.set(12, state);
  const head = { repo: { full_name: 'acme/shop' } };
  const run = await runWorkflow(edit(previews.get('Preview') ?? ''), {
    event: {
      name: 'pull_request',
      payload: { action, number: 12, pull_request: { number: 12, state, head } },
    },
    vars: { OKTA_ORG_URL: org.url },
    secrets: { OKTA_API_TOKEN: TOKEN },
    github,
    commands: { 'deploy.sh': 'true' },
    inputDefaults: { 'settle-seconds': '0' },
  });
  const step = run?.step();
  if (step?.outcome !== 'success') throw new Error(step?.log ?? 'The event starts nothing.');
  return { clientId: step.outputs['client-id'] ?? '', issuer: step.outputs['issuer'] ?? '' };
}

function visit(app: Preview, scope?: string): Promise<SignedIn> {
  return signIn({ ...app, redirectUri: REDIRECT, ...(scope !== undefined && { scope }) }, GRACE);
}

/** The text of Okta's error page, at which the sign-in has to end. */
async function errorPage(app: Preview): Promise<string> {
  const error = await visit(app).catch((reason: unknown) => reason);
  if (!(error instanceof StoppedAtOkta)) throw new Error('The browser left Okta.', { cause: error });
  expect(error.visit.status).toBe(400);
  return error.visit.text;
}

/** What Okta tells the application. */
async function refusal(app: Preview): Promise<unknown[]> {
  const error = await visit(app).catch((reason: unknown) => reason);
  if (!(error instanceof oidc.AuthorizationResponseError))
    throw new Error('There is no error.', { cause: error });
  return [error.error, error.error_description];
}

test('a person signs in, the application refreshes and reads who it is, and the person signs out', async () => {
  const app = await preview('opened', (text) =>
    text.replace(
      'type: spa\n',
      'type: spa\n          grant-types: |\n            authorization_code\n            refresh_token\n',
    ),
  );
  const { config, browser, tokens, claims } = await visit(app, 'openid profile email offline_access');
  expect(claims).toMatchObject({
    iss: org.url,
    aud: app.clientId,
    sub: grace,
    name: 'Grace Hopper',
    preferred_username: GRACE.username,
  });

  const refreshed = await oidc.refreshTokenGrant(config, tokens.refresh_token ?? '');
  expect(refreshed.claims()?.sub).toBe(grace);
  expect(refreshed.refresh_token).not.toBe(tokens.refresh_token);
  const person = await oidc.fetchUserInfo(config, refreshed.access_token, grace);
  expect(person).toMatchObject({ given_name: 'Grace', email: GRACE.username });

  const leave = oidc.buildEndSessionUrl(config, {
    id_token_hint: tokens.id_token ?? '',
    post_logout_redirect_uri: AFTER,
    state: 'bye',
  });
  expect((await browser.open(leave)).url.href).toBe(`${AFTER}?state=bye`);
  const again = oidc.buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT,
    scope: 'openid',
    state: 's',
    prompt: 'none',
    code_challenge: 'x'.repeat(43),
    code_challenge_method: 'S256',
  });
  expect((await browser.open(again)).url.searchParams.get('error')).toBe('login_required');
});

test('the workflow as it stands is enough to sign in', async () => {
  expect((await visit(await preview())).claims.sub).toBe(grace);
});

test('nobody signs in to the preview of a pull request that was closed', async () => {
  const app = await preview();
  await visit(app);
  await preview('closed');
  expect(await errorPage(app)).toContain("Invalid value for 'client_id' parameter.");
});

test('nobody signs in through a redirect URI that was taken away', async () => {
  const app = await preview();
  await preview('synchronize', (text) => text.replace('/login/callback', '/signin'));
  expect(await errorPage(app)).toContain(
    "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings",
  );
});

test('a person who is in no group of the app is refused, until they are', async () => {
  const staff = await org.group('Staff');
  const app = await preview('opened', (text) => text.replace('groups: Everyone', 'groups: Staff'));
  expect(await refusal(app)).toEqual(['access_denied', 'User is not assigned to the client application.']);
  await org.api('PUT', `/api/v1/groups/${staff}/users/${grace}`);
  expect((await visit(app)).claims.sub).toBe(grace);
});

describe('on a custom authorization server', () => {
  const POLICY_FAILED = 'Policy evaluation failed for this request, please check the policy configurations.';

  let server: string;
  beforeEach(async () => {
    const made = await org.api('POST', '/api/v1/authorizationServers', {
      name: 'Shop',
      description: 'The shop',
      audiences: ['api://shop'],
    });
    server = textOf(made['id']);
  });

  const onServer = (text: string): string =>
    text.replace('state: auto\n', `state: auto\n          authorization-server: ${server}\n`);

  async function policyFor(client: string, groups: string[]): Promise<void> {
    const policies = `/api/v1/authorizationServers/${server}/policies`;
    const policy = await org.api('POST', policies, {
      type: 'OAUTH_AUTHORIZATION_POLICY',
      name: `Policy for ${client}`,
      description: 'Policy',
      priority: 1,
      conditions: { clients: { include: [client] } },
    });
    await org.api('POST', `${policies}/${textOf(policy['id'])}/rules`, {
      type: 'RESOURCE_ACCESS',
      name: 'Rule',
      priority: 1,
      conditions: {
        people: { groups: { include: groups } },
        grantTypes: { include: ['authorization_code'] },
        scopes: { include: ['*'] },
      },
      actions: {
        token: {
          accessTokenLifetimeMinutes: 5,
          refreshTokenLifetimeMinutes: 0,
          refreshTokenWindowMinutes: 10080,
        },
      },
    });
  }

  test('a policy that is for the app lets the person in', async () => {
    const app = await preview('opened', onServer);
    await policyFor(app.clientId, ['EVERYONE']);
    const { tokens, claims } = await visit(app);
    expect(claims.iss).toBe(`${org.url}/oauth2/${server}`);
    expect(tokens.expires_in).toBe(300);
  });

  test('one that is for other clients does not', async () => {
    const other = textOf((await org.api('POST', '/api/v1/apps', OTHER_APP))['id']);
    const app = await preview('opened', onServer);
    await policyFor(other, ['EVERYONE']);
    expect(await errorPage(app)).toContain(POLICY_FAILED);
  });

  test('one whose rules are for other people does not', async () => {
    const staff = await org.group('Staff');
    const app = await preview('opened', onServer);
    await policyFor(app.clientId, [staff]);
    expect(await refusal(app)).toEqual(['access_denied', POLICY_FAILED]);
  });
});

const OTHER_APP = {
  name: 'oidc_client',
  label: 'Another app',
  signOnMode: 'OPENID_CONNECT',
  settings: {
    oauthClient: {
      application_type: 'web',
      grant_types: ['authorization_code'],
      response_types: ['code'],
      redirect_uris: [REDIRECT],
    },
  },
};

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import okta from '@okta/okta-sdk-nodejs';
import { createGroup } from './support/caller.ts';
import type { Emulator } from '../src/server.ts';
import { startEmulator } from '../src/server.ts';

/** A client that nobody here wrote: what Okta's own SDK, typed models and all, makes of the emulator's answers. */
let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.close());

test('Okta’s SDK creates, lists, assigns and deletes an app', async () => {
  const client = new okta.Client({ orgUrl: emulator.url, token: emulator.token });
  // Plain objects, as the SDK's README has them; its types would rather see instances of its classes.
  const application: object = {
    name: 'oidc_client',
    label: 'Through the SDK',
    signOnMode: 'OPENID_CONNECT',
    credentials: { oauthClient: { token_endpoint_auth_method: 'client_secret_post' } },
    settings: {
      oauthClient: {
        application_type: 'web',
        grant_types: ['authorization_code'],
        response_types: ['code'],
        redirect_uris: ['https://example.com/callback'],
      },
    },
  };
  const created = await client.applicationApi.createApplication({
    application: application as okta.OpenIdConnectApplication,
  });
  const appId = created.id ?? '';
  expect(created).toBeInstanceOf(okta.OpenIdConnectApplication);
  expect(emulator.org.apps.get(appId)?.label).toBe('Through the SDK');

  const labels: (string | undefined)[] = [];
  await (
    await client.applicationApi.listApplications({ q: 'Through' })
  ).each((app) => {
    labels.push(app.label);
  });
  expect(labels).toEqual(['Through the SDK']);

  const groupId = await createGroup(emulator, 'SDK users');
  const assignment = await client.applicationApi.assignGroupToApplication({
    appId,
    groupId,
    applicationGroupAssignment: new okta.ApplicationGroupAssignment(),
  });
  expect([assignment.id, assignment.priority]).toEqual([groupId, 0]);

  await expect(client.applicationApi.deleteApplication({ appId })).rejects.toMatchObject({
    status: 403,
    errorCode: 'E0000056',
  });
  await client.applicationApi.deactivateApplication({ appId });
  await client.applicationApi.deleteApplication({ appId });
  await expect(client.applicationApi.getApplication({ appId })).rejects.toMatchObject({
    status: 404,
    errorCode: 'E0000007',
  });
  expect(emulator.org.apps.size).toBe(0);
});

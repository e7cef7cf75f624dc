import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import okta from '@okta/okta-sdk-nodejs';
import type { Emulator } from '../src/server.ts';
import { startEmulator } from '../src/server.ts';

/**
 * A client that nobody here wrote: what Okta's own SDK, typed models and all, makes of the emulator's answers. It does
 * what the SDK's own integration tests do with real orgs.
 */
let emulator: Emulator;
let client: okta.Client;
beforeAll(async () => {
  emulator = await startEmulator();
  client = new okta.Client({ orgUrl: emulator.url, token: emulator.token });
});
afterAll(() => emulator.close());

/** The plain objects of the SDK's README, where its types would rather see instances of its classes. */
function plain(object: object): never {
  return object as never;
}

/** All entries of a paged list, and how many requests they took. */
async function collect<Entry>(
  list: Promise<{ each(visit: (entry: Entry) => void): Promise<unknown> }>,
): Promise<{ entries: Entry[]; requests: number }> {
  const before = emulator.requests.length;
  const entries: Entry[] = [];
  const collection = await list;
  await collection.each((entry) => {
    entries.push(entry);
  });
  return { entries, requests: emulator.requests.length - before };
}

const NOT_FOUND = { status: 404, errorCode: 'E0000007' };

async function createBookmark(label: string): Promise<string> {
  const application = plain({
    name: 'bookmark',
    label,
    signOnMode: 'BOOKMARK',
    settings: { app: { requestIntegration: false, url: 'https://example.com/bookmark.htm' } },
  });
  return (await client.applicationApi.createApplication({ application })).id ?? '';
}

async function createClient(label: string, oauthClient: object = {}, rest: object = {}): Promise<string> {
  const application = plain({
    name: 'oidc_client',
    label,
    signOnMode: 'OPENID_CONNECT',
    settings: {
      oauthClient: {
        application_type: 'web',
        redirect_uris: ['https://example.com/callback'],
        response_types: ['code'],
        grant_types: ['authorization_code'],
        ...oauthClient,
      },
    },
    ...rest,
  });
  return (await client.applicationApi.createApplication({ application })).id ?? '';
}

async function createUser(login: string, firstName = 'John'): Promise<string> {
  const body = plain({
    profile: { firstName, lastName: 'Activate', email: login, login },
    credentials: { password: { value: 'Abcd1234#@' } },
  });
  return (await client.userApi.createUser({ body })).id ?? '';
}

async function createGroup(name: string): Promise<string> {
  const group = plain({ profile: { name } });
  return (await client.groupApi.createGroup({ group })).id ?? '';
}

async function remove(appId: string): Promise<void> {
  await client.applicationApi.deactivateApplication({ appId });
  await client.applicationApi.deleteApplication({ appId });
}

describe('apps', () => {
  test('are created, read, replaced, deactivated, activated and deleted', async () => {
    const appId = await createBookmark('Life');
    const read = await client.applicationApi.getApplication({ appId });
    expect(read).toBeInstanceOf(okta.BookmarkApplication);
    expect(read.status).toBe('ACTIVE');
    const replaced = await client.applicationApi.replaceApplication({
      appId,
      application: Object.assign(read, { label: 'Later' }),
    });
    expect(replaced.label).toBe('Later');
    await expect(client.applicationApi.deleteApplication({ appId })).rejects.toMatchObject({
      status: 403,
      errorCode: 'E0000056',
    });
    await client.applicationApi.deactivateApplication({ appId });
    expect((await client.applicationApi.getApplication({ appId })).status).toBe('INACTIVE');
    await client.applicationApi.activateApplication({ appId });
    expect((await client.applicationApi.getApplication({ appId })).status).toBe('ACTIVE');
    await remove(appId);
    await expect(client.applicationApi.getApplication({ appId })).rejects.toMatchObject(NOT_FOUND);
  });

  test.each([
    ['template_basic_auth', 'BASIC_AUTH', { url: 'https://a.example', authURL: 'https://a.example/auth' }],
    ['template_swa', 'BROWSER_PLUGIN', { url: 'https://a.example', buttonField: 'btn' }],
    ['template_swa3field', 'BROWSER_PLUGIN', { targetURL: 'https://a.example', buttonSelector: '#btn' }],
    ['template_sps', 'SECURE_PASSWORD_STORE', { url: 'https://a.example', passwordField: '#pw' }],
  ])('of the kind %s show the settings that they were sent', async (name, signOnMode, app) => {
    const application = plain({ name, label: name, signOnMode, settings: { app } });
    const created = await client.applicationApi.createApplication({ application });
    expect(created).toMatchObject({ signOnMode, settings: { app } });
  });

  test('without an integration’s key are named after their label', async () => {
    const swa = await client.applicationApi.createApplication({
      application: plain({
        label: 'Example Custom SWA App',
        signOnMode: 'AUTO_LOGIN',
        settings: { signOn: { redirectUrl: 'https://a.example/home', loginUrl: 'https://a.example/login' } },
      }),
    });
    expect(swa).toMatchObject({ name: expect.stringContaining('examplecustomswaapp') });
    const attributeStatements = [
      { type: 'EXPRESSION', name: 'Attribute', namespace: 'urn:oasis', values: ['Value'] },
    ];
    const saml = await client.applicationApi.createApplication({
      application: plain({
        label: 'Example Custom SAML 2.0 App',
        signOnMode: 'SAML_2_0',
        settings: {
          signOn: {
            ssoAcsUrl: 'https://sp.example/acs',
            audience: 'asdqwe123',
            recipient: 'https://sp.example/acs',
            destination: 'https://sp.example/acs',
            attributeStatements,
          },
        },
      }),
    });
    expect(saml).toMatchObject({
      name: expect.stringContaining('examplecustomsaml20app'),
      settings: { signOn: { attributeStatements } },
    });
  });

  test('of OpenID Connect keep their lists, and a native one has a secret', async () => {
    const lists = {
      response_types: ['token', 'id_token', 'code'],
      grant_types: ['implicit', 'authorization_code'],
      redirect_uris: ['https://example.com/oauth2/callback', 'myapp://callback'],
    };
    const appId = await createClient(
      'Native',
      { application_type: 'native', ...lists },
      { credentials: { oauthClient: { token_endpoint_auth_method: 'client_secret_post' } } },
    );
    const created = await client.applicationApi.getApplication({ appId });
    expect(created).toMatchObject({ settings: { oauthClient: lists } });
    expect(emulator.org.apps.get(appId)?.secrets).toHaveLength(1);
  });

  test('are listed by kind and by the beginning of their labels, in pages', async () => {
    await emulator.reset();
    const [, second] = [await createBookmark('my bookmark 1'), await createBookmark('my bookmark 2')];
    await createClient('another');
    await client.applicationApi.deactivateApplication({ appId: second });
    const byKind = await collect(
      client.applicationApi.listApplications({ filter: 'name eq "bookmark"', limit: 1 }),
    );
    expect([byKind.entries.map(({ label }) => label), byKind.requests]).toEqual([
      ['my bookmark 1', 'my bookmark 2'],
      2,
    ]);
    const byLabel = await collect(client.applicationApi.listApplications({ q: 'my book', limit: 1 }));
    expect([byLabel.entries.length, byLabel.requests]).toEqual([2, 2]);
    const all = await collect(client.applicationApi.listApplications());
    expect(all.entries.map((app) => app.constructor.name)).toEqual([
      'BookmarkApplication',
      'BookmarkApplication',
      'OpenIdConnectApplication',
    ]);
  });
});

describe('users of an app', () => {
  test('are assigned, read, listed and taken away', async () => {
    const appId = await createBookmark('With a user');
    const userId = await createUser('john-assign@example.com');
    const assigned = await client.applicationApi.assignUserToApplication({
      appId,
      appUser: plain({ id: userId }),
    });
    expect(assigned.credentials?.userName).toBe('john-assign@example.com');
    expect(JSON.stringify(assigned._links)).toContain(userId);
    expect((await client.applicationApi.getApplicationUser({ appId, userId })).scope).toBe('USER');
    const updated = await client.applicationApi.updateApplicationUser({
      appId,
      userId,
      appUser: plain({ credentials: { userName: 'john' } }),
    });
    expect(updated.credentials?.userName).toBe('john');
    await client.applicationApi.unassignUserFromApplication({ appId, userId });
    await expect(client.applicationApi.getApplicationUser({ appId, userId })).rejects.toMatchObject(
      NOT_FOUND,
    );
  });

  test('are listed in pages, and found by the beginning of a name', async () => {
    const appId = await createBookmark('With users');
    for (const [login, name] of [
      ['a@users.example', 'Filter'],
      ['b@users.example', 'Filter'],
      ['c@users.example', 'Other'],
    ] as const) {
      const appUser = plain({ id: await createUser(login, name) });
      await client.applicationApi.assignUserToApplication({ appId, appUser });
    }
    const all = await collect(client.applicationApi.listApplicationUsers({ appId, limit: 2 }));
    expect([all.entries.length, all.requests]).toEqual([3, 2]);
    const found = await collect(client.applicationApi.listApplicationUsers({ appId, limit: 1, q: 'Filt' }));
    expect([found.entries.length, found.requests]).toEqual([2, 2]);
  });
});

describe('groups of an app', () => {
  test('are assigned with a body and without, read and taken away', async () => {
    const appId = await createBookmark('With a group');
    const groupId = await createGroup('Of an app');
    const assigned = await client.applicationApi.assignGroupToApplication({ appId, groupId });
    expect([assigned.id, assigned.priority]).toEqual([groupId, 0]);
    expect(Object.keys(assigned._links ?? {})).toEqual(expect.arrayContaining(['app', 'group']));
    const again = await client.applicationApi.assignGroupToApplication({
      appId,
      groupId,
      applicationGroupAssignment: plain({ priority: 0 }),
    });
    expect(again.priority).toBe(0);
    const ofGroup = await collect(client.groupApi.listAssignedApplicationsForGroup({ groupId }));
    expect(ofGroup.entries.map(({ id }) => id)).toEqual([appId]);
    await client.applicationApi.unassignApplicationFromGroup({ appId, groupId });
    await expect(
      client.applicationApi.getApplicationGroupAssignment({ appId, groupId }),
    ).rejects.toMatchObject(NOT_FOUND);
  });

  test('are listed in pages, and found by the beginning of a name', async () => {
    const appId = await createBookmark('With groups');
    for (const name of ['page a', 'page b', 'other']) {
      await client.applicationApi.assignGroupToApplication({ appId, groupId: await createGroup(name) });
    }
    const all = await collect(client.applicationApi.listApplicationGroupAssignments({ appId, limit: 2 }));
    expect([all.entries.length, all.requests]).toEqual([3, 2]);
    const found = await collect(
      client.applicationApi.listApplicationGroupAssignments({ appId, limit: 1, q: 'page' }),
    );
    expect([found.entries.length, found.requests]).toEqual([2, 2]);
  });
});

describe('what goes with an app', () => {
  test('grants of scopes', async () => {
    const appId = await createClient('Granted', { application_type: 'native' });
    const grant = await client.applicationApi.grantConsentToScope({
      appId,
      oAuth2ScopeConsentGrant: plain({
        issuer: emulator.url,
        scopeId: 'okta.users.manage',
      }),
    });
    const listed = await collect(client.applicationApi.listScopeConsentGrants({ appId }));
    expect(listed.entries.map(({ scopeId }) => scopeId)).toEqual(['okta.users.manage']);
    const grantId = grant.id ?? '';
    expect((await client.applicationApi.getScopeConsentGrant({ appId, grantId })).issuer).toBe(emulator.url);
    await client.applicationApi.revokeScopeConsentGrant({ appId, grantId });
    await expect(client.applicationApi.getScopeConsentGrant({ appId, grantId })).rejects.toMatchObject(
      NOT_FOUND,
    );
  });

  test('tokens: none', async () => {
    const appId = await createClient('Tokens');
    expect((await collect(client.applicationApi.listOAuth2TokensForApplication({ appId }))).entries).toEqual(
      [],
    );
    await client.applicationApi.revokeOAuth2TokensForApplication({ appId });
  });

  test('keys: listed, read, made and cloned', async () => {
    const [appId, targetAid] = [await createClient('Keys'), await createClient('Keys of another')];
    const { entries } = await collect(client.applicationApi.listApplicationKeys({ appId }));
    const keyId = entries[0]?.kid ?? '';
    expect((await client.applicationApi.getApplicationKey({ appId, keyId })).kty).toBe('RSA');
    const made = await client.applicationApi.generateApplicationKey({ appId, validityYears: 2 });
    const cloned = await client.applicationApi.cloneApplicationKey({
      appId,
      keyId: made.kid ?? '',
      targetAid,
    });
    expect(cloned.kid).toBe(made.kid);
  });

  test('secrets: two at most, deactivated before they are deleted', async () => {
    const appId = await createClient('Secrets');
    const api = client.applicationSSOPublicKeysApi;
    const secret = await api.createOAuth2ClientSecret({ appId });
    const secretId = secret.id ?? '';
    await expect(api.createOAuth2ClientSecret({ appId })).rejects.toMatchObject({ status: 400 });
    await expect(api.deleteOAuth2ClientSecret({ appId, secretId })).rejects.toMatchObject({ status: 400 });
    expect((await api.deactivateOAuth2ClientSecret({ appId, secretId })).status).toBe('INACTIVE');
    await api.deleteOAuth2ClientSecret({ appId, secretId });
    expect(
      await api.listOAuth2ClientSecrets({ appId }).then(async (list) => {
        const left: unknown[] = [];
        await list.each((entry) => {
          left.push(entry);
        });
        return left.length;
      }),
    ).toBe(1);
  });

  test('federated claims', async () => {
    const appId = await createClient('Federated');
    const created = await client.applicationApi.createFederatedClaim({
      appId,
      federatedClaimRequestBody: plain({
        name: 'last',
        expression: 'user.lastName',
      }),
    });
    const claimId = created.id ?? '';
    const listed = await collect(client.applicationApi.listFederatedClaims({ appId }));
    expect(listed.entries).toHaveLength(1);
    await client.applicationApi.replaceFederatedClaim({
      appId,
      claimId,
      federatedClaim: Object.assign(created, { name: 'family' }),
    });
    expect((await client.applicationApi.getFederatedClaim({ appId, claimId })).name).toBe('family');
    await client.applicationApi.deleteFederatedClaim({ appId, claimId });
    await expect(client.applicationApi.getFederatedClaim({ appId, claimId })).rejects.toMatchObject(
      NOT_FOUND,
    );
  });

  test('features: none', async () => {
    const appId = await createBookmark('Features');
    await expect(collect(client.applicationApi.listFeaturesForApplication({ appId }))).rejects.toMatchObject({
      status: 400,
      errorCode: 'E0000001',
    });
  });

  test('an authentication policy', async () => {
    const appId = await createClient('Under a policy');
    const policy = await client.policyApi.createPolicy({
      policy: plain({ type: 'ACCESS_POLICY', name: 'Of the SDK', description: 'd' }),
    });
    const policyId = policy.id ?? '';
    await client.applicationApi.assignApplicationPolicy({ appId, policyId });
    expect(emulator.org.apps.get(appId)?.accessPolicyId).toBe(policyId);
    await client.policyApi.deactivatePolicy({ policyId });
    await client.policyApi.deletePolicy({ policyId });
  });

  test('the schema of its users', async () => {
    const appId = await createClient('Schema');
    const shape = (properties: object): okta.UserSchema =>
      plain({ definitions: { custom: { id: '#custom', type: 'object', properties } } });
    const update = (properties: object): Promise<okta.UserSchema> =>
      client.schemaApi.updateApplicationUserProfile({ appInstanceId: appId, body: shape(properties) });
    const before = await client.schemaApi.getApplicationUserSchema({ appInstanceId: appId });
    expect(before.definitions?.custom?.properties).toEqual({});
    await update({ seat: { title: 'Seat', type: 'string' } });
    const changed = await update({ seat: { title: 'Chair' } });
    expect(changed.definitions?.custom?.properties).toMatchObject({
      seat: { title: 'Chair', type: 'string' },
    });
    expect((await update({ seat: null })).definitions?.custom?.properties).toEqual({});
    expect(JSON.stringify(changed.properties?.profile?.allOf)).toContain('#/definitions/base');
  });
});

describe('groups', () => {
  test('are created, read, replaced, listed, found and deleted', async () => {
    const groupId = await createGroup('Get test group');
    expect((await client.groupApi.getGroup({ groupId })).profile).toMatchObject({ name: 'Get test group' });
    const group = plain({ profile: { name: 'Updated', description: 'd' } });
    expect((await client.groupApi.replaceGroup({ groupId, group })).profile).toMatchObject({
      description: 'd',
    });
    await createGroup('Updated too');
    const byQ = await collect(client.groupApi.listGroups({ q: 'Updated' }));
    expect(byQ.entries).toHaveLength(2);
    const bySearch = await collect(
      client.groupApi.listGroups({ search: 'profile.name sw "Updated"', limit: 1 }),
    );
    expect([bySearch.entries.length, bySearch.requests]).toEqual([2, 2]);
    await client.groupApi.deleteGroup({ groupId });
    await expect(client.groupApi.getGroup({ groupId })).rejects.toMatchObject(NOT_FOUND);
  });

  test('have members, by hand and by rules', async () => {
    const userId = await createUser('member@groups.example', 'Ruled');
    const [byHand, byRule] = [await createGroup('By hand'), await createGroup('By rule')];
    await client.groupApi.assignUserToGroup({ groupId: byHand, userId });
    const members = await collect(client.groupApi.listGroupUsers({ groupId: byHand }));
    expect(members.entries.map(({ id }) => id)).toEqual([userId]);
    const rule = await client.groupApi.createGroupRule({
      groupRule: plain({
        type: 'group_rule',
        name: 'Test group rule',
        conditions: {
          people: { users: { exclude: [] }, groups: { exclude: [] } },
          expression: { value: 'user.firstName=="Ruled"', type: 'urn:okta:expression:1.0' },
        },
        actions: { assignUserToGroups: { groupIds: [byRule] } },
      }),
    });
    const ruleId = rule.id ?? '';
    await client.groupApi.activateGroupRule({ ruleId });
    expect((await client.groupApi.getGroupRule({ ruleId })).status).toBe('ACTIVE');
    const ruled = await collect(client.groupApi.listGroupUsers({ groupId: byRule }));
    expect(ruled.entries.map(({ id }) => id)).toEqual([userId]);
    const groups = await collect(client.userApi.listUserGroups({ userId }));
    expect(groups.entries.map(({ profile }) => (profile as { name?: string } | undefined)?.name)).toEqual([
      'Everyone',
      'By hand',
      'By rule',
    ]);
    const rules = await collect(client.groupApi.listGroupRules({ search: 'Test group', limit: 1 }));
    expect(rules.entries).toHaveLength(1);
    await client.groupApi.deactivateGroupRule({ ruleId });
    await client.groupApi.deleteGroupRule({ ruleId });
    await client.groupApi.unassignUserFromGroup({ groupId: byHand, userId });
    expect((await collect(client.groupApi.listGroupUsers({ groupId: byHand }))).entries).toEqual([]);
  });

  test('have owners, roles and a schema', async () => {
    const groupId = await createGroup('Owned');
    const ownerId = await createUser('owner@groups.example');
    await client.groupApi.assignGroupOwner({
      groupId,
      GroupOwner: plain({ id: ownerId, type: 'USER' }),
    });
    expect((await collect(client.groupApi.listGroupOwners({ groupId }))).entries).toHaveLength(1);
    await client.groupApi.deleteGroupOwner({ groupId, ownerId });
    await client.roleAssignmentApi.assignRoleToGroup({
      groupId,
      assignRoleRequest: plain({ type: 'HELP_DESK_ADMIN' }),
    });
    const roles = await collect(client.roleAssignmentApi.listGroupAssignedRoles({ groupId }));
    expect(roles.entries).toMatchObject([{ type: 'HELP_DESK_ADMIN' }]);
    const schema = await client.schemaApi.updateGroupSchema({
      GroupSchema: plain({
        definitions: { custom: { properties: { team: { title: 'Team', type: 'string' } } } },
      }),
    });
    expect(schema.definitions?.custom?.properties).toHaveProperty('team');
  });
});

describe('users', () => {
  test('are read by ID and by login, and deleted in two steps', async () => {
    const userId = await createUser('by-login@users.example');
    expect((await client.userApi.getUser({ userId: 'by-login@users.example' })).id).toBe(userId);
    await client.userApi.deactivateUser({ userId });
    await client.userApi.deleteUser({ userId });
    await expect(client.userApi.getUser({ userId })).rejects.toMatchObject(NOT_FOUND);
  });

  test('keep properties of their own', async () => {
    const profile = {
      firstName: 'J',
      lastName: 'A',
      email: 'age@users.example',
      login: 'age@users.example',
      age: 33,
    };
    const body = plain({ profile });
    const { id: userId = '' } = await client.userApi.createUser({ body, activate: false });
    expect((await client.userApi.getUser({ userId })).profile).toMatchObject({ age: 33 });
  });

  test('go through the steps of their life', async () => {
    const userId = await createUser('life@users.example');
    const status = async (): Promise<string | undefined> => (await client.userApi.getUser({ userId })).status;
    await client.userApi.suspendUser({ userId });
    expect(await status()).toBe('SUSPENDED');
    await client.userApi.unsuspendUser({ userId });
    expect(await status()).toBe('ACTIVE');
    await expect(client.userApi.unlockUser({ userId })).rejects.toMatchObject({ errorCode: 'E0000032' });
    await client.userApi.resetFactors({ userId });
    await client.userApi.revokeUserSessions({ userId });
    const expired = await client.userApi.expirePassword({ userId });
    expect(expired.status).toBe('PASSWORD_EXPIRED');
    await expect(client.userApi.reactivateUser({ userId })).rejects.toMatchObject({ errorCode: 'E0000038' });
    const active = await collect(client.userApi.listUsers({ filter: 'status eq "PASSWORD_EXPIRED"' }));
    expect(active.entries.map(({ id }) => id)).toEqual([userId]);
  });

  test('are found by expressions, and by the beginning of a name, in pages', async () => {
    for (const login of ['p1@found.example', 'p2@found.example', 'p3@found.example']) {
      await createUser(login, 'Findable');
    }
    const search = 'profile.firstName eq "Findable" AND status eq "ACTIVE"';
    const found = await collect(client.userApi.listUsers({ search, limit: 2 }));
    expect([found.entries.length, found.requests]).toEqual([3, 2]);
    expect((await collect(client.userApi.listUsers({ q: 'Find' }))).entries).toHaveLength(3);
  });

  test('the owner of the token is “me”', async () => {
    expect((await client.userApi.getUser({ userId: 'me' })).id).toBe(emulator.org.administrator.id);
  });
});

describe('trusted origins', () => {
  const origin = (name: string, url: string, type = 'CORS'): okta.TrustedOriginWrite =>
    plain({ name, origin: url, scopes: [{ type }] });

  test('keep their slash, are replaced, deactivated, activated and deleted', async () => {
    const created = await client.trustedOriginApi.createTrustedOrigin({
      trustedOrigin: origin('sdk', 'https://host.example/'),
    });
    expect(created.origin).toBe('https://host.example/');
    const trustedOriginId = created.id ?? '';
    const replaced = await client.trustedOriginApi.replaceTrustedOrigin({
      trustedOriginId,
      trustedOrigin: Object.assign(created, { origin: 'https://example.com/' }),
    });
    expect(replaced.origin).toBe('https://example.com/');
    await client.trustedOriginApi.deactivateTrustedOrigin({ trustedOriginId });
    const inactive = await collect(
      client.trustedOriginApi.listTrustedOrigins({ filter: 'status eq "INACTIVE"' }),
    );
    expect(inactive.entries.map(({ id }) => id)).toEqual([trustedOriginId]);
    expect((await client.trustedOriginApi.activateTrustedOrigin({ trustedOriginId })).status).toBe('ACTIVE');
    await client.trustedOriginApi.deleteTrustedOrigin({ trustedOriginId });
    await expect(client.trustedOriginApi.getTrustedOrigin({ trustedOriginId })).rejects.toMatchObject(
      NOT_FOUND,
    );
  });

  test('are found by filter and q, in pages', async () => {
    for (const [name, type] of [
      ['page 1', 'CORS'],
      ['page 2', 'REDIRECT'],
      ['page 3', 'REDIRECT'],
      ['page 4', 'CORS'],
    ] as const) {
      const trustedOrigin = origin(name, `https://${name.replace(' ', '-')}.example`, type);
      await client.trustedOriginApi.createTrustedOrigin({ trustedOrigin });
    }
    const api = client.trustedOriginApi;
    const byType = await collect(api.listTrustedOrigins({ filter: 'type eq "REDIRECT"', limit: 1 }));
    expect([byType.entries.length, byType.requests]).toEqual([2, 2]);
    const byQ = await collect(api.listTrustedOrigins({ q: 'page', limit: 3 }));
    expect([byQ.entries.length, byQ.requests]).toEqual([4, 2]);
  });
});

describe('policies', () => {
  test.each(['OKTA_SIGN_ON', 'PASSWORD', 'MFA_ENROLL', 'ACCESS_POLICY'] as const)(
    'of type %s are created, listed, replaced, deactivated and deleted',
    async (type) => {
      const created = await client.policyApi.createPolicy({
        policy: plain({ type, name: `SDK ${type}`, description: 'd', status: 'ACTIVE' }),
      });
      const policyId = created.id ?? '';
      const listed = await collect(client.policyApi.listPolicies({ type }));
      expect(listed.entries.map(({ id }) => id)).toContain(policyId);
      const replaced = await client.policyApi.replacePolicy({
        policyId,
        policy: Object.assign(created, { name: 'Replaced' }),
      });
      expect(replaced.name).toBe('Replaced');
      await client.policyApi.deactivatePolicy({ policyId });
      expect((await client.policyApi.getPolicy({ policyId })).status).toBe('INACTIVE');
      await client.policyApi.activatePolicy({ policyId });
      await client.policyApi.deletePolicy({ policyId });
      await expect(client.policyApi.getPolicy({ policyId })).rejects.toMatchObject(NOT_FOUND);
    },
  );

  test('have rules', async () => {
    const policy = await client.policyApi.createPolicy({
      policy: plain({ type: 'OKTA_SIGN_ON', name: 'With rules' }),
    });
    const policyId = policy.id ?? '';
    const rule = await client.policyApi.createPolicyRule({
      policyId,
      policyRule: plain({
        type: 'SIGN_ON',
        name: 'Rule',
        actions: { signon: { access: 'ALLOW' } },
      }),
    });
    const ruleId = rule.id ?? '';
    await client.policyApi.deactivatePolicyRule({ policyId, ruleId });
    expect((await client.policyApi.getPolicyRule({ policyId, ruleId })).status).toBe('INACTIVE');
    expect((await collect(client.policyApi.listPolicyRules({ policyId }))).entries).toHaveLength(1);
    await client.policyApi.deletePolicyRule({ policyId, ruleId });
    await expect(client.policyApi.getPolicyRule({ policyId, ruleId })).rejects.toMatchObject(NOT_FOUND);
  });
});

describe('authorization servers', () => {
  const create = async (name: string): Promise<string> => {
    const authorizationServer = plain({
      name,
      audiences: [`https://${name}.example`],
    });
    return (await client.authorizationServerApi.createAuthorizationServer({ authorizationServer })).id ?? '';
  };

  test('are created, listed in pages, replaced, deactivated and deleted', async () => {
    const [authServerId] = [await create('sdk-1'), await create('sdk-2')];
    const api = client.authorizationServerApi;
    const listed = await collect(api.listAuthorizationServers({ q: 'sdk-', limit: 1 }));
    expect([listed.entries.length, listed.requests]).toEqual([2, 2]);
    const read = await api.getAuthorizationServer({ authServerId });
    const authorizationServer = Object.assign(read, { name: 'sdk-replaced' });
    expect((await api.replaceAuthorizationServer({ authServerId, authorizationServer })).name).toBe(
      'sdk-replaced',
    );
    await api.deactivateAuthorizationServer({ authServerId });
    expect((await api.getAuthorizationServer({ authServerId })).status).toBe('INACTIVE');
    await api.activateAuthorizationServer({ authServerId });
    await api.deleteAuthorizationServer({ authServerId });
    await expect(api.getAuthorizationServer({ authServerId })).rejects.toMatchObject(NOT_FOUND);
  });

  test('have policies and rules', async () => {
    const authServerId = await create('sdk-policies');
    const api = client.authorizationServerApi;
    const policy = await api.createAuthorizationServerPolicy({
      authServerId,
      policy: plain({
        type: 'OAUTH_AUTHORIZATION_POLICY',
        status: 'ACTIVE',
        name: 'Test Policy',
        description: 'Test Policy',
        priority: 1,
        conditions: { clients: { include: ['ALL_CLIENTS'] } },
      }),
    });
    const policyId = policy.id ?? '';
    await api.replaceAuthorizationServerPolicy({
      authServerId,
      policyId,
      policy: Object.assign(policy, { description: 'Changed' }),
    });
    const rule = await api.createAuthorizationServerPolicyRule({
      authServerId,
      policyId,
      policyRule: plain({
        type: 'RESOURCE_ACCESS',
        name: 'Default rule',
        priority: 1,
        conditions: {
          people: { groups: { include: ['EVERYONE'] } },
          grantTypes: { include: ['implicit', 'client_credentials', 'authorization_code', 'password'] },
          scopes: { include: ['*'] },
        },
        actions: {
          token: {
            accessTokenLifetimeMinutes: 5,
            refreshTokenLifetimeMinutes: 0,
            refreshTokenWindowMinutes: 10080,
          },
        },
      }),
    });
    const ruleId = rule.id ?? '';
    expect(rule.conditions?.grantTypes?.include).toEqual([
      'implicit',
      'client_credentials',
      'password',
      'authorization_code',
    ]);
    await api.deactivateAuthorizationServerPolicyRule({ authServerId, policyId, ruleId });
    await api.activateAuthorizationServerPolicyRule({ authServerId, policyId, ruleId });
    const rules = await collect(api.listAuthorizationServerPolicyRules({ authServerId, policyId }));
    expect(rules.entries).toHaveLength(1);
    await api.deactivateAuthorizationServerPolicy({ authServerId, policyId });
    expect((await api.getAuthorizationServerPolicy({ authServerId, policyId })).status).toBe('INACTIVE');
    await api.deleteAuthorizationServerPolicy({ authServerId, policyId });
    await expect(api.getAuthorizationServerPolicy({ authServerId, policyId })).rejects.toMatchObject(
      NOT_FOUND,
    );
  });

  test('have scopes, claims and keys', async () => {
    const authServerId = await create('sdk-scopes');
    const api = client.authorizationServerApi;
    const scope = await api.createOAuth2Scope({
      authServerId,
      oAuth2Scope: plain({ name: 'test:scope', consent: 'REQUIRED' }),
    });
    const scopeId = scope.id ?? '';
    const changed = await api.replaceOAuth2Scope({
      authServerId,
      scopeId,
      oAuth2Scope: Object.assign(scope, { consent: 'FLEXIBLE' }),
    });
    expect(changed.consent).toBe('FLEXIBLE');
    await api.deleteOAuth2Scope({ authServerId, scopeId });
    const claim = await api.createOAuth2Claim({
      authServerId,
      oAuth2Claim: plain({
        name: 'Support',
        status: 'INACTIVE',
        claimType: 'RESOURCE',
        valueType: 'GROUPS',
        value: 'Support',
        group_filter_type: 'CONTAINS',
        conditions: { scopes: ['profile'] },
      }),
    });
    expect([claim.status, claim.conditions?.scopes]).toEqual(['INACTIVE', ['profile']]);
    await api.deleteOAuth2Claim({ authServerId, claimId: claim.id ?? '' });
    const before = await collect(api.listAuthorizationServerKeys({ authServerId }));
    const rotated = await collect(
      api.rotateAuthorizationServerKeys({ authServerId, use: plain({ use: 'sig' }) }),
    );
    expect(rotated.entries[0]?.kid).not.toBe(before.entries[0]?.kid);
    expect(rotated.entries.map(({ status }) => status)).toEqual(['ACTIVE', 'EXPIRED']);
  });
});

test('the org', async () => {
  expect((await client.orgSettingApi.getOrgSettings()).id).toBe(emulator.org.id);
  const metadata = await client.orgSettingApi.getWellknownOrgMetadata();
  expect([metadata.id, metadata.pipeline]).toEqual([emulator.org.id, 'idx']);
});

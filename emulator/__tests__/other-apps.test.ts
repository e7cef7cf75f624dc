import { X509Certificate, createPublicKey, verify } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Emulator } from '../src/server.ts';
import { startEmulator } from '../src/server.ts';
import type { Reply } from './support/caller.ts';
import { call, createApp, createUser } from './support/caller.ts';

/** Apps that are no OAuth clients: bookmarks, templates, SAML, and their keys. */
let okta: Emulator;
beforeAll(async () => {
  okta = await startEmulator();
});
afterAll(() => okta.close());

const APPS = '/api/v1/apps';
const post = (body: object): Promise<Reply> => call(okta, 'POST', APPS, body);

const bookmark = (label: string, url = 'https://example.com'): object => ({
  name: 'bookmark',
  label,
  signOnMode: 'BOOKMARK',
  settings: { app: { url } },
});

const saml = (label: string, signOn: object = {}): object => ({
  label,
  signOnMode: 'SAML_2_0',
  settings: {
    signOn: { ssoAcsUrl: 'https://sp.example/acs', audience: 'https://sp.example', ...signOn },
  },
});

describe('a bookmark', () => {
  test('has no client, no keys, and is seen on the dashboards', async () => {
    const reply = await post(bookmark('Mark'));
    expect([reply.status, reply.body]).toMatchObject([
      200,
      {
        name: 'bookmark',
        signOnMode: 'BOOKMARK',
        credentials: {
          userNameTemplate: { template: '${source.login}', type: 'BUILT_IN' },
          signing: {},
        },
        visibility: { hide: { iOS: false, web: false }, appLinks: { login: true } },
        settings: { app: { requestIntegration: false, url: 'https://example.com' } },
      },
    ]);
    expect(reply.at('_links.clientCredentials')).toBeUndefined();
    expect(reply.at('_links.help')).toBeUndefined();
    expect(reply.at('_links.appLinks.0.href')).toBe(`${okta.url}/home/bookmark/${reply.id}/2557`);
    expect((await call(okta, 'GET', `${APPS}/${reply.id}/credentials/keys`)).body).toEqual([]);
    expect((await call(okta, 'POST', `${APPS}/${reply.id}/credentials/secrets`)).status).toBe(404);
    expect((await call(okta, 'GET', `/oauth2/v1/clients/${reply.id}`)).status).toBe(404);
  });

  test('is replaced, found by its kind, and ignores links that it does not have', async () => {
    const { id } = await post(bookmark('Kind 1'));
    await post(bookmark('Kind 2'));
    const put = await call(okta, 'PUT', `${APPS}/${id}`, {
      ...bookmark('Kind 1, later', 'https://later.example'),
      visibility: { appLinks: { login: false, video: true } },
    });
    expect([put.at('label'), put.at('settings.app.url')]).toEqual(['Kind 1, later', 'https://later.example']);
    expect(put.at('visibility.appLinks')).toEqual({ login: false });
    const found = await call(okta, 'GET', `${APPS}?filter=name+eq+"bookmark"&q=Kind`);
    expect(found.each('label')).toEqual(['Kind 1, later', 'Kind 2']);
  });

  test('needs its URL and a label, and no other sign-on mode', async () => {
    for (const [change, summary] of [
      [{ settings: { app: {} } }, 'Api validation failed: settings'],
      [{ label: undefined }, 'Api validation failed: label'],
      [{ signOnMode: 'SAML_2_0' }, 'Api validation failed: signOnMode'],
      [{ signOnMode: 'MAGIC' }, 'The request body was not well-formed.'],
      [
        { credentials: { scheme: 'ADMIN_SETS_CREDENTIALS' } },
        'Credentials should not be set on this resource based on the scheme.',
      ],
    ] as const) {
      const reply = await post({ ...bookmark('Bad'), ...change });
      expect([reply.status, reply.at('errorSummary')]).toEqual([400, summary]);
    }
  });

  test('takes users with any profile, and finds them by their names', async () => {
    const app = (await post(bookmark('Users'))).id;
    const user = await createUser(okta, 'bookmark.user@example.com');
    const created = await call(okta, 'POST', `${APPS}/${app}/users/${user}`, { profile: { seat: '4b' } });
    expect([created.status, created.at('scope'), created.at('profile')]).toEqual([
      200,
      'USER',
      { seat: '4b' },
    ]);
    expect((await call(okta, 'GET', `${APPS}/${app}/users?q=Giv`)).each('id')).toEqual([user]);
    const client = await createApp(okta, 'Users of a client');
    await call(okta, 'POST', `${APPS}/${client}/users`, { id: user });
    expect((await call(okta, 'GET', `${APPS}/${client}/users?q=Giv`)).body).toEqual([]);
  });
});

test('templates show all of their settings, and never a password', async () => {
  const reply = await post({
    name: 'template_swa',
    label: 'Plug-in',
    signOnMode: 'BROWSER_PLUGIN',
    credentials: { scheme: 'SHARED_USERNAME_AND_PASSWORD', userName: 'us', password: { value: 'hush' } },
    settings: { app: { url: 'https://example.com/login', redirectUrl: '' } },
  });
  expect(reply.text).not.toContain('hush');
  expect(reply.at('credentials')).toEqual({
    scheme: 'SHARED_USERNAME_AND_PASSWORD',
    userNameTemplate: { template: '${source.login}', type: 'BUILT_IN' },
    userName: 'us',
    revealPassword: false,
    signing: {},
  });
  expect(reply.at('settings.app')).toEqual({
    buttonField: null,
    passwordField: null,
    usernameField: null,
    url: 'https://example.com/login',
    loginUrlRegex: null,
    redirectUrl: null,
    checkbox: null,
  });
  const basic = await post({
    name: 'template_basic_auth',
    label: 'Basic',
    signOnMode: 'BASIC_AUTH',
    settings: { app: { url: 'https://example.com/login', authURL: 'https://example.com/auth' } },
  });
  expect([basic.status, basic.at('credentials.scheme')]).toEqual([200, 'EDIT_USERNAME_AND_PASSWORD']);
});

describe('a SAML app', () => {
  test('without an integration’s key gets a name of Okta’s, and Okta’s settings', async () => {
    const reply = await post(saml('My SAML-App', { audienceOverride: '' }));
    expect(reply.status).toBe(200);
    expect(reply.at('name')).toMatch(/^127_mysamlapp_\d+$/);
    expect(reply.at('visibility.appLinks')).toEqual({ [`${String(reply.at('name'))}_link`]: true });
    expect(reply.at('settings.signOn')).toMatchObject({
      ssoAcsUrl: 'https://sp.example/acs',
      destination: 'https://sp.example/acs',
      acsEndpoints: [],
      assertionEncryption: { enabled: false },
    });
    expect(reply.at('settings.signOn')).not.toHaveProperty('audienceOverride');
    expect(reply.at('_links.help.href')).toMatch(/\/setup\/help\/SAML_2_0\/instructions$/);
    const without = await post({ label: 'x', signOnMode: 'SAML_2_0' });
    expect([without.status, without.at('errorSummary')]).toEqual([400, 'Api validation failed: mediated']);
  });

  test('from the catalog has its own links and settings, null where empty', async () => {
    const reply = await post({
      name: 'google',
      signOnMode: 'SAML_2_0',
      settings: { app: { domain: 'example' }, signOn: { audienceOverride: '', responseSigned: true } },
    });
    expect(reply.body).toMatchObject({
      label: 'Google Workspace',
      licensing: { seatCount: 0 },
      settings: {
        app: { afwOnly: null, domain: 'example', afwId: null, rpId: null },
        signOn: { audienceOverride: null, attributeStatements: [] },
      },
    });
    expect(reply.at('settings.signOn')).not.toHaveProperty('responseSigned');
    expect(reply.at('visibility.appLinks')).toMatchObject({ mail: true, calendar: true });
  });

  test('publishes metadata with a certificate that its key signed', async () => {
    const app = await post(saml('Metadata'));
    const path = `${APPS}/${app.id}/sso/saml/metadata`;
    const json = await call(okta, 'GET', path);
    expect([json.status, json.at('errorCode')]).toEqual([400, 'E0000019']);
    const xml = await call(okta, 'GET', path, undefined, { accept: 'application/xml' });
    expect(xml.headers.get('content-type')).toBe('application/xml;charset=ISO-8859-1');
    expect(xml.text).toMatch(/^<\?xml /);
    const [key] = (await call(okta, 'GET', `${APPS}/${app.id}/credentials/keys`)).body as [
      { kid: string; x5c: string[]; n: string },
    ];
    expect(key.kid).toBe(app.at('credentials.signing.kid'));
    expect(xml.text).toContain(String(key.x5c[0]));
    const certificate = new X509Certificate(Buffer.from(String(key.x5c[0]), 'base64'));
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.publicKey.export({ format: 'jwk' })).toMatchObject({ n: key.n });
    expect(certificate.subject).toBe('CN=Metadata');
  });

  test('gets more keys, and signs with the one that a PUT names', async () => {
    const app = await post(saml('Keys'));
    const keys = `${APPS}/${app.id}/credentials/keys`;
    const bad = await call(okta, 'POST', `${keys}/generate?validityYears=1`);
    expect([bad.status, bad.causes]).toEqual([
      400,
      ['Validity years out of range. It should be 2 - 10 years.'],
    ]);
    const made = await call(okta, 'POST', `${keys}/generate?validityYears=2`);
    expect([made.status, made.at('kty')]).toEqual([201, 'RSA']);
    const kid = String(made.at('kid'));
    expect((await call(okta, 'GET', `${keys}/${kid}`)).body).toEqual(made.body);
    expect((await call(okta, 'GET', `${keys}/nope`)).status).toBe(404);
    const put = await call(okta, 'PUT', `${APPS}/${app.id}`, {
      ...saml('Keys'),
      credentials: { signing: { kid } },
    });
    expect(put.at('credentials.signing.kid')).toBe(kid);
    const other = await post(saml('Cloned'));
    const cloned = await call(okta, 'POST', `${keys}/${kid}/clone?targetAid=${other.id}`);
    expect([cloned.status, cloned.at('kid')]).toEqual([201, kid]);
    expect((await call(okta, 'GET', `${APPS}/${other.id}/credentials/keys`)).each('kid')).toContain(kid);
  });
});

test('an OAuth client is signed with the org’s key', async () => {
  const [one, two] = [await createApp(okta, 'Client 1'), await createApp(okta, 'Client 2')];
  const kid = okta.org.signingKey.kid;
  for (const app of [one, two]) {
    expect((await call(okta, 'GET', `${APPS}/${app}/credentials/keys`)).each('kid')).toEqual([kid]);
  }
});

test('an app without an integration’s key of a kind that has none is refused', async () => {
  const reply = await post({ label: 'x', signOnMode: 'BOOKMARK' });
  expect([reply.status, reply.at('errorSummary')]).toEqual([400, 'Api validation failed: name']);
});

test('features: none, as provisioning is not supported', async () => {
  const app = await createApp(okta, 'Features');
  const list = await call(okta, 'GET', `${APPS}/${app}/features`);
  expect([list.status, list.causes]).toEqual([400, ['Provisioning is not supported.']]);
  const one = await call(okta, 'GET', `${APPS}/${app}/features/USER_PROVISIONING`);
  expect(one.at('errorSummary')).toBe(
    'Not found: Resource not found: USER_PROVISIONING (PublicAppFeatureSetName)',
  );
});

describe('federated claims', () => {
  test('are created, replaced and deleted', async () => {
    const path = `${APPS}/${await createApp(okta, 'Federated')}/federated-claims`;
    const body = { name: 'last', expression: 'user.profile.lastName' };
    const created = await call(okta, 'POST', path, body);
    expect([created.status, created.body]).toMatchObject([201, body]);
    expect(created.at('_links')).toBeUndefined();
    expect((await call(okta, 'GET', path)).body).toEqual([created.body]);
    const put = await call(okta, 'PUT', `${path}/${created.id}`, {
      ...(created.body as object),
      name: 'family',
    });
    expect([put.at('name'), put.id]).toEqual(['family', created.id]);
    expect((await call(okta, 'POST', path, { name: 'x' })).status).toBe(400);
    expect((await call(okta, 'DELETE', `${path}/${created.id}`)).status).toBe(204);
    expect((await call(okta, 'GET', `${path}/${created.id}`)).status).toBe(404);
  });

  test('are 401 in an org without the feature', async () => {
    okta.org.features.federatedClaims = false;
    const reply = await call(okta, 'GET', `${APPS}/any/federated-claims`);
    okta.org.features.federatedClaims = true;
    expect([reply.status, reply.at('errorCode')]).toEqual([401, 'E0000015']);
  });
});

describe('lists of apps', () => {
  test('refuse a cursor that is none, and what cannot be expanded', async () => {
    const cursor = await call(okta, 'GET', `${APPS}?after=00u1testcursorvalue`);
    expect([cursor.status, cursor.at('errorCode'), cursor.causes]).toEqual([
      400,
      'E0000029',
      ['Invalid cursor.'],
    ]);
    const expand = await call(okta, 'GET', `${APPS}?expand=user/id,group/id`);
    expect([expand.status, expand.causes]).toEqual([400, ['Expand query is malformed.']]);
  });

  test('of a group are the apps that it is assigned to', async () => {
    const { id: group } = await call(okta, 'POST', '/api/v1/groups', { profile: { name: 'With apps' } });
    const app = await createApp(okta, 'Of a group');
    await call(okta, 'PUT', `${APPS}/${app}/groups/${group}`);
    const reply = await call(okta, 'GET', `/api/v1/groups/${group}/apps`);
    expect([reply.each('id'), reply.linkTo('self')]).toEqual([
      [app],
      `${okta.url}/api/v1/groups/${group}/apps?limit=20`,
    ]);
  });
});

describe('requests for certificates', () => {
  test('are made, listed and revoked, and signed by the key that they are for', async () => {
    const path = `${APPS}/${(await post(saml('Requests'))).id}/credentials/csrs`;
    const subject = { countryName: 'US', organizationName: 'Shop', commonName: 'SP Issuer' };
    const made = await call(okta, 'POST', path, { subject });
    expect([made.status, made.at('kty')]).toEqual([201, 'RSA']);
    const { body, signature, key } = partsOf(Buffer.from(String(made.at('csr')), 'base64'));
    expect(verify('sha256', body, createPublicKey({ key, format: 'der', type: 'spki' }), signature)).toBe(
      true,
    );
    expect(body.includes(Buffer.from('SP Issuer'))).toBe(true);
    expect((await call(okta, 'GET', path)).each('id')).toEqual([made.id]);
    expect((await call(okta, 'GET', `${path}/${made.id}`)).body).toEqual(made.body);
    expect((await call(okta, 'POST', path, { subject: {} })).status).toBe(400);
    expect((await call(okta, 'DELETE', `${path}/${made.id}`)).status).toBe(204);
    expect((await call(okta, 'GET', `${path}/${made.id}`)).status).toBe(404);
  });

  test('take a certificate of their own key only', async () => {
    const app = await post(saml('Published'));
    const path = `${APPS}/${app.id}/credentials/csrs`;
    const { id } = await call(okta, 'POST', path, { subject: { commonName: 'SP' } });
    const publish = (certificate: string): Promise<Reply> =>
      call(okta, 'POST', `${path}/${id}/lifecycle/publish`, certificate, {
        'content-type': 'application/pkix-cert',
      });
    const [key] = (await call(okta, 'GET', `${APPS}/${app.id}/credentials/keys`)).body as [{ x5c: [string] }];
    expect((await publish(key.x5c[0])).causes).toEqual([
      'The certificate is not one of the key that was asked for.',
    ]);
    expect((await publish('nonsense')).causes).toEqual(['The certificate cannot be read.']);
    // As if the app's first key were the one that was asked for: only its holder could certify it.
    const request = okta.org.apps.get(app.id)?.certificateRequests.get(id);
    const { publicKey } = new X509Certificate(Buffer.from(key.x5c[0], 'base64'));
    Object.assign(request ?? {}, { publicKey });
    const published = await publish(key.x5c[0]);
    expect([published.status, published.at('x5c')]).toEqual([201, key.x5c]);
    expect((await call(okta, 'GET', `${path}/${id}`)).status).toBe(404);
  });
});

/** The three parts of a PKCS #10 request, and the key in the first. */
function partsOf(csr: Buffer): { body: Buffer; signature: Buffer; key: Buffer } {
  const [body, , signature] = children(csr);
  const [, , key] = children(body ?? csr);
  if (body === undefined || signature === undefined || key === undefined) throw new Error('not a request');
  // A bit string begins with the number of its unused bits.
  return { body, signature: contentOf(signature).subarray(1), key };
}

function children(element: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let rest = contentOf(element); rest.length > 0;) {
    const length = rest.length - afterOf(rest).length;
    found.push(rest.subarray(0, length));
    rest = rest.subarray(length);
  }
  return found;
}

function sizesOf(element: Buffer): { header: number; content: number } {
  const first = element[1] ?? 0;
  if (first < 0x80) return { header: 2, content: first };
  const bytes = first - 0x80;
  return { header: 2 + bytes, content: element.readUIntBE(2, bytes) };
}

function contentOf(element: Buffer): Buffer {
  const { header, content } = sizesOf(element);
  return element.subarray(header, header + content);
}

function afterOf(element: Buffer): Buffer {
  const { header, content } = sizesOf(element);
  return element.subarray(header + content);
}

test('an app takes a picture as a form', async () => {
  const { id } = await post(bookmark('Pictured'));
  const form = new FormData();
  form.set('file', new Blob(['png'], { type: 'image/png' }), 'logo.png');
  const headers = { authorization: `SSWS ${okta.token}` };
  const sent = await fetch(`${okta.url}${APPS}/${id}/logo`, { method: 'POST', headers, body: form });
  expect(sent.status).toBe(201);
  const shown = (await call(okta, 'GET', `${APPS}/${id}`)).at('_links.logo.0.href');
  expect(shown).toMatch(/\/fs\/bcg\/4\/gfs/);
  expect((await call(okta, 'POST', `${APPS}/${id}/logo`, {})).status).toBe(400);
});

import { generateKeyPairSync, randomUUID, type JsonWebKey, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import { textOf } from '../../src/util/json.ts';
import type { TestOrg } from './okta.ts';

/** A service app with access to Okta's API, as an administrator makes one, and assertions as a signing service makes them. */

export interface KeyPair {
  publicKey: KeyObject;
  privateKey: KeyObject;
}

export const RSA: KeyPair = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** The ID under which such an app has its key, where a test names none. */
export const KEY_ID = 'deploy';

export function pem(key: KeyObject, type: 'pkcs1' | 'pkcs8' | 'sec1'): string {
  return key.export({ format: 'pem', type } as { format: 'pem'; type: 'pkcs8' }).toString();
}

export function jwk(key: KeyObject, members: object = {}): JsonWebKey {
  return { ...key.export({ format: 'jwk' }), ...members };
}

export const MANAGE_APPS = ['okta.apps.read', 'okta.apps.manage'];

/** All scopes of Okta's API that the action may ask for. */
export const ALL_SCOPES = [
  ...MANAGE_APPS,
  'okta.groups.read',
  'okta.users.read',
  'okta.policies.read',
  ...['trustedOrigins', 'authorizationServers', 'appGrants'].flatMap((of) => [
    `okta.${of}.read`,
    `okta.${of}.manage`,
  ]),
];

export interface ServiceAppSetup {
  keys?: { kid: string; pair: KeyPair }[];
  scopes?: string[];
  /** Parts of `settings.oauthClient`. */
  settings?: object;
  method?: string;
}

/** Makes the app, and gives its client ID. */
export async function serviceApp(
  org: TestOrg,
  {
    keys = [{ kid: KEY_ID, pair: RSA }],
    scopes = ALL_SCOPES,
    settings,
    method = 'private_key_jwt',
  }: ServiceAppSetup = {},
): Promise<string> {
  const jwks = { keys: keys.map(({ kid, pair }) => jwk(pair.publicKey, { kid, use: 'sig' })) };
  const app = await org.api('POST', '/api/v1/apps', {
    name: 'oidc_client',
    label: `deployer ${randomUUID()}`,
    signOnMode: 'OPENID_CONNECT',
    credentials: { oauthClient: { token_endpoint_auth_method: method } },
    settings: {
      oauthClient: {
        application_type: 'service',
        grant_types: ['client_credentials'],
        response_types: ['token'],
        ...(keys.length > 0 && { jwks }),
        ...settings,
      },
    },
  });
  const id = textOf(app['id']);
  for (const scopeId of scopes)
    await org.api('POST', `/api/v1/apps/${id}/grants`, { scopeId, issuer: org.url });
  return id;
}

/**
 * An assertion as a signing service makes it.
 *
 * @param claims in place of those that are right; one that is `undefined` is left out
 */
export async function signAssertion(
  { clientId, orgUrl, now }: { clientId: string; orgUrl: string; now: number },
  claims: Record<string, unknown> = {},
  { kid = KEY_ID, pair = RSA }: { kid?: string | undefined; pair?: KeyPair } = {},
): Promise<string> {
  const right = {
    iss: clientId,
    sub: clientId,
    aud: `${orgUrl}/oauth2/v1/token`,
    exp: Math.floor(now / 1000) + 300,
    jti: randomUUID(),
  };
  return new SignJWT({ ...right, ...claims }).setProtectedHeader({ alg: 'RS256', kid }).sign(pair.privateKey);
}

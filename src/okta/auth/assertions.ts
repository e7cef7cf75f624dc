import type { KeyObject } from 'node:crypto';
import * as oauth from 'oauth4webapi';
import { epochSeconds, type Clock } from '../../util/clock.ts';
import { ActionError } from '../../util/errors.ts';
import type { ServiceApp } from './credentials.ts';

/** How a service app proves itself at one of the endpoints of its org, by the endpoint's address. */
export type Proving = (endpoint: string) => oauth.ClientAuth;

/** Seconds that an assertion is valid for; Okta takes up to an hour (documented). */
const LIFETIME = 300;

/**
 * Proves a service app with assertions that are signed here, a new one for each request: Okta takes each one once (documented). Claims and
 * parameters are those that Okta's own SDKs send: the endpoint that is asked as audience, and no `client_id` beside the assertion. `iat`
 * and `nbf` are left out, so that a runner's clock that is a little ahead does no harm.
 *
 * @throws {ActionError} if Okta does not take keys of this kind
 */
export function signedHere(
  { privateKey, keyId }: Pick<ServiceApp, 'privateKey' | 'keyId'>,
  clock: Clock,
): Proving {
  const key = { key: signingKey(privateKey), ...(keyId !== undefined && { kid: keyId }) };
  return (endpoint) => {
    const assert = oauth.PrivateKeyJwt(key, {
      [oauth.modifyAssertion]: (_header, claims) => {
        claims['aud'] = endpoint;
        claims['exp'] = epochSeconds(clock) + LIFETIME;
        delete claims['iat'];
        delete claims['nbf'];
      },
    });
    return async (server, client, body, headers) => {
      await assert(server, client, body, headers);
      body.delete('client_id');
    };
  };
}

/** Proves a service app with an assertion that was signed elsewhere. Parameters: RFC 7523, section 2.2. */
export function signedElsewhere(assertion: string): Proving {
  return () => (_server, _client, body) => {
    body.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
    body.set('client_assertion', assertion);
  };
}

/** The key as Web Crypto has it, with its algorithm: RS256, or ES256, ES384 or ES512 by its curve. */
function signingKey(key: KeyObject): oauth.CryptoKey {
  if (key.asymmetricKeyType === 'rsa')
    return key.toCryptoKey({ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }, false, ['sign']);
  const curve = key.asymmetricKeyDetails?.namedCurve ?? 'unknown';
  const namedCurve = CURVES[curve];
  if (namedCurve !== undefined) return key.toCryptoKey({ name: 'ECDSA', namedCurve }, false, ['sign']);
  throw new ActionError(
    'Cannot use "auth-private-key"',
    `it is on the curve ${curve}`,
    'Okta takes RSA keys, and EC keys on P-256, P-384 and P-521.',
  );
}

/** The curves that Okta takes, by OpenSSL's names. Source: Okta's documentation of client assertions. */
const CURVES: Readonly<Record<string, string>> = {
  prime256v1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
};

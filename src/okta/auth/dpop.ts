import { createHash, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose/jwt/sign';
import { exportJWK } from 'jose/key/export';
import * as oauth from 'oauth4webapi';
import { epochSeconds, type Clock } from '../../util/clock.ts';
import type { Log } from '../../util/log.ts';

/** A key pair of this run, and the proofs made with it (RFC 9449). No two of them are the same. */
export interface Proofs {
  /** Makes the proofs for the token endpoint, and keeps the nonce that it asks for. */
  handle: oauth.DPoPHandle;
  /** Makes one for a request to the API, which carries no nonce (documented). */
  forRequest(method: string, url: string, accessToken: string): Promise<string>;
}

/** Makes a key pair. Every proof made with it is masked. */
export async function newProofs(clock: Clock, log: Log): Promise<Proofs> {
  const keys = await oauth.generateKeyPair('ES256');
  const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: await exportJWK(keys.publicKey) };
  return {
    handle: oauth.DPoP({}, keys, {
      [oauth.modifyAssertion]: (_header, claims) => {
        claims['iat'] = epochSeconds(clock);
      },
    }),
    forRequest: async (method, url, accessToken) => {
      const { origin, pathname } = new URL(url);
      const proof = await new SignJWT({
        htm: method,
        htu: origin + pathname,
        ath: createHash('sha256').update(accessToken).digest('base64url'),
        jti: randomUUID(),
        iat: epochSeconds(clock),
      })
        .setProtectedHeader(header)
        .sign(keys.privateKey);
      log.mask(proof);
      return proof;
    },
  };
}

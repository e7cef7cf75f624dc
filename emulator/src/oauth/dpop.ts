import { createHash } from 'node:crypto';
import type { JWK } from 'jose';
import { calculateJwkThumbprint, compactVerify, decodeJwt, decodeProtectedHeader, importJWK } from 'jose';
import type { TokenStore } from './token-store.ts';

/** The algorithms that Okta takes for proofs and client assertions (documented). */
export const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'];

/** A proof that Okta refuses: `error` and `error_description` of the answer. All texts are documented. */
export class ProofRefused extends Error {
  readonly error: 'invalid_dpop_proof' | 'use_dpop_nonce';

  constructor(description: string, error: 'invalid_dpop_proof' | 'use_dpop_nonce' = 'invalid_dpop_proof') {
    super(description);
    this.error = error;
  }
}

/** What a proof has to prove. */
export interface ProofContext {
  readonly tokens: TokenStore;
  readonly method: string;
  /** Without query and fragment. */
  readonly url: string;
  readonly now: number;
  /** At the token endpoint a proof carries the server's nonce; at a resource, the hash of the access token. */
  readonly target: 'token' | { readonly accessToken: string; readonly thumbprint: string };
}

const FIVE_MINUTES = 300;

/** Checks the DPoP proof of a request and returns the thumbprint of its key; throws {@link ProofRefused}. */
export async function checkProof(
  proofs: readonly string[] | undefined,
  context: ProofContext,
): Promise<string> {
  const [proof, another] = proofs ?? [];
  if (proof === undefined) throw new ProofRefused('The DPoP proof JWT header is missing.');
  if (another !== undefined) throw new ProofRefused('Multiple DPoP proof JWT headers are not allowed.');

  const { header, claims } = parse(proof);
  if (header.typ !== 'dpop+jwt') throw new ProofRefused("'typ' must be 'dpop+jwt' in the DPoP proof JWT.");
  if (header.alg === undefined || !ALGORITHMS.includes(header.alg)) {
    throw new ProofRefused('The DPoP proof JWT signature algorithm is invalid.');
  }
  const { jwk } = header;
  if (jwk === undefined || 'd' in jwk) throw new ProofRefused('The DPoP proof JWT cannot be parsed.');
  try {
    await compactVerify(proof, await importJWK(jwk, header.alg));
  } catch {
    throw new ProofRefused('The DPoP proof JWT signature is invalid.');
  }

  const invalid = (claim: string): ProofRefused =>
    new ProofRefused(`'${claim}' claim in the DPoP proof JWT is invalid.`);
  const now = context.now / 1000;
  const { iat, exp, jti } = claims;
  if (claims['htm'] !== context.method) throw invalid('htm');
  if (claims['htu'] !== context.url) throw invalid('htu');
  if (typeof iat !== 'number') throw invalid('iat');
  if (typeof jti !== 'string' || jti === '') throw invalid('jti');
  if (iat > now) throw new ProofRefused('The DPoP proof JWT is issued in the future.');
  if (iat < now - FIVE_MINUTES) {
    throw new ProofRefused('The DPoP proof JWT is issued more than five minutes in the past.');
  }
  if (typeof exp === 'number' && exp < now) throw new ProofRefused('The DPoP proof JWT is expired.');
  const thumbprint = await calculateJwkThumbprint(jwk);
  if (context.target !== 'token') {
    const hash = createHash('sha256').update(context.target.accessToken).digest('base64url');
    if (claims['ath'] !== hash) {
      throw new ProofRefused("'ath' claim in the DPoP proof does not match the presented access_token.");
    }
    if (thumbprint !== context.target.thumbprint) {
      throw new ProofRefused('The access_token is not bound to the provided DPoP proof.');
    }
  }
  if (
    !context.tokens.spend(`proof ${thumbprint} ${jti}`, context.now, context.now + 2 * FIVE_MINUTES * 1000)
  ) {
    throw new ProofRefused('The DPoP proof JWT has already been used.');
  }
  if (context.target === 'token' && !context.tokens.isNonce(claims['nonce'], context.now)) {
    throw new ProofRefused('Authorization server requires nonce in DPoP proof.', 'use_dpop_nonce');
  }
  return thumbprint;
}

function parse(proof: string): {
  header: { typ?: string; alg?: string; jwk?: JWK };
  claims: ReturnType<typeof decodeJwt>;
} {
  try {
    return { header: decodeProtectedHeader(proof), claims: decodeJwt(proof) };
  } catch {
    throw new ProofRefused('The DPoP proof JWT cannot be parsed.');
  }
}

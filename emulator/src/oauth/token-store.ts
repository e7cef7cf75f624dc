import { createHash, randomBytes } from 'node:crypto';
import type { SigningKeys } from '../signing-keys.ts';

/** What the org remembers of an access token that it issued. */
export interface AccessToken {
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** Epoch seconds. */
  readonly expiresAt: number;
  /** The thumbprint of the key that the token is bound to, for DPoP. */
  readonly thumbprint: string | undefined;
}

/** Access tokens for Okta's API live an hour; there is no refresh token (documented, recorded). */
export const TOKEN_LIFETIME = 3600;

const DAY = 24 * 3600;

/**
 * What the authorization servers remember: the tokens that they issued, and what may be used only once. It answers
 * nothing itself; token.ts, dpop.ts and auth.ts do.
 */
export class TokenStore {
  readonly #tokens = new Map<string, AccessToken>();
  readonly #spent = new Map<string, number>();
  readonly #nonceSecret = randomBytes(32);
  readonly #keys: SigningKeys;

  constructor(keys: SigningKeys) {
    this.#keys = keys;
  }

  /** Issues a token of the form that was recorded: RS256, `ver`, `jti`, `cid`, `scp` and so on. */
  async issue(origin: string, now: number, token: Omit<AccessToken, 'expiresAt'>): Promise<string> {
    const issuedAt = Math.floor(now / 1000);
    const expiresAt = issuedAt + TOKEN_LIFETIME;
    const jwt = await this.#keys.sign({
      ver: 1,
      jti: `AT.${randomBytes(24).toString('base64url')}`,
      iss: origin,
      aud: origin,
      sub: token.clientId,
      iat: issuedAt,
      exp: expiresAt,
      cid: token.clientId,
      scp: [...token.scopes],
      ...(token.thumbprint === undefined ? {} : { cnf: { jkt: token.thumbprint } }),
    });
    this.#tokens.set(jwt, { ...token, expiresAt });
    return jwt;
  }

  /** What is known of a token; undefined for one that this org never issued, or revoked. */
  find(token: string): AccessToken | undefined {
    return this.#tokens.get(token);
  }

  /** Forgets every token of a client, as revoking them would. */
  revoke(clientId: string): void {
    for (const [token, { clientId: owner }] of this.#tokens)
      if (owner === clientId) this.#tokens.delete(token);
  }

  /** Marks a one-time value as used; false where it had been used before. */
  spend(value: string, now: number, expiresAt: number): boolean {
    for (const [spent, until] of this.#spent) {
      if (until >= now) break;
      this.#spent.delete(spent);
    }
    if (this.#spent.has(value)) return false;
    this.#spent.set(value, expiresAt);
    return true;
  }

  /** The nonce that a DPoP proof for the token endpoint has to carry; a new one every day (documented). */
  nonce(now: number, daysAgo = 0): string {
    const day = Math.floor(now / 1000 / DAY) - daysAgo;
    return createHash('sha256')
      .update(this.#nonceSecret)
      .update(String(day))
      .digest('base64url')
      .slice(0, 32);
  }

  /** An old nonce stays valid for three days (documented). */
  isNonce(candidate: unknown, now: number): boolean {
    return [0, 1, 2, 3].some((daysAgo) => candidate === this.nonce(now, daysAgo));
  }
}

import type { CryptoKey, JWK, JWTPayload } from 'jose';
import { SignJWT, compactVerify, createLocalJWKSet, exportJWK, generateKeyPair } from 'jose';
import { newKeyId } from './ids.ts';

interface SigningKey {
  readonly kid: string;
  readonly publicKey: CryptoKey;
  readonly privateKey: CryptoKey;
}

/**
 * The keys that an authorization server signs its tokens with: RSA keys, the active one first. They are made when first
 * needed, since most tests never sign anyone in.
 */
export class SigningKeys {
  #kid = newKeyId();
  #keys: Promise<readonly SigningKey[]> | undefined;

  /** The ID of the key that signs now. */
  get kid(): string {
    return this.#kid;
  }

  /** Takes a new key into use; tokens of the old one stay valid. */
  rotate(): void {
    const before = this.#all();
    this.#kid = newKeyId();
    const fresh = newKey(this.#kid);
    this.#keys = Promise.all([fresh, before]).then(([key, keys]) => [key, ...keys]);
  }

  /** Signs these claims; the header has `kid` and `alg`, and a `typ` only where one is given (recorded). */
  async sign(claims: JWTPayload, typ?: string): Promise<string> {
    const [active] = await this.#all();
    if (active === undefined) throw new Error('There is no key to sign with.');
    const header = { kid: active.kid, ...(typ === undefined ? {} : { typ }), alg: 'RS256' };
    return new SignJWT(claims).setProtectedHeader(header).sign(active.privateKey);
  }

  /** Whether one of these keys signed the token; its times are not looked at. */
  async verifies(token: string): Promise<boolean> {
    try {
      await compactVerify(token, createLocalJWKSet({ keys: await this.publicKeys() }));
      return true;
    } catch {
      return false;
    }
  }

  /** The public keys, as the `keys` endpoint shows them (recorded): the active one first. */
  async publicKeys(): Promise<JWK[]> {
    return Promise.all(
      (await this.#all()).map(async ({ kid, publicKey }) => {
        const { kty, n, e } = await exportJWK(publicKey);
        return { kty, alg: 'RS256', kid, use: 'sig', e, n } as JWK;
      }),
    );
  }

  #all(): Promise<readonly SigningKey[]> {
    this.#keys ??= newKey(this.#kid).then((key) => [key]);
    return this.#keys;
  }
}

async function newKey(kid: string): Promise<SigningKey> {
  return { kid, ...(await generateKeyPair('RS256')) };
}

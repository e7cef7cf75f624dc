import { randomBytes } from 'node:crypto';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/**
 * Issues IDs of Okta's form: a prefix that tells the type (`0oa` app, `00g` group, `00u` user, `rst` policy, …) and
 * letters and digits up to 20 characters. Later IDs sort after earlier ones, so a map filled in order of creation
 * lists its entries in the order of Okta's lists, by ID (recorded).
 */
export class IdIssuer {
  #issued = 238_328 * 10;

  /** The next ID with this prefix. */
  next(prefix: string): string {
    this.#issued += 1;
    let serial = '';
    for (let rest = this.#issued; rest > 0; rest = Math.floor(rest / 62)) {
      serial = `${BASE62.charAt(rest % 62)}${serial}`;
    }
    const filler = [...randomBytes(9)].map((byte) => BASE62.charAt(byte % 62)).join('');
    return `${prefix}${serial.padStart(6, '0')}${filler}5d7`.slice(0, 20);
  }
}

/** A key ID as Okta makes them: 43 URL-safe characters (recorded). */
export function newKeyId(): string {
  return randomBytes(32).toString('base64url');
}

/** A secret as Okta makes them since 2025: 64 URL-safe characters (recorded). */
export function newSecret(): string {
  return randomBytes(48).toString('base64url');
}

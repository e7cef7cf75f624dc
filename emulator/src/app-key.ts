import type { KeyObject, X509Certificate } from 'node:crypto';
import { createHash, generateKeyPair, randomBytes, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { bitString, distinguishedName, integer, objectIdentifier, sequence, utcTime, der } from './der.ts';
import { newKeyId } from './ids.ts';
import type { JsonObject } from './json.ts';
import { timestamp } from './timestamp.ts';

const newPair = promisify(generateKeyPair);

interface Pair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/**
 * A key that signs what an app gets, with a certificate of its own: RSA, 2,048 bits. Key and certificate are made when
 * they are first asked for.
 */
export class AppKey {
  readonly kid: string;
  readonly created: string;
  readonly expiresAt: string;
  readonly #subject: string;
  #made: Promise<{ jwk: JsonObject; certificate: Buffer }> | undefined;

  /** Takes whom the certificate names, and from when until when it is good, in epoch milliseconds. */
  constructor(subject: string, now: number, until: number) {
    this.kid = newKeyId();
    this.#subject = subject;
    this.created = timestamp(now);
    this.expiresAt = timestamp(until);
  }

  /** A key with the certificate of somebody else's. */
  static certified(certificate: X509Certificate, now: number): AppKey {
    const key = new AppKey(certificate.subject, now, Date.parse(certificate.validTo));
    const jwk = certificate.publicKey.export({ format: 'jwk' }) as JsonObject;
    key.#made = Promise.resolve({ jwk, certificate: certificate.raw });
    return key;
  }

  /** As `/credentials/keys` shows it (documented). */
  async show(): Promise<JsonObject> {
    const { jwk, certificate } = await this.#make();
    return {
      created: this.created,
      lastUpdated: this.created,
      expiresAt: this.expiresAt,
      x5c: [certificate.toString('base64')],
      e: jwk['e'],
      n: jwk['n'],
      kid: this.kid,
      kty: 'RSA',
      use: 'sig',
      'x5t#S256': createHash('sha256').update(certificate).digest('base64url'),
    };
  }

  #make(): Promise<{ jwk: JsonObject; certificate: Buffer }> {
    this.#made ??= newPair('rsa', { modulusLength: 2048 }).then((pair) => ({
      jwk: pair.publicKey.export({ format: 'jwk' }) as JsonObject,
      certificate: this.#certify(pair),
    }));
    return this.#made;
  }

  /** Self-signed (RFC 5280, version 1: it needs no extensions). */
  #certify({ publicKey, privateKey }: Pair): Buffer {
    const algorithm = sequence(objectIdentifier('1.2.840.113549.1.1.11'), der(0x05));
    const name = distinguishedName({ commonName: this.#subject });
    const body = sequence(
      integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
      algorithm,
      name,
      sequence(utcTime(Date.parse(this.created)), utcTime(Date.parse(this.expiresAt))),
      name,
      publicKey.export({ format: 'der', type: 'spki' }),
    );
    return sequence(body, algorithm, bitString(sign('sha256', body, privateKey)));
  }
}

/** The same moment some years later; all in epoch milliseconds. */
export function yearsAfter(now: number, years: number): number {
  const end = new Date(now);
  return end.setUTCFullYear(end.getUTCFullYear() + years);
}

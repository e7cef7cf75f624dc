import { execFileSync } from 'node:child_process';
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { keysInside, readPrivateKey } from '../../src/inputs/private-key.ts';

/** Private keys as people have them, and what they give for one. */

const { privateKey: RSA, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const { privateKey: EC } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const pem = (key: KeyObject, type: 'pkcs1' | 'pkcs8' | 'sec1' | 'spki' = 'pkcs8'): string =>
  key.export({ type: type, format: 'pem' }) as string;
const jwk = (key: KeyObject): object => ({ ...key.export({ format: 'jwk' }), kid: 'deploy' });
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const body = (text: string): string => text.split('\n').slice(1, -2).join('\n');

const PKCS8 = pem(RSA);
const PKCS1 = pem(RSA, 'pkcs1');
const SEC1 = pem(EC, 'sec1');

const READ: Record<string, [KeyObject, string]> = {
  'PKCS#8': [RSA, PKCS8],
  'PKCS#1': [RSA, PKCS1],
  SEC1: [EC, SEC1],
  'literal \\n': [RSA, PKCS8.replaceAll('\n', '\\n')],
  'literal \\r\\n': [RSA, PKCS8.replaceAll('\n', '\\r\\n')],
  'Windows line ends': [RSA, PKCS8.replaceAll('\n', '\r\n')],
  'one line, blanks for line ends': [RSA, PKCS1.replaceAll('\n', ' ')],
  'one line without any': [RSA, PKCS8.replaceAll('\n', '')],
  'indented lines': [EC, SEC1.replaceAll('\n', '\n    ')],
  'double quotes around': [RSA, `"${PKCS8.trim()}"`],
  'single quotes around, literal \\n': [EC, `'${SEC1.replaceAll('\n', '\\n')}'`],
  'a JSON string': [RSA, JSON.stringify(PKCS8)],
  'base64 of the PEM': [RSA, base64(PKCS8)],
  'base64 of the PEM, in lines': [RSA, base64(PKCS8).replace(/(.{76})/g, '$1\n')],
  'base64 of the JWK': [EC, base64(JSON.stringify(jwk(EC)))],
  'without its last line': [RSA, PKCS8.replace(/-----END.*/, '')],
  'no header: PKCS#8': [RSA, body(PKCS8)],
  'no header: PKCS#1': [RSA, body(PKCS1)],
  'no header: SEC1, one line': [EC, body(SEC1).replaceAll('\n', '')],
  JWK: [RSA, JSON.stringify(jwk(RSA), null, 2)],
  'JWK with an escaped line end in a member': [EC, JSON.stringify({ ...jwk(EC), pem: PKCS8 })],
  'JWK with a backslash in its ID': [EC, JSON.stringify({ ...jwk(EC), kid: 'corp\\nightly' })],
  'JWK in quotes, with blanks': [EC, `' ${JSON.stringify(jwk(EC))} '`],
  'the first of two keys': [RSA, PKCS8 + SEC1],
  'JWK in quotes': [EC, `'${JSON.stringify(jwk(EC))}'`],
  'a certificate before the key': [
    RSA,
    `-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n${PKCS8}`,
  ],
  'parameters before the key': [
    EC,
    `-----BEGIN EC PARAMETERS-----\nBggq\n-----END EC PARAMETERS-----\n${SEC1}`,
  ],
  'text before the key': [RSA, `Bag Attributes\n    friendlyName: okta\n${PKCS8}`],
};

test.each(Object.entries(READ))('%s is read', (_, [key, text]) => {
  const read = readPrivateKey(text);
  expect(read).toHaveProperty('key');
  if ('key' in read) expect(pem(read.key)).toBe(pem(key));
});

test('base64 may hold quotes and a line end', () => {
  expect(readPrivateKey(base64(`'${JSON.stringify(jwk(EC))}'\n`))).toHaveProperty('key');
});

test('only a JWK carries an ID', () => {
  expect(readPrivateKey(JSON.stringify(jwk(RSA)))).toMatchObject({ keyId: 'deploy' });
  expect(readPrivateKey(PKCS8)).toMatchObject({ keyId: undefined });
});

const OPENSSH =
  '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmU=\n-----END OPENSSH PRIVATE KEY-----';
const encrypted = (type: 'pkcs1' | 'pkcs8'): string =>
  RSA.export({ type: type, format: 'pem', cipher: 'aes-128-cbc', passphrase: 'x' }) as string;
const { privateKey: SHORT } = generateKeyPairSync('rsa', { modulusLength: 1024 });
const { n, e } = RSA.export({ format: 'jwk' });

const TOLD: Record<string, [string, RegExp]> = {
  'a public key': [pem(publicKey, 'spki'), /^is a public key\. Give/],
  'a public key without its header': [body(pem(publicKey, 'spki')), /^is a public key/],
  'a public JWK': [JSON.stringify({ kty: 'RSA', n, e }), /^is a public key: it lacks the member "d"/],
  'a public key of OpenSSH': ['ssh-rsa AAAAB3NzaC1yc2E me@host', /^is a public key of OpenSSH's/],
  'a certificate': ['-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----', /^is a certificate/],
  'a certificate below a line of hyphens': [
    '----- ours -----\n-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
    /^is a certificate/,
  ],
  'a quote alone': ['"', /^is not a private key/],
  'a key set': [JSON.stringify({ keys: [jwk(RSA)] }), /^is a key set\. Give the one/],
  'a list of keys': [JSON.stringify([jwk(RSA)]), /^is a key set/],
  'an encrypted PKCS#8': [encrypted('pkcs8'), /^is encrypted with a passphrase/],
  'an encrypted PKCS#1': [encrypted('pkcs1'), /^is encrypted with a passphrase/],
  'OpenSSH’s format': [OPENSSH, /^is in OpenSSH's own format\. .*ssh-keygen/],
  'OpenSSH’s format in base64': [base64(OPENSSH), /^is in OpenSSH's own format/],
  'OpenSSH’s format without its header': [OPENSSH.split('\n')[1] ?? '', /^is in OpenSSH's own format/],
  'PuTTY’s format': ['PuTTY-User-Key-File-3: ssh-rsa', /^is a key of PuTTY's/],
  'a PEM without its end': [PKCS8.slice(0, 900), /^is cut short/],
  'a PEM whose middle is gone': [PKCS8.slice(0, 200) + PKCS8.slice(600), /^is cut short/],
  'a PEM of which only the first line came': ['-----BEGIN PRIVATE KEY-----', /^is cut short/],
  'half a header': ['-----BEGIN PRIVATE', /^is cut short/],
  'base64 cut short': [body(PKCS8).slice(0, 300), /^is cut short/],
  'a JWK cut short': [JSON.stringify(jwk(RSA)).slice(0, 300), /^starts like a JWK and is no JSON/],
  'a JWK without a member': [JSON.stringify({ ...jwk(EC), x: undefined }), /^is no whole JWK/],
  'a symmetric key': ['{"kty":"oct","k":"AAAA"}', /^is a symmetric key/],
  '1024 bits': [pem(SHORT), /^is an RSA key of 1024 bits, and Okta takes 2048 or more/],
  'a key for other things': [
    generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    /^is a key of type ed25519\. Give an RSA or EC/,
  ],
  'a client secret of 64 characters': ['x_Y-'.repeat(16), /^is a client secret/],
  'a client secret of 40 characters': ['aB3_'.repeat(10), /^is a client secret/],
  'an API token': [`00${'aB3_'.repeat(10)}`, /^is an API token\. Give it as "api-token"/],
  ...Object.fromEntries(
    [
      ['as long as an API token, and one letter more', `00${'aB3_'.repeat(10)}x`],
      ['that ends as an API token does', `x00${'aB3_'.repeat(10)}`],
      ['of 41 characters', `${'aB3_'.repeat(10)}x`],
      ['of 65 characters', `${'x_Y-'.repeat(16)}x`],
    ].map(([which = '', text = '']) => [`a word ${which}`, [text, /^is not a private key that can be read/]]),
  ),
  'a word': ['no key', /^is not a private key that can be read\. Give an RSA or EC private key as PEM/],
  'another PEM': ['-----BEGIN X-----\nAAAA\n-----END X-----', /^is a PEM file with something else/],
};

test.each(Object.entries(TOLD))('%s is told for what it is, without showing it', (_, [text, says]) => {
  const read = readPrivateKey(text);
  expect(read).toEqual({ problem: expect.stringMatching(says) as unknown });
  const lines = text.split(/\s/).filter((line) => line.length > 12 && !line.includes('-----'));
  for (const line of lines) expect(JSON.stringify(read)).not.toContain(line);
});

test('each cause has a message of its own', () => {
  const messages = new Set(Object.values(TOLD).map(([text]) => JSON.stringify(readPrivateKey(text))));
  expect(messages.size).toBeGreaterThan(15);
});

test('what openssl and ssh-keygen are said to do, they do', () => {
  const help = execFileSync('openssl', ['pkey', '-passin', 'pass:x'], {
    input: encrypted('pkcs8'),
  }).toString();
  expect(readPrivateKey(help)).toHaveProperty('key');
});

describe('the pieces that must not be seen', () => {
  test.each(Object.entries(READ))('of %s', (_, [key, text]) => {
    const pieces = keysInside(text);
    const der = key.export({ type: 'pkcs8', format: 'der' }).toString('base64');
    const secrets = [...Object.entries(key.export({ format: 'jwk' }))]
      .filter(([name]) => ['d', 'p', 'q', 'dp', 'dq', 'qi'].includes(name))
      .map(([, value]) => String(value));
    let rest = text;
    for (const piece of pieces.sort((a, b) => b.length - a.length)) rest = rest.replaceAll(piece, '');
    expect(pieces.length).toBeGreaterThan(0);
    expect(pieces.filter(({ length }) => length < 6)).toEqual([]);
    for (const secret of [...secrets, der.slice(40)])
      for (let at = 0; at + 12 < secret.length; at += 12)
        expect(rest).not.toContain(secret.slice(at, at + 12));
    if (!text.includes('kty')) expect(rest).not.toMatch(/[A-Za-z0-9+/]{40}/);
  });

  test('of a PEM file are its lines, but for short ones, and all of them in one', () => {
    const lines = ['A'.repeat(64), 'ShortEnd12=', 'xy=='];
    const text = ['-----BEGIN PRIVATE KEY-----', ...lines, '-----END PRIVATE KEY-----'].join('\n');
    expect(new Set(keysInside(text))).toEqual(new Set([...lines.slice(0, 2), lines.join('')]));
  });

  test('of a public key are none', () => {
    expect(keysInside(pem(publicKey, 'spki'))).toEqual([]);
    expect(keysInside('https://shop.example.com/callback')).toEqual([]);
    expect(keysInside(`MI:${'a'.repeat(50)}`)).toEqual([]);
    expect(keysInside('{ "d": "directory", "k": "kilobytes" }')).toEqual([]);
    expect(createPublicKey(RSA).type).toBe('public');
  });
});

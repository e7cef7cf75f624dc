import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pem, type KeyPair } from './service-app.ts';

/**
 * Stand-ins for the commands by which clouds sign (`aws`, `az`, `gcloud`), as far as docs/credential.md uses them. They take what the clouds' documentation
 * says, refuse anything else, and sign with a key of the test's.
 */
const STAND_IN = `
import { createPublicKey, privateEncrypt, constants, sign } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
const [command, ...words] = process.argv.slice(2);
const key = readFileSync(process.env.STAND_IN_KEY, 'utf8');
const encode = (value) => Buffer.from(value).toString('base64url');
const expectWord = (...expected) => {
  for (const word of expected) if (!words.includes(word)) throw new Error('missing: ' + word);
};
const after = (name) => {
  const at = words.indexOf(name);
  if (at === -1) throw new Error('missing: ' + name);
  return words[at + 1];
};
const publicKey = createPublicKey(key);
if (command === 'aws') {
  expectWord('kms', 'alias/okta', 'text');
  if (words[1] === 'get-public-key') {
    if (after('--query') !== 'PublicKey') throw new Error('not the public key');
    console.log(publicKey.export({ format: 'der', type: 'spki' }).toString('base64'));
  } else {
    expectWord('sign', 'RAW', 'RSASSA_PKCS1_V1_5_SHA_256');
    if (after('--query') !== 'Signature') throw new Error('not the signature');
    const message = readFileSync(after('--message').replace('fileb://', ''));
    if (message.length > 4096) throw new Error('too long');
    console.log(sign('RSA-SHA256', message, key).toString('base64'));
  }
} else if (command === 'az') {
  expectWord('rest', '--resource', 'https://vault.azure.net');
  const url = new URL(after('--url'));
  if (url.searchParams.get('api-version') !== '7.4') throw new Error('another version');
  if (after('--method') === 'get') {
    if (url.pathname !== '/keys/okta/1') throw new Error('another address');
    const { n, e } = publicKey.export({ format: 'jwk' });
    console.log(JSON.stringify({ key: { kid: url.href, kty: 'RSA-HSM', key_ops: ['sign'], n, e } }));
  } else {
    if (url.pathname !== '/keys/okta/1/sign') throw new Error('another address');
    const { alg, value } = JSON.parse(after('--body'));
    const digest = Buffer.from(value, 'base64url');
    if (alg !== 'RS256' || digest.length !== 32 || /[+/=]/.test(value)) throw new Error('no digest');
    expectWord('--query', 'value', '--output', 'tsv');
    const info = Buffer.concat([Buffer.from('3031300d060960864801650304020105000420', 'hex'), digest]);
    console.log(privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, info).toString('base64url'));
  }
} else {
  expectWord('iam', 'service-accounts', 'sign-jwt');
  if (!words[3].startsWith('--iam-account=')) throw new Error('whose key?');
  const claims = JSON.parse(readFileSync(words[4], 'utf8'));
  if (!Number.isInteger(claims.exp)) throw new Error('exp must be a whole number');
  const unsigned = encode(JSON.stringify({ alg: 'RS256', kid: 'github', typ: 'JWT' })) + '.' + encode(JSON.stringify(claims));
  writeFileSync(words[5], unsigned + '.' + encode(sign('RSA-SHA256', Buffer.from(unsigned), key)));
}
`;

/**
 * Puts the stand-ins into a folder.
 *
 * @returns the variables that a script needs to find them
 */
export function keyServices(folder: string, pair: KeyPair): { bin: string; env: Record<string, string> } {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'stand-in.mjs'), STAND_IN);
  const key = join(bin, 'key.pem');
  writeFileSync(key, pem(pair.privateKey, 'pkcs8'));
  for (const command of ['aws', 'az', 'gcloud']) {
    const path = join(bin, command);
    writeFileSync(path, `#!/bin/sh\nexec node "$(dirname "$0")/stand-in.mjs" ${command} "$@"\n`);
    chmodSync(path, 0o755);
  }
  return { bin, env: { STAND_IN_KEY: key } };
}

import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { isObject, parseJson } from '../util/json.ts';
import { percentDecoded } from '../util/url.ts';

/**
 * A private key as people have it: in one of several forms, and changed on its way into a secret. Pure: it reads texts, and describes them.
 */

export interface PrivateKey {
  key: KeyObject;
  /** The key's own ID (`kid`), if it carries one. */
  keyId: string | undefined;
}

/** What is wrong with a key and what to do, as the end of a sentence that names the input. It shows nothing of the key. */
interface Wrong {
  problem: string;
}

const GIVE = 'Give an RSA or EC private key as PEM (PKCS#1, PKCS#8 or SEC1) or as a JWK.';

/** Bits of an RSA key at least. Source: RFC 7518, section 3.3; Okta refuses shorter ones. */
const LEAST_BITS = 2048;

/**
 * Reads a private key: PEM or JWK, in quotes or not, on one line, with literal `\n` in place of line ends, without the lines that it
 * begins and ends with, or all of that in base64.
 */
export function readPrivateKey(text: string): PrivateKey | Wrong {
  const read = readForm(unquoted(text)) ?? fromBase64(unquoted(text)) ?? strange(unquoted(text));
  if ('problem' in read) return read;
  const { asymmetricKeyType: type = 'unknown', asymmetricKeyDetails: details } = read.key;
  if (type !== 'rsa' && type !== 'ec') return wrong(`is a key of type ${type}. ${GIVE}`);
  const bits = details?.modulusLength ?? LEAST_BITS;
  return bits < LEAST_BITS
    ? wrong(`is an RSA key of ${bits} bits, and Okta takes ${LEAST_BITS} or more. Make a longer one.`)
    : read;
}

function wrong(problem: string): Wrong {
  return { problem };
}

/** Without what a shell or an editor puts around and in place of line ends. */
function unquoted(text: string): string {
  const bare = text.trim();
  const quote = bare.charAt(0);
  const isQuoted = ['"', "'", '`'].includes(quote) && bare.endsWith(quote);
  const inner = isQuoted ? bare.slice(1, -1).replaceAll('\\"', '"') : bare;
  return inner.startsWith('{') ? inner : withLineEnds(inner);
}

function withLineEnds(text: string): string {
  return text.replaceAll('\\r', '').replaceAll('\\n', '\n').trim();
}

/** A key that says itself what it is; `undefined` if the text does not. */
function readForm(text: string): PrivateKey | Wrong | undefined {
  if (text.startsWith('{') || text.startsWith('[')) return fromJson(text);
  if (text.includes('-----BEGIN ')) return fromPem(text);
  if (/^(ssh-|ecdsa-)/.test(text)) return wrong(`is a public key of OpenSSH's. ${GIVE}`);
  if (text.startsWith('PuTTY-')) return wrong(`is a key of PuTTY's. Export it as a PEM file. ${GIVE}`);
  return undefined;
}

function fromJson(text: string): PrivateKey | Wrong {
  const jwk = parseJson(text);
  if (jwk === undefined) return wrong(`starts like a JWK and is no JSON, as if it were cut short. ${GIVE}`);
  if (!isObject(jwk) || 'keys' in jwk)
    return wrong('is a key set. Give the one private key of it that the service app is to use.');
  const keyId = typeof jwk['kid'] === 'string' ? jwk['kid'] : undefined;
  if (jwk['kty'] === 'oct') return wrong(`is a symmetric key. ${GIVE}`);
  if (jwk['kty'] !== undefined && jwk['d'] === undefined)
    return wrong(`is a public key: it lacks the member "d". ${GIVE}`);
  try {
    return { key: createPrivateKey({ key: jwk, format: 'jwk' }), keyId };
  } catch {
    return wrong(`is no whole JWK: a member is missing or was changed. ${GIVE}`);
  }
}

interface Block {
  label: string;
  /** What is between the lines that begin and end it; the end may be missing. */
  body: string;
}

function fromPem(text: string): PrivateKey | Wrong {
  const blocks = blocksOf(text);
  const block = blocks.find(({ label }) => label.endsWith('PRIVATE KEY')) ?? blocks[0];
  if (!block) return wrong(CUT_SHORT);
  const { label, body } = block;
  if (label === 'OPENSSH PRIVATE KEY') return wrong(OPENSSH);
  if (label.startsWith('ENCRYPTED') || body.includes('ENCRYPTED')) return wrong(ENCRYPTED);
  if (label.endsWith('PUBLIC KEY')) return wrong(`is a public key. ${GIVE}`);
  if (label.startsWith('CERTIFICATE')) return wrong(`is a certificate, which holds a public key. ${GIVE}`);
  if (!label.endsWith('PRIVATE KEY')) return wrong(`is a PEM file with something else in it. ${GIVE}`);
  const lines = body.replace(/\s+/g, '').match(/.{1,64}/g) ?? [];
  try {
    const pem = [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`].join('\n');
    return { key: createPrivateKey(pem), keyId: undefined };
  } catch {
    return wrong(CUT_SHORT);
  }
}

const CUT_SHORT = `is cut short, or was changed on its way: it begins as a PEM file and cannot be read to its end. Copy the whole file, its first and last lines included.`;
const OPENSSH =
  "is in OpenSSH's own format. Turn a copy into PEM, with ssh-keygen -p -m PEM -f FILE, and give that.";
const ENCRYPTED =
  'is encrypted with a passphrase, which nobody can type here. Remove it from a copy, with openssl pkey -in FILE, and give that.';

function blocksOf(text: string): Block[] {
  return text
    .split('-----BEGIN ')
    .slice(1)
    .flatMap((part) => {
      const start = part.indexOf('-----');
      if (start === -1) return [];
      const label = part.slice(0, start);
      const rest = part.slice(start + 5);
      const end = rest.indexOf(`-----END ${label}-----`);
      return [{ label, body: end === -1 ? rest : rest.slice(0, end) }];
    });
}

/** The start of every key in OpenSSH's format, in base64. */
const OPENSSH_START = 'b3BlbnNzaC1rZXktdjE';

/** Either a file in base64, or what is between the lines of a PEM file. */
function fromBase64(text: string): PrivateKey | Wrong | undefined {
  const packed = text.replace(/\s+/g, '');
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(packed)) return undefined;
  if (packed.startsWith(OPENSSH_START)) return wrong(OPENSSH);
  const bytes = Buffer.from(packed, 'base64');
  const inner = readForm(unquoted(bytes.toString('utf8')));
  if (inner) return inner;
  for (const type of ['pkcs8', 'pkcs1', 'sec1'] as const) {
    try {
      return { key: createPrivateKey({ key: bytes, format: 'der', type }), keyId: undefined };
    } catch {
      continue;
    }
  }
  if (isPublic(bytes)) return wrong(`is a public key. ${GIVE}`);
  return packed.startsWith('MI') ? wrong(CUT_SHORT) : undefined;
}

function isPublic(bytes: Buffer): boolean {
  try {
    return createPublicKey({ key: bytes, format: 'der', type: 'spki' }).type === 'public';
  } catch {
    return false;
  }
}

/** What else people put in its place. Source: how Okta's secrets and tokens look in its examples. */
function strange(text: string): Wrong {
  if (/^00[\w-]{40}$/.test(text)) return wrong('is an API token. Give it as "api-token".');
  if (/^[\w-]{40}$|^[\w-]{64}$/.test(text))
    return wrong(
      'is a client secret, and Okta gives access to its API for a private key only. Register a key with the service app (Public key / Private key), and give its private half.',
    );
  if (FILE_NAME.test(text))
    return wrong('is the path of a file. Give what is in the file, as a secret of the repository.');
  return wrong(`is not a private key that can be read. ${GIVE}`);
}

/** The path of a file, as an earlier step may have written one: it begins as one, or ends as those of keys do. */
const FILE_NAME = /^(?:~|\.{1,2}|[a-z]:)?[/\\]\S*$|^\S+\.(?:pem|key|p8|der|jwk|json|txt)$/i;

/** A private member in the text of a JWK, also if that text is itself in quotes, or YAML. */
const MEMBER = /(?<![\w-])(?:d|p|q|dp|dq|qi|k)\\*["']?\s*:\s*\\*["']?([^"'\\,}\s]*)/g;

/** A PEM file whose first line is not as it should be: a hyphen is missing, or it is in small letters. */
const MANGLED = /begin[^a-z]{1,3}[a-z ]{0,12}private[^a-z]{1,3}key/i;

/** What may be a line of such a file. */
const BASE64 = /[A-Za-z0-9+/]{16,}={0,2}/g;

/** All pieces of private keys in a text, whatever else it holds, so that none of them is shown. */
function keysIn(text: string): string[] {
  const lines = withLineEnds(text);
  const blocks = blocksOf(lines)
    .filter(({ label }) => label.endsWith('PRIVATE KEY'))
    .flatMap(({ body }) => [...body.split(/\s+/), body.replace(/\s+/g, '')]);
  const members = text.includes('kty') ? [...text.matchAll(MEMBER)].map(([, value = '']) => value) : [];
  const mangled = MANGLED.test(text) ? [...lines.matchAll(BASE64)].map(([line]) => line) : [];
  return [...blocks, ...members, ...mangled];
}

const SHORTEST_PIECE = 6;

/** The same, of a text that may be base64, or have some in it, and that may be percent-encoded. */
export function keysInside(text: string): string[] {
  const plain = percentDecoded(text);
  const pieces = keysAsTheyAre(plain);
  return plain === text ? pieces : [...pieces, ...pieces.map(encodeURIComponent), ...keysAsTheyAre(text)];
}

function keysAsTheyAre(text: string): string[] {
  const whole = unquoted(text).replace(/\s+/g, '');
  const words = text.includes('-----') ? [] : text.split(/[\s"'`\\]+/);
  const packed = [whole, ...words].filter(isPackedKey);
  const lines = packed.includes(whole) ? words : [];
  const inner = packed.flatMap((each) => keysIn(Buffer.from(each, 'base64').toString('utf8')));
  return [...keysIn(text), ...packed, ...inner, ...lines].filter((piece) => piece.length >= SHORTEST_PIECE);
}

/** A PEM file or a JWK in base64, and DER: RSA, EC, and in OpenSSH's format. */
const PACKED_START = /^(LS0tLS1CRUdJTi|eyJ|ew|M[HI]|b3BlbnNzaC1rZXktdjE)/;

function isPackedKey(text: string): boolean {
  if (!PACKED_START.test(text) || !/^[A-Za-z0-9+/_-]{40,}={0,2}$/.test(text)) return false;
  const isText = /^(eyJ|ew)/.test(text);
  return !isText || keysIn(Buffer.from(text, 'base64').toString('utf8')).length > 0;
}

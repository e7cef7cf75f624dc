import type { IncomingMessage } from 'node:http';
import type { OktaError } from './errors.ts';
import { oktaError } from './errors.ts';

/** Far more than any request to Okta's API holds; what Okta itself takes is unknown. */
const LONGEST_BODY = 10 * 1024 * 1024;

/**
 * The address that a request asks for, from its target in origin form (`/api/v1/apps`) or in absolute form (`http://host/api/v1/apps`,
 * which any server has to take: RFC 9112, section 3.2.2). 400 where it makes no address (inferred).
 */
export function addressOf({ url: target = '/', headers }: IncomingMessage): URL {
  const absolute = target.replace(/^https:/i, 'http:');
  const address = /^http:\/\//i.test(absolute) ? absolute : `http://${headers.host ?? '127.0.0.1'}${target}`;
  if (!target.startsWith('/') && address !== absolute) throw badTarget();
  try {
    return new URL(address);
  } catch {
    throw badTarget();
  }
}

function badTarget(): OktaError {
  return oktaError(400, 'E0000003', 'The request was not well-formed.');
}

/** The body as text. All of it is taken, so that its sender reads the answer; undefined where it was too long. */
export async function readText(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= LONGEST_BODY) chunks.push(chunk);
  }
  if (length > LONGEST_BODY) return undefined;
  return Buffer.concat(chunks).toString('utf8');
}

/** 413 (inferred). */
export function tooLarge(): OktaError {
  return oktaError(413, 'E0000003', 'The request body was too large.');
}

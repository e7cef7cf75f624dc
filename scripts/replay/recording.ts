import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** A request that was sent to a real org, and what the org answered. */
export interface Exchange {
  method: string;
  url: URL;
  /** Empty if the request had none. */
  body: string;
  contentType: string;
  /** Whether it was sent with a credential. */
  isAuthorized: boolean;
  status: number;
  /** Parsed if it is JSON, else the text; null if the answer was empty. */
  answer: unknown;
  /** Whether the org said that the list is continued at another address. */
  hasNextPage: boolean;
}

export interface Recording {
  file: string;
  exchanges: Exchange[];
}

/** What counts of an interaction in a cassette of go-vcr. */
interface Interaction {
  request: { method: string; url: string; body?: string; headers?: Headers };
  response: { code: number; body?: string; headers?: Headers };
}

/** The same in a JSON list, which has paths for URLs, parsed bodies, and headers of the answer. */
interface PlainExchange {
  method: string;
  url: string;
  body?: unknown;
  status: number;
  response?: unknown;
  headers?: Headers;
}

type Headers = Record<string, string | string[]>;

const SOME_ORG = 'https://org.invalid';

/**
 * Reads a recording: a cassette of go-vcr 1 or 2 (YAML, as Okta's Terraform provider publishes them), or a JSON list of objects with
 * `method`, `url`, `body`, `status` and `response`. Throws an error that names the file if it is neither.
 */
export function readRecording(file: string): Recording {
  const content = parsed(file);
  const entries = Array.isArray(content) ? content : (content as { interactions?: unknown }).interactions;
  if (!Array.isArray(entries)) {
    throw new Error(
      `Cannot read ${file}: it is neither a cassette of go-vcr, with "interactions", nor a list of exchanges.`,
    );
  }
  const exchanges = entries.map((entry: Interaction | PlainExchange, index) => {
    try {
      return exchangeIn('request' in entry ? entry : asInteraction(entry));
    } catch {
      throw new Error(`Cannot read ${file}: its exchange #${index} lacks a method, a URL or a status.`);
    }
  });
  return { file, exchanges };
}

/** JSON is YAML, too, but is read much faster as what it is. */
function parsed(file: string): unknown {
  const text = readFileSync(file, 'utf8');
  try {
    return (file.endsWith('.json') ? JSON.parse(text) : parse(text)) ?? {};
  } catch (error) {
    throw new Error(`Cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

function asInteraction({ method, url, body, status, response, headers }: PlainExchange): Interaction {
  const text = (value: unknown): string =>
    typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value);
  return {
    request: {
      method,
      url: new URL(url, SOME_ORG).href,
      body: text(body ?? null),
      headers: { authorization: 'SSWS', 'content-type': 'application/json' },
    },
    response: { code: status, body: text(response ?? null), ...(headers && { headers }) },
  };
}

function exchangeIn({ request, response }: Interaction): Exchange {
  if (typeof request.method !== 'string' || typeof response.code !== 'number') throw new TypeError();
  return {
    method: request.method,
    url: new URL(request.url),
    body: request.body ?? '',
    contentType: header(request.headers, 'content-type'),
    isAuthorized: header(request.headers, 'authorization') !== '',
    status: response.code,
    answer: jsonOrText(response.body ?? ''),
    hasNextPage: /rel="?next/.test(header(response.headers, 'link')),
  };
}

function header(headers: Headers = {}, wanted: string): string {
  return Object.entries(headers)
    .filter(([name]) => name.toLowerCase() === wanted)
    .flatMap(([, values]) => values)
    .join(', ');
}

/** The JSON in a body, or its text if it is none; null for an empty one. */
export function jsonOrText(body: string): unknown {
  if (body === '') return null;
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return body;
  }
}

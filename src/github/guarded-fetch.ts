import { bodyText, chunksOf } from '../util/text/body.ts';
import { clause, plainText } from '../util/errors.ts';
import { redact } from '../util/log.ts';
import { isObject, parseJson } from '../util/json.ts';
import { parseUrl } from '../util/url.ts';

/** Why a request has no answer that counts. */
export class NoAnswer extends Error {
  /** HTTP status; `undefined` if no answer came. */
  readonly status: number | undefined;
  /** Whether the next attempt may have one. */
  readonly mayPass: boolean;
  /** Seconds that GitHub asks to wait. */
  readonly retryAfter: number | undefined;

  constructor(why: string, { status, mayPass = false, retryAfter }: Partial<NoAnswer> = {}) {
    super(why);
    this.name = 'NoAnswer';
    this.status = status;
    this.mayPass = mayPass;
    this.retryAfter = retryAfter;
  }
}

export interface Guard {
  /** Root of the API: nothing is sent to another host, or by another scheme. */
  apiUrl: string;
  /** Milliseconds that the next request may take, its body and its redirects included. */
  timeLeft(): number;
}

/** What GitHub's client asks of a `fetch`. */
export type Fetch = (url: string | URL, options: RequestInit) => Promise<Response>;

/** A redirect of GitHub's own leads from a repository's old name to its number, in one step (documented). */
const MOST_REDIRECTS = 3;
const REDIRECTS = [301, 302, 307, 308];

/**
 * A `fetch` for GitHub's client that gives nothing but answers of status 200 of the API's own host, whole, in time and not too large.
 * Redirects are followed within that host only, and for reads only.
 *
 * @param send what sends a request: the client's own `fetch`, which knows the runner's proxy
 * @returns a `fetch` that throws {@link NoAnswer} for anything else
 */
export function guardedFetch(send: Fetch, { apiUrl, timeLeft }: Guard): Fetch {
  const origin = parseUrl(apiUrl)?.origin;
  return async (target, options) => {
    const signal = AbortSignal.timeout(Math.max(1, Math.ceil(timeLeft())));
    let url = String(target);
    for (let redirects = 0; ; redirects += 1) {
      const there = parseUrl(url);
      if (!there || there.origin !== origin)
        throw new NoAnswer(`GitHub's API leads to another host (${there?.host ?? url})`);
      try {
        const response = await send(there, { ...options, redirect: 'manual', signal });
        const next = options.method === 'GET' ? redirectOf(response, there) : undefined;
        if (next === undefined || redirects === MOST_REDIRECTS) return await wholeAnswer(response);
        await response.body?.cancel();
        url = next;
      } catch (error) {
        throw error instanceof NoAnswer ? error : silence(error);
      }
    }
  };
}

/** Where an answer leads to, if it leads anywhere. */
function redirectOf({ status, headers }: Response, from: URL): string | undefined {
  const location = headers.get('location');
  if (location === null || !REDIRECTS.includes(status)) return undefined;
  return URL.canParse(location, from.href) ? new URL(location, from).href : location;
}

/** @throws {NoAnswer} for any status but 200, and for a body that is too large */
async function wholeAnswer(response: Response): Promise<Response> {
  const { status, headers } = response;
  const chunks = response.body ? await chunksOf(response.body) : [];
  const body = chunks === 'oversized' ? chunks : bodyText(Buffer.concat(chunks));
  if (body === 'oversized')
    throw new NoAnswer(`GitHub answered ${status}: more than any answer of GitHub's`, { status });
  if (status === 200) return new Response(body.text, { status, headers });
  const seconds = headers.get('retry-after') ?? '';
  const retryAfter = /^\d{1,9}$/.test(seconds) ? Number(seconds) : undefined;
  const mayPass = status >= 500 || retryAfter !== undefined;
  throw new NoAnswer(`GitHub answered ${status}: ${wordsOf(body.text)}`, { status, mayPass, retryAfter });
}

/** What an answer says of why it refuses: GitHub's own message, or the words of somebody's page. */
function wordsOf(text: string): string {
  const json = parseJson(text);
  const message = json === undefined ? text : isObject(json) ? json['message'] : undefined;
  return clause(plainText(typeof message === 'string' ? redact(message) : '')) || 'no reason given';
}

function silence(error: unknown): NoAnswer {
  const { name, message, cause } = error as Error;
  const why = cause instanceof Error ? cause.message : message;
  const words = name === 'TimeoutError' ? 'the request took too long' : redact(why);
  return new NoAnswer(`GitHub does not answer (${words})`, { mayPass: true });
}

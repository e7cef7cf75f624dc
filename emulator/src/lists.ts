import { validationFailed } from './errors.ts';
import type { Answer, Exchange } from './exchange.ts';
import type { Json } from './json.ts';

/** How an endpoint cuts its lists into pages. */
export interface Paging {
  readonly defaultLimit: number;
  readonly maximum: number;
  /** Whether the entries ascend by ID; then a cursor whose entry is gone still says where to go on. */
  readonly ascending: boolean;
}

/**
 * One page of a list, with Okta's `Link` headers: a line for `self`, and one for `next` unless this is the last page.
 * The parameters stand in the order `after`, `limit`, then the others, spaces as `+`; `after` is the ID of the last
 * entry before the page; `limit` is there even where the client sent none (all recorded).
 *
 * A `limit` above the maximum is cut down to it, one below 1 refused (inferred).
 */
export function page<Entry>(
  exchange: Exchange,
  entries: Iterable<Entry>,
  { defaultLimit, maximum, ascending }: Paging,
  idOf: (entry: Entry) => string,
  render: (entry: Entry) => Json,
): Answer {
  const sent = exchange.query.get('limit');
  const asked = sent === null || sent === '-1' ? defaultLimit : Number(sent);
  if (!Number.isInteger(asked) || asked < 1) {
    throw validationFailed('limit', "limit: The 'limit' parameter must be a positive integer.");
  }
  const limit = Math.min(asked, maximum);
  const after = exchange.query.get('after');

  const shown: Entry[] = [];
  let started = after === null;
  let more = false;
  for (const entry of entries) {
    if (!started && after !== null) {
      const id = idOf(entry);
      if (!ascending || id <= after) {
        started = id === after;
        continue;
      }
      started = true;
    }
    if (shown.length === limit) {
      more = true;
      break;
    }
    shown.push(entry);
  }

  const links = [linkHeader(exchange, 'self', after, limit)];
  const last = shown.at(-1);
  if (more && last !== undefined) links.push(linkHeader(exchange, 'next', idOf(last), limit));
  return { status: 200, body: shown.map(render), links };
}

/** One `Link` header line that leads to the page after the given cursor. */
export function linkHeader(
  exchange: Exchange,
  relation: 'self' | 'next',
  after: string | null,
  limit: number,
): string {
  const parameters = new URLSearchParams();
  if (after !== null) parameters.set('after', after);
  parameters.set('limit', String(limit));
  for (const [name, value] of exchange.query) {
    if (name !== 'after' && name !== 'limit') parameters.append(name, value);
  }
  return `<${exchange.origin}${exchange.path}?${parameters.toString()}>; rel="${relation}"`;
}

/** What `q` does everywhere: does one of the texts start with it? Upper and lower case count the same (inferred). */
export function startsWith(q: string, ...texts: (string | undefined)[]): boolean {
  const starts = startingWith(q);
  return texts.some((text) => text !== undefined && starts(text));
}

/**
 * The same for many texts. Where lower case is as long as upper case, the start of a text is enough to look at, and most texts differ in
 * the last character of it already.
 */
export function startingWith(q: string): (text: string) => boolean {
  const wanted = q.toLowerCase();
  if (!/^[ -~]+$/.test(q)) return (text) => text.toLowerCase().startsWith(wanted);
  const { length } = q;
  const last = [wanted.at(-1), q.toUpperCase().at(-1)];
  return (text) => last.includes(text[length - 1]) && text.slice(0, length).toLowerCase() === wanted;
}

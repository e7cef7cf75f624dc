import { compare, isObject, type Difference, type Terms } from './compare.ts';
import { Ids, idsIn } from './ids.ts';
import { compareListings, isListing } from './listing.ts';
import { jsonOrText, type Exchange, type Recording } from './recording.ts';

/** Where a recording is replayed. */
export interface Org {
  /** `http://127.0.0.1:4466` */
  url: string;
  token: string;
}

/** What became of an exchange: why it was skipped, or how the answer differs from the recorded one. */
export type Outcome = { exchange: Exchange } & ({ skipped: string } | { differences: Difference[] });

const OLDER = 'it asks for an object that was there before the recording began';
const ALL_OLDER = 'all that it lists was there before the recording began';

interface Origins {
  recorded: readonly string[];
  /** What the org says in its links is the last one. */
  replayed: Set<string>;
}

/** Sends the requests of a recording to an org, one after the other, and compares what it answers. */
export async function replay(recording: Recording, org: Org): Promise<Outcome[]> {
  const ids = new Ids();
  const origins: Origins = { recorded: originsOf(recording), replayed: new Set([org.url]) };
  const made = new Set<string>();
  const outcomes: Outcome[] = [];
  for (const exchange of recording.exchanges) {
    const skipped = whySkipped(exchange, ids, origins);
    if (skipped !== undefined) {
      outcomes.push({ exchange, skipped });
      continue;
    }
    const { status, answer } = await send(exchange, ids, origins, org);
    for (const origin of linkOrigins(answer)) origins.replayed.add(origin);
    const terms = { ids, sent: exchange.body, origins };
    const differences = differencesOf(exchange, status, answer, terms, made);
    outcomes.push({ exchange, ...(differences ? { differences } : { skipped: ALL_OLDER }) });
    if (exchange.method === 'POST' && isObject(exchange.answer)) made.add(String(exchange.answer['id']));
  }
  return outcomes;
}

/** Where the recorded org says that it is: links of some recordings have another host than their requests. */
export function addressOf({ exchanges }: Recording): string {
  const [link] = exchanges.flatMap(({ answer }) => linkOrigins(answer));
  return link ?? exchanges[0]?.url.origin ?? '';
}

/** The kind of the recorded org, if the recording asks for it: `idx` (Identity Engine) or `v1` (Classic Engine). */
export function pipelineOf({ exchanges }: Recording): unknown {
  const { answer } = exchanges.find(({ url }) => url.pathname === '/.well-known/okta-organization') ?? {};
  return isObject(answer) ? answer['pipeline'] : undefined;
}

function whySkipped({ url, status }: Exchange, ids: Ids, { recorded }: Origins): string | undefined {
  if (url.origin !== recorded[0]) return 'it was sent to another host than the first request';
  if (status === 429) return 'the org was over its rate limit';
  return ids.unknownIn(url.pathname + url.search).length === 0 ? undefined : OLDER;
}

/** The origins of the recorded org: where requests were sent, those of links to its API, and of the Admin Console. */
function originsOf({ exchanges }: Recording): string[] {
  const origins = exchanges.flatMap(({ url, answer }) => [url.origin, ...linkOrigins(answer)]);
  return [...new Set(origins)].flatMap((origin) => [
    origin,
    origin.replace(/^(https:\/\/[\w-]+)\./, '$1-admin.'),
  ]);
}

function linkOrigins(answer: unknown): string[] {
  const links = JSON.stringify(answer).matchAll(/"href":"(https?:\/\/[^/"]+)\/api\/v1\//g);
  return [...links].map(([, origin = '']) => origin);
}

async function send(
  { method, url, body, contentType, isAuthorized }: Exchange,
  ids: Ids,
  { recorded, replayed }: Origins,
  org: Org,
): Promise<{ status: number; answer: unknown }> {
  const address = [...replayed].at(-1) ?? org.url;
  const rewritten = (text: string): string =>
    recorded.reduce((rest, origin) => rest.replaceAll(origin, address), ids.rewritten(text));
  const response = await fetch(org.url + rewritten(url.pathname + url.search), {
    method,
    redirect: 'manual',
    headers: {
      accept: 'application/json',
      ...(isAuthorized && { authorization: `SSWS ${org.token}` }),
      ...(contentType !== '' && { 'content-type': contentType }),
    },
    ...(body !== '' && { body: rewritten(body) }),
  }).catch((error: unknown) => {
    const { message, cause } = error as Error;
    throw new Error(`Cannot reach ${org.url}: ${cause instanceof Error ? cause.message : message}`);
  });
  return { status: response.status, answer: jsonOrText(await response.text()) };
}

function differencesOf(
  exchange: Exchange,
  status: number,
  answer: unknown,
  terms: Terms,
  made: ReadonlySet<string>,
): Difference[] | undefined {
  const { url, answer: recorded, hasNextPage } = exchange;
  if (status !== exchange.status)
    return [{ path: 'status', what: `recorded ${exchange.status}, replayed ${status}` }];
  if (!isListing(recorded) || !isListing(answer)) return compare(recorded, answer, terms);
  const isWhole = idsIn(url.pathname).some((id) => made.has(id));
  return compareListings(recorded, answer, terms, { isWhole, isLastPage: !hasNextPage });
}

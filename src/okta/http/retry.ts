/** Which failures of a request pass by themselves, and how long to wait for that. Pure: it neither waits nor sends. */

/** One attempt that did not succeed: Okta refused, or no usable response came. */
export type Failure =
  | {
      kind: 'response';
      status: number;
      /** Okta's `errorCode`, if it gave one. */
      code?: string;
      header(name: string): string | null;
    }
  | NoResponse;

export type NoResponse =
  /** The connection failed: Node's error code, and what it says. */
  | { kind: 'connection'; code: string; message: string }
  /** No response within the time that a request may take. */
  | { kind: 'timeout'; seconds: number }
  /** A response that says it is fine, and is no JSON that can be used: cut short, nested too deeply, or from something that is not Okta. */
  | { kind: 'malformed'; status: number }
  /** A web page that says it is fine: the address is hardly that of Okta's API. */
  | { kind: 'page'; status: number }
  /** More than is read of any response. */
  | { kind: 'oversized'; status: number };

export interface Retry {
  /** Milliseconds to wait. */
  wait: number;
  /** What is waited for, as the start of a sentence. */
  reason: string;
}

/** How often a request is sent at most, if it is not only a rate limit that stands in the way. */
const ATTEMPTS = 8;
/** And if nobody answers, or not Okta: that is mostly a wrong address, and a server that restarts is back at once. */
const ATTEMPTS_ELSEWHERE = 3;
/** And if Okta refuses a write of an app with {@link APP_CONFLICT}, which it may mean for good. */
const ATTEMPTS_IN_CONFLICT = 4;

/**
 * Okta's code for refusing one of two writes of an app at the same time (recorded, as a 403: "Operation on application settings failed.").
 * It has done nothing then. The same code is known for what an app cannot do at all.
 */
export const APP_CONFLICT = 'E0000039';

const FIRST_BACKOFF = 500;
const LONGEST_BACKOFF = 15_000;

/** Connections that another attempt would not bring about either: the name does not exist, or the certificate is not trusted. */
const PERMANENT = /^(ENOTFOUND|CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|ERR_TLS_|ERR_SSL_|EPROTO)/;

/** Connections that are refused at once. */
const REFUSED = /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH)$/;

/** Milliseconds ahead at which a rate limit can be reset: one that is said to last longer says nothing. Okta's are of minutes. */
const LONGEST_LIMIT = 86_400_000;

/** The latest time that an answer can report: calculations with a later one would fail. */
const LATEST = Date.UTC(3000);

/** When an answer was sent, by its own words, in milliseconds since the epoch; `NaN` if it does not say so. */
export function dateIn(header: (name: string) => string | null): number {
  const date = Date.parse(header('date') ?? '');
  return date < LATEST ? date : Number.NaN;
}

/**
 * @param failure what happened
 * @param attempt how many attempts have been made, this one included
 * @param now the time here, in milliseconds since the epoch
 * @param random from 0 to 1, for jitter
 * @returns `undefined` if another attempt makes no sense
 */
export function retry(failure: Failure, attempt: number, now: number, random: number): Retry | undefined {
  if (failure.kind === 'response' && failure.status === 429) return rateLimit(failure, attempt, now, random);
  if (attempt >= mostAttempts(failure)) return undefined;
  const reason = reasonIfTransient(failure);
  return reason === undefined ? undefined : { wait: backoff(attempt, random), reason };
}

function mostAttempts(failure: Failure): number {
  if (failure.kind === 'response') return failure.code === APP_CONFLICT ? ATTEMPTS_IN_CONFLICT : ATTEMPTS;
  const isElsewhere =
    failure.kind === 'page' || (failure.kind === 'connection' && REFUSED.test(failure.code));
  return isElsewhere ? ATTEMPTS_ELSEWHERE : ATTEMPTS;
}

function reasonIfTransient(failure: Failure): string | undefined {
  switch (failure.kind) {
    case 'connection':
      return PERMANENT.test(failure.code) ? undefined : `The connection to Okta failed (${failure.code})`;
    case 'timeout':
      return `Okta did not answer within ${failure.seconds} s`;
    case 'malformed':
      return "Okta's answer was cut short or was no JSON";
    case 'page':
      return "A web page came instead of Okta's answer";
    case 'response':
      if (failure.code === APP_CONFLICT) return 'Okta refused one of two writes of the app at the same time';
      return [409, 423].includes(failure.status) || failure.status >= 500
        ? `Okta answered ${failure.status}`
        : undefined;
    case 'oversized':
      return undefined;
  }
}

/** Grows twofold with every attempt, spread over its upper half. */
function backoff(attempt: number, random: number): number {
  return Math.min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** (attempt - 1)) * (0.5 + random / 2);
}

/**
 * A rate limit is reset at the second that `x-rate-limit-reset` names, by Okta's clock (`date`); one second more makes up for their
 * whole seconds, as in Okta's SDKs. Several runs wait for the same reset, so each adds some seconds of its own.
 * A limit of 0 means too many requests at the same time: that passes at once, and the reset means nothing (documented).
 */
function rateLimit(
  failure: Failure & { kind: 'response' },
  attempt: number,
  now: number,
  random: number,
): Retry {
  if (failure.header('x-rate-limit-limit') === '0') {
    return { wait: backoff(attempt, random), reason: "Okta's limit on requests at the same time is reached" };
  }
  const reason = "Okta's rate limit is used up";
  const reset = Number(failure.header('x-rate-limit-reset') ?? Number.NaN) * 1000;
  const date = dateIn(failure.header);
  const untilReset = Math.max(0, reset - (Number.isNaN(date) ? now : date)) + 1000;
  if (!(reset > 0 && untilReset <= LONGEST_LIMIT)) return { wait: backoff(attempt + 1, random), reason };
  return { wait: untilReset + random * 5000, reason: `${reason} until ${new Date(reset).toISOString()}` };
}

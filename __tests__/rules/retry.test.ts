import { describe, expect, test } from '@jest/globals';
import { dateIn, retry, type Failure } from '../../src/okta/http/retry.ts';

/** Which failed requests are sent again, how often, and how long that is waited for. */

const NOW = Date.UTC(2026, 0, 1);

function refused(status: number, headers: Record<string, string> = {}, code?: string): Failure {
  return {
    kind: 'response',
    status,
    ...(code !== undefined && { code }),
    header: (name) => headers[name] ?? null,
  };
}

function unconnected(code: string): Failure {
  return { kind: 'connection', code, message: 'No.' };
}

/** How often a request is sent that always fails so. */
function attemptsAt(failure: Failure): number {
  let attempts = 1;
  while (attempts < 100 && retry(failure, attempts, NOW, 0.5)) attempts += 1;
  return attempts;
}

describe('a request is sent', () => {
  test.each<[number, string | undefined, Failure]>([
    [8, 'Okta answered 500', refused(500)],
    [8, 'Okta answered 503', refused(503)],
    [8, 'Okta answered 409', refused(409)],
    [8, 'Okta answered 423', refused(423)],
    [4, 'Okta refused one of two writes of the app at the same time', refused(403, {}, 'E0000039')],
    [1, undefined, refused(499)],
    [1, undefined, refused(400)],
    [1, undefined, refused(403, {}, 'E0000006')],
    [8, 'Okta did not answer within 60 s', { kind: 'timeout', seconds: 60 }],
    [8, "Okta's answer was cut short or was no JSON", { kind: 'malformed', status: 200 }],
    [3, "A web page came instead of Okta's answer", { kind: 'page', status: 200 }],
    [1, undefined, { kind: 'oversized', status: 200 }],
    [8, 'The connection to Okta failed (ECONNRESET)', unconnected('ECONNRESET')],
    [8, 'The connection to Okta failed (EAI_AGAIN)', unconnected('EAI_AGAIN')],
    ...['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH'].map((code): [number, string, Failure] => [
      3,
      `The connection to Okta failed (${code})`,
      unconnected(code),
    ]),
    ...[
      'ENOTFOUND',
      'CERT_HAS_EXPIRED',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'SELF_SIGNED_CERT_IN_CHAIN',
      'ERR_TLS_CERT_ALTNAME_INVALID',
      'ERR_SSL_WRONG_VERSION_NUMBER',
      'EPROTO',
    ].map((code): [number, undefined, Failure] => [1, undefined, unconnected(code)]),
  ])('%d times at most, for the reason "%s": %j', (times, reason, failure) => {
    expect(attemptsAt(failure)).toBe(times);
    expect(retry(failure, 1, NOW, 0.5)?.reason).toBe(reason);
  });

  test('without end where a rate limit stands in the way', () => {
    expect(attemptsAt(refused(429))).toBe(100);
  });
});

describe('what is waited', () => {
  test.each([
    [1, 500],
    [2, 1000],
    [3, 2000],
    [4, 4000],
    [5, 8000],
    [6, 15_000],
    [7, 15_000],
  ])('after %d attempts is half of %d ms, and up to that half more', (attempts, most) => {
    for (const random of [0, 0.5, 1])
      expect(retry(refused(503), attempts, NOW, random)?.wait).toBe(most * (0.5 + random / 2));
  });

  const limit = (headers: Record<string, string>, attempts = 1, random = 0): unknown =>
    retry(refused(429, headers), attempts, NOW, random);
  const seconds = NOW / 1000;
  const date = new Date(NOW - 60_000).toUTCString();
  const USED_UP = "Okta's rate limit is used up";

  test('for a rate limit lasts until its reset, a second more, and up to five', () => {
    const headers = { 'x-rate-limit-limit': '100', 'x-rate-limit-reset': String(seconds + 30) };
    const reason = `${USED_UP} until 2026-01-01T00:00:30.000Z`;
    expect(limit(headers)).toEqual({ wait: 31_000, reason });
    expect(limit(headers, 1, 1)).toEqual({ wait: 36_000, reason });
    expect(limit(headers, 50)).toEqual({ wait: 31_000, reason });
  });

  test("goes by the answer's own time", () => {
    expect(limit({ date, 'x-rate-limit-reset': String(seconds) })).toMatchObject({ wait: 61_000 });
  });

  test('is a second where the reset is over', () => {
    expect(limit({ 'x-rate-limit-reset': String(seconds - 30) })).toMatchObject({ wait: 1000 });
  });

  test('is as after a failure more where it names no reset, or one that is more than a day ahead', () => {
    const most = seconds + 86_400 - 1;
    expect(limit({ 'x-rate-limit-reset': String(most) })).toMatchObject({ wait: 86_400_000 });
    for (const reset of [String(most + 1), '0', '-5', 'soon'])
      expect(limit({ 'x-rate-limit-reset': reset })).toEqual({ wait: 500, reason: USED_UP });
    expect(limit({})).toEqual({ wait: 500, reason: USED_UP });
    expect(limit({}, 3)).toEqual({ wait: 2000, reason: USED_UP });
  });

  test('for the limit on requests at the same time is as after a failure, whatever its reset', () => {
    expect(limit({ 'x-rate-limit-limit': '0', 'x-rate-limit-reset': String(seconds + 30) })).toEqual({
      wait: 250,
      reason: "Okta's limit on requests at the same time is reached",
    });
  });
});

test.each([
  ['Fri, 31 Dec 2999 23:59:59 GMT', Date.UTC(3000) - 1000],
  ['Wed, 01 Jan 3000 00:00:00 GMT', Number.NaN],
  ['soon', Number.NaN],
  [null, Number.NaN],
])('an answer of %s was sent at %d', (date, at) => {
  expect(dateIn((name) => (name === 'date' ? date : null))).toBe(at);
});

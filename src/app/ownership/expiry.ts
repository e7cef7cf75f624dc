/** When what a run makes ends by itself. Pure: the sweep compares, and removes. */

const HOUR_MS = 3_600_000;
const UNITS = { h: HOUR_MS, d: 24 * HOUR_MS };

/** A length of time in milliseconds, of `12h` or `14d`; `undefined` if the text is none. */
export function durationOf(text: string): number | undefined {
  const [, digits = '', unit] = /^([1-9]\d{0,4})([hd])$/.exec(text) ?? [];
  return unit === undefined ? undefined : Number(digits) * UNITS[unit as keyof typeof UNITS];
}

/** What a run says of the end of what it makes. */
export interface Lifetime {
  /** In milliseconds; `undefined` for what is not to end by itself. */
  lasts: number | undefined;
  /** Milliseconds since the epoch. */
  now: number;
}

export const FOR_EVER: Lifetime = { lasts: undefined, now: 0 };

/** The end of what a run makes now, as an RFC 3339 time in UTC; `undefined` for never. */
export function firstExpiry({ lasts, now }: Lifetime): string | undefined {
  return lasts === undefined ? undefined : timeOf(now + lasts);
}

/**
 * The end of what exists already. A run in the first half of the time writes nothing, one in the second renews it. It is never made
 * shorter, and never given to what has none. A run that asks for none removes it.
 *
 * @param held as it is
 */
export function nextExpiry(held: string | undefined, { lasts, now }: Lifetime): string | undefined {
  if (held === undefined || lasts === undefined) return undefined;
  return Date.parse(held) - now >= lasts / 2 ? held : timeOf(now + lasts);
}

export function isExpired(expires: string | undefined, now: number): boolean {
  return expires !== undefined && Date.parse(expires) <= now;
}

/** To the second, in the form that the mark has. */
function timeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
}

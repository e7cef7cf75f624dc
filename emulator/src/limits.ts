/**
 * Rate limits: how many requests a minute each bucket takes. The numbers are those of Okta's last public table
 * (documented); which endpoint falls into which bucket is documented as well.
 */
export type RateLimitPlan = 'off' | 'integrator' | 'enterprise';

interface Bucket {
  readonly integrator: number;
  readonly enterprise: number;
}

/** Everything at and below an app, except the app itself, shares the first bucket. */
const BUCKETS = {
  '/api/v1/apps': { integrator: 20, enterprise: 100 },
  '/api/v1/apps/{id}': { integrator: 100, enterprise: 600 },
  '/api/v1/groups': { integrator: 100, enterprise: 600 },
  '/api/v1/groups/{id}': { integrator: 100, enterprise: 600 },
  '/oauth2/v1/clients': { integrator: 25, enterprise: 100 },
  '/oauth2/v1/token': { integrator: 300, enterprise: 1200 },
  // A bucket of its own (documented); its size is inferred from that of the token endpoint.
  '/oauth2/v1/authorize': { integrator: 300, enterprise: 1200 },
  '/api/v1': { integrator: 100, enterprise: 600 },
  '/': { integrator: 300, enterprise: 1200 },
} as const satisfies Record<string, Bucket>;

type BucketName = keyof typeof BUCKETS;

/** The bucket that a request counts in. */
export function bucketOf(method: string, path: string): BucketName {
  const [, first, second, third, ...rest] = path.split('/');
  if (first === 'api' && second === 'v1') {
    const single = rest.length === 1 && rest[0] !== '';
    if (third === 'apps') {
      return single && ['GET', 'PUT', 'DELETE'].includes(method) ? '/api/v1/apps/{id}' : '/api/v1/apps';
    }
    if (third === 'groups') return single ? '/api/v1/groups/{id}' : '/api/v1/groups';
    return '/api/v1';
  }
  if (first === 'oauth2') {
    if (path.startsWith('/oauth2/v1/clients')) return '/oauth2/v1/clients';
    if (path.endsWith('/v1/token')) return '/oauth2/v1/token';
    if (path.endsWith('/v1/authorize')) return '/oauth2/v1/authorize';
  }
  return '/';
}

interface Window {
  startedAt: number;
  used: number;
}

/** What a request may still do, as the three headers of every answer say it. */
export interface Allowance {
  readonly allowed: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

const MINUTE = 60_000;

/**
 * Counts requests by bucket and minute. One token, or one OAuth client, may use half of a bucket unless an
 * administrator says otherwise (documented), so a single caller is refused at half the number of the table; the
 * headers then tell of that half (inferred). A minute begins with the first request that counts in it (inferred).
 */
export class RateLimits {
  readonly #plan: RateLimitPlan;
  readonly #windows = new Map<string, Window>();

  constructor(plan: RateLimitPlan) {
    this.#plan = plan;
  }

  /** Counts a request of this caller; with the plan `off` it is always allowed. */
  take(method: string, path: string, caller: string | undefined, now: number): Allowance {
    const bucket = bucketOf(method, path);
    const size = BUCKETS[bucket][this.#plan === 'off' ? 'enterprise' : this.#plan];
    const org = { window: this.#window(bucket, now), limit: size };
    const own =
      caller === undefined
        ? undefined
        : { window: this.#window(`${bucket} ${caller}`, now), limit: Math.floor(size / 2) };
    const left = ({ window, limit }: { window: Window; limit: number }): number => limit - window.used;
    const tighter = own !== undefined && left(own) <= left(org) ? own : org;
    const allowed = this.#plan === 'off' || left(tighter) > 0;
    if (this.#plan !== 'off' && allowed) {
      org.window.used += 1;
      if (own !== undefined) own.window.used += 1;
    }
    return {
      allowed,
      headers: {
        'x-rate-limit-limit': String(tighter.limit),
        'x-rate-limit-remaining': String(Math.max(0, left(tighter))),
        'x-rate-limit-reset': String(Math.ceil((tighter.window.startedAt + MINUTE) / 1000)),
      },
    };
  }

  #window(key: string, now: number): Window {
    const current = this.#windows.get(key);
    if (current !== undefined && now < current.startedAt + MINUTE && now >= current.startedAt) return current;
    const fresh = { startedAt: now, used: 0 };
    this.#windows.set(key, fresh);
    return fresh;
  }
}

/**
 * The headers of the 429 for too many simultaneous requests: zeros (documented), and a reset that does not mean the
 * minute (documented), here a second ahead.
 */
export function concurrencyHeaders(now: number): Record<string, string> {
  return {
    'x-rate-limit-limit': '0',
    'x-rate-limit-remaining': '0',
    'x-rate-limit-reset': String(Math.ceil(now / 1000) + 1),
  };
}

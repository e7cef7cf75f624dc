import { isObject, textOf, type JsonObject } from '../util/json.ts';
import { LARGEST_PAGE, isGone, type Requests } from './requests.ts';

export interface TrustedOrigin {
  id: string;
  name: string;
  origin: string;
  active: boolean;
  scopes: string[];
}

/** The origins that an org trusts. */
export interface TrustedOrigins {
  findTrustedOrigin(origin: string): Promise<TrustedOrigin | undefined>;
  /** Trusts an origin for CORS and redirects. Sent once. @throws {TransientFailure} */
  createTrustedOrigin(name: string, origin: string): Promise<void>;
  deleteTrustedOrigin(origin: TrustedOrigin): Promise<void>;
}

const TRUSTED_ORIGINS = '/api/v1/trustedOrigins';

export function trustedOrigins({ send, readPages }: Requests): TrustedOrigins {
  return {
    findTrustedOrigin: async (origin) => {
      const filter = `origin eq ${JSON.stringify(origin)}`;
      const query = new URLSearchParams({ filter, limit: String(LARGEST_PAGE) });
      const list = await readPages(`${TRUSTED_ORIGINS}?${query}`, `find the trusted origin ${origin}`);
      return list.map(trustedOrigin).find((item) => item.origin === origin);
    },
    createTrustedOrigin: async (name, origin) => {
      const purpose = `trust the origin ${origin}`;
      const body = { name, origin, scopes: [{ type: 'CORS' }, { type: 'REDIRECT' }] };
      await send({ method: 'POST', path: TRUSTED_ORIGINS, body, purpose, idempotent: false });
    },
    deleteTrustedOrigin: async ({ id, origin }) => {
      const purpose = `stop trusting the origin ${origin}`;
      const path = `${TRUSTED_ORIGINS}/${encodeURIComponent(id)}`;
      await send({ method: 'DELETE', path, purpose, idempotent: true, treatAsSuccess: isGone });
    },
  };
}

function trustedOrigin(item: JsonObject): TrustedOrigin {
  const scopes = Array.isArray(item['scopes']) ? item['scopes'].filter(isObject) : [];
  return {
    id: textOf(item['id']),
    name: textOf(item['name']),
    origin: textOf(item['origin']),
    active: item['status'] !== 'INACTIVE',
    scopes: scopes.map(({ type }) => textOf(type)),
  };
}

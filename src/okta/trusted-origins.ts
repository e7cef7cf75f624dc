import { sameOrigin } from '../app/addresses/origin-name.ts';
import { isObject, textOf, type JsonObject } from '../util/json.ts';
import { LARGEST_PAGE, isGone, type Requests } from './http/requests.ts';

export interface TrustedOrigin {
  id: string;
  name: string;
  origin: string;
  active: boolean;
  scopes: string[];
  /** The whole answer, unknown keys included: what an update sends back. */
  body: JsonObject;
}

/** The origins that an org trusts. */
export interface TrustedOrigins {
  /**
   * Finds an origin, whatever its letter case, with or without a slash at its end.
   *
   * @param thoroughly reads all origins of the org: nobody knows whether Okta's search heeds letter case
   */
  findTrustedOrigin(origin: string, thoroughly?: boolean): Promise<TrustedOrigin | undefined>;
  /** Reads an origin again. @throws {OktaError} of status 404 if it is gone */
  getTrustedOrigin(origin: TrustedOrigin): Promise<TrustedOrigin>;
  /** Trusts an origin for CORS and redirects. Sent once. @throws {TransientFailure} */
  createTrustedOrigin(name: string, origin: string): Promise<void>;
  /** Sent once: what is sent has been read before. @throws {TransientFailure} */
  replaceTrustedOrigin(origin: TrustedOrigin, body: JsonObject): Promise<TrustedOrigin>;
  /** Sent once: who lists it has been read before. @throws {TransientFailure} */
  deleteTrustedOrigin(origin: TrustedOrigin): Promise<void>;
}

const TRUSTED_ORIGINS = '/api/v1/trustedOrigins';

export function trustedOrigins({ send, readPages, readObject }: Requests): TrustedOrigins {
  const pathOf = ({ id }: TrustedOrigin): string => `${TRUSTED_ORIGINS}/${encodeURIComponent(id)}`;
  return {
    // `q` is a prefix of name or origin (documented), so that it finds an origin with a slash at its end, too.
    findTrustedOrigin: async (origin, thoroughly = false) => {
      const query = new URLSearchParams({ ...(!thoroughly && { q: origin }), limit: String(LARGEST_PAGE) });
      const list = await readPages(`${TRUSTED_ORIGINS}?${query}`, `find the trusted origin ${origin}`);
      const same = list.map(trustedOrigin).filter((item) => sameOrigin(item.origin, origin));
      return same.find((item) => item.origin === origin) ?? same[0];
    },
    getTrustedOrigin: async (origin) =>
      trustedOrigin(await readObject(pathOf(origin), `read the trusted origin ${origin.origin}`)),
    createTrustedOrigin: async (name, origin) => {
      const purpose = `trust the origin ${origin}`;
      const body = { name, origin, scopes: [{ type: 'CORS' }, { type: 'REDIRECT' }] };
      await send({ method: 'POST', path: TRUSTED_ORIGINS, body, purpose, idempotent: false });
    },
    replaceTrustedOrigin: async (origin, body) => {
      const purpose = `note which apps list the trusted origin ${origin.origin}`;
      const response = await send({ method: 'PUT', path: pathOf(origin), body, purpose, idempotent: false });
      return isObject(response.body) ? trustedOrigin(response.body) : { ...origin, body };
    },
    deleteTrustedOrigin: async (origin) => {
      const purpose = `stop trusting the origin ${origin.origin}`;
      await send({
        method: 'DELETE',
        path: pathOf(origin),
        purpose,
        idempotent: false,
        treatAsSuccess: isGone,
      });
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
    body: item,
  };
}

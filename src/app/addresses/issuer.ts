import { textOf, valueAt, type JsonObject } from '../../util/json.ts';
import { redact } from '../../util/log.ts';
import { isLoopback, parseUrl } from '../../util/url.ts';
import type { RegisteredApp } from '../app.ts';
import { endpointsOf } from './endpoints.ts';
import { oktaHost } from './okta-host.ts';

/** What the ID tokens of an app name as their issuer (`iss`): an authorization server, at one of the addresses of its org. */
export interface Issuer {
  /** The address, as an origin. */
  address: string;
  /** ID of a custom authorization server; `undefined` for the org's own. */
  server: string | undefined;
}

/** What a document names instead, as it is written there; empty if it names nothing. */
export interface NoIssuer {
  named: string;
}

/** The links by which an org names its addresses: the one at Okta, and the custom domain (documented). */
type AddressLink = 'organization' | 'alternate';

const ISSUER_MODE = ['settings', 'oauthClient', 'issuer_mode'];

/**
 * Which of the org's addresses to ask for: the ID tokens that its own authorization server makes for the app name that one (`issuer_mode`,
 * documented).
 *
 * @param orgUrl the org's address, as the inputs have it
 * @returns `undefined` if the tokens name `orgUrl`: with `DYNAMIC` they name the address that they are asked for at, and an org without a
 *   custom domain has one address and need not show the mode (documented)
 */
export function addressToAskFor(app: RegisteredApp, orgUrl: string): AddressLink | undefined {
  const { hostname } = new URL(orgUrl);
  const isAtOkta = oktaHost(hostname) !== undefined;
  const mode = valueAt(app.body, ISSUER_MODE);
  if (mode === 'ORG_URL' && !isAtOkta) return 'organization';
  if (mode === 'CUSTOM_URL' && (isAtOkta || isLoopback(hostname))) return 'alternate';
  return undefined;
}

/**
 * Reads an issuer out of what an org says of itself (`/.well-known/okta-organization`). One without a custom domain has its own address
 * only.
 */
export function issuerAt(link: AddressLink, organization: JsonObject, orgUrl: string): Issuer | NoIssuer {
  const href = (name: AddressLink): string => textOf(valueAt(organization, ['_links', name, 'href']));
  const named = href(link) || href('organization');
  const url = parseUrl(named);
  return url && mayBeOrgs(url, orgUrl) ? { address: url.origin, server: undefined } : { named };
}

/** Whether an origin is one of the two addresses that an org reports: the one at Okta and the custom domain. */
export function isAddressOf(origin: string, organization: JsonObject, orgUrl: string): boolean {
  const links: readonly AddressLink[] = ['organization', 'alternate'];
  return links.some((link) => {
    const url = parseUrl(textOf(valueAt(organization, ['_links', link, 'href'])));
    return url?.origin === origin && mayBeOrgs(url, orgUrl);
  });
}

/**
 * Reads the issuer out of the discovery document of a custom authorization server, which follows the server's own issuer mode (recorded).
 * The default server names itself `default` there, under whichever of its IDs it was asked for (recorded).
 */
export function issuerIn(document: JsonObject, orgUrl: string, server: string): Issuer | NoIssuer {
  const named = textOf(document['issuer']);
  const url = parseUrl(named);
  const address = url && mayBeOrgs(url, orgUrl) ? url.origin : undefined;
  const id = [server, 'default'].find(
    (id) => address !== undefined && endpointsOf(address, id).issuer === named,
  );
  return address === undefined || id === undefined ? { named } : { address, server: id };
}

/**
 * Whether an address can be one of the org's. That a document names it is no proof, for any server can name any address. So either the
 * document or the address it names has to be at Okta, which nobody else can answer for. An org on this machine is an emulated one. And no
 * address of an org has a secret in it, which would be output with it.
 */
function mayBeOrgs(url: URL, orgUrl: string): boolean {
  const org = new URL(orgUrl);
  if (url.origin === org.origin) return true;
  if (redact(url.origin) !== url.origin) return false;
  if (url.protocol === 'http:') return isLoopback(org.hostname) && isLoopback(url.hostname);
  return url.protocol === 'https:' && [org, url].some(({ hostname }) => oktaHost(hostname) !== undefined);
}

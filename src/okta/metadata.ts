import { oktaHost } from '../app/addresses/okta-host.ts';
import { textOf, valueAt, type JsonObject } from '../util/json.ts';
import { parseUrl } from '../util/url.ts';
import type { Requests } from './http/requests.ts';

/** What an org reports to anybody. It is asked for without credentials, and once in a run: who asks again gets the same answer. */
export interface Metadata {
  /** The org and its addresses. */
  organization(): Promise<JsonObject>;
  /** The OpenID configuration of a custom authorization server. @throws {OktaError} 404 if none has that ID */
  discovery(server: string): Promise<JsonObject>;
}

export function metadata({ readObject }: Requests): Metadata {
  const answers = new Map<string, Promise<JsonObject>>();
  const once = (path: string, purpose: string): Promise<JsonObject> => {
    const answer = answers.get(path) ?? readObject(path, purpose, { isPublic: true });
    answers.set(path, answer);
    return answer;
  };
  return {
    organization: () => once('/.well-known/okta-organization', "read the org's addresses"),
    discovery: (server) =>
      once(
        `/oauth2/${encodeURIComponent(server)}/.well-known/openid-configuration`,
        `read the OpenID configuration of the authorization server "${server}"`,
      ),
  };
}

/**
 * The org's own address, at Okta, by which it names itself at whatever address it is asked. It is sent back to the org and nowhere else, so
 * that a lie does no harm. If the org does not report it, the known one is used.
 *
 * @param orgUrl the address that is known: the own one, or a custom domain
 */
export async function ownAddress({ organization }: Metadata, orgUrl: string): Promise<string> {
  if (oktaHost(new URL(orgUrl).hostname)) return orgUrl;
  const href = await organization().then(
    (org) => textOf(valueAt(org, ['_links', 'organization', 'href'])),
    () => '',
  );
  return parseUrl(href)?.origin ?? orgUrl;
}

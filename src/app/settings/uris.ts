import { isObject, type Json, type JsonObject } from '../../util/json.ts';
import { invisibleIn } from '../../util/text/invisible.ts';
import { hasUserInfo, parseUrl, percentDecoded } from '../../util/url.ts';
import { isUsersOwn } from './known-properties.ts';

/**
 * What is wrong with the text of a URI. Each rule gives the end of a sentence about the URI, with what to do; `undefined` if nothing is
 * wrong. Okta itself takes any absolute URI, custom schemes and plain http too, and keeps its text as it is (recorded).
 */

/** Schemes of which a browser makes a page or a script instead of leading to an application. */
const NOT_APPLICATIONS = /^(javascript|data|vbscript|blob|file|about):/i;

/** A URI that is to lead people somewhere, and would run as a script, or lead elsewhere than it seems to. */
export function deceptiveUri(uri: string): string | undefined {
  const [, scheme] = NOT_APPLICATIONS.exec(uri) ?? [];
  if (scheme !== undefined)
    return `whose scheme "${scheme}:" leads to no application. Give an https URI, or one with a scheme of your application's own.`;
  if (uri.includes('\\'))
    return 'which has a backslash, and browsers and Okta read that differently. Use "/".';
  if (hasUserInfo(uri)) return 'which names a user before its host. Leave out all up to the "@".';
  return undefined;
}

/** What is written if a value was missing, or if somebody put an address behind a scheme that has its own. */
const NO_HOSTS = new Set(['http', 'https', 'null', 'undefined']);

/** A URI that nobody can mean: with a character that cannot be seen, or one of the web without a valid host. */
export function unmeantUri(uri: string): string | undefined {
  const invisible = invisibleIn(uri);
  if (invisible !== undefined)
    return `which has the character ${invisible}, which cannot be seen. Remove it.`;
  const [, authority] = /^https?:\/\/([^/?#]*)/i.exec(uri) ?? [];
  if (authority === undefined) return undefined;
  if (/[${}]/.test(percentDecoded(authority)))
    return 'which has a variable in its host, and nothing here puts its value in. Give the value, for example by an expression.';
  const host = authority.replace(/:\d*$/, '');
  if (host === '') return 'which has no host. Put one after the two slashes.';
  if (NO_HOSTS.has(host.toLowerCase()))
    return `whose host is "${host}". Check what the URI is put together from.`;
  return undefined;
}

/** A text that is no URI of any scheme that an app can have. */
export function uriProblem(uri: string): string | undefined {
  const unmeant = deceptiveUri(uri) ?? unmeantUri(uri);
  if (unmeant) return unmeant;
  if (/\s/.test(uri)) return 'which holds white space. Give one URI per line, and write blanks as %20.';
  if (/^https?:(?!\/\/)/i.test(uri)) return 'which lacks the two slashes before its host. Add them.';
  if (!/^[a-z][a-z0-9+.-]*:(?:\/{0,3}[^/]|\/{1,3}$)/i.test(uri))
    return 'which is not an absolute URI. Start it with its scheme, as in https://….';
  return /^https?:/i.test(uri) && !webUrl(uri)?.hostname
    ? 'which is not a URL. Check its host and port.'
    : undefined;
}

/**
 * A wildcard that Okta does not heed. It takes one in the left-most label of the host of a redirect URI of the web, with a label between it
 * and the top-level domain, if the app allows it (documented).
 *
 * @param allowed whether the app allows it; `never` of URIs that are no redirect URIs
 */
export function wildcardProblem(uri: string, allowed: boolean | 'never'): string | undefined {
  if (!uri.includes('*')) return undefined;
  if (allowed === 'never')
    return 'which has a wildcard, and Okta takes those in redirect URIs only. Give each URI by itself.';
  if (!/^https?:\/\/[^*./?:]*\*[^*./?:]*(?:\.[^*./?:]+){2,}\.?(?:[/?:][^*]*)?$/i.test(uri))
    return 'which has a wildcard that Okta does not take: there may be one, in the left-most part of the host, with a part between it and the top-level domain. Use a pattern such as https://*.example.com/callback.';
  return allowed
    ? undefined
    : 'which has a wildcard. Set "wildcard-redirect: subdomain" to allow it, or give the URIs themselves.';
}

/** A host of the web that no name server knows, or a port at which nothing listens. Okta takes it all the same. */
export function doubtfulHost(uri: string): string | undefined {
  const url = webUrl(uri);
  if (!url) return undefined;
  if (url.port === '0') return `whose port 0 nothing can listen at`;
  const host = url.hostname.replace(/\.$/, '');
  if (host.startsWith('[') || host === 'localhost') return undefined;
  const labels = host.split('.');
  const why = labels.some((label) => label === '')
    ? 'a part of it is empty'
    : labels.some((label) => label.length > LONGEST_LABEL)
      ? `a part of it is longer than ${LONGEST_LABEL} characters`
      : labels.some((label) => /^-|-$/.test(label))
        ? 'a part of it begins or ends with a hyphen'
        : labels.length === 1
          ? 'it is a single word'
          : undefined;
  return why && `whose host "${host}" cannot exist: ${why}`;
}

/** Source: RFC 1035, section 2.3.4. */
const LONGEST_LABEL = 63;

/** A URI of the web as browsers read it; a wildcard stands for a word. */
function webUrl(uri: string): URL | undefined {
  return /^https?:/i.test(uri) ? parseUrl(uri.replaceAll('*', 'x')) : undefined;
}

/** The URIs in a part of an app object, by the names of their properties; what is the user's own is not looked at. */
export function urisOfDocument(part: JsonObject): string[] {
  return urisBelow(part, '');
}

function urisBelow(value: Json | undefined, path: string): string[] {
  if (isUsersOwn(path)) return [];
  if (typeof value === 'string') return value !== '' && /ur[il]s?$/i.test(path) ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((item) => urisBelow(item, path));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    urisBelow(inner, path === '' ? key : `${path}.${key}`),
  );
}

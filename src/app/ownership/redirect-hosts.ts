import { invisibleIn } from '../../util/text/invisible.ts';
import { parseUrl } from '../../util/url.ts';
import { valueAt, type JsonObject } from '../../util/json.ts';
import { PATHS, strings } from '../app.ts';

/**
 * Patterns of hosts that an app's URIs may lead to. The owner of an app keeps them in its mark. There they say which URIs others may add to
 * it.
 */

/**
 * What is wrong with a pattern, and what to do about it; `undefined` if it is one.
 *
 * @param pattern a host, in which `*` stands for any characters except a dot
 */
export function hostPatternProblem(pattern: string): { why: string; remedy: string } | undefined {
  const remedy = 'Give the host alone, as in *.preview.example.com.';
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(pattern)) return { why: 'has a scheme', remedy };
  if (/[/?#\\]/.test(pattern)) return { why: 'has a path', remedy };
  if (/:\d*$/.test(pattern)) return { why: 'has a port', remedy };
  return hostOf(pattern) === undefined ? { why: 'is not a host', remedy } : undefined;
}

/** The URIs that lead to a host that no pattern matches, each once. Only a URI of the web has a host that counts. */
export function outsideHosts(uris: readonly string[], patterns: readonly string[]): string[] {
  const hosts = patterns.flatMap((pattern) => hostOf(pattern) ?? []);
  const fits = (uri: string): boolean => {
    const host = webHostOf(uri);
    return host !== undefined && hosts.some((pattern) => isFor(pattern, host));
  };
  return [...new Set(uris)].filter((uri) => !fits(uri));
}

/** Where Okta keeps the URIs that lead away from an app. */
const URI_LISTS = [PATHS['redirect-uris'], PATHS['post-logout-redirect-uris']] as const;

/** The URIs in a document that is merged into the app object: redirects, sign-outs, and where sign-in starts. */
export function urisIn(document: JsonObject): string[] {
  const initiate = valueAt(document, PATHS['initiate-login-uri']);
  return [
    ...URI_LISTS.flatMap((path) => strings(valueAt(document, path))),
    ...(typeof initiate === 'string' ? [initiate] : []),
  ];
}

/** The host as browsers read it, so that neither a user name nor a backslash hides where a URI leads to. */
export function webHostOf(uri: string): string | undefined {
  const url = parseUrl(uri);
  return url && /^https?:/.test(url.protocol) ? url.hostname : undefined;
}

/** The pattern as a URL's host is written: lower case, international names in ASCII, addresses in their shortest form. */
function hostOf(pattern: string): string | undefined {
  if (!isIpv6(pattern) && (/[\s@:%]/.test(pattern) || pattern.startsWith('.') || pattern.includes('..')))
    return undefined;
  if (invisibleIn(pattern) !== undefined) return undefined;
  return parseUrl(`https://${pattern}`)?.host || undefined;
}

/** Whether a pattern matches a host, label by label: no wildcard matches a dot. */
function isFor(pattern: string, host: string): boolean {
  const labels = host.split('.');
  const patterns = pattern.split('.');
  return patterns.length === labels.length && patterns.every((each, i) => isForLabel(each, labels[i] ?? ''));
}

/**
 * The label must contain the parts between the wildcards in their order. The first match of each is the best, so nothing is tried twice.
 */
function isForLabel(pattern: string, label: string): boolean {
  const [start = '', ...others] = pattern.split('*');
  const end = others.pop();
  if (end === undefined) return label === pattern;
  let at = start.length;
  for (const part of others) {
    const found = label.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return label.startsWith(start) && label.endsWith(end) && at + end.length <= label.length;
}

function isIpv6(pattern: string): boolean {
  return /^\[[0-9a-f:.]+\]$/i.test(pattern);
}

import type { Log } from '../util/log.ts';

/** What stands for the wildcard while the rest of its host is looked at. */
const SAMPLE = 'wildcard';

/**
 * Warns of redirect URIs whose wildcard is at a place where anybody can register a name, as right below a hosting provider's domain:
 * whoever has such a name can have Okta send codes there. The list of such suffixes is only loaded if a URI has a wildcard.
 */
export async function warnOfSharedSuffixes(uris: readonly string[], log: Log): Promise<void> {
  const wild = uris.filter((uri) => uri.includes('*'));
  if (wild.length === 0) return;
  const { parse } = await import('tldts');
  const warned = new Set<string>();
  for (const uri of wild) {
    const { hostname, domain, publicSuffix, isIcann, isPrivate } = parse(uri.replaceAll('*', SAMPLE), {
      allowPrivateDomains: true,
    });
    const isOpen = (isIcann || isPrivate) && (domain === null || domain === hostname);
    if (!isOpen || publicSuffix === null || warned.has(publicSuffix)) continue;
    warned.add(publicSuffix);
    log.warning(
      `"redirect-uris" has a wildcard right below "${publicSuffix}" (${uri}), where anybody can get a name, and with it what Okta sends there. Use a domain of your own, or give the URIs themselves.`,
    );
  }
}

/**
 * Warns of host patterns that match a host which anybody can get, as right below a hosting provider's domain: such a pattern lets others
 * add URIs of strangers.
 */
export async function warnOfSharedHosts(patterns: readonly string[], log: Log): Promise<void> {
  const wild = patterns.filter((pattern) => pattern.includes('*'));
  if (wild.length === 0) return;
  const { parse } = await import('tldts');
  for (const pattern of wild) {
    const { domain, publicSuffix, isIcann, isPrivate } = parse(pattern.replaceAll('*', SAMPLE), {
      allowPrivateDomains: true,
    });
    const isListed = isIcann === true || isPrivate === true;
    const isOpen =
      publicSuffix?.includes(SAMPLE) === true || (isListed && (domain === null || domain.includes(SAMPLE)));
    if (!isOpen) continue;
    log.warning(
      `"redirect-hosts" has ${pattern}, and anybody can get a host below "${publicSuffix ?? pattern}" that fits it. Name more of the host, such as the name of your team, or use a domain of your own.`,
    );
  }
}

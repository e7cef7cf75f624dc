import { checkBypass } from '@actions/http-client/lib/proxy';
import { ActionError } from '../../util/errors.ts';
import { parseUrl, percentDecoded } from '../../util/url.ts';

/**
 * Checks the proxy that the environment names for an org. Otherwise an invalid address would be ignored, and the org asked directly. One
 * that is asked without TLS is on this machine, where no proxy is on the way.
 *
 * @param orgUrl the org's origin
 * @returns the proxy's address, without a password; `undefined` if none is on the way to the org
 * @throws {ActionError} if the variable holds no address; its text is not shown, since it may hold a password
 */
export function checkProxy(orgUrl: string): string | undefined {
  const org = new URL(orgUrl);
  const text = proxySettings().https_proxy;
  if (!text || checkBypass(org)) return undefined;
  const url = proxyUrl(text);
  if (url && /^https?:$/.test(url.protocol) && url.hostname) return url.origin;
  throw new ActionError(
    `Cannot reach ${org.host} through the proxy`,
    'https_proxy holds no http address',
    `Set it to one, as in http://proxy.example.com:3128, or name ${org.hostname} in no_proxy.`,
  );
}

const VARIABLES = ['https_proxy', 'http_proxy', 'no_proxy'] as const;

/** How the environment says that servers are reached; an empty text if it does not say. */
export type ProxySettings = Readonly<Record<(typeof VARIABLES)[number], string>>;

/** The settings as `@actions/http-client` reads them: of two spellings, the small letters decide. */
export function proxySettings(): ProxySettings {
  const value = (name: string): string => process.env[name] || process.env[name.toUpperCase()] || '';
  return { https_proxy: value('https_proxy'), http_proxy: value('http_proxy'), no_proxy: value('no_proxy') };
}

/** Replaces what the environment says by now with these settings. */
export function useProxySettings(settings: ProxySettings): void {
  for (const name of VARIABLES) {
    Reflect.deleteProperty(process.env, name.toUpperCase());
    process.env[name] = settings[name];
  }
}

/** The passwords in the addresses of proxies, as they are written and as they are meant. */
export function passwordsOf({ https_proxy, http_proxy }: ProxySettings): string[] {
  const passwords = [https_proxy, http_proxy].map((text) => proxyUrl(text)?.password ?? '');
  return passwords
    .filter((password) => password !== '')
    .flatMap((password) => [password, percentDecoded(password)]);
}

/** A proxy's address may lack its scheme. */
function proxyUrl(text: string): URL | undefined {
  return parseUrl(/^[a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
}

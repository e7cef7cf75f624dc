import { checkBypass } from '@actions/http-client/lib/proxy';
import { ActionError } from '../../util/errors.ts';
import { parseUrl } from '../../util/url.ts';

/**
 * Checks the proxy that the environment names for an org. What is no address would be passed over, and the org asked directly.
 *
 * @param orgUrl the org's origin
 * @returns the proxy's address, without a password; `undefined` where there is none on the way to the org
 * @throws {ActionError} where the variable holds no address; its text is not told, since it may hold a password
 */
export function checkProxy(orgUrl: string): string | undefined {
  const org = new URL(orgUrl);
  const variable = org.protocol === 'https:' ? 'https_proxy' : 'http_proxy';
  const text = process.env[variable] || process.env[variable.toUpperCase()];
  if (!text || checkBypass(org)) return undefined;
  const url = parseUrl(/^[a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  if (url && /^https?:$/.test(url.protocol) && url.hostname) return url.origin;
  throw new ActionError(
    `Cannot reach ${org.host} through the proxy`,
    `${variable} holds no http address`,
    `Set it to one, as in http://proxy.example.com:3128, or name ${org.hostname} in no_proxy.`,
  );
}

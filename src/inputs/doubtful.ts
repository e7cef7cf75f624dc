import { isOfAllGroups } from '../app/groups-claim.ts';
import { hasProofKeys, withoutSecret } from '../app/settings/client-rules.ts';
import type { AppSettings } from '../app/settings/settings.ts';
import { doubtfulHost, urisOfDocument } from '../app/settings/uris.ts';
import type { Inputs } from './inputs.ts';
import { isLoopback, parseUrl } from '../util/url.ts';

/** Inputs that Okta takes as they are, and that hardly anybody means: one sentence for each, and what to do. */
export function doubtful(inputs: Pick<Inputs, 'settings' | 'trustedOrigins' | 'groupsClaim'>): string[] {
  const { settings, groupsClaim } = inputs;
  const lists = ['redirect-uris', 'post-logout-redirect-uris'] as const;
  return [
    ...lists.flatMap((input) => doubtfulUris(input, settings[input] ?? [])),
    ...doubtfulHosts(inputs),
    ...unusedKeys(settings),
    ...(groupsClaim !== undefined && groupsClaim !== 'none' && isOfAllGroups(groupsClaim)
      ? [
          '"groups-claim" puts all groups of a person into the ID tokens, and Okta refuses a sign-in if they are more than a hundred. Give "filter" and "value" that fit fewer.',
        ]
      : []),
  ];
}

/** Inputs that contain URIs that Okta gets unchanged. */
const URI_INPUTS = [
  'redirect-uris',
  'post-logout-redirect-uris',
  'initiate-login-uri',
  'logo-uri',
  'jwks-uri',
] as const;

/** Each host is reported once for an input. */
function doubtfulHosts({
  settings,
  trustedOrigins = [],
}: Pick<Inputs, 'settings' | 'trustedOrigins'>): string[] {
  const uris: [string, string[]][] = [
    ...URI_INPUTS.map((input): [string, string[]] => [input, [settings[input] ?? []].flat()]),
    ['trusted-origins', trustedOrigins],
    ['settings', urisOfDocument(settings.other ?? {})],
  ];
  return uris.flatMap(([input, all]) => {
    const byDoubt = new Map(all.map((uri) => [doubtfulHost(uri), uri]));
    byDoubt.delete(undefined);
    return [...byDoubt].map(([doubt = '', uri]) => `"${input}" has ${uri}, ${doubt}. Check it.`);
  });
}

function doubtfulUris(input: string, uris: readonly string[]): string[] {
  const all = new Set(uris);
  return uris.flatMap((uri) => {
    const url = parseUrl(uri.replaceAll('*', 'wildcard'));
    const isWeb = url !== undefined && /^https?:$/.test(url.protocol);
    return [
      isWeb && url.protocol === 'http:' && !isLoopback(url.hostname)
        ? `"${input}" has ${uri}, where codes and tokens travel in the clear. Use https.`
        : '',
      isWeb && url.pathname.includes('//')
        ? `"${input}" has ${uri}, with two slashes in its path. Okta compares every character: check that your application sends both.`
        : '',
      uri.endsWith('/') && all.has(uri.slice(0, -1))
        ? `"${input}" has ${uri} with and without the slash at its end. Okta compares every character: keep the one that your application sends.`
        : '',
    ].filter((warning) => warning !== '');
  });
}

function unusedKeys(settings: AppSettings): string[] {
  const method = settings['token-endpoint-auth-method'];
  if (!hasProofKeys(settings) || method === undefined || method === 'private_key_jwt') return [];
  const input = settings.jwks === undefined ? 'jwks-uri' : 'jwks';
  const proof = withoutSecret(method) ? 'nothing' : 'its secret';
  return [
    `"${input}" is set, and a client with "token-endpoint-auth-method: ${method}" proves itself with ${proof}. Set "private_key_jwt", or leave the keys out.`,
  ];
}

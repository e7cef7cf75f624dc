import type { ApplicationType } from '../app/app.ts';
import type { GitHubContext } from '../github/context.ts';
import type { InputReader } from '../util/input-reader.ts';
import type { AppSettings } from '../app/settings.ts';
import type { Inputs } from './inputs.ts';
import { valueAt } from '../util/json.ts';
import { needsRedirectUri, requiredGrant, withoutPkce, withoutSecret } from '../app/client-rules.ts';

type Asked = Omit<Inputs, 'connection'>;

/**
 * What no single input shows: rules between inputs, as far as they can be told before the first request.
 *
 * @param reader collects the problems
 */
export function checkTogether(reader: InputReader, inputs: Asked, github: GitHubContext): void {
  const { settings } = inputs;
  if (settings.jwks && settings.jwksUri) {
    reader.problem('jwks', 'is set beside "jwks-uri", and Okta takes one of them. Leave one out.');
  }
  if (settings.refreshTokenLeeway !== undefined && settings.refreshTokenRotation === 'STATIC') {
    reader.problem(
      'refresh-token-leeway',
      'is set beside "refresh-token-rotation: static", for which Okta keeps none. Leave one out.',
    );
  }
  if (inputs.state === 'auto' && !github.pullRequest) {
    reader.problem(
      'state',
      'is "auto", and this run is not a pull request\'s. Use it in workflows on "pull_request", or say "present" or "absent".',
    );
  }
  if (settings.type) checkType(reader, settings, settings.type);
  else if (settings.tokenEndpointAuthMethod === 'none' && settings.pkceRequired === false) {
    reader.problem('pkce-required', withoutPkce('web', 'none', false) ?? '');
  }
  if (settings.type === 'service' && inputs.signOnPolicy) {
    reader.problem(
      'sign-on-policy',
      'is set, and a service app has no sign-on policy in Okta. Leave it out.',
    );
  }
  if (
    inputs.outputClientSecret &&
    settings.tokenEndpointAuthMethod &&
    withoutSecret(settings.tokenEndpointAuthMethod)
  ) {
    reader.problem(
      'output-client-secret',
      `is set, and an app with "token-endpoint-auth-method: ${settings.tokenEndpointAuthMethod}" has no client secret. Leave one out.`,
    );
  }
  if (inputs.shared) checkShared(reader, inputs);
  if (inputs.catalogApp !== undefined) checkCatalogApp(reader, inputs);
}

function checkType(reader: InputReader, settings: AppSettings, type: ApplicationType): void {
  const grant = requiredGrant(type);
  if (grant && settings.grantTypes && !settings.grantTypes.includes(grant)) {
    reader.problem(
      'grant-types',
      `lacks "${grant}", which Okta requires of an app of type "${type}". Add it, or choose another type.`,
    );
  }
  const problem = withoutPkce(type, settings.tokenEndpointAuthMethod, settings.pkceRequired);
  if (problem) reader.problem('pkce-required', problem);
  const grants = settings.grantTypes ?? (grant ? [grant] : []);
  if (settings.redirectUris?.length === 0 && needsRedirectUri(type, grants)) {
    reader.problem('redirect-uris', 'is empty, and the grant types need a redirect URI. Give at least one.');
  }
}

/** What a run may say about an app that belongs to others too. */
const SHARED_SETTINGS = new Set(['redirectUris', 'postLogoutRedirectUris', 'wildcardRedirect']);

function checkShared(reader: InputReader, inputs: Asked): void {
  const { settings } = inputs;
  const extra = Object.entries(settings).some(
    ([key, value]) => value !== undefined && !SHARED_SETTINGS.has(key),
  );
  const others = [inputs.groups, inputs.users, inputs.signOnPolicy, inputs.catalogApp].some(
    (value) => value !== undefined,
  );
  if (extra || others || inputs.adopt) {
    reader.problem(
      'shared',
      'is true, so this run may only add and take away "redirect-uris", "post-logout-redirect-uris" and "trusted-origins". Leave the other settings out.',
    );
  }
  if (
    ![settings.redirectUris, settings.postLogoutRedirectUris, inputs.trustedOrigins].some(
      (list) => list && list.length > 0,
    )
  ) {
    reader.problem(
      'redirect-uris',
      'is missing. A run on a shared app needs "redirect-uris", "post-logout-redirect-uris" or "trusted-origins".',
    );
  }
}

/** Okta takes and forgets these for an app of its network (recorded). */
function checkCatalogApp(reader: InputReader, inputs: Asked): void {
  const { other, ...own } = inputs.settings;
  if (Object.values(own).some((value) => value !== undefined)) {
    reader.problem(
      'catalog-app',
      'is set beside OAuth settings, which Okta keeps itself for an app of its network. Leave those out, and give the app\'s own fields as "settings: { settings: { app: … } }" or "settings: { app: … }".',
    );
  }
  if (other && valueAt(other, ['settings', 'oauthClient']) !== undefined) {
    reader.problem(
      'settings',
      'may not set settings.oauthClient of a catalog app: Okta keeps it itself. Leave it out.',
    );
  }
}

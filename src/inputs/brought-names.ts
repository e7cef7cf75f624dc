import { PATHS } from '../app/app.ts';
import { remedyInSettings } from '../app/settings/document.ts';
import { propertyNamed } from '../app/settings/known-properties.ts';
import { plain } from '../util/text/nearest.ts';

/**
 * Names of settings elsewhere that have another one here, by their place here: an input, a path below the input `settings`, or what to do
 * instead. Names that differ from an input's in punctuation alone, and those of Okta's API, need no row. Sources: Terraform's provider for Okta,
 * version 7 (`okta_app_oauth` and the resources beside it); Auth0's Management API (`client`) and its Terraform provider; OpenID Connect
 * Dynamic Client Registration 1.0.
 */
export const BROUGHT_NAMES: readonly (readonly [place: string, names: string])[] = [
  ['name', 'label app_label app_name application_name client_name display_name'],
  ['type', 'app_type client_type'],
  ['client-id', 'custom_client_id'],
  [
    'redirect-uris',
    'callback callbacks callback_uri callback_uris callback_url callback_urls login_redirect_uri login_redirect_uris login_redirect_url login_redirect_urls sign_in_redirect_uri sign_in_redirect_uris uri',
  ],
  [
    'post-logout-redirect-uris',
    'allowed_logout_urls logout_redirect_uri logout_redirect_uris logout_redirect_urls logout_uri logout_uris logout_url logout_urls post_logout_uris post_logout_urls sign_out_redirect_uri sign_out_redirect_uris',
  ],
  ['grant-types', 'allowed_grant_types grants oauth_grant_types'],
  ['token-endpoint-auth-method', 'auth_method client_authentication client_authentication_methods'],
  ['pkce-required', 'pkce require_pkce'],
  ['jwks', 'public_key public_keys signing_keys'],
  ['wildcard-redirect', 'allow_wildcard wildcard'],
  ['initiate-login-uri', 'login_uri login_url initiate_login_url sign_in_uri'],
  ['logo-uri', 'logo logo_url'],
  ['refresh-token-rotation', 'refresh_token rotate_refresh_token'],
  ['dpop-bound-access-tokens', 'dpop require_dpop require_proof_of_possession'],
  ['consent-method', 'consent is_first_party'],
  ['catalog-app', 'preconfigured_app oin_app'],
  [
    'sign-on-policy',
    'authentication_policy authentication_policy_id access_policy policy policy_id skip_authentication_policy sign_on_policy_id',
  ],
  ['groups', 'group_id group_ids group_name group_names group_assignments assigned_groups'],
  ['users', 'user_id user_ids user_names user_assignments assigned_users'],
  ['assignments', 'retain_assignment'],
  ['trusted-origins', 'allowed_origins web_origins origin origins cors_origins'],
  ['authorization-server', 'auth_server auth_server_id authorization_server_id issuer server_id'],
  ['authorization-server-policies', 'client_whitelist access_policies auth_server_policies'],
  ['api-scopes', 'scope scopes okta_scopes'],
  ['output-client-secret', 'omit_secret'],
  ['timeout-seconds', 'timeouts request_timeout'],
  ['org-url', 'base_url domain okta_domain okta_org_url okta_url org_name'],
  ['api-token', 'okta_api_token okta_token'],
  ['auth-private-key', 'private_key okta_private_key'],
  ['auth-key-id', 'kid private_key_id'],
  ['settings: settings.notes.admin', 'admin_note'],
  ['settings: settings.notes.enduser', 'enduser_note'],
  ['settings: visibility.appLinks', 'app_links_json'],
  ['settings: settings.app', 'app_settings_json app_settings'],
  ['settings: profile', 'client_metadata metadata'],
  ['settings: credentials.userNameTemplate.userSuffix', 'user_name_template_suffix'],
  ['settings: settings.oauthClient.idp_initiated_login.mode', 'login_mode'],
  ['settings: settings.oauthClient.idp_initiated_login.default_scope', 'login_scopes'],
  ['settings: settings.oauthClient.frontchannel_logout_uri', 'oidc_logout'],
  ['settings: settings.oauthClient.id_token_encrypted_response_alg', 'encryption_key jwe'],
  ['settings: settings.oauthClient.request_object_signing_alg', 'signed_request_object'],
  ['settings: settings.oauthClient.tos_uri', 'terms_of_service_uri tos_url'],
  ['settings: settings.oauthClient.policy_uri', 'privacy_policy_uri'],
  ['settings: settings.oauthClient.client_uri', 'client_url home_page'],
  ['Okta takes none on Identity Engine: leave it out.', 'accessibility_login_redirect_url'],
  [
    'Okta makes the secret: "output-client-secret" outputs it.',
    'client_basic_secret client_basic_secret_wo client_basic_secret_wo_version',
  ],
  [
    'No input sets that of groups, users, policies or origins: set it in Okta itself.',
    'description group_priority group_profile password priority username',
  ],
  ['No input grants roles: use the Admin Console.', 'resource_set role roles target_apps target_groups'],
  [
    'Okta has no such setting of an app.',
    'addons allowed_clients async_approval_notification_channels client_aliases compliance_level connections cross_origin_auth cross_origin_authentication cross_origin_loc custom_login_page custom_login_page_on custom_login_page_preview default_organization express_configuration form_template is_token_endpoint_ip_header_trusted jwt_configuration mobile native_social_login oidc_conformant organization_require_behavior organization_usage require_pushed_authorization_requests resource_server_identifier session_transfer skip_non_verifiable_callback_uri_confirmation_prompt sso sso_disabled tenant token_exchange token_quota',
  ],
];

const PLACES = new Map(
  BROUGHT_NAMES.flatMap(([place, names]) => names.split(' ').map((name) => [plain(name), place] as const)),
);

/**
 * The place here of a setting that has this name elsewhere, as in the first column of the table. `undefined` if the name is none that
 * people bring along.
 */
export function placeOf(name: string): string | undefined {
  const place = PLACES.get(plain(name));
  if (place !== undefined) return place;
  const property = propertyNamed(name);
  if (property === undefined) return undefined;
  const input = Object.entries(PATHS).find(([, path]) => path.join('.') === property)?.[0];
  return input ?? remedyInSettings(property) ?? BELOW_SETTINGS + property;
}

const BELOW_SETTINGS = 'settings: ';

/** What to do with an unknown input of that name, as a sentence; `undefined` if the name is none that people bring along. */
export function broughtNameHint(name: string): string | undefined {
  const place = placeOf(name);
  if (place === undefined || place.endsWith('.')) return place;
  return place.startsWith(BELOW_SETTINGS)
    ? `Give it in "settings", as ${place.slice(BELOW_SETTINGS.length)}.`
    : `Its name here is "${place}".`;
}

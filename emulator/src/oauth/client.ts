import type { JsonObject } from '../json.ts';
import { objectOf, stringOf, stringsOf } from '../json.ts';
import type { App } from '../org.ts';

/** An app as an authorization server sees it. */
export interface Client {
  readonly app: App;
  readonly id: string;
  /** `web`, `browser`, `native` or `service`. */
  readonly type: string;
  readonly authMethod: string;
  readonly grantTypes: readonly string[];
  readonly responseTypes: readonly string[];
  readonly pkceRequired: boolean;
  readonly dpopRequired: boolean;
  readonly issuerMode: string;
  /** All of `settings.oauthClient`. */
  readonly settings: JsonObject;
}

/** The client that an app is; an app of another kind has no grant types, so that it may do nothing. */
export function clientOf(app: App): Client {
  const settings = objectOf(objectOf(app.body['settings'])['oauthClient']);
  const credentials = objectOf(objectOf(app.body['credentials'])['oauthClient']);
  return {
    app,
    id: app.clientId,
    type: stringOf(settings['application_type']) ?? '',
    authMethod: stringOf(credentials['token_endpoint_auth_method']) ?? 'client_secret_basic',
    grantTypes: stringsOf(settings['grant_types']),
    responseTypes: stringsOf(settings['response_types']),
    pkceRequired: credentials['pkce_required'] === true,
    dpopRequired: settings['dpop_bound_access_tokens'] === true,
    issuerMode: stringOf(settings['issuer_mode']) ?? 'ORG_URL',
    settings,
  };
}

/** The origins of the pages that its redirect URIs lead to. */
export function redirectOrigins({ settings }: Client): string[] {
  return stringsOf(settings['redirect_uris'])
    .filter((uri) => URL.canParse(uri))
    .map((uri) => new URL(uri).origin);
}

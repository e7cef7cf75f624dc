import type { JsonObject } from '../../src/util/json.ts';

/** The ID of an app as Okta shows it. */
export function idOf(app: JsonObject | undefined): string {
  return app?.['id'] as string;
}

/** The client ID of an app as Okta shows it. */
export function clientIdOf(app: JsonObject): string {
  const { oauthClient } = app['credentials'] as { oauthClient: { client_id: string } };
  return oauthClient.client_id;
}

/** The sign-in redirect URIs of an app as Okta shows it. */
export function redirectUrisOf(app: JsonObject): string[] {
  const { oauthClient } = app['settings'] as { oauthClient: { redirect_uris?: string[] } };
  return oauthClient.redirect_uris ?? [];
}

/** The mark of an app, as it stands in its profile. */
export function markOf(app: JsonObject): JsonObject {
  return ((app['profile'] as JsonObject | undefined)?.['okta_oidc_app'] ?? {}) as JsonObject;
}

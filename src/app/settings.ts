import type { ApplicationType } from './app.ts';
import type { GrantType, ResponseType, TokenEndpointAuthMethod } from './client-rules.ts';
import type { JsonObject } from '../util/json.ts';

/** The inputs that say what the app is to be, in Okta's values. */
export interface AppSettings {
  clientId?: string | undefined;
  type?: ApplicationType | undefined;
  redirectUris?: string[] | undefined;
  postLogoutRedirectUris?: string[] | undefined;
  grantTypes?: GrantType[] | undefined;
  responseTypes?: ResponseType[] | undefined;
  tokenEndpointAuthMethod?: TokenEndpointAuthMethod | undefined;
  pkceRequired?: boolean | undefined;
  jwks?: JsonObject[] | undefined;
  jwksUri?: string | undefined;
  wildcardRedirect?: 'DISABLED' | 'SUBDOMAIN' | undefined;
  initiateLoginUri?: string | undefined;
  logoUri?: string | undefined;
  refreshTokenRotation?: 'ROTATE' | 'STATIC' | undefined;
  refreshTokenLeeway?: number | undefined;
  dpopBoundAccessTokens?: boolean | undefined;
  consentMethod?: 'REQUIRED' | 'TRUSTED' | undefined;
  /** Whatever has no input of its own, in the shape of Okta's app object. */
  other?: JsonObject | undefined;
}

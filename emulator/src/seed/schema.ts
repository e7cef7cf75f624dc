import { z } from 'zod';
import { HOST_NAME } from '../host-name.ts';
import { didYouMean } from '../nearest.ts';

/**
 * What a seed may hold. Names are those of Okta's API; where the API wants an ID, a seed has the name. What the values may be is for the
 * API to say: a seed is put into the org through it.
 */

/** An object that has no other keys than these. One line of the message for each key that it does not know. */
function keys<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: ({ code, keys: unknown }) =>
      code === 'unrecognized_keys'
        ? unknown
            .map(
              (key) =>
                `there is no "${key}" here.${didYouMean(key, known) || ` Known: ${known.join(', ')}.`}`,
            )
            .join('\n')
        : undefined,
  });
}

const text = z.string().min(1);
const texts = z.array(text);
const whole = z.int().min(0);
const status = z.enum(['ACTIVE', 'INACTIVE']);
/** Handed on to the API as it is. */
const json = z.record(z.string(), z.json());

const user = keys({
  login: text,
  password: text.optional(),
  firstName: text.optional(),
  lastName: text.optional(),
  email: text.optional(),
  /** ACTIVE, the default, is PROVISIONED without a password, as in Okta. */
  status: z.enum(['ACTIVE', 'STAGED', 'DEPROVISIONED']).optional(),
  /** Whatever else the profile holds. */
  profile: json.optional(),
});

const group = keys({
  name: text,
  description: text.optional(),
  /** Logins. */
  members: texts.optional(),
  profile: json.optional(),
});

/** `settings.oauthClient` of an app. */
export const clientSettings = {
  application_type: text.optional(),
  redirect_uris: texts.optional(),
  post_logout_redirect_uris: texts.optional(),
  grant_types: texts.optional(),
  response_types: texts.optional(),
  consent_method: text.optional(),
  dpop_bound_access_tokens: z.boolean().optional(),
  initiate_login_uri: text.optional(),
  issuer_mode: text.optional(),
  jwks: json.optional(),
  jwks_uri: text.optional(),
  refresh_token: json.optional(),
  wildcard_redirect: text.optional(),
};

/** `credentials.oauthClient` of an app. */
export const clientCredentials = {
  client_id: text.optional(),
  client_secret: text.optional(),
  pkce_required: z.boolean().optional(),
  token_endpoint_auth_method: text.optional(),
};

const app = keys({
  label: text,
  ...clientSettings,
  ...clientCredentials,
  status: status.optional(),
  /** Names. */
  groups: texts.optional(),
  /** Logins. */
  users: texts.optional(),
  /** Name of the authentication policy. */
  policy: text.optional(),
  /** Scopes of Okta's API that are granted to the app. */
  scopes: texts.optional(),
  profile: json.optional(),
  /** Anything else of Okta's app object, merged into it; with `signOnMode`, an app of another kind. */
  app: json.optional(),
});

const rule = keys({
  name: text,
  priority: whole.optional(),
  groups: texts.optional(),
  users: texts.optional(),
  conditions: json.optional(),
  actions: json.optional(),
});

const policy = keys({
  name: text,
  /** ACCESS_POLICY, an authentication policy, unless it says otherwise. */
  type: text.optional(),
  description: text.optional(),
  conditions: json.optional(),
  settings: json.optional(),
  rules: z.array(rule).optional(),
});

const serverRule = keys({
  name: text,
  priority: whole.optional(),
  grantTypes: texts,
  /** Any scope unless it says otherwise. */
  scopes: texts.optional(),
  /** Everyone, unless groups or users are given. */
  groups: texts.optional(),
  users: texts.optional(),
  accessTokenLifetimeMinutes: whole.optional(),
  refreshTokenLifetimeMinutes: whole.optional(),
  refreshTokenWindowMinutes: whole.optional(),
});

const serverPolicy = keys({
  name: text,
  description: text.optional(),
  priority: whole.optional(),
  /** Labels or client IDs of apps, or ALL_CLIENTS. */
  clients: texts,
  rules: z.array(serverRule).optional(),
});

const scope = keys({
  name: text,
  displayName: text.optional(),
  description: text.optional(),
  consent: text.optional(),
  default: z.boolean().optional(),
  metadataPublish: text.optional(),
  optional: z.boolean().optional(),
});

const claim = keys({
  name: text,
  /** RESOURCE, in access tokens, unless it says IDENTITY: in ID tokens. */
  claimType: text.optional(),
  valueType: text.optional(),
  value: text,
  group_filter_type: text.optional(),
  alwaysIncludeInToken: z.boolean().optional(),
  scopes: texts.optional(),
});

const authorizationServer = keys({
  /** `default` is the one that every org has. */
  name: text,
  description: text.optional(),
  audiences: texts.optional(),
  issuerMode: text.optional(),
  scopes: z.array(scope).optional(),
  claims: z.array(claim).optional(),
  policies: z.array(serverPolicy).optional(),
});

const trustedOrigin = keys({
  origin: text,
  name: text.optional(),
  /** CORS and REDIRECT, unless it says otherwise. */
  scopes: texts.optional(),
});

export const seedSchema = keys({
  users: z.array(user).optional(),
  groups: z.array(group).optional(),
  policies: z.array(policy).optional(),
  apps: z.array(app).optional(),
  authorizationServers: z.array(authorizationServer).optional(),
  trustedOrigins: z.array(trustedOrigin).optional(),
  /** Host of a custom domain, in the place of the one that the emulator was started with. */
  customDomain: z.string().regex(HOST_NAME, 'it has to be a host, such as login.shop.example.').optional(),
});

/** What an org starts with: see the README. */
export type Seed = z.infer<typeof seedSchema>;

import type { ApplicationType } from '../app/app.ts';
import { readConnection, withoutCredentials } from './connection.ts';
import { parseUrl } from '../util/url.ts';
import type { Inputs } from './inputs.ts';
import type { AppSettings } from '../app/settings.ts';
import { InputError } from '../util/errors.ts';
import type { GitHubContext } from '../github/context.ts';
import { checkTogether } from './rules.ts';
import { InputReader, shown } from '../util/input-reader.ts';
import { DEEPEST_INPUT, isDeeper, isObject, type Json, type JsonObject } from '../util/json.ts';
import type { Log } from '../util/log.ts';
import type { GrantType, TokenEndpointAuthMethod } from '../app/client-rules.ts';
import { readSettingsDocument } from '../app/settings-document.ts';
import { warnOfSharedSuffixes } from './public-suffixes.ts';

/** Okta's limit on an app's label, in UTF-16 units. Source: Okta's apps reference. */
const LABEL_LENGTH = 100;

/** The words that `type` takes. */
const TYPES: Record<string, ApplicationType> = {
  web: 'web',
  spa: 'browser',
  browser: 'browser',
  native: 'native',
  service: 'service',
};

/** Grant types by their short names and by Okta's own. Source: `GrantType` of Okta's OpenAPI description. */
const GRANT_TYPES: Record<string, GrantType> = {
  authorization_code: 'authorization_code',
  implicit: 'implicit',
  refresh_token: 'refresh_token',
  client_credentials: 'client_credentials',
  password: 'password',
  interaction_code: 'interaction_code',
  device_code: 'urn:ietf:params:oauth:grant-type:device_code',
  token_exchange: 'urn:ietf:params:oauth:grant-type:token-exchange',
  jwt_bearer: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
  saml2_bearer: 'urn:ietf:params:oauth:grant-type:saml2-bearer',
  ciba: 'urn:openid:params:grant-type:ciba',
  'urn:ietf:params:oauth:grant-type:device_code': 'urn:ietf:params:oauth:grant-type:device_code',
  'urn:ietf:params:oauth:grant-type:token-exchange': 'urn:ietf:params:oauth:grant-type:token-exchange',
  'urn:ietf:params:oauth:grant-type:jwt-bearer': 'urn:ietf:params:oauth:grant-type:jwt-bearer',
  'urn:ietf:params:oauth:grant-type:saml2-bearer': 'urn:ietf:params:oauth:grant-type:saml2-bearer',
  'urn:openid:params:grant-type:ciba': 'urn:openid:params:grant-type:ciba',
  'urn:okta:params:oauth:grant-type:otp': 'urn:okta:params:oauth:grant-type:otp',
  'urn:okta:params:oauth:grant-type:oob': 'urn:okta:params:oauth:grant-type:oob',
  'http://auth0.com/oauth/grant-type/mfa-otp': 'http://auth0.com/oauth/grant-type/mfa-otp',
  'http://auth0.com/oauth/grant-type/mfa-oob': 'http://auth0.com/oauth/grant-type/mfa-oob',
};

const AUTH_METHODS: Record<TokenEndpointAuthMethod, TokenEndpointAuthMethod> = {
  client_secret_basic: 'client_secret_basic',
  client_secret_post: 'client_secret_post',
  client_secret_jwt: 'client_secret_jwt',
  private_key_jwt: 'private_key_jwt',
  none: 'none',
};

/** Whether this run is to be skipped: it has no credential, and the workflow says that such runs are. */
export function isSkipped(): boolean {
  const reader = new InputReader();
  return reader.flag('skip-without-credentials') === true && withoutCredentials(reader);
}

/**
 * Reads and checks every input of the action.
 *
 * @throws {InputError} with every problem at once
 */
export async function readInputs(github: GitHubContext, log: Log): Promise<Inputs> {
  const reader = new InputReader();
  const connection = readConnection(reader, github, log);
  const settings = await readSettings(reader);
  const inputs = {
    name: readName(reader),
    appId: readAppId(reader),
    state:
      reader.choice('state', { present: 'present', absent: 'absent', auto: 'auto' } as const) ?? 'present',
    shared: reader.flag('shared') ?? false,
    adopt: reader.flag('adopt') ?? false,
    dryRun: reader.flag('dry-run') ?? false,
    assignments: reader.choice('assignments', { add: 'add', exact: 'exact' } as const) ?? 'add',
    settings,
    catalogApp: reader.line('catalog-app')?.toLowerCase(),
    signOnPolicy: reader.line('sign-on-policy'),
    groups: reader.list('groups'),
    users: reader.list('users'),
    trustedOrigins: readOrigins(reader),
    maskClientId: reader.flag('mask-client-id') ?? true,
    outputClientSecret: reader.flag('output-client-secret') ?? false,
    authorizationServer: reader.line('authorization-server'),
    idp: reader.line('idp'),
    verifySignIn: reader.flag('verify-sign-in') ?? true,
    githubToken: reader.text('github-token'),
    settleSeconds: reader.number('settle-seconds', 0, 300, 'seconds') ?? 3,
    timeoutSeconds: reader.number('timeout-seconds', 1, 21_600, 'seconds') ?? 300,
  };
  reader.flag('skip-without-credentials');
  if (inputs.githubToken) log.mask(inputs.githubToken);
  if (reader.text('name') === undefined && reader.text('app-id') === undefined) {
    reader.problem('name', 'is missing. Give the label of the app, or its ID as "app-id".');
  }
  checkTogether(reader, inputs, github);
  if (reader.problems.length > 0 || !connection) throw new InputError(reader.problems);
  if (inputs.state !== 'absent') await warnOfSharedSuffixes(uris(settings), log);
  return { connection, ...inputs };
}

function uris({ redirectUris = [], postLogoutRedirectUris = [] }: AppSettings): string[] {
  return [...redirectUris, ...postLogoutRedirectUris];
}

function readName(reader: InputReader): string | undefined {
  const name = reader.line('name');
  if (name === undefined) return undefined;
  if (name.length > LABEL_LENGTH) {
    return reader.problem(
      'name',
      `is ${name.length} characters long, and Okta takes ${LABEL_LENGTH}. Shorten it to at most ${LABEL_LENGTH} characters.`,
    );
  }
  return /\p{Cc}/u.test(name)
    ? reader.problem('name', 'holds a control character. Use printable text.')
    : name;
}

function readAppId(reader: InputReader): string | undefined {
  const id = reader.line('app-id');
  if (id === undefined || /^[0-9A-Za-z_-]+$/.test(id)) return id;
  return reader.problem(
    'app-id',
    `is "${shown(id)}", not an ID. Okta's app IDs look like 0oa1b2c3d4E5F6g7H8i9.`,
  );
}

async function readSettings(reader: InputReader): Promise<AppSettings> {
  const wildcardRedirect = reader.choice('wildcard-redirect', {
    disabled: 'DISABLED',
    subdomain: 'SUBDOMAIN',
  } as const);
  return {
    clientId: readClientId(reader),
    type: reader.choice('type', TYPES),
    redirectUris: readRedirectUris(reader, 'redirect-uris', wildcardRedirect),
    postLogoutRedirectUris: readRedirectUris(reader, 'post-logout-redirect-uris', wildcardRedirect),
    grantTypes: reader.choices('grant-types', GRANT_TYPES),
    responseTypes: reader.choices('response-types', {
      code: 'code',
      token: 'token',
      id_token: 'id_token',
    } as const),
    tokenEndpointAuthMethod: reader.choice('token-endpoint-auth-method', AUTH_METHODS),
    pkceRequired: reader.flag('pkce-required'),
    jwks: readJwks(reader),
    jwksUri: readWebUrl(reader, 'jwks-uri'),
    wildcardRedirect,
    initiateLoginUri: readWebUrl(reader, 'initiate-login-uri'),
    logoUri: readWebUrl(reader, 'logo-uri'),
    refreshTokenRotation: reader.choice('refresh-token-rotation', {
      rotate: 'ROTATE',
      static: 'STATIC',
    } as const),
    refreshTokenLeeway: readLeeway(reader),
    dpopBoundAccessTokens: reader.flag('dpop-bound-access-tokens'),
    consentMethod: reader.choice('consent-method', { required: 'REQUIRED', trusted: 'TRUSTED' } as const),
    other: await readSettingsDocument(reader),
  };
}

/** Source of the rule: `client_id` in Okta's OpenAPI description. */
function readClientId(reader: InputReader): string | undefined {
  const id = reader.line('client-id');
  if (id === undefined || (/^[0-9A-Za-z$\-_.+!*'(),]{6,100}$/.test(id) && id !== 'ALL_CLIENTS')) return id;
  return reader.problem(
    'client-id',
    `is "${shown(id)}". Use 6 to 100 letters, digits and $-_.+!*'(), and not ALL_CLIENTS.`,
  );
}

function readRedirectUris(
  reader: InputReader,
  input: string,
  wildcardRedirect: string | undefined,
): string[] | undefined {
  const uris = reader.list(input);
  for (const uri of uris ?? []) {
    const problem = redirectUriProblem(uri, wildcardRedirect === 'SUBDOMAIN');
    if (problem) reader.problem(input, `has "${shown(uri)}", ${problem}`);
  }
  return uris;
}

/**
 * Okta takes any absolute URI, custom schemes and plain http too, and keeps its text as it is (recorded); it refuses a fragment
 * (reported), and matches a wildcard only where the app's `wildcard_redirect` says so (documented).
 */
function redirectUriProblem(uri: string, wildcards: boolean): string | undefined {
  if (/\s/.test(uri)) return 'which holds white space. Give one URI a line.';
  if (uri.includes('#')) return 'which has a fragment (#), and Okta takes none. Leave it out.';
  if (!/^[a-z][a-z0-9+.-]*:\/?\/?[^/]/i.test(uri))
    return 'which is not an absolute URI. Start it with its scheme, as in https://….';
  const web = /^https?:\/\/([^/?]*)(.*)$/i.exec(uri);
  const host = web?.[1] ?? '';
  if ((web?.[2] ?? '').includes('*') || host.lastIndexOf('*') > host.indexOf('.')) {
    return 'which has a wildcard outside the left-most part of its host. Use a pattern such as https://*.example.com/callback.';
  }
  if (host.includes('*') && !wildcards) {
    return 'which has a wildcard. Set "wildcard-redirect: subdomain" to allow it, or give the URIs themselves.';
  }
  if (web && !parseUrl(uri.replaceAll('*', 'wildcard')))
    return 'which is not a URL. Check its host and port.';
  return undefined;
}

function readWebUrl(reader: InputReader, input: string): string | undefined {
  const text = reader.line(input);
  if (text === undefined) return undefined;
  const url = parseUrl(text);
  if (/\s/.test(text))
    return reader.problem(input, `is "${shown(text)}", which holds white space. Write blanks as %20.`);
  if (url && /^https?:$/.test(url.protocol)) return text;
  return reader.problem(input, `is "${shown(text)}", not an absolute URL. Start it with https://.`);
}

function readLeeway(reader: InputReader): number | undefined {
  const leeway = reader.number('refresh-token-leeway', 0, 60, 'seconds');
  if (leeway === undefined || Number.isInteger(leeway)) return leeway;
  return reader.problem('refresh-token-leeway', `is ${leeway}. Use whole seconds from 0 to 60.`);
}

function readOrigins(reader: InputReader): string[] | undefined {
  const origins = reader.list('trusted-origins')?.map((text) => {
    const url = parseUrl(text);
    const plain =
      url &&
      /^https?:$/.test(url.protocol) &&
      url.pathname === '/' &&
      !url.search &&
      !url.hash &&
      !url.username;
    if (plain) return url.origin;
    return reader.problem(
      'trusted-origins',
      `has "${shown(text)}", not an origin. Give scheme, host and port only, as in https://app.example.com.`,
    );
  });
  return origins && [...new Set(origins.filter((origin) => origin !== undefined))];
}

function readJwks(reader: InputReader): JsonObject[] | undefined {
  const text = reader.text('jwks');
  if (text === undefined) return undefined;
  const document = parseJson(text);
  if (document === undefined)
    return reader.problem('jwks', 'is not JSON. Give a JSON Web Key Set: {"keys": [ … ]}.');
  if (isDeeper(document, DEEPEST_INPUT))
    return reader.problem('jwks', 'is nested too deeply. Give a JSON Web Key Set: {"keys": [ … ]}.');
  const keys =
    isObject(document) && 'keys' in document ? document['keys'] : isObject(document) ? [document] : document;
  if (!Array.isArray(keys) || !keys.every((key) => isObject(key) && typeof key['kty'] === 'string')) {
    return reader.problem(
      'jwks',
      'is not a key set. Give a JSON Web Key Set whose keys have a "kty": {"keys": [ … ]}.',
    );
  }
  const set = keys.filter(isObject);
  if (set.some((key) => 'd' in key || 'k' in key))
    return reader.problem('jwks', 'holds a private or symmetric key. Give the public keys only.');
  const ids = set.map((key) => key['kid']);
  if (ids.some((id) => typeof id !== 'string' || id === ''))
    return reader.problem('jwks', 'has a key without "kid". Give each key one: keys are told apart by it.');
  if (new Set(ids).size < ids.length)
    return reader.problem('jwks', 'has two keys of the same "kid". Give each key its own.');
  return set;
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

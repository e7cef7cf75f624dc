import type { AuthorizationRule } from '../authorization-server.ts';
import type { Answer, Exchange, Route } from '../exchange.ts';
import { stringsOf } from '../json.ts';
import type { App, User } from '../org.ts';
import { decide, isAssigned } from './access-policy.ts';
import type { Client } from './client.ts';
import { clientOf } from './client.ts';
import { NOT_ASSIGNED, POLICY_FAILED, UNKNOWN_CLIENT, UNKNOWN_SCOPE, grantNotAllowed } from './errors.ts';
import type { Issuer } from './issuer.ts';
import { issuerOf, paths } from './issuer.ts';
import { currentSession, loginPage } from './login.ts';
import { errorPage, formPost, redirect } from './pages.ts';
import { isOktaScope, knowsScope, scopesIn } from './scopes.ts';
import type { SignIn } from './token-store.ts';
import { issueAccessToken, issueIdToken } from './tokens.ts';

/** `/authorize` of the org's own authorization server, and that of a custom one; POST as well (documented). */
export const authorizeRoutes: Route[] = paths('authorize').flatMap((path) =>
  (['GET', 'POST'] as const).map((method): Route => ({ method, path, scope: null, handle: authorize })),
);

/** What is served of it, for the discovery document as well. */
export const RESPONSE_TYPES = [
  'code',
  'id_token',
  'code id_token',
  'code token',
  'id_token token',
  'code id_token token',
];
export const RESPONSE_MODES = ['query', 'fragment', 'form_post'];

/** A request whose client and redirect URI are good, so that everything else is told to the client. */
interface AuthorizeRequest {
  readonly exchange: Exchange;
  readonly issuer: Issuer;
  readonly client: Client;
  readonly parameters: URLSearchParams;
  readonly redirectUri: string;
  /** `code`, `token`, `id_token`. */
  readonly asked: readonly string[];
  readonly scopes: readonly string[];
}

type Problem = readonly [error: string, description: string];

/**
 * Signs a person in to a client. A client or redirect URI that Okta does not accept gets an error page, 400
 * (documented); everything after that is told to the client, by a redirect. The person signs in once for all clients,
 * in a session; assignment and access policy are looked at when it is known who it is (reported).
 */
async function authorize(exchange: Exchange): Promise<Answer> {
  const issuer = issuerOf(exchange);
  const parameters = new URLSearchParams([...exchange.query, ...new URLSearchParams(exchange.text)]);
  const app = visibleApp(exchange, parameters.get('client_id') ?? '');
  if (app === undefined) return errorPage('invalid_client', UNKNOWN_CLIENT);
  const client = clientOf(app);
  const redirectUri = parameters.get('redirect_uri') ?? '';
  if (redirectUri === '') return errorPage('missing_redirect_uri', 'redirect_uri is missing.');
  if (!isRegistered(redirectUri, client)) return errorPage('invalid_request', notRegistered(exchange, app));

  const asked = (parameters.get('response_type') ?? '').split(' ').filter((type) => type !== '');
  const scopes = scopesIn(parameters.get('scope') ?? '');
  const request = { exchange, issuer, client, parameters, redirectUri, asked, scopes };
  const problem = problemWith(request);
  return problem === undefined ? signIn(request) : tell(request, ...problem);
}

/** The active app of a client, unless it is so new that `/authorize` does not know it yet. */
function visibleApp({ org, trouble }: Exchange, clientId: string): App | undefined {
  const app = org.appOfClient(clientId);
  if (app?.status !== 'ACTIVE') return undefined;
  const { authorizeLagMs } = trouble;
  return authorizeLagMs === 0 || Date.now() - app.bornAt >= authorizeLagMs ? app : undefined;
}

/** Reported, with this text and the link to the app in the Admin Console. */
function notRegistered({ origin }: Exchange, app: App): string {
  return `The 'redirect_uri' parameter must be a Login redirect URI in the client app settings: ${origin}/admin/app/${app.name}/instance/${app.id}#tab-general`;
}

/**
 * Exact: scheme, case, port and trailing slash (documented). With `wildcard_redirect: SUBDOMAIN`, one `*` in the
 * left-most label stands for a part of that label (documented).
 */
function isRegistered(redirectUri: string, { settings }: Client): boolean {
  return stringsOf(settings['redirect_uris']).some((registered) => {
    if (registered === redirectUri) return !registered.includes('*');
    if (settings['wildcard_redirect'] !== 'SUBDOMAIN') return false;
    const [, before, after] = /^([a-z][a-z0-9+.-]*:\/\/[^./*]*)\*([^*]*)$/i.exec(registered) ?? [];
    if (before === undefined || after === undefined) return false;
    if (!redirectUri.startsWith(before) || !redirectUri.endsWith(after)) return false;
    return /^[A-Za-z0-9-]+$/.test(redirectUri.slice(before.length, redirectUri.length - after.length));
  });
}

/** What Okta would tell the client; texts from its catalogue of errors unless said otherwise. */
function problemWith(request: AuthorizeRequest): Problem | undefined {
  const { parameters } = request;
  for (const name of ['request', 'request_uri']) {
    // OpenID Connect's answer of a server that does not serve it.
    if (parameters.has(name)) return [`${name}_not_supported`, `The '${name}' parameter is not supported.`];
  }
  const problem = problemWithResponse(request) ?? problemWithScopes(request);
  if (problem !== undefined) return problem;
  if ((parameters.get('state') ?? '') === '') {
    return ['invalid_request', "The authentication request has an invalid 'state' parameter."];
  }
  if (request.asked.some((type) => type !== 'code') && (parameters.get('nonce') ?? '') === '') {
    return [
      'invalid_request',
      "The 'nonce' parameter is required for authorize requests with either the 'id_token' or 'token' response types..",
    ];
  }
  return request.asked.includes('code') ? problemWithPkce(request) : undefined;
}

function problemWithResponse({ client, parameters, asked }: AuthorizeRequest): Problem | undefined {
  // The text is inferred.
  if (asked.length === 0) return ['invalid_request', "The 'response_type' parameter is missing."];
  const unsupported: Problem = [
    'unsupported_response_type',
    `The response type is not supported by the authorization server. Configured response types: [${client.responseTypes.join(', ')}].`,
  ];
  if (asked.some((type) => !['code', 'token', 'id_token'].includes(type))) return unsupported;
  const needed = [
    ...(asked.includes('code') ? ['authorization_code'] : []),
    ...(asked.some((type) => type !== 'code') ? ['implicit'] : []),
  ];
  if (needed.some((grant) => !client.grantTypes.includes(grant))) {
    return ['unauthorized_client', grantNotAllowed(client.grantTypes)];
  }
  if (asked.some((type) => !client.responseTypes.includes(type))) return unsupported;
  const mode = parameters.get('response_mode');
  if (mode !== null && !RESPONSE_MODES.includes(mode)) {
    // The text is inferred.
    return ['unsupported_response_mode', `'${mode}' response mode is not supported.`];
  }
  if (mode === 'query' && asked.some((type) => type !== 'code')) {
    return [
      'unsupported_response_mode',
      "'query' response mode cannot be used with either the 'id_token' or 'token' response types.",
    ];
  }
  return undefined;
}

function problemWithScopes({ issuer, client, asked, scopes }: AuthorizeRequest): Problem | undefined {
  // The text is inferred.
  if (scopes.length === 0) return ['invalid_scope', "The 'scope' parameter is required."];
  if (!scopes.every((scope) => knowsScope(issuer, scope))) return ['invalid_scope', UNKNOWN_SCOPE];
  const personal = ['profile', 'email', 'address', 'phone'];
  const needsOpenId = asked.includes('id_token') || scopes.some((scope) => personal.includes(scope));
  if (needsOpenId && !scopes.includes('openid')) {
    return [
      'access_denied',
      "Requests for ID tokens or access tokens with OpenID scopes require the 'openid' scope.",
    ];
  }
  // That there is no refresh token without the grant is documented; the answer is inferred.
  if (scopes.includes('offline_access') && !client.grantTypes.includes('refresh_token')) {
    return ['unauthorized_client', grantNotAllowed(client.grantTypes)];
  }
  const granted = [...client.app.grants.values()].map(({ scopeId }) => scopeId);
  if (scopes.some((scope) => isOktaScope(scope) && issuer.custom === undefined && !granted.includes(scope))) {
    // Inferred from what the token endpoint says.
    return ['consent_required', 'You are not allowed any of the requested scopes.'];
  }
  return undefined;
}

/** A client that requires PKCE wants a challenge, and only S256 (documented). */
function problemWithPkce({ client, parameters }: AuthorizeRequest): Problem | undefined {
  const challenge = parameters.get('code_challenge') ?? '';
  if (challenge === '') {
    return client.pkceRequired
      ? ['invalid_request', 'PKCE code challenge is required by the application.']
      : undefined;
  }
  if (parameters.get('code_challenge_method') !== 'S256') {
    return ['invalid_request', 'PKCE code challenge method is not supported. Valid values: [S256]'];
  }
  if (!/^[A-Za-z0-9_-]{43}$/.test(challenge)) {
    return ['invalid_request', 'PKCE code challenge contains illegal characters.'];
  }
  return undefined;
}

/** The part that needs a person. */
async function signIn(request: AuthorizeRequest): Promise<Answer> {
  const { exchange, issuer, client, parameters, asked, scopes } = request;
  const { org, now } = exchange;
  const prompts = (parameters.get('prompt') ?? '').split(' ');
  const current = currentSession(exchange);
  const maxAge = parameters.get('max_age');
  const tooOld =
    current !== undefined &&
    maxAge !== null &&
    current.session.authTime + Number(maxAge) < Math.floor(now / 1000);
  if (current === undefined || tooOld || prompts.includes('login')) {
    return prompts.includes('none')
      ? tell(request, 'login_required', 'The client specified not to prompt, but the user is not logged in.')
      : loginPage(`${exchange.path}?${parameters.toString()}`, parameters.get('login_hint') ?? '');
  }
  const { user, session } = current;
  if (!isAssigned(org, client.app, user)) return tell(request, 'access_denied', NOT_ASSIGNED);
  let rule: AuthorizationRule | undefined;
  if (issuer.custom !== undefined) {
    const grantType = asked.includes('code') ? 'authorization_code' : 'implicit';
    const decision = decide(org, issuer.custom, { clientId: client.id, user, grantType, scopes });
    // A page and a redirect were both reported; which case gives which is inferred.
    if (decision === 'no policy' && exchange.unknown.signInWithoutPolicy === 'page') {
      return errorPage('access_denied', POLICY_FAILED);
    }
    if (typeof decision === 'string') return tell(request, 'access_denied', POLICY_FAILED);
    rule = { ...decision };
  }
  return succeed(request, user, {
    clientId: client.id,
    serverId: issuer.serverId,
    userId: user.id,
    scopes,
    authTime: session.authTime,
    nonce: parameters.get('nonce') ?? undefined,
    redirectUri: request.redirectUri,
    codeChallenge: parameters.get('code_challenge') ?? undefined,
    rule,
  });
}

/** What was asked for: a code, an access token, an ID token. */
async function succeed(request: AuthorizeRequest, user: User, signedIn: SignIn): Promise<Answer> {
  const { exchange, asked, parameters } = request;
  const grant = { ...request, signIn: signedIn, user, rule: signedIn.rule };
  const code = asked.includes('code') ? exchange.tokens.issueCode(signedIn, exchange.now) : undefined;
  const access = asked.includes('token') ? await issueAccessToken(exchange, grant) : undefined;
  const idToken = asked.includes('id_token')
    ? await issueIdToken(exchange, grant, { accessToken: access?.jwt, code })
    : undefined;
  return goBack(request, {
    code,
    id_token: idToken,
    ...(access === undefined
      ? {}
      : {
          access_token: access.jwt,
          token_type: 'Bearer',
          expires_in: String(access.expiresIn),
          scope: request.scopes.join(' '),
        }),
    state: parameters.get('state') ?? undefined,
  });
}

/** An error, told to the client. */
function tell(request: AuthorizeRequest, error: string, description: string): Answer {
  return goBack(request, {
    state: request.parameters.get('state') ?? undefined,
    error,
    error_description: description,
  });
}

/** Back to the client: in the query for `code`, in the fragment where tokens were asked for, or as it asked. */
function goBack(
  { redirectUri, parameters, asked }: AuthorizeRequest,
  answer: Readonly<Record<string, string | undefined>>,
): Answer {
  const entries = Object.entries(answer).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as [string, string]],
  );
  const fields = new URLSearchParams(entries);
  const tokens = asked.some((type) => type === 'token' || type === 'id_token');
  const mode = parameters.get('response_mode') ?? '';
  if (mode === 'form_post') return formPost(redirectUri, fields);
  const fragment = tokens || mode === 'fragment';
  const separator = fragment ? '#' : redirectUri.includes('?') ? '&' : '?';
  return redirect(`${redirectUri}${separator}${fields.toString()}`, { 'referrer-policy': 'no-referrer' });
}

import type { AuthorizationServer } from '../authorization-server.ts';
import { notFound } from '../errors.ts';
import type { Answer, Exchange, Route } from '../exchange.ts';
import type { JsonObject } from '../json.ts';
import { objectOf, stringsOf } from '../json.ts';
import type { App } from '../org.ts';

/** `/oauth2/v1/authorize` of the org, and that of a custom authorization server. */
export const authorizeRoutes: Route[] = [
  { method: 'GET', path: '/oauth2/v1/authorize', scope: null, handle: authorize },
  { method: 'GET', path: '/oauth2/:serverId/v1/authorize', scope: null, handle: authorize },
];

/**
 * The custom authorization server that the path names, undefined where it names none: the org's own. 404 where the org
 * does not have it (recorded type name).
 */
export function requireServer({ org, params }: Exchange): AuthorizationServer | undefined {
  const id = params['serverId'];
  if (id === undefined) return undefined;
  const server = org.findAuthorizationServer(id);
  if (server === undefined) throw notFound(id, 'AuthorizationServer');
  return server;
}

/**
 * As far as telling a client that can sign users in from one that cannot. Nobody ever has a session here, so
 * `prompt=none` ends in `login_required` at the redirect URI (reported), anything else at a sign-in page.
 *
 * A client or redirect URI that Okta does not accept gets an error page, 400 (documented); everything after that is
 * told to the client, by a redirect.
 */
function authorize(exchange: Exchange): Answer {
  requireServer(exchange);
  const { query, org, trouble } = exchange;
  const app = org.appOfClient(query.get('client_id') ?? '');
  const known =
    app?.status === 'ACTIVE' &&
    (trouble.authorizeLagMs === 0 || Date.now() - app.bornAt >= trouble.authorizeLagMs);
  if (app === undefined || !known) return errorPage("Invalid value for 'client_id' parameter.");

  const settings = objectOf(objectOf(app.body['settings'])['oauthClient']);
  const redirectUri = query.get('redirect_uri') ?? '';
  if (!isRegistered(redirectUri, settings)) {
    return errorPage("The 'redirect_uri' parameter must be a Login redirect URI in the client app settings.");
  }
  const problem = problemWith(query, app, settings);
  if (problem !== undefined) return redirect(query, redirectUri, ...problem);
  if (query.get('prompt') === 'none') {
    return redirect(
      query,
      redirectUri,
      'login_required',
      'The client specified not to prompt, but the user is not logged in.',
    );
  }
  return { status: 200, html: htmlPage('Sign In', 'Sign in to continue.') };
}

/**
 * Exact: scheme, case, port and trailing slash (documented). With `wildcard_redirect: SUBDOMAIN`, one `*` in the
 * left-most label stands for a part of that label (documented).
 */
function isRegistered(redirectUri: string, settings: JsonObject): boolean {
  return stringsOf(settings['redirect_uris']).some((registered) => {
    if (registered === redirectUri) return !registered.includes('*');
    if (settings['wildcard_redirect'] !== 'SUBDOMAIN') return false;
    const [, before, after] = /^([a-z][a-z0-9+.-]*:\/\/[^./*]*)\*([^*]*)$/i.exec(registered) ?? [];
    if (before === undefined || after === undefined) return false;
    if (!redirectUri.startsWith(before) || !redirectUri.endsWith(after)) return false;
    return /^[A-Za-z0-9-]+$/.test(redirectUri.slice(before.length, redirectUri.length - after.length));
  });
}

type Problem = readonly [error: string, description: string];

/** What Okta would tell the client; the errors are OAuth's, the texts inferred unless said otherwise. */
function problemWith(query: URLSearchParams, app: App, settings: JsonObject): Problem | undefined {
  const asked = (query.get('response_type') ?? '').split(' ').filter((type) => type !== '');
  const grants = stringsOf(settings['grant_types']);
  const configured = stringsOf(settings['response_types']);
  if (asked.length === 0) return ['invalid_request', "The 'response_type' parameter is missing."];
  if (asked.some((type) => !['code', 'token', 'id_token'].includes(type))) {
    return ['unsupported_response_type', 'The response type is not supported by the authorization server.'];
  }
  const code = asked.includes('code');
  const implicit = asked.includes('token') || asked.includes('id_token');
  const needed = [...(code ? ['authorization_code'] : []), ...(implicit ? ['implicit'] : [])];
  if (needed.some((grant) => !grants.includes(grant))) {
    // Documented, with this text.
    return [
      'unauthorized_client',
      `The client is not authorized to use the provided grant type. Configured grant types: [${grants.join(', ')}].`,
    ];
  }
  if (asked.some((type) => !configured.includes(type))) {
    return [
      'unsupported_response_type',
      `The response type is not supported by the client. Configured response types: [${configured.join(', ')}].`,
    ];
  }
  if ((query.get('scope') ?? '') === '') return ['invalid_scope', "The 'scope' parameter is required."];
  if ((query.get('state') ?? '') === '') {
    return ['invalid_request', "The authentication request has an invalid 'state' parameter."];
  }
  if (implicit && (query.get('nonce') ?? '') === '') {
    return ['invalid_request', "The authentication request has an invalid 'nonce' parameter."];
  }
  return code ? problemWithPkce(query, app) : undefined;
}

/** A client that requires PKCE wants a challenge, and only S256 (documented). */
function problemWithPkce(query: URLSearchParams, app: App): Problem | undefined {
  const credentials = objectOf(objectOf(app.body['credentials'])['oauthClient']);
  const challenge = query.get('code_challenge');
  if (challenge === null || challenge === '') {
    return credentials['pkce_required'] === true
      ? ['invalid_request', 'PKCE code challenge is required by the application.']
      : undefined;
  }
  if (query.get('code_challenge_method') !== 'S256') {
    return ['invalid_request', "The 'code_challenge_method' parameter must be 'S256'."];
  }
  if (!/^[A-Za-z0-9_-]{43}$/.test(challenge)) {
    return ['invalid_request', "The 'code_challenge' parameter is invalid."];
  }
  return undefined;
}

/** Back to the client: in the query for `code`, in the fragment where tokens were asked for, or as it asked. */
function redirect(query: URLSearchParams, redirectUri: string, error: string, description: string): Answer {
  const parameters = new URLSearchParams();
  const state = query.get('state');
  if (state !== null) parameters.set('state', state);
  parameters.set('error', error);
  parameters.set('error_description', description);
  const tokens = /\b(token|id_token)\b/.test(query.get('response_type') ?? '');
  const fragment = (query.get('response_mode') ?? (tokens ? 'fragment' : 'query')) === 'fragment';
  const separator = fragment ? '#' : redirectUri.includes('?') ? '&' : '?';
  return { status: 302, headers: { location: `${redirectUri}${separator}${parameters.toString()}` } };
}

function errorPage(sentence: string): Answer {
  return { status: 400, html: htmlPage('400 Bad Request', `Your request resulted in an error. ${sentence}`) };
}

function htmlPage(title: string, text: string): string {
  return `<!DOCTYPE html>\n<html lang="en"><head><title>${title}</title></head><body><h1>${title}</h1><p>${text}</p></body></html>\n`;
}

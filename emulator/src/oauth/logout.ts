import type { JWTPayload } from 'jose';
import { decodeJwt } from 'jose';
import type { Answer, Exchange, Route } from '../exchange.ts';
import { stringsOf } from '../json.ts';
import { clientOf } from './client.ts';
import type { Issuer } from './issuer.ts';
import { idTokenIssuer, issuerOf, paths } from './issuer.ts';
import { currentSession, endOfSession } from './login.ts';
import { errorPage, redirect } from './pages.ts';

/** `/logout`: ends the person's session at the org; GET and POST (documented). */
export const logoutRoutes: Route[] = paths('logout').flatMap((path) =>
  (['GET', 'POST'] as const).map((method): Route => ({ method, path, scope: null, handle: logOut })),
);

/**
 * A good `id_token_hint` is required, an expired one is fine; a bad one, and a `post_logout_redirect_uri` that is not
 * registered, get an error page (documented, reported). Without a redirect URI the browser ends at the sign-in page
 * (documented). A session of somebody else stays (inferred from "if the subject matches the session").
 */
async function logOut(exchange: Exchange): Promise<Answer> {
  const { org, origin, tokens } = exchange;
  const issuer = issuerOf(exchange);
  const parameters = new URLSearchParams([...exchange.query, ...new URLSearchParams(exchange.text)]);
  const hint = await readHint(exchange, issuer, parameters.get('id_token_hint') ?? '');
  if (typeof hint === 'string') return errorPage('invalid_request', hint);

  const app = org.appOfClient(hint.clientId);
  const redirectUri = parameters.get('post_logout_redirect_uri') ?? '';
  const registered = app === undefined ? [] : stringsOf(clientOf(app).settings['post_logout_redirect_uris']);
  if (redirectUri !== '' && !registered.includes(redirectUri)) {
    return errorPage(
      'invalid_request',
      `The 'post_logout_redirect_uri' parameter must be a Logout redirect URI in the client app settings: ${origin}/admin/app/${app?.name ?? 'oidc_client'}/instance/${app?.id ?? hint.clientId}#tab-general`,
    );
  }
  const current = currentSession(exchange);
  const isTheirs = current?.user.id === hint.userId;
  if (isTheirs) tokens.endSession(current.id);
  const headers = isTheirs ? endOfSession : {};
  if (redirectUri === '') return redirect('/login/login.htm', headers);
  const state = parameters.get('state');
  const separator = redirectUri.includes('?') ? '&' : '?';
  const query = state === null ? '' : `${separator}${new URLSearchParams({ state }).toString()}`;
  return redirect(`${redirectUri}${query}`, headers);
}

/** Whose ID token it is, and for which client; or what is wrong with it, in documented words. */
async function readHint(
  exchange: Exchange,
  issuer: Issuer,
  hint: string,
): Promise<{ clientId: string; userId: string } | string> {
  let claims: JWTPayload;
  try {
    claims = decodeJwt(hint);
  } catch {
    return 'The id_token_hint cannot be parsed.';
  }
  if (!(await issuer.keys.verifies(hint))) return 'The id_token_hint signature is invalid.';
  const { iss, aud, sub } = claims;
  const app = typeof aud === 'string' ? exchange.org.appOfClient(aud) : undefined;
  if (app === undefined || sub === undefined) return 'The audience of the id_token_hint is invalid.';
  if (iss !== idTokenIssuer(issuer, clientOf(app), exchange)) {
    return 'The issuer of the id_token_hint is invalid.';
  }
  return { clientId: app.clientId, userId: sub };
}

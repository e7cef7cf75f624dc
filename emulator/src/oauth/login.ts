import type { Answer, Exchange, Route } from '../exchange.ts';
import type { User } from '../org.ts';
import { findUser, loginOf } from '../users.ts';
import { errorPage, escaped, hiddenFields, htmlPage, redirect } from './pages.ts';
import type { Session } from './token-store.ts';

const LOGIN = '/login/login.htm';

/** The org's sign-in page: a form with `username` and `password`, and a session cookie for those who got them right. */
export const loginRoutes: Route[] = [
  {
    method: 'GET',
    path: LOGIN,
    scope: null,
    handle: ({ query }) => loginPage(query.get('fromURI') ?? '', ''),
  },
  { method: 'POST', path: LOGIN, scope: null, handle: logIn },
];

/** The cookie of a session at the org (documented). */
const COOKIE = 'sid';

/** The session that the request's cookie stands for, and its person; undefined where there is none, or it is over. */
export function currentSession({
  org,
  tokens,
  headers,
  now,
}: Exchange): { readonly id: string; readonly session: Session; readonly user: User } | undefined {
  for (const [, id = ''] of (headers.cookie ?? '').matchAll(/(?:^|;\s*)sid=([^;]+)/g)) {
    const session = tokens.findSession(id, now);
    const user = session === undefined ? undefined : org.users.get(session.userId);
    if (session !== undefined && user?.status === 'ACTIVE') return { id, session, user };
  }
  return undefined;
}

/** The headers that end the browser's session. */
export const endOfSession = { 'set-cookie': `${COOKIE}=; Path=/; Max-Age=0; HttpOnly` };

/**
 * The sign-in page.
 *
 * @param fromURI where the person was going, a path of this org; empty for nowhere
 * @param username what stands in the form already, from `login_hint`
 * @param problem what went wrong with the last try
 */
export function loginPage(fromURI: string, username: string, problem?: string): Answer {
  const alert = problem === undefined ? '' : `<p role="alert">${escaped(problem)}</p>\n`;
  return htmlPage(
    problem === undefined ? 200 : 401,
    'Sign In',
    `${alert}<form method="post" action="${LOGIN}">
${hiddenFields(new URLSearchParams({ fromURI }))}
<p><label>Username <input name="username" autocomplete="username" value="${escaped(username)}"></label></p>
<p><label>Password <input name="password" type="password" autocomplete="current-password"></label></p>
<button>Sign In</button>
</form>`,
  );
}

/** Goes on to where the person was going, in a session of their own; says no more than Okta does where it cannot. */
function logIn(exchange: Exchange): Answer {
  const { org, tokens, now, text } = exchange;
  const form = new URLSearchParams(text);
  const fromURI = form.get('fromURI') ?? '';
  // Nowhere but back to this org.
  if (fromURI !== '' && !fromURI.startsWith('/oauth2/')) {
    return errorPage('invalid_request', "The 'fromURI' parameter must be a path of this org.");
  }
  const username = form.get('username') ?? '';
  const user = username === '' ? undefined : findUser(org, username);
  const password = form.get('password');
  if (user?.status !== 'ACTIVE' || user.password === undefined || user.password !== password) {
    return loginPage(fromURI, username, 'Unable to sign in');
  }
  const cookie = `${COOKIE}=${tokens.startSession(user.id, now)}; Path=/; HttpOnly; SameSite=Lax`;
  if (fromURI === '') {
    const page = htmlPage(200, 'My Apps', `<p>Signed in as ${escaped(loginOf(user))}.</p>`);
    return { ...page, headers: { ...page.headers, 'set-cookie': cookie } };
  }
  return redirect(withoutPrompt(fromURI), { 'set-cookie': cookie });
}

/** The person has just signed in, so that a request to do so is met. */
function withoutPrompt(fromURI: string): string {
  const [path = '', query = ''] = fromURI.split('?');
  const parameters = new URLSearchParams(query);
  parameters.delete('prompt');
  parameters.delete('max_age');
  return `${path}?${parameters.toString()}`;
}

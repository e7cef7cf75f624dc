import { randomBytes } from 'node:crypto';
import { PATHS, listAt, typeOf, type RegisteredApp } from '../../app/app.ts';
import { parseUrl } from '../../util/url.ts';
import { endpointsOf, sampleOf, signInQuery } from '../../app/addresses/endpoints.ts';
import { clause, explain, plainText } from '../../util/errors.ts';
import type { Attempt, RawResponse } from '../../okta/http/sdk.ts';
import type { Inputs } from '../../inputs/inputs.ts';
import type { Session } from '../../session/session.ts';
import { mapConcurrently } from '../../util/map-concurrently.ts';

/** What Okta's `/authorize` says of one redirect URI. */
interface Verdict {
  redirectUri: string;
  /** `unknown`: the answer says nothing about the client, or there was none. */
  kind: 'accepted' | 'refused' | 'unknown';
  /** Why it was not accepted, and what to do: one or more sentences. */
  why: string;
}

/** How much is asked. */
interface Extent {
  /** Redirect URIs, at most. */
  uris: number;
  /** Milliseconds to continue asking. */
  patience: number;
}

/** After a change, as long as Okta may take to know a new app everywhere. */
const CHANGED: Extent = { uris: Infinity, patience: 10_000 };

/** Of an unchanged app: a sample, and just long enough to disregard an answer that soon passes. */
const UNCHANGED: Extent = { uris: 5, patience: 2_000 };

/** Milliseconds between the first two rounds of questions; it doubles with every round. */
const FIRST_PAUSE_MS = 500;

/** What the question needs to know of the workflow. */
type SignInInputs = Pick<
  Inputs,
  'connection' | 'authorizationServer' | 'settings' | 'shared' | 'verifySignIn'
>;

/** The question whether people can sign in to the app of a run. */
export interface SignInCheck {
  /**
   * Asks about an app while the run continues.
   *
   * @param isChanged whether the run has changed the app
   */
  begin(app: RegisteredApp, isChanged: boolean): void;
  /**
   * Reports what Okta says. What it refuses, and what could not be found out, is a warning: it never fails a run.
   *
   * @param isChanged whether the run has changed the app, or what belongs to it
   * @returns whether Okta accepts all that it was asked about; `undefined` if nobody signs in to the app through a browser, if Okta does
   *   not show its client ID, and if Okta gave no usable answer
   */
  conclude(app: RegisteredApp, isChanged: boolean): Promise<boolean | undefined>;
}

/**
 * Asks Okta, for the redirect URIs of an app, whether it would let a person sign in through them. The question signs nobody in: it carries
 * no credential, and `prompt=none`, to which Okta answers `login_required` if all is well (reported). For an app that belongs to others
 * too, only this run's redirect URIs are asked about.
 */
export function signInCheck(
  session: Pick<Session, 'okta' | 'deadline' | 'log'>,
  inputs: SignInInputs,
): SignInCheck {
  const askAbout = async (app: RegisteredApp, extent: Extent): Promise<Verdict[]> => {
    try {
      const questions = questionsFor(inputs, app).slice(0, extent.uris);
      const host = new URL(inputs.connection.orgUrl).host;
      return await ask(session, new Map(questions), host, extent.patience);
    } catch (error) {
      return [{ redirectUri: '', ...unknown(explain(error)) }];
    }
  };
  let begun: { extent: Extent; verdicts: Promise<Verdict[]> } | undefined;
  return {
    begin: (app, isChanged) => {
      const extent = isChanged ? CHANGED : UNCHANGED;
      if (inputs.verifySignIn) begun = { extent, verdicts: askAbout(app, extent) };
    },
    conclude: async (app, isChanged) => {
      if (!inputs.verifySignIn) return undefined;
      const extent = isChanged ? CHANGED : UNCHANGED;
      const asked = begun && begun.extent.uris >= extent.uris ? begun.verdicts : askAbout(app, extent);
      return tell(session, app, await asked);
    },
  };
}

function tell(
  { log }: Pick<Session, 'log'>,
  app: RegisteredApp,
  verdicts: readonly Verdict[],
): boolean | undefined {
  const refused = verdicts.filter(({ kind }) => kind === 'refused');
  for (const { redirectUri, why } of refused)
    log.warning(`Okta does not let anybody sign in to the app "${app.label}" through ${redirectUri}: ${why}`);
  const doubtful = verdicts.find(({ kind }) => kind === 'unknown');
  if (doubtful)
    log.warning(
      `Could not check whether people can sign in to the app "${app.label}": ${doubtful.why} Try it yourself, with the output "authorize-url".`,
    );
  if (refused.length > 0) return false;
  return doubtful || verdicts.length === 0 ? undefined : true;
}

/** The address to ask at, by redirect URI. Source: Okta's OpenID Connect reference. */
function questionsFor(inputs: SignInInputs, app: RegisteredApp): [string, string][] {
  if (typeOf(app) === 'service') return [];
  const { authorizeUrl } = endpointsOf(inputs.connection.orgUrl, inputs.authorizationServer);
  const own = inputs.settings['redirect-uris'] ?? [];
  const redirectUris = listAt(app, PATHS['redirect-uris']).filter(
    (uri) => !inputs.shared || own.includes(uri),
  );
  return redirectUris.flatMap((redirectUri): [string, string][] => {
    const unique = { state: unguessable(), nonce: unguessable(), codeChallenge: unguessable() };
    const query = signInQuery(app, redirectUri, unique);
    query?.set('prompt', 'none');
    return query ? [[redirectUri, `${authorizeUrl}?${query}`]] : [];
  });
}

/** As long and as random as a state, a nonce and the SHA-256 of a code verifier, which nobody will ever ask for here. */
function unguessable(): string {
  return randomBytes(32).toString('base64url');
}

/** Asks until all is accepted or the time is over: Okta does not know a new app everywhere at once. */
async function ask(
  { okta, deadline }: Pick<Session, 'okta' | 'deadline'>,
  questions: ReadonlyMap<string, string>,
  host: string,
  patience: number,
): Promise<Verdict[]> {
  const end = deadline.clock.now() + patience;
  const verdicts = new Map<string, Verdict>();
  for (let pause = FIRST_PAUSE_MS; ; pause *= 2) {
    const open = [...questions].filter(([uri]) => verdicts.get(uri)?.kind !== 'accepted');
    const answers = await mapConcurrently(open, async ([redirectUri, url]) => ({
      redirectUri,
      ...interpret(await okta.authorizeAnswer(url), sampleOf(redirectUri), host),
    }));
    for (const verdict of answers) verdicts.set(verdict.redirectUri, verdict);
    const isDone = [...verdicts.values()].every(({ kind }) => kind === 'accepted');
    if (isDone || deadline.clock.now() + pause > end || pause >= deadline.remaining())
      return [...verdicts.values()];
    await deadline.wait(pause, 'Okta does not confirm yet that people can sign in to the app');
  }
}

type Finding = Omit<Verdict, 'redirectUri'>;

function interpret(answer: Attempt, redirectUri: string, host: string): Finding {
  if ('kind' in answer) {
    return unknown(
      answer.kind === 'connection'
        ? `the connection to ${host} failed (${answer.code}).`
        : `${host} gave no answer in time.`,
    );
  }
  const { status } = answer;
  if (status === 429 || status >= 500) return unknown(`${host} answered ${status}.`);
  if (status >= 400) return refused(explainPage(answer));
  const target = parseUrl(answer.header('location') ?? '');
  const expected = parseUrl(redirectUri);
  if (!target || !expected || !isSamePlace(target, expected)) {
    return unknown(
      `${host} answered ${status}${target ? ` and leads to ${target.host}` : ''}, not to the redirect URI.`,
    );
  }
  return interpretError(errorOf(target));
}

/** Okta adds its parameters to the redirect URI, which may have a query of its own. */
function isSamePlace(target: URL, expected: URL): boolean {
  return (['protocol', 'host', 'pathname'] as const).every((part) => target[part] === expected[part]);
}

interface AuthorizeError {
  error: string;
  description: string;
}

/** What Okta reports to the client: in the fragment if tokens were asked for, else in the query (OpenID Connect). */
function errorOf(target: URL): AuthorizeError {
  const parameters = new URLSearchParams(`${target.search}&${target.hash.slice(1)}`);
  return {
    error: clause(parameters.get('error') ?? ''),
    description: clause(parameters.get('error_description') ?? ''),
  };
}

/**
 * Errors at the redirect URI that are about the client; all others (`login_required` and the like) are about a person, and so mean that
 * Okta accepts the client.
 */
function interpretError({ error, description }: AuthorizeError): Finding {
  const words = `Okta says "${description || error}"`;
  switch (error) {
    case 'unsupported_response_type':
    case 'unauthorized_client':
      return refused(
        `${words}. Give the app the response type and the grant type with which your application signs people in ("response-types", "grant-types").`,
      );
    case 'invalid_request':
      return refused(
        /pkce|code_challenge/i.test(description)
          ? `${words}. Your application must send a PKCE challenge (S256), or the app must not require it ("pkce-required: false").`
          : `${words}. Check the app's settings in the Admin Console.`,
      );
    case 'invalid_scope':
      return refused(
        `${words}. The scope "openid" must be there in the authorization server that "authorization-server" names.`,
      );
    case 'access_denied':
      return /policy evaluation failed/i.test(description)
        ? refused(
            `${words}. Add the app to an access policy of the authorization server that "authorization-server" names (Admin Console: Security, API).`,
          )
        : ACCEPTED;
    case 'server_error':
    case 'temporarily_unavailable':
      return unknown(`${words}.`);
    default:
      return ACCEPTED;
  }
}

/** What Okta shows a person if it does not trust the redirect URI enough to redirect there. Texts: documented, except the client's. */
function explainPage({ status, text }: RawResponse): string {
  const words = plainText(text);
  if (/redirect_uri/.test(words)) {
    return 'it is no sign-in redirect URI of the app. Okta compares every character: scheme, case, port and trailing slash. A wildcard needs "wildcard-redirect: subdomain".';
  }
  if (/client_id|client application/i.test(words)) {
    return 'Okta does not know the client. Check in the Admin Console that the app is active, and that "org-url" is its org.';
  }
  if (/AuthorizationServer/.test(words)) {
    return 'Okta has no such authorization server. Check "authorization-server": it is an ID, such as "default".';
  }
  return `Okta answered ${status} ("${words || 'no reason given'}"). Check the app's settings in the Admin Console.`;
}

const ACCEPTED: Finding = { kind: 'accepted', why: '' };

function refused(why: string): Finding {
  return { kind: 'refused', why };
}

function unknown(why: string): Finding {
  return { kind: 'unknown', why };
}

import * as oidc from 'openid-client';
import { Browser, type Person, type Visit } from '../../emulator/src/browser.ts';

/** An application that signs people in, made of `openid-client`, which is certified as a relying party: it knows nothing of this project. */

export interface RelyingPartyOptions {
  issuer: string;
  clientId: string;
  redirectUri: string;
  scope?: string;
}

/** A person who is signed in to the application. */
export interface SignedIn {
  config: oidc.Configuration;
  browser: Browser;
  tokens: oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers;
  /** What the ID token, whose signature was verified, says of the person. */
  claims: oidc.IDToken;
}

/** The page at which a sign-in ended, instead of at the application. */
export class StoppedAtOkta extends Error {
  readonly visit: Visit;

  constructor(visit: Visit) {
    const words = visit.text
      .replace(/<head>.*?<\/head>|<[^>]*>/gs, ' ')
      .replace(/\s+/g, ' ')
      .trimEnd();
    super(`The browser stays at ${visit.url.pathname}, which answers ${String(visit.status)}:${words}`);
    this.visit = visit;
  }
}

/**
 * Signs a person in as a single-page app does: authorization code with PKCE, and no secret.
 *
 * @throws StoppedAtOkta where Okta does not send the browser back; an error of `openid-client` where it sends an error along
 */
export async function signIn(
  { issuer, clientId, redirectUri, scope = 'openid profile email' }: RelyingPartyOptions,
  person: Person,
): Promise<SignedIn> {
  const config = await oidc.discovery(new URL(issuer), clientId, undefined, oidc.None(), {
    // Marked so that it stands out, as it should: the emulator speaks HTTP, on this machine only.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    execute: [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks],
  });
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
  const expectedState = oidc.randomState();
  const expectedNonce = oidc.randomNonce();
  const address = oidc.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope,
    state: expectedState,
    nonce: expectedNonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  });
  const browser = new Browser(issuer);
  const visit = await browser.open(address, person);
  if (visit.status !== undefined) throw new StoppedAtOkta(visit);
  const tokens = await oidc.authorizationCodeGrant(config, visit.url, {
    pkceCodeVerifier,
    expectedState,
    expectedNonce,
    idTokenExpected: true,
  });
  const claims = tokens.claims();
  if (!claims) throw new Error('There is no ID token.');
  return { config, browser, tokens, claims };
}

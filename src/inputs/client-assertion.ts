import type { ClientAssertion } from '../okta/auth/credentials.ts';
import { TOKEN_PATH } from '../okta/auth/token-errors.ts';
import { shown } from '../util/input-reader.ts';
import { isObject, parseJson, type Json, type JsonObject } from '../util/json.ts';
import { isLoopback, parseUrl } from '../util/url.ts';

/** A client assertion as an earlier step hands it over (RFC 7523). Pure: it reads texts, and describes them. */

/** What is wrong with it and what to do, each as the end of a sentence that names the input. It shows nothing but claims that are no secrets. */
interface Wrong {
  problems: string[];
}

const NO_JWT =
  'is no signed JWT. Give the JWT itself: header, claims and signature, in base64url with dots between.';

/**
 * Reads a client assertion, and checks who it speaks for and to whom. Okta checks its signature.
 *
 * @param clientId the service app that it is to speak for; `undefined` if the inputs do not say
 * @param orgUrl the org's origin; `undefined` if the inputs do not say
 */
export function readClientAssertion(
  assertion: string,
  clientId: string | undefined,
  orgUrl: string | undefined,
): Pick<ClientAssertion, 'assertion' | 'tokenOrigin' | 'expires'> | Wrong {
  const form = formProblem(assertion);
  if (form !== undefined) return { problems: [form] };
  const claims = claimsOf(assertion);
  const isSigned = /^[\w-]+\.[\w-]+\.[\w-]+$/.test(assertion);
  if (!isSigned || !claims || !partOf(assertion, 0)) return { problems: [NO_JWT] };
  if (claims['scp'] !== undefined || claims['cid'] !== undefined)
    return { problems: ['is an access token. Give it as "api-token".'] };
  const tokenOrigin = originOf(claims['aud'], orgUrl);
  const exp = typeof claims['exp'] === 'number' && claims['exp'] > 0 ? claims['exp'] : undefined;
  const problems = [
    ...[...WHO].flatMap(([claim, name]) => identityProblem(claims, claim, name, clientId)),
    ...(tokenOrigin === undefined ? [audienceProblem(claims, orgUrl)] : []),
    ...(exp !== undefined
      ? []
      : [
          'has no expiry (exp, in seconds since 1970). Set one, five minutes ahead: Okta takes up to an hour.',
        ]),
  ];
  if (problems.length > 0 || tokenOrigin === undefined || exp === undefined) return { problems };
  return { assertion, tokenOrigin, expires: exp * 1000 };
}

/** Whether a JWT is a client assertion for an org, whose issuer is its own subject, and not an access token. */
export function isClientAssertion(jwt: string): boolean {
  const claims = claimsOf(jwt);
  return claims?.['iss'] !== undefined && claims['iss'] === claims['sub'];
}

/** The claims that say whom it speaks for: Okta takes one from the client itself only (documented). */
const WHO = new Map([
  ['iss', 'issuer'],
  ['sub', 'subject'],
]);

function identityProblem(
  claims: JsonObject,
  claim: string,
  name: string,
  clientId: string | undefined,
): string[] {
  const value = claims[claim];
  if (clientId === undefined || value === clientId) return [];
  const names = typeof value === 'string' ? `names "${shown(value)}" as its ${name}` : `names no ${name}`;
  return [
    `${names} (${claim}), and Okta takes one from the client itself only. Sign it with ${claim} = "auth-client-id" ("${shown(clientId)}").`,
  ];
}

/** The origin of the token endpoint that the assertion is for, of those that are one: the org's own first. */
function originOf(audience: Json | undefined, orgUrl: string | undefined): string | undefined {
  const origins = [audience].flat().flatMap((each) => {
    const url = typeof each === 'string' ? parseUrl(each) : undefined;
    const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
    return url && isSafe && each === url.origin + TOKEN_PATH ? [url.origin] : [];
  });
  return origins.find((origin) => origin === orgUrl) ?? origins[0];
}

function audienceProblem({ aud }: JsonObject, orgUrl: string | undefined): string {
  const endpoint = `${orgUrl ?? 'https://acme.okta.com'}${TOKEN_PATH}`;
  const names = typeof aud === 'string' ? `is for "${shown(aud)}"` : 'does not say as a URL whom it is for';
  return `${names} (aud), not for the org's token endpoint. Sign it with aud = "${endpoint}".`;
}

/** What people have made of it on its way, or put in its place. */
function formProblem(text: string): string | undefined {
  if (/[+/=]/.test(text) && /^[\w.+/=-]+$/.test(text))
    return `is in base64, not in base64url: it has +, / or =. Write - for +, _ for /, and leave out =.`;
  return /^00[\w-]{40}$/.test(text) ? 'is an API token. Give it as "api-token".' : undefined;
}

/** The claims of a JWT, as far as it can be read. Nobody has checked who made them. */
export function claimsOf(jwt: string): JsonObject | undefined {
  return partOf(jwt, 1);
}

function partOf(jwt: string, index: number): JsonObject | undefined {
  const part = parseJson(Buffer.from(jwt.split('.')[index] ?? '', 'base64url').toString());
  return isObject(part) ? part : undefined;
}

import { createHash, randomBytes } from 'node:crypto';
import type { AuthorizationRule } from '../authorization-server.ts';
import type { Exchange } from '../exchange.ts';
import { objectOf } from '../json.ts';
import type { User } from '../org.ts';
import { loginOf } from '../users.ts';
import type { Client } from './client.ts';
import { customClaims, userClaims } from './claims.ts';
import type { Issuer } from './issuer.ts';
import { idTokenIssuer } from './issuer.ts';
import type { RefreshToken, SignIn } from './token-store.ts';

/** What tokens are issued for. */
export interface Grant {
  readonly issuer: Issuer;
  readonly client: Client;
  readonly scopes: readonly string[];
  /** The person's sign-in; undefined where the client acts for itself. */
  readonly signIn: SignIn | undefined;
  readonly user: User | undefined;
  /** The rule that let the request in, on a custom server. */
  readonly rule: AuthorizationRule | undefined;
  /** The thumbprint of the key that the tokens are bound to, for DPoP. */
  readonly thumbprint?: string | undefined;
}

/** Tokens of the org's own server, and all ID tokens, live an hour (documented, recorded). */
const HOUR = 3600;
/** A refresh token of the org's own server lives 90 days (documented). */
const NINETY_DAYS_MS = 90 * 24 * HOUR * 1000;

/** A lifetime of a rule, in minutes. */
function minutes(rule: AuthorizationRule | undefined, name: string): number | undefined {
  const value = objectOf(rule?.actions['token'])[name];
  return typeof value === 'number' ? value : undefined;
}

/**
 * An access token in the recorded form. That of a custom server is for its audience, with the login as `sub`; that of
 * the org's own server is for the org itself. The client's own tokens have the client as `sub` and no `uid`.
 */
export async function issueAccessToken(
  exchange: Exchange,
  grant: Grant,
  refreshTokenId?: string,
): Promise<{ jwt: string; expiresIn: number }> {
  const { issuer, client, scopes, signIn, user, thumbprint } = grant;
  const issuedAt = Math.floor(exchange.now / 1000);
  const expiresIn = (minutes(grant.rule, 'accessTokenLifetimeMinutes') ?? 60) * 60;
  const id = [
    'AT',
    randomBytes(24).toString('base64url'),
    ...(refreshTokenId === undefined ? [] : [refreshTokenId]),
  ];
  const [audience = issuer.url, ...others] = issuer.custom?.audiences ?? [];
  const claims = {
    ver: 1,
    jti: id.join('.'),
    iss: issuer.url,
    aud: others.length === 0 ? audience : [audience, ...others],
    iat: issuedAt,
    exp: issuedAt + expiresIn,
    cid: client.id,
    ...(user === undefined ? {} : { uid: user.id }),
    scp: [...scopes],
    ...(signIn === undefined ? {} : { auth_time: signIn.authTime }),
    sub: user === undefined ? client.id : loginOf(user),
    ...(thumbprint === undefined ? {} : { cnf: { jkt: thumbprint } }),
    ...customClaims(issuer.custom, { ...exchange, app: client.app, user, scopes }, 'RESOURCE', 'full'),
  };
  // Recorded: the org's own are marked as its own since 2026.
  const typ = issuer.custom === undefined ? 'application/okta-internal-at+jwt' : undefined;
  const jwt = await issuer.keys.sign(claims, typ);
  exchange.tokens.rememberAccessToken(jwt, {
    clientId: client.id,
    serverId: issuer.serverId,
    scopes,
    signIn,
    expiresAt: issuedAt + expiresIn,
    thumbprint,
    revoked: false,
  });
  return { jwt, expiresIn };
}

/** What else goes with an ID token, and how the person came by it. */
export interface IdTokenContext {
  readonly accessToken?: string | undefined;
  readonly code?: string | undefined;
  /** A refreshed ID token names no method and no nonce (recorded). */
  readonly refreshed?: boolean;
}

/** An ID token with its claims in the recorded order. Without an access token beside it, it has all claims (documented). */
export async function issueIdToken(
  exchange: Exchange,
  { issuer, client, scopes, signIn, user }: Grant & { signIn: SignIn; user: User },
  { accessToken, code, refreshed = false }: IdTokenContext,
): Promise<string> {
  const issuedAt = Math.floor(exchange.now / 1000);
  const subject = { ...exchange, app: client.app, user, scopes };
  const form = accessToken === undefined && code === undefined ? 'full' : 'short';
  const { preferred_username, ...claims } = userClaims(subject, form);
  const known = {
    sub: user.id,
    ...claims,
    ver: 1,
    iss: idTokenIssuer(issuer, client, exchange),
    aud: client.id,
    iat: issuedAt,
    exp: issuedAt + HOUR,
    jti: `ID.${randomBytes(24).toString('base64url')}`,
    amr: refreshed ? [] : ['pwd'],
    idp: exchange.org.id,
    nonce: refreshed ? undefined : signIn.nonce,
    preferred_username,
    auth_time: signIn.authTime,
    at_hash: halfHash(accessToken),
    c_hash: halfHash(code),
    ...customClaims(issuer.custom, subject, 'IDENTITY', form),
  };
  return issuer.keys.sign(
    Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)),
  );
}

/** The left half of the SHA-256 hash, as `at_hash` and `c_hash` are (OpenID Connect). */
function halfHash(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  return createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url');
}

/**
 * A refresh token. On a custom server its rule says how long it lives (0: for ever) and how long it may lie idle; that
 * of the org's own server lives 90 days (documented).
 *
 * @param before the token that it replaces, whose end it inherits
 */
export function issueRefreshToken(
  exchange: Exchange,
  { rule, signIn, thumbprint }: Grant & { signIn: SignIn },
  before?: RefreshToken,
): RefreshToken {
  const { now, org, tokens } = exchange;
  const lifetime = minutes(rule, 'refreshTokenLifetimeMinutes') ?? 0;
  const lifetimeMs = rule === undefined ? NINETY_DAYS_MS : lifetime === 0 ? Infinity : lifetime * 60_000;
  const token: RefreshToken = {
    id: org.ids.next('oar'),
    value: randomBytes(32).toString('base64url'),
    signIn,
    created: now,
    expiresAt: before?.expiresAt ?? now + lifetimeMs,
    idleUntil: now + idleMs(rule),
    thumbprint,
    replacedAt: undefined,
    revoked: false,
  };
  tokens.rememberRefreshToken(token);
  return token;
}

/** How long a refresh token may lie unused, in milliseconds. */
export function idleMs(rule: AuthorizationRule | undefined): number {
  return (minutes(rule, 'refreshTokenWindowMinutes') ?? Infinity) * 60_000;
}

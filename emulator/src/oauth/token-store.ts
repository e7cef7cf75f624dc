import { createHash, randomBytes } from 'node:crypto';
import type { AuthorizationRule } from '../authorization-server.ts';

/** A person's sign-in to a client: what a code stands for, and every token that comes of it. */
export interface SignIn {
  readonly clientId: string;
  /** The custom authorization server; undefined for the org's own. */
  readonly serverId: string | undefined;
  readonly userId: string;
  readonly scopes: readonly string[];
  /** When the person gave the password; epoch seconds. */
  readonly authTime: number;
  readonly nonce: string | undefined;
  readonly redirectUri: string;
  readonly codeChallenge: string | undefined;
  /** The rule that let the person in, on a custom server: later changes of the policy do not matter to the code. */
  readonly rule: AuthorizationRule | undefined;
}

/** What the org remembers of an access token that it issued. */
export interface AccessToken {
  readonly clientId: string;
  readonly serverId: string | undefined;
  readonly scopes: readonly string[];
  /** Undefined where the client acts for itself. */
  readonly signIn: SignIn | undefined;
  /** Epoch seconds. */
  readonly expiresAt: number;
  /** The thumbprint of the key that the token is bound to, for DPoP. */
  readonly thumbprint: string | undefined;
  revoked: boolean;
}

export interface RefreshToken {
  /** `oar…`; part of the `jti` of the access tokens that it brings (recorded). */
  readonly id: string;
  readonly value: string;
  readonly signIn: SignIn;
  readonly created: number;
  /** Epoch milliseconds; the use of the token moves `idleUntil`, never `expiresAt`. */
  readonly expiresAt: number;
  idleUntil: number;
  /** The key that a public client's token is bound to, for DPoP. */
  readonly thumbprint: string | undefined;
  /** When it was first exchanged for another, where tokens rotate. */
  replacedAt: number | undefined;
  revoked: boolean;
}

/** A person's session at the org, which their browser's cookie stands for. */
export interface Session {
  readonly userId: string;
  /** Epoch seconds. */
  readonly authTime: number;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

interface Code {
  readonly signIn: SignIn;
  readonly expiresAt: number;
  used: boolean;
}

/** A code lives five minutes (documented). */
const CODE_LIFETIME_MS = 300_000;
/** A session lives two hours (documented default of the global session policy; there as an idle time). */
const SESSION_LIFETIME_MS = 2 * 3600_000;
const DAY = 24 * 3600;

/**
 * What the authorization servers remember: sessions, codes, the tokens that they issued, and what may be used only
 * once. It answers nothing itself; the endpoints beside it and auth.ts do.
 */
export class TokenStore {
  readonly #sessions = new Map<string, Session>();
  readonly #codes = new Map<string, Code>();
  readonly #accessTokens = new Map<string, AccessToken>();
  readonly #refreshTokens = new Map<string, RefreshToken>();
  readonly #spent = new Map<string, number>();
  readonly #nonceSecret = randomBytes(32);

  /** Starts a session and returns its ID. */
  startSession(userId: string, now: number): string {
    const id = `102${randomBytes(16).toString('base64url')}`;
    this.#sessions.set(id, {
      userId,
      authTime: Math.floor(now / 1000),
      expiresAt: now + SESSION_LIFETIME_MS,
    });
    return id;
  }

  /** The session of this ID, unless it is over. */
  findSession(id: string, now: number): Session | undefined {
    const session = this.#sessions.get(id);
    return session !== undefined && session.expiresAt > now ? session : undefined;
  }

  endSession(id: string): void {
    this.#sessions.delete(id);
  }

  /** Ends all sessions of a person. */
  endSessionsOf(userId: string): void {
    for (const [id, session] of this.#sessions) if (session.userId === userId) this.#sessions.delete(id);
  }

  /** A code that stands for this sign-in. */
  issueCode(signIn: SignIn, now: number): string {
    const code = randomBytes(32).toString('base64url');
    this.#codes.set(code, { signIn, expiresAt: now + CODE_LIFETIME_MS, used: false });
    return code;
  }

  /** What a code stands for; undefined where it is unknown, used or too old. */
  findCode(code: string, now: number): SignIn | undefined {
    const found = this.#codes.get(code);
    return found === undefined || found.used || found.expiresAt <= now ? undefined : found.signIn;
  }

  /** A code is good for one exchange. */
  useCode(code: string): void {
    const found = this.#codes.get(code);
    if (found !== undefined) found.used = true;
  }

  rememberAccessToken(jwt: string, token: AccessToken): void {
    this.#accessTokens.set(jwt, token);
  }

  /** What is known of an access token; undefined for one that this org never issued. */
  findAccessToken(jwt: string): AccessToken | undefined {
    return this.#accessTokens.get(jwt);
  }

  rememberRefreshToken(token: RefreshToken): void {
    this.#refreshTokens.set(token.value, token);
  }

  findRefreshToken(value: string): RefreshToken | undefined {
    return this.#refreshTokens.get(value);
  }

  /** The refresh tokens of a client that are still good, oldest first. */
  refreshTokensOf(clientId: string, now: number): RefreshToken[] {
    return [...this.#refreshTokens.values()].filter(
      (token) => token.signIn.clientId === clientId && isAlive(token, now) && token.replacedAt === undefined,
    );
  }

  /** Revokes every token that came of a sign-in. */
  revokeSignIn(signIn: SignIn): void {
    this.#revoke((token) => token.signIn === signIn);
  }

  /** Revokes every token of a client, as deactivating the app does (documented). */
  revokeClient(clientId: string): void {
    this.#revoke((token) => (token.signIn?.clientId ?? ('clientId' in token && token.clientId)) === clientId);
  }

  #revoke(isMeant: (token: AccessToken | RefreshToken) => boolean): void {
    for (const token of [...this.#accessTokens.values(), ...this.#refreshTokens.values()]) {
      if (isMeant(token)) token.revoked = true;
    }
  }

  /** Marks a one-time value as used; false where it had been used before. */
  spend(value: string, now: number, expiresAt: number): boolean {
    for (const [spent, until] of this.#spent) {
      if (until >= now) break;
      this.#spent.delete(spent);
    }
    if (this.#spent.has(value)) return false;
    this.#spent.set(value, expiresAt);
    return true;
  }

  /** The nonce that a DPoP proof for the token endpoint has to carry; a new one every day (documented). */
  nonce(now: number, daysAgo = 0): string {
    const day = Math.floor(now / 1000 / DAY) - daysAgo;
    return createHash('sha256')
      .update(this.#nonceSecret)
      .update(String(day))
      .digest('base64url')
      .slice(0, 32);
  }

  /** An old nonce stays valid for three days (documented). */
  isNonce(candidate: unknown, now: number): boolean {
    return [0, 1, 2, 3].some((daysAgo) => candidate === this.nonce(now, daysAgo));
  }
}

/** Whether a refresh token is neither revoked nor too old. */
export function isAlive(token: RefreshToken, now: number): boolean {
  return !token.revoked && token.expiresAt > now && token.idleUntil > now;
}

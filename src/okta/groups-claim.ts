import type { RegisteredApp } from '../app/app.ts';
import { claimIn, claimJson, type GroupsClaim } from '../app/groups-claim.ts';
import { isObject, type Json } from '../util/json.ts';
import { notWhatWasAsked, type Requests } from './http/requests.ts';

/** What Okta says of an app's ID tokens. */
export interface IdToken {
  claim: GroupsClaim | undefined;
  /** As it was read: it has to be sent back. */
  issuerMode: Json;
}

/**
 * The groups claim of an app's ID tokens. Okta has no documented endpoint for it: this is the one of its console, which its Terraform provider
 * uses, too. It takes API tokens only (recorded: 755 exchanges).
 */
export interface GroupsClaims {
  idToken(app: RegisteredApp): Promise<IdToken>;
  /** Puts a claim in the place of the one that is there, or takes that away. The answer is an echo, so that it tells nothing (recorded). */
  replaceGroupsClaim(app: RegisteredApp, claim: GroupsClaim | undefined, issuerMode: Json): Promise<void>;
}

const UNDOCUMENTED = 'at an endpoint that Okta does not document';

export function groupsClaims({ send, about }: Requests): GroupsClaims {
  const path = ({ id }: RegisteredApp): string =>
    `/api/v1/internal/apps/${encodeURIComponent(id)}/settings/oauth/idToken`;
  return {
    idToken: async (app) => {
      const purpose = `read the groups claim of the app "${app.label}" ${UNDOCUMENTED}`;
      const { body } = await send(about(app, { method: 'GET', path: path(app), purpose, idempotent: true }));
      if (!isObject(body)) throw notWhatWasAsked(purpose, 'an object');
      return { claim: claimIn(body), issuerMode: body['issuerMode'] ?? null };
    },
    replaceGroupsClaim: async (app, claim, issuerMode) => {
      const purpose = `${claim ? 'set' : 'remove'} the groups claim of the app "${app.label}" ${UNDOCUMENTED}`;
      const body = { issuerMode, ...claimJson(claim) };
      await send(about(app, { method: 'POST', path: path(app), body, purpose, idempotent: true }));
    },
  };
}

import type { RegisteredApp } from '../app/app.ts';
import type { GroupsClaim, GroupsFilter } from '../app/groups-claim.ts';
import { notWhatWasAsked, type Requests } from './http/requests.ts';
import { isObject, textOf, type Json, type JsonObject } from '../util/json.ts';

/** The groups claim of an app's ID tokens, as Okta holds it. */
export interface HeldClaim {
  /** Sent back as it was read. */
  issuerMode: Json | undefined;
  /** `undefined` if the app has none, or one of a kind that the input cannot describe. */
  claim: GroupsClaim | undefined;
}

/**
 * The groups claims of an org's apps. Okta documents no endpoint for them: this is the one that its console and its Terraform provider use
 * (recorded). It takes API tokens only (reported).
 */
export interface GroupsClaims {
  groupsClaim(app: RegisteredApp): Promise<HeldClaim>;
  /** Okta's answer is an echo of the request and says nothing of what is stored (recorded). @param claim `undefined` to remove it */
  replaceGroupsClaim(
    app: RegisteredApp,
    held: Pick<HeldClaim, 'issuerMode'>,
    claim: GroupsClaim | undefined,
  ): Promise<void>;
}

/** What is said of a refusal: nobody would find the endpoint in Okta's documentation. */
const WHERE = 'at the endpoint of the Admin Console that Okta does not document';

export function groupsClaims({ send, about }: Requests): GroupsClaims {
  const path = ({ id }: RegisteredApp): string =>
    `/api/v1/internal/apps/${encodeURIComponent(id)}/settings/oauth/idToken`;
  return {
    groupsClaim: async (app) => {
      const purpose = `read the groups claim of the app "${app.label}" ${WHERE}`;
      const request = { method: 'GET', path: path(app), purpose, idempotent: true } as const;
      const { body } = await send(about(app, request));
      if (!isObject(body)) throw notWhatWasAsked(purpose, 'a claim');
      return { issuerMode: body['issuerMode'], claim: claimIn(body) };
    },
    replaceGroupsClaim: async (app, { issuerMode }, claim) => {
      const purpose = `set the groups claim of the app "${app.label}" ${WHERE}`;
      const body: JsonObject = { issuerMode, ...(claim && claimJson(claim)) };
      await send(about(app, { method: 'POST', path: path(app), body, purpose, idempotent: true }));
    },
  };
}

function claimJson(claim: GroupsClaim): JsonObject {
  return 'filter' in claim
    ? { valueType: 'GROUPS', name: claim.name, groupFilterType: claim.filter, value: claim.value }
    : { valueType: 'EXPRESSION', name: claim.name, value: claim.expression };
}

const FILTERS: readonly GroupsFilter[] = ['STARTS_WITH', 'EQUALS', 'CONTAINS', 'REGEX'];

function claimIn(body: JsonObject): GroupsClaim | undefined {
  const [name, value] = [textOf(body['name']), textOf(body['value'])];
  if (name === '') return undefined;
  if (body['valueType'] === 'EXPRESSION') return { name, expression: value };
  const filter = FILTERS.find((each) => each === body['groupFilterType']);
  return filter && { name, filter, value };
}

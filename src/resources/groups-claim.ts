import { isCatalogApp, typeOf, type RegisteredApp } from '../app/app.ts';
import { change } from '../app/change.ts';
import { claimInput, claimJson, type GroupsClaim } from '../app/groups-claim.ts';
import type { IdToken } from '../okta/groups-claim.ts';
import type { Session } from '../session/session.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { equal, type Json, type JsonObject } from '../util/json.ts';
import { resource, type ReadSession, type ResourcePlan } from './resource.ts';

/** The claim of an app's ID tokens that holds the groups of whoever signs in. It belongs to the app, and ends with it. */

interface Plan extends ResourcePlan {
  claim: GroupsClaim | undefined;
  /** What was there; `undefined` for an app that is yet to be created. */
  held: IdToken | undefined;
  isWanted: boolean;
}

export const groupsClaim = resource<GroupsClaim | 'none', IdToken | undefined, Plan>({
  name: 'groups-claim',
  after: [],
  // The endpoint takes no OAuth token, and so has no scope.
  scopes: () => undefined,
  resolve: (_, { groupsClaim: wanted }) => wanted && Promise.resolve(wanted),
  read: ({ okta }, _, app) => (app ? okta.idToken(app) : Promise.resolve(undefined)),
  plan: (wanted, held) => {
    const claim = wanted === 'none' ? undefined : wanted;
    const isWanted = !isSame(claim, held?.claim);
    const changes = isWanted ? [change('groups-claim', shown(held?.claim), shown(claim))] : [];
    return { claim, held, isWanted, changes };
  },
  apply: async (session, app, { claim, held, isWanted }) => {
    if (isWanted) await replace(session, app, claim, held ?? (await session.okta.idToken(app)));
    return undefined;
  },
  exported: [{ input: 'groups-claim', what: 'the groups claim', read: exported }],
});

function isSame(a: GroupsClaim | undefined, b: GroupsClaim | undefined): boolean {
  return equal(claimJson(a), claimJson(b));
}

function shown(claim: GroupsClaim | undefined): Json | undefined {
  return claim && claimInput(claim);
}

/** Okta answers with what was sent, whatever became of it: so it is read again. */
async function replace(
  { okta, log, record }: Session,
  app: RegisteredApp,
  claim: GroupsClaim | undefined,
  { issuerMode }: IdToken,
): Promise<void> {
  await okta.replaceGroupsClaim(app, claim, issuerMode);
  record(claim ? `set the groups claim "${claim.name}"` : 'removed the groups claim');
  const kept = await okta.idToken(app);
  if (!isSame(claim, kept.claim))
    log.warning(`Okta did not keep all that was sent for the app "${app.label}": groups-claim.`);
}

async function exported(
  { okta, log }: ReadSession,
  app: RegisteredApp,
  { connection: { credentials } }: Inputs,
): Promise<string | JsonObject | undefined> {
  if (isCatalogApp(app) || typeOf(app) === 'service') return undefined;
  if (credentials.kind === 'api-token' && credentials.scheme === 'SSWS') {
    const { claim } = await okta.idToken(app);
    return claim && claimInput(claim);
  }
  log.notice(
    'The inputs below say nothing of the groups claim of the app: Okta shows it to API tokens only.',
  );
  return undefined;
}

import type { RegisteredApp } from '../app/app.ts';
import { change, type Change } from '../app/change.ts';
import { isOfAllGroups, type GroupsClaim } from '../app/groups-claim.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { ifThere } from '../okta/http/errors.ts';
import type { HeldClaim } from '../okta/groups-claim.ts';
import type { Session } from '../session/session.ts';
import { equal, type Json } from '../util/json.ts';
import { resource, type ReadSession } from './resource.ts';

/** The claim of an app's ID tokens that holds groups of whoever signs in. */

interface Plan {
  claim: GroupsClaim | undefined;
  isHeld: boolean;
  changes: readonly Change[];
}

export const groupsClaim = resource<GroupsClaim | 'none', HeldClaim | undefined, Plan>({
  name: 'groups-claim',
  after: [],
  scopes: () => undefined,
  resolve: (_, { groupsClaim: wanted }) => wanted && Promise.resolve(wanted),
  read: ({ okta }, _, app) => (app ? okta.groupsClaim(app) : Promise.resolve(undefined)),
  plan: (wanted, held) => {
    const claim = wanted === 'none' ? undefined : wanted;
    const isHeld = equal(asJson(held?.claim), asJson(claim));
    return {
      claim,
      isHeld,
      changes: isHeld ? [] : [change('groups-claim', asJson(held?.claim), asJson(claim))],
    };
  },
  apply,
  exported: [{ input: 'groups-claim', what: 'the groups claim', read: exported }],
});

async function apply(session: Session, app: RegisteredApp, { claim, isHeld }: Plan): Promise<undefined> {
  if (isHeld) return undefined;
  const { okta, log, record } = session;
  await okta.replaceGroupsClaim(app, await okta.groupsClaim(app), claim);
  record(claim ? `set the groups claim "${claim.name}"` : 'removed the groups claim');
  const { claim: kept } = await okta.groupsClaim(app);
  if (!equal(asJson(kept), asJson(claim)))
    log.warning(`Okta did not keep all that was sent for the app "${app.label}": groups-claim.`);
  return undefined;
}

function asJson(claim: GroupsClaim | undefined): Json {
  if (!claim) return null;
  if (isOfAllGroups(claim)) return claim.name;
  return 'filter' in claim
    ? { name: claim.name, filter: word(claim.filter), value: claim.value }
    : { name: claim.name, expression: claim.expression };
}

/** Okta's word for a filter as the input takes it: `starts-with`. */
function word(filter: string): string {
  return filter.toLowerCase().replaceAll('_', '-');
}

/** Okta takes an API token only, and has no such claim for an app of its network (recorded). */
async function exported(
  { okta, log }: ReadSession,
  app: RegisteredApp,
  { connection: { credentials } }: Inputs,
): Promise<string | undefined> {
  if (credentials.kind !== 'api-token' || credentials.scheme === 'Bearer') {
    log.notice(
      'The inputs below say nothing of the groups claim of the app: Okta shows it to API tokens only.',
    );
    return undefined;
  }
  const held = await ifThere(() => okta.groupsClaim(app));
  const json = asJson(held?.claim);
  if (json === null) return undefined;
  return typeof json === 'string' ? json : JSON.stringify(json);
}

import { textOf, type JsonObject } from '../util/json.ts';

/** How a group's name is compared, in Okta's words. Source: the requests of Okta's own Terraform provider (recorded). */
export type GroupsFilter = 'STARTS_WITH' | 'EQUALS' | 'CONTAINS' | 'REGEX';

/** The same, by the words of the input. */
export const FILTERS: Readonly<Record<string, GroupsFilter>> = {
  'starts-with': 'STARTS_WITH',
  equals: 'EQUALS',
  contains: 'CONTAINS',
  regex: 'REGEX',
};

/** The claim of an app's ID tokens that holds groups of whoever signs in: those whose names fit a filter, or what an expression gives. */
export type GroupsClaim =
  { name: string; filter: GroupsFilter; value: string } | { name: string; expression: string };

/** The claim that holds all groups. */
export function allGroups(name: string): GroupsClaim {
  return { name, filter: 'REGEX', value: '.*' };
}

export function isOfAllGroups(claim: GroupsClaim): boolean {
  return 'filter' in claim && claim.filter === 'REGEX' && claim.value === '.*';
}

/**
 * The claim in what Okta says of an app's ID token.
 *
 * @returns `undefined` if there is none; an expression of no name that is known here is given as it stands
 */
export function claimIn({ name, value, valueType, groupFilterType }: JsonObject): GroupsClaim | undefined {
  if (typeof name !== 'string' || name === '') return undefined;
  const filter = Object.values(FILTERS).find((known) => known === groupFilterType);
  return valueType === 'GROUPS' && filter
    ? { name, filter, value: textOf(value) }
    : { name, expression: textOf(value) };
}

/** A claim as Okta takes it (recorded); nothing takes it away. */
export function claimJson(claim: GroupsClaim | undefined): JsonObject {
  if (!claim) return {};
  const { name } = claim;
  return 'filter' in claim
    ? { name, value: claim.value, valueType: 'GROUPS', groupFilterType: claim.filter }
    : { name, value: claim.expression, valueType: 'EXPRESSION' };
}

/** A claim as the input says it: its name alone for all groups. */
export function claimInput(claim: GroupsClaim): string | JsonObject {
  if (isOfAllGroups(claim)) return claim.name;
  if (!('filter' in claim)) return { name: claim.name, expression: claim.expression };
  const [filter = ''] = Object.entries(FILTERS).find(([, known]) => known === claim.filter) ?? [];
  return { name: claim.name, filter, value: claim.value };
}

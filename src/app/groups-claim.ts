/** How a group's name is compared, in Okta's words. Source: the requests of Okta's own Terraform provider (recorded). */
export type GroupsFilter = 'STARTS_WITH' | 'EQUALS' | 'CONTAINS' | 'REGEX';

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

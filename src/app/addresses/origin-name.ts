/**
 * The name of a trusted origin that runs have created. It shows which apps list the origin, so that the origin is deleted with the last of
 * them, and one that somebody else registered never is: nobody has to read all apps of the org for that.
 */

/** Okta's limit on the name. Source: Okta's trusted origins reference. */
const NAME_LENGTH = 255;
/** How many apps a name holds, so that most of the origin fits in beside them: an app's ID takes 20 characters. */
const MAX_APPS = 8;

/** The apps that list an origin. */
export interface Listing {
  /** IDs of apps. */
  apps: readonly string[];
  /** Whether the name cannot hold, or could not hold, all apps: then nobody knows when the last of them is gone. */
  more: boolean;
}

const NAME = /^(.*) \(okta-oidc-app, ([0-9A-Za-z]+(?: [0-9A-Za-z]+)*)( \+)?\)$/s;

/** Who lists an origin of this name; `undefined` if no run created it. */
export function listingIn(name: string): Listing | undefined {
  const [, , ids = '', more] = NAME.exec(name) ?? [];
  return ids === '' ? undefined : { apps: ids.split(' '), more: more !== undefined };
}

export function originName(origin: string, { apps, more }: Listing): string {
  const suffix = ` (okta-oidc-app, ${apps.slice(0, MAX_APPS).join(' ')}${more || apps.length > MAX_APPS ? ' +' : ''})`;
  return origin.slice(0, NAME_LENGTH - suffix.length) + suffix;
}

/** The listing with an app among those that list the origin. */
export function listedBy(listing: Listing, app: string): Listing {
  return isListed(listing, app) ? listing : { ...listing, apps: [...listing.apps, app] };
}

/** The listing without an app. */
export function unlistedBy({ apps, more }: Listing, app: string): Listing {
  return { apps: apps.filter((id) => id !== app), more };
}

/** Whether an app needs no entry of its own: it has one, or the name cannot hold all apps. */
export function isListed({ apps, more }: Listing, app: string): boolean {
  return apps.includes(app) || (more && apps.length >= MAX_APPS);
}

/** Whether two origins are the same: Okta keeps letter case and a trailing slash as they were typed (recorded). */
export function sameOrigin(a: string, b: string): boolean {
  const [left, right] = [a, b].map((origin) => origin.toLowerCase().replace(/\/$/, ''));
  return left === right;
}

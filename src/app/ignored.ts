import { createHash } from 'node:crypto';
import type { JsonObject } from '../util/json.ts';
import type { Change } from './change.ts';

/**
 * What Okta ignored of what a run wrote: it answered without it, or with something else. It is remembered in the app's mark, so that
 * the next run neither sends it again nor takes it for a change.
 */

/** By field, a fingerprint of the difference that remained. */
export type Ignored = JsonObject;

/** The differences as they are remembered. */
export function asIgnored(differences: readonly Change[]): Ignored {
  return Object.fromEntries(differences.map((difference) => [difference.field, fingerprint(difference)]));
}

/** Whether a difference is one that remained when it was written: neither what is wanted nor what Okta holds has changed since. */
export function isIgnored(known: Ignored, difference: Change): boolean {
  return known[difference.field] === fingerprint(difference);
}

/**
 * Enough to detect a change, and too little to find the value, which may be a secret: of all that somebody may guess, one in 65,536 fits.
 */
function fingerprint({ from, to }: Change): string {
  return createHash('sha256')
    .update(JSON.stringify([from, to]))
    .digest('hex')
    .slice(0, 4);
}

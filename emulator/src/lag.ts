import type { Listed, Org } from './org.ts';
import type { Trouble } from './trouble.ts';

/** Keeps what a write to this path may change or delete, for the lists that do not show it yet. To be called right before the write. */
export function keepVersions(org: Org, { listLagMs }: Trouble, path: string): void {
  if (listLagMs === 0) return;
  const at = Date.now();
  org.versions = org.versions.filter((version) => version.at > at - listLagMs);
  for (const id of new Set(path.split('/'))) {
    for (const entries of [org.apps, org.groups, org.users, org.trustedOrigins]) {
      const entry = entries.get(id);
      if (entry !== undefined) org.versions.push({ at, of: entries, was: structuredClone(entry) });
    }
  }
}

/**
 * What a list shows of these entries: how they were `trouble.listLagMs` ago, those deleted since included. What an org starts with is
 * shown at once.
 */
export function listed<Entry extends Listed>(
  { org, trouble }: { readonly org: Org; readonly trouble: Trouble },
  entries: ReadonlyMap<string, Entry>,
): Iterable<Entry> {
  if (trouble.listLagMs === 0) return entries.values();
  const since = Math.max(Date.now() - trouble.listLagMs, org.readyAt);
  const shown = new Map(entries);
  // The oldest version after that moment is the one that holds.
  for (const { at, of, was } of org.versions.toReversed()) {
    if (at > since && of === entries) shown.set(was.id, was as Entry);
  }
  return [...shown.values()]
    .filter(({ bornAt }) => bornAt <= since)
    .sort((left, right) => (left.id < right.id ? -1 : 1));
}

import { PATHS, listAt, strings, type RegisteredApp } from '../app.ts';
import type { Wanted } from '../settings/desired.ts';
import { equal, valueAt, withValueAt } from '../../util/json.ts';
import { APP_LISTS, isAmong } from './claims.ts';
import { markOf, type Entry, type Mark } from './mark.ts';

/** What others have claimed of an app, as the app's own runs see it. */

/**
 * A list as the app's own run wants it, followed by what others have claimed of it: only they remove their entries.
 *
 * @param app the app as it is
 */
export function withOthers(wanted: Wanted, app: RegisteredApp): Wanted {
  const list = listOf(wanted);
  if (!list) return wanted;
  const listed = strings(wanted.value);
  const { claims } = markOf(app);
  const kept = listAt(app, PATHS[list]).filter((uri) => !listed.includes(uri) && isAmong(claims, list, uri));
  if (kept.length === 0) return wanted;
  const value = [...listed, ...kept];
  return { ...wanted, value, satisfiedBy: (current) => equal(current, value) };
}

/** An app without the entries that are others' alone, and those entries. */
export function withoutOthers(app: RegisteredApp): { app: RegisteredApp; others: string[] } {
  const { claims, own } = markOf(app);
  const isOthers = ({ list, uri }: Entry): boolean => isAmong(claims, list, uri) && !isAmong(own, list, uri);
  const held = APP_LISTS.flatMap((list) => listAt(app, PATHS[list]).map((uri) => ({ list, uri })));
  const others = held.filter(isOthers);
  const body = others.reduce(
    (rest, { list, uri }) =>
      withValueAt(
        rest,
        PATHS[list],
        strings(valueAt(rest, PATHS[list])).filter((each) => each !== uri),
      ),
    app.body,
  );
  return { app: { ...app, body }, others: others.map(({ uri }) => uri) };
}

/**
 * The claims and own entries that an app has after its own run: what the run lists and others have claimed becomes an entry of its own, so
 * that it is kept when the others remove theirs.
 *
 * @param wanted what the run lists
 * @param mark the app's mark as it is
 */
export function entriesOfOwnRun(
  wanted: readonly Wanted[],
  { claims, own }: Mark,
): Pick<Mark, 'claims' | 'own'> {
  const listed = wanted.flatMap((item) => {
    const list = listOf(item);
    return list ? [{ list, uris: strings(item.value) }] : [];
  });
  const left = own.filter(({ list }) => !listed.some((one) => one.list === list));
  const claimed = listed.flatMap(({ list, uris }) =>
    uris.filter((uri) => isAmong(claims, list, uri)).map((uri): Entry => ({ list, uri })),
  );
  const next = [...left, ...claimed];
  const isSameSet = next.length === own.length && next.every(({ list, uri }) => isAmong(own, list, uri));
  return { claims, own: isSameSet ? own : next };
}

/** The list of a shared app that a wanted value is for. */
function listOf({ path }: Wanted): (typeof APP_LISTS)[number] | undefined {
  return APP_LISTS.find((list) => equal([...PATHS[list]], [...path]));
}

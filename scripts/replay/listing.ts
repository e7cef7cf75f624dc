import { compare, isObject, type Difference, type Terms } from './compare.ts';

type Entry = Record<string, unknown>;

/** A list of objects, as Okta answers a request for all of a kind. */
export function isListing(answer: unknown): answer is Entry[] {
  return Array.isArray(answer) && answer.every((entry) => isObject(entry) && 'id' in entry);
}

/**
 * All differences between two lists of objects, in which the same object is found by its ID, or by its name. Objects that one of the orgs
 * held before the recording are left out, unless the list is whole: of what belongs to an object that the recording made. Undefined if
 * that leaves nothing to compare.
 */
export function compareListings(
  recorded: readonly Entry[],
  replayed: readonly Entry[],
  terms: Terms,
  { isWhole, isLastPage }: { isWhole: boolean; isLastPage: boolean },
): Difference[] | undefined {
  const { ids } = terms;
  const rest = [...replayed];
  const take = (wanted: (entry: Entry) => boolean): Entry | undefined => {
    const index = rest.findIndex(wanted);
    return index < 0 ? undefined : rest.splice(index, 1)[0];
  };
  const isNew = (entry: Entry): boolean => !ids.isReplayed(String(entry['id']));
  const found = recorded.map((entry, index) => {
    const id = ids.replayedFor(String(entry['id']));
    const name = nameOf(entry);
    const same =
      id === undefined
        ? take((other) => isNew(other) && name !== undefined && nameOf(other) === name)
        : take((other) => other['id'] === id);
    const partner = same ?? (isWhole && id === undefined ? take(isNew) : undefined);
    if (partner) return compare(entry, partner, terms, `[${index}]`);
    if (!isWhole && id === undefined) return undefined;
    return [{ path: `[${index}]`, what: 'recorded, and missing in the replay' }];
  });
  const more = isLastPage ? rest.filter((entry) => isWhole || !isNew(entry)) : [];
  const compared = found.filter((differences) => differences !== undefined);
  if (recorded.length > 0 && compared.length + more.length === 0) return undefined;
  const what = 'in the replay, and not recorded';
  return [
    ...compared.flat(),
    ...more.map((entry) => ({ path: `[${nameOf(entry) ?? String(entry['id'])}]`, what })),
  ];
}

function nameOf({ profile, label, name, origin }: Entry): string | undefined {
  const { login, name: profileName } = isObject(profile) ? profile : {};
  const found = [login, profileName, label, name, origin].find((value) => typeof value === 'string');
  return found;
}

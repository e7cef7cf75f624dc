import { distance } from 'fastest-levenshtein';

/** What somebody may have meant who has written something else. */

/**
 * The word that may have been meant: case, hyphens, underscores and blanks do not count, and few of the letters may differ.
 *
 * @param words the words that may be meant
 * @param most letters that may differ; never more than a third of the word that is meant
 * @param keyOf the part of a word that is compared
 */
export function nearest(
  written: string,
  words: readonly string[],
  most = 2,
  keyOf: (word: string) => string = (word) => word,
): string | undefined {
  const [first] = nearestFirst(
    plain(written),
    words,
    (word) => plain(keyOf(word)),
    (key, away) => away <= Math.min(most, key.length / 3),
  );
  return first;
}

/** A name without what people write differently in it: letter case, hyphens, underscores, dots and blanks. */
export function plain(name: string): string {
  return name.replace(/[-_.\s]/g, '').toLowerCase();
}

const SHOWN_NAMES = 3;

/**
 * The names that are most like a written one, if any is: a few letters differ, or one continues after the end of the other, which is not
 * much shorter. Others are nobody's business, since many can read a log.
 */
export function nearestNames(written: string, names: readonly string[]): string[] {
  const wanted = written.toLowerCase();
  const isNear = (key: string, away: number): boolean => {
    const [shorter, longer] = key.length < wanted.length ? [key, wanted] : [wanted, key];
    if (longer.startsWith(shorter) && shorter.length >= longer.length / 2) return true;
    return away <= Math.max(2, shorter.length / 4);
  };
  return nearestFirst(wanted, names, (name) => name.toLowerCase(), isNear).slice(0, SHOWN_NAMES);
}

/** @param isNear whether something may be meant, by its key and the letters in which that differs from what is wanted */
function nearestFirst(
  wanted: string,
  candidates: readonly string[],
  keyOf: (candidate: string) => string,
  isNear: (key: string, away: number) => boolean,
): string[] {
  const near = [...new Set(candidates)].flatMap((candidate) => {
    const key = keyOf(candidate);
    const away = distance(wanted, key);
    return isNear(key, away) ? [{ candidate, away }] : [];
  });
  return near.sort((a, b) => a.away - b.away).map(({ candidate }) => candidate);
}

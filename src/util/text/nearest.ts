import { distance } from 'fastest-levenshtein';

/**
 * The word that may have been meant: case, hyphens, underscores and blanks do not count, and few of the letters may differ.
 *
 * @param words what there is to be meant
 * @param most letters that may differ; never more than a third of the word that is meant
 * @param keyOf the part of a word that is compared
 */
export function nearest(
  written: string,
  words: readonly string[],
  most = 2,
  keyOf: (word: string) => string = (word) => word,
): string | undefined {
  const wanted = plain(written);
  const near = words.flatMap((word) => {
    const key = plain(keyOf(word));
    const allowed = Math.min(most, Math.floor(key.length / 3));
    if (Math.abs(key.length - wanted.length) > allowed) return [];
    const away = distance(wanted, key);
    return away <= allowed ? [{ word, away }] : [];
  });
  return near.sort((a, b) => a.away - b.away)[0]?.word;
}

function plain(text: string): string {
  return text.replace(/[-_\s]/g, '').toLowerCase();
}

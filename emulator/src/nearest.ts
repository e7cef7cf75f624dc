import { closest, distance } from 'fastest-levenshtein';

/** ` Did you mean "x"?` with the name that is nearest to what was written; empty where none is near. */
export function didYouMean(written: string, names: readonly string[]): string {
  const lowered = names.map((name) => name.toLowerCase());
  const near = lowered.indexOf(closest(written.toLowerCase(), lowered));
  const name = names[near];
  if (
    name === undefined ||
    distance(written.toLowerCase(), name.toLowerCase()) > Math.max(2, name.length / 3)
  )
    return '';
  return ` Did you mean "${name}"?`;
}

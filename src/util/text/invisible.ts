/** A sign that may be made of several characters: one that can be seen, and in which no address or program is written. */
const SIGN = /[^\p{Cc}\p{Cf}\p{Z}\p{Variation_Selector}\p{ASCII}]/u;
const SELECTOR = /\p{Variation_Selector}/u;

/**
 * The first character of a text that cannot be seen, by its number, as in `U+200B`; `undefined` if there is none. Joiners and variation
 * selectors are none within a sign, as emoji have them, and words in Persian.
 */
export function invisibleIn(text: string): string | undefined {
  const characters = Array.from(text);
  const is = (kind: RegExp, at: number): boolean => kind.test(characters[at] ?? '');
  const found = characters.find((character, at) => {
    if (SELECTOR.test(character))
      return !is(SIGN, at - 1) && !(is(/[0-9#*]/, at - 1) && is(/\u20e3/, at + 1));
    if (/\p{Join_Control}/u.test(character))
      return !is(SIGN, is(SELECTOR, at - 1) ? at - 2 : at - 1) || !is(SIGN, at + 1);
    return /[\p{Cc}\p{Cf}]/u.test(character);
  });
  const code = found?.codePointAt(0);
  return code === undefined ? undefined : `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

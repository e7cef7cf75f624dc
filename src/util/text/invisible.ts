/** A sign that may be made of several characters: one that can be seen, and in which no address or program is written. */
const SIGN = /^[^\p{Cc}\p{Cf}\p{Z}\p{Variation_Selector}\p{ASCII}]$/u;

/**
 * The first character of a text that cannot be seen, by its number, as in `U+200B`; `undefined` if there is none. Joiners and variation
 * selectors are none within a sign, as emoji have them, and words in Persian.
 */
export function invisibleIn(text: string): string | undefined {
  const characters = Array.from(text);
  const isSign = (at: number): boolean => SIGN.test(characters[at] ?? '');
  const isSelector = (at: number): boolean => /\p{Variation_Selector}/u.test(characters[at] ?? '');
  const found = characters.find((character, at) => {
    if (isSelector(at))
      return !isSign(at - 1) && !/^[0-9#*].\u20e3/su.test(characters.slice(at - 1, at + 2).join(''));
    if (/\p{Join_Control}/u.test(character))
      return !isSign(isSelector(at - 1) ? at - 2 : at - 1) || !isSign(at + 1);
    return /[\p{Cc}\p{Cf}]/u.test(character);
  });
  const code = found?.codePointAt(0);
  return code === undefined ? undefined : `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

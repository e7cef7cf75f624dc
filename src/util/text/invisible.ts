/**
 * Format and control characters, but for those that make one sign of several, as in emoji and in Persian. Joiners and variation selectors
 * belong to a character that can be seen, and is none that programs are written in.
 */
const INVISIBLE = [
  /(?!\p{Join_Control})[\p{Cc}\p{Cf}]/u,
  /(?<![^\p{Cc}\p{Cf}\p{Z}\p{Variation_Selector}\p{ASCII}]\p{Variation_Selector}?)\p{Join_Control}/u,
  /\p{Join_Control}(?![^\p{Cc}\p{Cf}\p{Z}\p{Variation_Selector}\p{ASCII}])/u,
  /(?<![^\p{Cc}\p{Cf}\p{Z}\p{Variation_Selector}\p{ASCII}]|[0-9#*](?=.\u20e3))\p{Variation_Selector}/u,
];

/** The first character of a text that nobody sees, by its number, as in `U+200B`; `undefined` where there is none. */
export function invisibleIn(text: string): string | undefined {
  const [first] = INVISIBLE.map((expression) => expression.exec(text))
    .filter((match) => match !== null)
    .sort((a, b) => a.index - b.index);
  const code = first?.[0].codePointAt(0);
  return code === undefined ? undefined : `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

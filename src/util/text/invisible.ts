/** A character that can be seen, and is none that programs are written in: what joiners and variation selectors belong to. */
const VISIBLE = String.raw`[^\p{Cc}\p{Cf}\p{Z}\p{Variation_Selector}\x00-\x7f]`;

/** Format and control characters, but for those that make one sign of several, as in emoji and in Persian. */
const INVISIBLE = new RegExp(
  [
    String.raw`(?!\p{Join_Control})[\p{Cc}\p{Cf}]`,
    String.raw`(?<!${VISIBLE}\p{Variation_Selector}?)\p{Join_Control}`,
    String.raw`\p{Join_Control}(?!${VISIBLE})`,
    String.raw`(?<!${VISIBLE}|[0-9#*](?=.\u20e3))\p{Variation_Selector}`,
  ].join('|'),
  'u',
);

/** The first character of a text that nobody sees, by its number, as in `U+200B`; `undefined` where there is none. */
export function invisibleIn(text: string): string | undefined {
  const code = INVISIBLE.exec(text)?.[0].codePointAt(0);
  return code === undefined ? undefined : `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

import type { WrittenInputs } from '../app/change.ts';
import { isObject, type Json, type JsonObject } from '../util/json.ts';

/** The `with:` block of a step that has these inputs, as YAML in which GitHub finds no expression. */
export async function withBlock(inputs: WrittenInputs): Promise<string> {
  const { stringify } = await import('yaml');
  const options = { lineWidth: 0 };
  const document = (settings: JsonObject): string =>
    stringify(settings, { ...options, blockQuote: !hasOpenEnd(settings) });
  const texts = Object.entries(inputs).flatMap(([input, value]) => {
    if (value === undefined) return [];
    const text = isObject(value) ? document(value) : value;
    return [[input, text.replaceAll('${{', "${{ '${{' }}")] as const];
  });
  return stringify({ with: Object.fromEntries(texts) }, options);
}

/** Whether a text in it ends with white space, which an input loses at its end: such a one has to be in quotes. */
function hasOpenEnd(value: Json | undefined): boolean {
  if (typeof value === 'string') return /\s$/.test(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(hasOpenEnd);
}

import type { WrittenInputs } from '../app/change.ts';
import { isObject } from '../util/json.ts';

/** The `with:` block of a step that has these inputs, as YAML: a list is a text with one entry per line, as the action takes it. */
export async function withBlock(inputs: WrittenInputs): Promise<string> {
  const { stringify } = await import('yaml');
  const options = { lineWidth: 0 };
  const texts = Object.entries(inputs).flatMap(([input, value]) => {
    if (value === undefined) return [];
    if (isObject(value)) return [[input, stringify(value, options)] as const];
    return [[input, Array.isArray(value) ? value.join('\n') : value] as const];
  });
  return stringify({ with: Object.fromEntries(texts) }, options);
}

import type { ExportedApp } from '../app/change.ts';
import { isObject, type Json } from '../util/json.ts';
import { redact, redactedJson } from '../util/log.ts';

/**
 * The `with:` block of a step that has these inputs, as YAML in which GitHub finds no expression. No secret is in it, whichever way YAML
 * would write one.
 */
export async function withBlock({ inputs, secrets }: ExportedApp): Promise<string> {
  const texts: [string, string][] = [];
  for (const [input, value] of Object.entries(inputs)) {
    if (value === undefined) continue;
    const text = isObject(value) ? await yaml(redactedJson(value), !hasOpenEnd(value)) : redact(value);
    texts.push([input, text.replaceAll('${{', "${{ '${{' }}")]);
  }
  const block = await yaml({ with: Object.fromEntries(texts) });
  if (secrets === 0) return block;
  const [values, them] = secrets === 1 ? ['1 value is', 'it'] : [`${secrets} values are`, 'them'];
  return `# ${values} left out, as secrets by name or form. Runs with these inputs do not change ${them}.\n${block}`;
}

/** What YAML 1.1 takes for the end of a line, or does not print, and what is not seen. */
const ESCAPED = /[\u007f-\u009f\p{Bidi_Control}\u2028\u2029\u200b\u2060-\u2064\ufeff\u{e0000}-\u{e007f}]/gu;

/**
 * A document in which every text is what it seems: GitHub reads workflows as YAML 1.1, where characters that are not seen end a line, so
 * that a text could end, and another input begin.
 */
async function yaml(value: Json, blockQuote = true): Promise<string> {
  const { Document, Scalar, visit } = await import('yaml');
  const document = new Document(value);
  visit(document, {
    Scalar: (_, node) => {
      if (typeof node.value === 'string' && node.value.search(ESCAPED) !== -1)
        node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  return document.toString({ lineWidth: 0, blockQuote }).replace(ESCAPED, escape);
}

function escape(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return code.length > 4 ? `\\U${code.padStart(8, '0')}` : `\\u${code.padStart(4, '0')}`;
}

/** Whether a text in it ends with white space, which an input loses at its end: such a text has to be in quotes. */
function hasOpenEnd(value: Json | undefined): boolean {
  if (typeof value === 'string') return /\s$/.test(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(hasOpenEnd);
}

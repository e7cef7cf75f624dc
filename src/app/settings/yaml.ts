import { DEEPEST_INPUT, isDeeper, parseJson, type Json } from '../../util/json.ts';
import { shown, type InputReader } from '../../util/input-reader.ts';

/**
 * Reads an input as YAML, which includes JSON. As in JSON, every key is text: `1` and `true` are taken as they are written; a list or a
 * mapping is no key.
 *
 * @param texts whether every value is text as well, whatever it looks like
 * @returns `undefined` if the input is absent or cannot be read; the reader has the problem then
 */
export async function readYaml(reader: InputReader, input: string, texts = false): Promise<Json | undefined> {
  const text = reader.text(input);
  if (text === undefined) return undefined;
  const { parseDocument, visit } = await import('yaml');
  const document = parseDocument(text, { stringKeys: true, schema: texts ? 'failsafe' : 'core' });
  const tooDeep = `is nested more than ${DEEPEST_INPUT} levels deep. Okta has nothing like that: check its brackets.`;
  const error = document.errors[0];
  if (/call stack/.test(error?.message ?? '')) return reader.problem(input, tooDeep);
  if (error) {
    const place = error.linePos?.[0];
    const where = place ? `at line ${place.line}, column ${place.col}` : 'somewhere';
    if (error.code === 'NON_STRING_KEY')
      return reader.problem(
        input,
        `has a key ${where} that is not text. Put it in quotes, or the whole value that it is part of.`,
      );
    return reader.problem(
      input,
      `is not YAML or JSON ${where}: ${shown(error.message.split(/ at line |[\n:"'`]/)[0] ?? '')}. Fix it there.`,
    );
  }
  const value = toJson(() => document.toJS({ maxAliasCount: 100 }) as unknown);
  if (value === undefined)
    return reader.problem(
      input,
      'has an alias (*) that stands for nothing, for itself, or for too much. Put it in quotes if it is text, or write out what it stands for.',
    );
  if (isDeeper(value, DEEPEST_INPUT)) return reader.problem(input, tooDeep);
  const lost: string[] = [];
  visit(document, {
    Scalar: (_, { source = '', value: number }) => {
      if (typeof number === 'number' && isOther(source, number)) lost.push(source);
    },
  });
  return lost.length > 0
    ? reader.problem(input, 'has a whole number of more digits than are kept. Put it in quotes.')
    : value;
}

/** Turns an input that is YAML into the JSON that it means, with every value as text. */
export async function yamlAsJson(reader: InputReader, input: string): Promise<void> {
  const text = reader.text(input);
  if (text === undefined || parseJson(text) !== undefined) return;
  const value = await readYaml(reader, input, true);
  reader.replace(input, value === undefined ? '' : JSON.stringify(value));
}

/** Whether a text is a whole number that is too large for this number to be it. */
function isOther(text: string, number: number): boolean {
  return /^-?\d+$/.test(text) && (!Number.isFinite(number) || BigInt(text) !== BigInt(number));
}

/**
 * Only what JSON knows: dates, binary data and the like turn into text, as they would on the way to Okta.
 *
 * @returns `undefined` if an alias cannot be followed
 */
function toJson(read: () => unknown): Json | undefined {
  try {
    return JSON.parse(JSON.stringify(read() ?? null)) as Json;
  } catch {
    return undefined;
  }
}

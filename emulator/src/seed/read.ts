import { readFile } from 'node:fs/promises';
import type { Document } from 'yaml';
import { LineCounter, isMap, parseDocument } from 'yaml';
import type { Seed } from './schema.ts';
import { seedSchema } from './schema.ts';

/** Where in a seed something stands: `['users', 0, 'login']`. */
export type SeedPath = readonly (string | number)[];

/** Something in a seed that cannot be. */
export class SeedProblem extends Error {
  readonly path: SeedPath;

  constructor(path: SeedPath, message: string) {
    super(message);
    this.path = path;
  }
}

/** A seed that was read, and the words for what is wrong in it. */
export interface ReadSeed {
  readonly seed: Seed;
  /** An error that says where each of the problems stands: with its line, where the seed came from a file. */
  readonly error: (problems: readonly SeedProblem[]) => Error;
}

/** Reads a seed: an object, or the path of a YAML (or JSON) file. Throws one error with all that is wrong in it. */
export async function readSeed(given: Seed | string): Promise<ReadSeed> {
  if (typeof given !== 'string') {
    return checked(given, (problems) => seedError('The seed', problems.map(describe)));
  }
  const text = await readFile(given, 'utf8').catch((error: unknown) => {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Error(
      `The seed ${given} cannot be read: ${code === 'ENOENT' ? 'there is no such file' : message}.`,
    );
  });
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, stringKeys: true, prettyErrors: false });
  const fault = (line: number, what: string): string => `line ${line}: ${what}`;
  if (document.errors.length > 0) {
    throw seedError(
      `The seed ${given}`,
      document.errors.map(({ pos, message }) => fault(lines.linePos(pos[0]).line, message)),
    );
  }
  const lineOf = ({ path }: SeedProblem): number => lines.linePos(offsetOf(document, path)).line;
  return checked((document.toJS() ?? {}) as unknown, (problems) =>
    seedError(
      `The seed ${given}`,
      problems
        .toSorted((one, other) => lineOf(one) - lineOf(other))
        .map((problem) => fault(lineOf(problem), describe(problem))),
    ),
  );
}

const NAMES: Readonly<Record<string, string>> = {
  string: 'a text',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
};

function checked(given: unknown, error: ReadSeed['error']): ReadSeed {
  const result = seedSchema.safeParse(given, {
    error: ({ code, input, expected }) => {
      if (input === undefined) return 'it has to be given.';
      if (code !== 'invalid_type') return undefined;
      const quotes = expected === 'string' ? ' Text that YAML takes for something else needs quotes.' : '';
      return `it has to be ${NAMES[String(expected)] ?? String(expected)}.${quotes}`;
    },
  });
  if (result.success) return { seed: result.data, error };
  const problems = result.error.issues.flatMap((issue) => {
    const path = issue.path as SeedPath;
    const messages = issue.message.split('\n');
    return issue.code === 'unrecognized_keys'
      ? issue.keys.map((key, index) => new SeedProblem([...path, key], messages[index] ?? ''))
      : new SeedProblem(path, issue.message);
  });
  throw error(problems);
}

function seedError(seed: string, problems: readonly string[]): Error {
  return new Error(`${seed} does not fit:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
}

function describe({ path, message }: SeedProblem): string {
  const place = path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : text === '' ? key : `${text}.${key}`),
    '',
  );
  return place === '' ? message : `${place}: ${message}`;
}

/** Where in the text a path stands: at its key, where it has one; what is missing stands where it should be. */
function offsetOf(document: Document.Parsed, path: SeedPath): number {
  if (path.length === 0) return document.contents?.range[0] ?? 0;
  const parent = document.getIn(path.slice(0, -1), true);
  const last = path.at(-1);
  const pair = isMap(parent) ? parent.items.find(({ key }) => String(key) === last) : undefined;
  const node = (pair?.key ?? document.getIn(path, true)) as { range?: [number] } | undefined;
  return node?.range?.[0] ?? offsetOf(document, path.slice(0, -1));
}

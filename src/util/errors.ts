/**
 * A failure as it is told to the user: what failed, for which thing: why. What to do.
 * Everything that ends a run on purpose is one of these; any other error is a bug or comes from outside.
 */
export class ActionError extends Error {
  readonly what: string;
  readonly why: string;
  readonly remedy: string;

  constructor(what: string, why: string, remedy: string, options?: ErrorOptions) {
    super(`${what}: ${sentence(why)} ${remedy}`.trim(), options);
    this.name = 'ActionError';
    this.what = what;
    this.why = why;
    this.remedy = remedy;
  }
}

/** Failures of things that were tried side by side, told together. */
export class SeveralErrors extends Error {
  constructor(errors: readonly ActionError[]) {
    super(`Several things failed:\n${errors.map(({ message }) => `- ${message}`).join('\n')}`);
    this.name = 'SeveralErrors';
  }
}

/** Every problem with the inputs of a run, told together before the first request. */
export class InputError extends Error {
  /** @param problems one sentence each, starting with the name of its input */
  constructor(problems: readonly string[]) {
    super(
      problems.length === 1
        ? `The inputs cannot be used: ${problems.join('')}`
        : `The inputs cannot be used, for ${problems.length} reasons:\n${problems.map((problem) => `- ${problem}`).join('\n')}`,
    );
    this.name = 'InputError';
  }
}

/**
 * What a failed run says, whatever was thrown.
 *
 * @param error anything that was thrown
 * @param done what the run had changed before it failed, one phrase each
 */
export function explain(error: unknown, done: readonly string[] = []): string {
  const message = error instanceof Error && error.message ? error.message : String(error);
  if (done.length === 0) return message;
  return `${message} Done before the failure: ${done.join('; ')}. A re-run goes on from there.`;
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

import type { RegisteredApp } from '../app/app.ts';
import type { Log } from '../util/log.ts';
import { explain, together } from '../util/errors.ts';

/** One request, or a few, about what belongs to an app. */
export type Step = (app: RegisteredApp) => Promise<void>;

/** Steps one after the other; lines of them go on side by side. */
export type Line = readonly Step[];

/** Work on what belongs to an app, some of which can be done while the run waits for the app itself to settle. */
export interface SideWork {
  /** Begins with what need not wait, and goes on until it is done, or as far as Okta lets it. It does not fail. */
  begin(app: RegisteredApp): void;
  /** Waits until nothing is under way any more. */
  idle(): Promise<void>;
  /**
   * Does all that is not done yet, with the app as it is now.
   *
   * @throws what a step fails with, after all other lines have come as far as they do
   */
  finish(app: RegisteredApp): Promise<void>;
}

/**
 * Plans side work. What could not be done at first is tried again in the end: Okta may refuse of an inactive app, or of a new one that it
 * does not know everywhere yet, what it takes of an active one.
 *
 * @param soon what need not wait for the app
 * @param later what is done when all of that is
 */
export function sideWork(
  { log }: { log: Pick<Log, 'debug'> },
  { soon, later }: { soon: readonly Line[]; later: readonly Line[] },
): SideWork {
  const [first, second] = [soon.map(startLine), later.map(startLine)];
  let begun: Promise<unknown> = Promise.resolve();
  return {
    begin: (app) => {
      begun = Promise.all(
        first.map((goOn) =>
          goOn(app).catch((error: unknown) => {
            log.debug(`Not done yet, and tried again: ${explain(error)}`);
          }),
        ),
      );
    },
    idle: async () => {
      await begun;
    },
    finish: async (app) => {
      await begun;
      await allOf(first, app);
      await allOf(second, app);
    },
  };
}

/** Goes on with the steps of a line, from the first one that is not done. */
function startLine(line: Line): Step {
  const left = [...line];
  return async (app) => {
    for (let step = left[0]; step; step = left[0]) {
      await step(app);
      left.shift();
    }
  };
}

async function allOf(lines: readonly Step[], app: RegisteredApp): Promise<void> {
  const ended = await Promise.allSettled(lines.map((goOn) => goOn(app)));
  const errors = ended.flatMap((end): unknown[] => (end.status === 'rejected' ? [end.reason] : []));
  if (errors.length > 0) throw together(errors);
}

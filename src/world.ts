import { connect, type ConnectOptions } from './okta/connect.ts';
import { REQUEST_TIMEOUT } from './okta/http/transport.ts';
import { readContext, type GitHubContext } from './github/context.ts';
import { systemClock, type Clock } from './util/clock.ts';
import { startDeadline, type Deadline } from './util/deadline.ts';
import { ActionError, explain, RefusedChange } from './util/errors.ts';
import { openLog, type Log } from './util/log.ts';
import { maskInputs } from './inputs/secrets.ts';
import { writeSummary } from './report/markdown.ts';
import { describe } from './report/report.ts';
import type { Ending } from './report/summary.ts';
import { sessionOf, type Session } from './session/session.ts';

/** What a run takes from the world beside its inputs; tests pass a virtual clock. */
export interface World {
  clock: Clock;
  environment: NodeJS.ProcessEnv;
  /** Milliseconds after which a request without an answer is given up. */
  requestTimeout: number;
}

/** What a run of any action has before it reads its inputs. */
export interface Start extends Omit<World, 'environment'> {
  github: GitHubContext;
  log: Log;
  /** What the run has changed so far, one phrase each, to be reported if it fails later. */
  done: string[];
  /** What is to be done when the run ends, however it does. None of it fails. */
  endings: (() => Promise<void>)[];
  /** Stops what still runs beside a run that has failed. */
  stops: (() => void)[];
}

/**
 * Runs an action once. It never throws: a failure ends as one annotation and exit code 1. Every ending writes a summary.
 *
 * @param summarize the summary, of what the run knows of itself at its end
 */
export async function runAction(
  world: Partial<World>,
  act: (start: Start) => Promise<void>,
  summarize: (ending: Ending) => string,
): Promise<void> {
  const { clock = systemClock, environment = process.env, requestTimeout = REQUEST_TIMEOUT } = world;
  const log = openLog();
  const done: string[] = [];
  const endings: Start['endings'] = [];
  const stops: Start['stops'] = [];
  const { warnings } = log;
  let failure: unknown;
  try {
    maskInputs(environment, log);
    checkEnvironment(environment);
    await act({ clock, requestTimeout, github: readContext(environment), log, done, endings, stops });
  } catch (error) {
    failure = error;
    for (const stop of stops) stop();
    if (error instanceof RefusedChange) for (const each of error.differences) log.info(`  ${describe(each)}`);
    log.failed(explain(error, done));
  }
  await writeSummary(() => summarize({ failure, done, warnings }), log);
  for (const end of endings) await end();
}

/** An earlier step can set it for all that follow, and then anybody could stand in for Okta and for GitHub. */
function checkEnvironment(environment: NodeJS.ProcessEnv): void {
  if (environment['NODE_TLS_REJECT_UNAUTHORIZED'] !== '0') return;
  throw new ActionError(
    'Cannot send credentials safely',
    'NODE_TLS_REJECT_UNAUTHORIZED is 0, so that no certificate would be checked',
    'Remove it from the environment. If a proxy has certificates of its own, name its authority in NODE_EXTRA_CA_CERTS.',
  );
}

/** Starts the time of a run, which is over as soon as the run has failed. */
export function startTime({ clock, log, stops }: Start, timeoutSeconds: number): Deadline {
  const deadline = startDeadline(clock, timeoutSeconds, log);
  stops.push(() => {
    deadline.end();
  });
  return deadline;
}

/** Connects a run with its org. No request is sent yet. */
export async function openSession(
  { github, log, requestTimeout, done, endings }: Start,
  {
    settleSeconds,
    ...options
  }: Omit<ConnectOptions, 'log' | 'requestTimeout' | 'userAgent' | 'onEnd'> & { settleSeconds: number },
): Promise<Session> {
  const onEnd: ConnectOptions['onEnd'] = (work) => endings.push(work);
  const { userAgent, isPrivate } = github;
  const okta = await connect({ ...options, log, requestTimeout, userAgent, onEnd });
  return sessionOf({ okta, deadline: options.deadline, log }, settleSeconds, done, isPrivate);
}

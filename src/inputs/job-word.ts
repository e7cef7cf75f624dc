import { createHmac } from 'node:crypto';
import { getInput, getState, saveState } from '@actions/core';
import { runOfJob, type Attempt } from '../github/job.ts';
import type { Run, RunKind } from '../github/run.ts';
import { passwordsOf, proxySettings, type ProxySettings } from '../okta/http/proxy.ts';
import { ActionError } from '../util/errors.ts';
import type { Log } from '../util/log.ts';

/**
 * What the post step learns beside its inputs, which are evaluated anew for it, with whatever the environment holds by then. If the main
 * step has left no word under that name, the runner passes on a variable that another step has set. So the main step always leaves one. A
 * word is sealed with the credential, which no other step was given: nobody else can have left it.
 */
export interface JobWord {
  run: RunKind & { job: string };
  /** ID of the app, if the main step came to know it. */
  app?: string | undefined;
  /** The org that the main step was connected with. */
  orgUrl: string;
  /** How it was reached. */
  proxy: ProxySettings;
}

const NAME = 'job';
/** `src/post.ts` looks for it, too. */
const NOTHING = 'none';

/** Leaves word that nothing is to be done. Any main step does this first. */
export function leaveNothing(): void {
  saveState(NAME, NOTHING);
}

/**
 * Leaves word of the owner whose app the post step is to remove. This comes before the app exists, since the run may die before it could
 * report it.
 *
 * @returns leaves word of the app's ID, too
 */
export function leaveWord(
  { repository: _, ...run }: Run & { job: string },
  orgUrl: string,
  log: Pick<Log, 'mask'>,
): (app: string) => void {
  const word: JobWord = { run, orgUrl, proxy: proxySettings() };
  for (const password of passwordsOf(word.proxy)) log.mask(password);
  save(word);
  return (app) => {
    if (word.app === app) return;
    word.app = app;
    save(word);
  };
}

function save(word: JobWord): void {
  saveState(NAME, sealed(JSON.stringify(word)));
}

/**
 * The word that the main step of this job has left.
 *
 * @returns `undefined` if nothing is to be done
 * @throws {ActionError} if it is not the main step's, or not of this run
 */
export function wordOfMainStep({ runId }: Attempt): JobWord | undefined {
  const state = getState(NAME);
  if (state === '' || state === NOTHING) return undefined;
  const text = state.slice(state.indexOf(' ') + 1);
  const word = state === sealed(text) ? (JSON.parse(text) as JobWord) : undefined;
  if (word && runOfJob(word.run.job) === runId) return word;
  throw new ActionError(
    'Cannot end the app of this job',
    'what this step was told is not what the main step left for it: another step has set STATE_job, or the credential is another one by now',
    'Let no other step set STATE_job, and give both steps the same credential. The app expires by itself; the sweep action deletes it then.',
  );
}

/** The text behind its seal. */
function sealed(text: string): string {
  const credential = [getInput('api-token'), getInput('auth-private-key')].join('\n');
  return `${createHmac('sha256', credential).update(text).digest('hex')} ${text}`;
}

import { getInput } from '@actions/core';
import { ownerOf } from './app/ownership/owner.ts';
import { permissionOf } from './apply/permission.ts';
import { ensureShared } from './apply/ensure-shared.ts';
import { removeJob } from './apply/remove-job.ts';
import { wordOfMainStep } from './inputs/job-word.ts';
import { readInputs } from './inputs/read.ts';
import { useProxySettings } from './okta/http/proxy.ts';
import { maskApp, maskId } from './report/mask.ts';
import { summary } from './report/summary.ts';
import { openSession, runAction, startTime, type Start, type World } from './world.ts';

/** Runs the post step once: what a job had for itself is deleted with it. */
export function run(world: Partial<World> = {}): Promise<void> {
  return runAction(world, endJob, (ending) => summary({}, ending));
}

/**
 * The inputs are those of the main step, which has reported all problems with them. But they are evaluated anew, and the environment may be
 * another one by now. So the org, and the way to it, come from the main step's word.
 */
async function endJob(start: Start): Promise<void> {
  const { github, log } = start;
  if (getInput('state').toLowerCase() !== 'job') return;
  const word = wordOfMainStep(github.attempt);
  if (!word) return;
  useProxySettings(word.proxy);
  const given = await readInputs(github, { ...log, notice: log.debug, warning: log.debug });
  const connection = { ...given.connection, orgUrl: word.orgUrl };
  const inputs = { ...given, connection, state: 'absent', outputClientSecret: false } as const;
  const { name = '', shared, maskClientId } = inputs;
  if (word.app !== undefined && maskClientId !== false) maskId(word.app, log);
  const run = { ...word.run, repository: github.run.repository };
  const deadline = startTime(start, inputs.timeoutSeconds);
  const session = await openSession(start, {
    ...inputs,
    scopes: ['okta.apps.read', 'okta.apps.manage'],
    deadline,
    onApp: (app) => {
      maskApp(app, maskClientId, log);
    },
  });
  if (!shared) return removeJob(session, name, { ...ownerOf(run), job: run.job }, word.app);
  const permission = permissionOf(run, undefined, session, false);
  const overtaken = (): Promise<false> => Promise.resolve(false);
  const sharedRun = { everything: true, overtaken };
  await ensureShared(session, inputs, permission, sharedRun, { begin: () => undefined });
}

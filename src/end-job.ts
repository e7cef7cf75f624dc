import { permissionOf } from './apply/permission.ts';
import { ensureShared } from './apply/ensure-shared.ts';
import { removeJob } from './apply/remove-job.ts';
import { keptJob } from './github/job.ts';
import { readInputs } from './inputs/read.ts';
import { maskApp } from './report/mask.ts';
import { summary } from './report/summary.ts';
import { openSession, runAction, startTime, type Start, type World } from './world.ts';

/** Runs the post step once: what a job had for itself goes with it. */
export function run(world: Partial<World> = {}): Promise<void> {
  return runAction(world, endJob, (ending) => summary({}, ending));
}

/** The inputs are those of the main step, which has said all there is to say of them. */
async function endJob(start: Start): Promise<void> {
  const { github, log } = start;
  const kept = keptJob();
  if (!kept) return;
  const given = await readInputs(github, { ...log, notice: log.debug, warning: log.debug });
  const inputs = { ...given, state: 'absent', outputClientSecret: false } as const;
  const { name = '', shared, maskClientId } = inputs;
  const deadline = startTime(start, inputs.timeoutSeconds);
  const session = await openSession(start, {
    ...inputs,
    scopes: ['okta.apps.read', 'okta.apps.manage'],
    deadline,
    onApp: (app) => {
      maskApp(app, maskClientId, log);
    },
  });
  if (!shared) return removeJob(session, name, kept.run.job, kept.app);
  const permission = permissionOf(kept.run, undefined, { deadline, log }, false);
  await ensureShared(session, inputs, permission, true, undefined, { begin: () => undefined });
}

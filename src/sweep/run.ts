import type { RegisteredApp } from '../app/app.ts';
import { ownerOf } from '../app/ownership/owner.ts';
import { pullRequestsOf } from '../github/pulls.ts';
import { maskApp } from '../report/mask.ts';
import { ActionError } from '../util/errors.ts';
import { openSession, runAction, startTime, type Start, type World } from '../world.ts';
import { readSweepInputs } from './inputs.ts';
import { sweepSummary, type Swept } from './report.ts';
import { sweep } from './sweep.ts';

/** Runs the sweep once, from its inputs to its outputs. */
export function run(world: Partial<World> = {}): Promise<void> {
  const known: Swept = {};
  return runAction(
    world,
    (begun) => start(begun, known),
    (ending) => sweepSummary(known, ending),
  );
}

/** @param known takes up what the run comes to know of itself, for the summary */
async function start(begun: Start, known: Swept): Promise<void> {
  const { requestTimeout, github, log } = begun;
  const inputs = readSweepInputs(github, log);
  known.orgUrl = inputs.connection.orgUrl;
  if (github.run.repository.name === '') {
    throw new ActionError(
      'Cannot sweep',
      'the variable GITHUB_REPOSITORY does not say whose apps to look for',
      'Run it in a GitHub workflow.',
    );
  }
  const deadline = startTime(begun, inputs.timeoutSeconds);
  const mask = (app: RegisteredApp): void => {
    maskApp(app, true, log);
  };
  const scopes = ['okta.apps.read', ...(inputs.dryRun ? [] : ['okta.apps.manage'])];
  const session = await openSession(begun, { ...inputs, scopes, deadline, onApp: mask });
  const pullRequests = pullRequestsOf({ github, token: inputs.githubToken, deadline, log, requestTimeout });
  await sweep(session, inputs, { repository: ownerOf(github.run), pullRequests, mask }, known);
}

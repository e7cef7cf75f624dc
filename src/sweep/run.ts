import type { RegisteredApp } from '../app/app.ts';
import { systemClock } from '../util/clock.ts';
import { ActionError, explain } from '../util/errors.ts';
import { readContext } from '../github/context.ts';
import { pullRequestsOf } from '../github/pulls.ts';
import { openLog } from '../util/log.ts';
// eslint-disable-next-line no-restricted-syntax -- until it has a file of its own
import type { World } from '../main.ts';
import { connect } from '../okta/connect.ts';
import { REQUEST_TIMEOUT } from '../okta/transport.ts';
import { ownerOf } from '../app/ownership.ts';
import { startDeadline } from '../util/deadline.ts';
import { maskApp } from '../report/report.ts';
import { readSweepInputs } from './inputs.ts';
import { sweep, type SweepSession } from './sweep.ts';

/** Runs the sweep once, from its inputs to its outputs. It never throws: a failure ends as one annotation and exit code 1. */
export async function run(world: Partial<World> = {}): Promise<void> {
  const { clock = systemClock, environment = process.env, requestTimeout = REQUEST_TIMEOUT } = world;
  const log = openLog();
  const done: string[] = [];
  try {
    const github = readContext(environment);
    const inputs = readSweepInputs(github, log);
    if (github.repository === '') {
      throw new ActionError(
        'Cannot sweep',
        'the variable GITHUB_REPOSITORY does not say whose apps to look for',
        'Run it in a GitHub workflow.',
      );
    }
    const deadline = startDeadline(clock, inputs.timeoutSeconds, log);
    const mask = (app: RegisteredApp): void => {
      maskApp(app, { maskClientId: true }, log);
    };
    const { connection, githubToken: token } = inputs;
    const scopes = ['okta.apps.read', ...(inputs.dryRun ? [] : ['okta.apps.manage'])];
    const okta = await connect({ connection, scopes, deadline, log, requestTimeout, onApp: mask });
    const pullRequests = pullRequestsOf({ github, token, deadline, log, requestTimeout });
    const session: SweepSession = {
      okta,
      inputs,
      owner: { ...ownerOf(github.run), pullRequest: undefined },
      pullRequests,
      deadline,
      log,
      mask,
      done,
    };
    await sweep(session);
  } catch (error) {
    log.failed(explain(error, done));
  }
}

import { readConnection } from '../inputs/connection.ts';
import type { Connection } from '../okta/auth/credentials.ts';
import { InputError } from '../util/errors.ts';
import type { GitHubContext } from '../github/context.ts';
import { NEEDED_PERMISSION } from '../github/pulls.ts';
import { InputReader } from '../util/input-reader.ts';
import type { Log } from '../util/log.ts';

/** What a workflow asks of a sweep, checked. */
export interface SweepInputs {
  connection: Connection;
  githubToken: string;
  /** How the names of the apps to look at start; empty for all apps. */
  namePrefix: string;
  /** Name or ID. */
  sharedApp: string | undefined;
  dryRun: boolean;
  /** Whether the apps of every repository are listed; only a dry run may. */
  allRepositories: boolean;
  maxDeletions: number;
  timeoutSeconds: number;
  /** As in the main action, which has an input for it: a sweep is in no hurry, and needs none. */
  settleSeconds: number;
}

/**
 * Reads and checks every input of the action.
 *
 * @throws {InputError} with every problem at once
 */
export function readSweepInputs(github: GitHubContext, log: Log): SweepInputs {
  const reader = new InputReader();
  const connection = readConnection(reader, { withoutSecrets: undefined }, log);
  const githubToken = reader.text('github-token');
  if (githubToken === undefined) {
    reader.problem(
      'github-token',
      `is empty, and only GitHub can tell which pull requests are closed. Leave the input out to use the workflow's own token. ${NEEDED_PERMISSION}`,
    );
  }
  const inputs = {
    namePrefix: reader.line('name-prefix') ?? '',
    sharedApp: reader.line('shared-app'),
    dryRun: reader.flag('dry-run') ?? false,
    allRepositories: reader.flag('all-repositories') ?? false,
    maxDeletions: reader.number('max-deletions', 0, 10_000, 'apps and URIs') ?? 25,
    timeoutSeconds: reader.number('timeout-seconds', 1, 21_600, 'seconds') ?? 300,
    settleSeconds: 3,
  };
  if (inputs.allRepositories && !inputs.dryRun) {
    reader.problem(
      'all-repositories',
      'is true, and a run that deletes looks at its own repository only. Set "dry-run: true", or leave it out.',
    );
  }
  if (inputs.allRepositories && !github.isPrivate) {
    reader.problem(
      'all-repositories',
      'is true, and the event does not say that this repository is private: everybody could read which apps there are. Run it in a private repository.',
    );
  }
  reader.checkUnknown(log);
  if (reader.problems.length > 0 || !connection || githubToken === undefined)
    throw new InputError(reader.problems);
  return { connection, githubToken, ...inputs };
}

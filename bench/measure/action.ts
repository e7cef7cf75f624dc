import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GITHUB_ENVIRONMENT, inputVariables, manifestOf, payloadOf } from '../../__tests__/support/runner.ts';

/**
 * The environment that GitHub's runner gives to a run of the action.
 *
 * @param folder where the command files go, made anew: a run finds them empty
 * @param action folder of the `action.yml`, below the repository
 */
export function environmentOf(
  folder: string,
  inputs: Record<string, string>,
  action = '.',
): Record<string, string> {
  const file = (name: string, content = ''): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    RUNNER_TEMP: folder,
    ...GITHUB_ENVIRONMENT,
    ...inputVariables(manifestOf(action), inputs),
    GITHUB_OUTPUT: file('output'),
    GITHUB_STATE: file('state'),
    GITHUB_ENV: file('env'),
    GITHUB_PATH: file('path'),
    GITHUB_STEP_SUMMARY: file('summary'),
    GITHUB_EVENT_PATH: file('event.json', JSON.stringify(payloadOf())),
  };
}

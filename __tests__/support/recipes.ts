import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pullRequestEvent, type PullRequestAction, type PullRequestOf, type TestEvent } from './events.ts';
import type { TestGitHub } from './github.ts';
import { textOf, type JsonObject } from '../../src/util/json.ts';
import { TOKEN, type TestOrg } from './okta.ts';
import { root } from './runner.ts';
import { runWorkflow, type StepRun, type WorkflowOptions, type WorkflowRun } from './workflow.ts';

/** The workflows of a page of the documentation, taken from it as they stand, by name. */
export function workflowsOf(page: string): ReadonlyMap<string, string> {
  return new Map(
    [...page.matchAll(/```yaml\n(name: (.+)\n[\s\S]*?)```/g)].map(([, text = '', name = '']) => [name, text]),
  );
}

/** A page of the documentation. */
export function page(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** What a script in a recipe's place sees of the app. */
const SHOW =
  'echo "client $OKTA_CLIENT_ID at ${OKTA_ISSUER:-$OKTA_DISCOVERY_URL}"; echo "$OKTA_CLIENT_ID" > seen; echo "seen=$(cat seen)" >> "$GITHUB_OUTPUT"';

type Options = Partial<WorkflowOptions> & { text?: string };

export interface Recipes {
  /** @returns `undefined` where the event does not start the workflow */
  start(name: string, event: TestEvent, options?: Options): Promise<WorkflowRun | undefined>;
  /** A run that the event starts, and in which no job fails. */
  run(name: string, event: TestEvent, options?: Options): Promise<WorkflowRun>;
  /** A run that the event starts, and whose one failed step says this. */
  failure(name: string, event: TestEvent, options?: Options): Promise<string>;
}

/** Runs the workflows of a page against an org and a GitHub, with the bundles. */
export function recipesOf(workflows: ReadonlyMap<string, string>, org: TestOrg, github: TestGitHub): Recipes {
  async function start(
    name: string,
    event: TestEvent,
    options: Options = {},
  ): Promise<WorkflowRun | undefined> {
    const text = options.text ?? workflows.get(name);
    if (text === undefined) throw new Error(`There is no workflow "${name}".`);
    return runWorkflow(text, {
      event,
      vars: { OKTA_ORG_URL: org.url },
      secrets: { OKTA_API_TOKEN: TOKEN },
      github,
      commands: { 'deploy.sh': SHOW, 'smoke-test.sh': SHOW, 'end-to-end-test.sh': SHOW },
      inputDefaults: { 'settle-seconds': '0.2' },
      ...options,
    });
  }

  async function started(...args: Parameters<typeof start>): Promise<WorkflowRun> {
    const done = await start(...args);
    if (!done) throw new Error(`The event ${args[1].name} does not start the workflow "${args[0]}".`);
    return done;
  }

  return {
    start,
    run: async (...args) => {
      const done = await started(...args);
      const failed = done.jobs.filter(({ result }) => result === 'failure');
      if (failed.length > 0)
        throw new Error(failed.flatMap(({ steps }) => steps.map(({ log }) => log)).join('\n'));
      return done;
    },
    failure: async (...args) => {
      const { jobs } = await started(...args);
      const failed = jobs.flatMap(({ steps }) => steps).filter(({ outcome }) => outcome === 'failure');
      if (failed.length !== 1) throw new Error(`${failed.length} steps failed.`);
      return failed[0]?.log ?? '';
    },
  };
}

/** The jobs that ran, and how they ended. */
export function results({ jobs }: WorkflowRun): Record<string, string> {
  return Object.fromEntries(
    jobs.filter(({ result }) => result !== 'skipped').map(({ id, result }) => [id, result]),
  );
}

/** The last step of a job. */
export function last({ jobs }: WorkflowRun, id: string): StepRun {
  const step = jobs.find((job) => job.id === id)?.steps.at(-1);
  if (!step) throw new Error(`The job ${id} has no steps.`);
  return step;
}

export function outputs(done: WorkflowRun, id?: string): Record<string, string> {
  return done.step(id).outputs;
}

/** Makes events of pull requests whose states GitHub knows by then. */
export function pullRequestsOn(
  github: TestGitHub,
): (action: PullRequestAction, number: number, options?: PullRequestOf) => TestEvent {
  return (action, number, options = {}) => {
    github.pulls.set(number, action !== 'closed' ? 'open' : options.merged ? 'merged' : 'closed');
    return pullRequestEvent(action, { number, ...options });
  };
}

/** What an app has below `settings.oauthClient`. */
export function clientOf(app: JsonObject): JsonObject {
  return (app['settings'] as { oauthClient: JsonObject }).oauthClient;
}

/** What an app has below `credentials.oauthClient`. */
export function credentialsOf(app: JsonObject): JsonObject {
  return (app['credentials'] as { oauthClient: JsonObject }).oauthClient;
}

export function clientIdOf(app: JsonObject): string {
  return textOf(credentialsOf(app)['client_id']);
}

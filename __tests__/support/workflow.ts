import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { expand, expandText, holds, type Contexts, type Status } from './expressions.ts';
import { GITHUB_ENVIRONMENT, manifestOf, readOutputs, runAction, showLog, type ActionRun } from './runner.ts';

/**
 * Runs a workflow as GitHub does, as far as this project's actions need it: triggers, jobs in the order of `needs`, matrices, `if`,
 * expressions, outputs, masks. Steps that use these actions run their bundles; `run` steps run in bash; other actions are left out.
 */

export interface WorkflowEvent {
  name: string;
  payload: { action?: string; ref?: string; inputs?: Record<string, unknown> } & Record<string, unknown>;
}

export interface WorkflowOptions {
  event: WorkflowEvent;
  vars?: Record<string, string>;
  secrets?: Record<string, string>;
  /** GitHub's API, and a token that may read pull requests; a job that does not ask for this permission gets another one. */
  github?: { url: string; token: string };
  /** Commands that `run` steps find in their working directory and on their path, as bash scripts. */
  commands?: Record<string, string>;
  /** Other defaults for inputs of our actions that a step does not name, such as a shorter wait. */
  inputDefaults?: Record<string, string>;
}

export interface StepRun {
  id: string;
  outcome: 'success' | 'failure' | 'skipped';
  outputs: Record<string, string>;
  log: string;
  /** How it went, for a step that used one of our actions. */
  action?: ActionRun;
}

export interface JobRun {
  id: string;
  matrix: Record<string, unknown>;
  result: 'success' | 'failure' | 'skipped';
  steps: StepRun[];
  outputs: Record<string, string>;
  /** Names of the outputs that GitHub does not pass on, since they contain a masked value. */
  dropped: string[];
}

export interface WorkflowRun {
  jobs: JobRun[];
  /** The one step that used one of our actions, or the one of that ID. */
  step(id?: string): StepRun;
}

type Scalars = Record<string, string | number | boolean | null>;

interface Step {
  id?: string;
  if?: string | boolean;
  uses?: string;
  run?: string;
  with?: Scalars;
  env?: Scalars;
}

interface Job {
  needs?: string | string[];
  if?: string | boolean;
  env?: Scalars;
  permissions?: Record<string, string>;
  strategy?: { matrix: Record<string, unknown> };
  outputs?: Record<string, string>;
  steps: Step[];
}

interface Trigger {
  types?: string[];
  branches?: string[];
  inputs?: Record<string, { default?: unknown }>;
}

interface Workflow {
  on: string | string[] | Record<string, Trigger | null>;
  env?: Scalars;
  permissions?: Record<string, string>;
  jobs: Record<string, Job>;
}

/** Where the README says our actions are, and where they are here. */
const OUR_ACTIONS: Readonly<Record<string, string>> = {
  'org/okta-oidc-app': '.',
  'org/okta-oidc-app/sweep': 'sweep',
};

/** Pull request events that start a workflow which names no types. Source: GitHub's list of events. */
const DEFAULT_TYPES = ['opened', 'synchronize', 'reopened'];

/** @returns `undefined` where the event does not start the workflow */
export async function runWorkflow(text: string, options: WorkflowOptions): Promise<WorkflowRun | undefined> {
  const workflow = parse(text) as Workflow;
  const trigger = triggerFor(workflow.on, options.event);
  if (!trigger) return undefined;
  const contexts = workflowContexts(workflow, trigger, options);
  const done = new Map<string, JobRun[]>();
  const waiting = new Map(Object.entries(workflow.jobs));
  while (waiting.size > 0) {
    const ready = [...waiting].filter(([, job]) => needsOf(job).every((id) => done.has(id)));
    if (ready.length === 0)
      throw new Error(`The jobs ${[...waiting.keys()].join(', ')} wait for each other.`);
    for (const [id] of ready) waiting.delete(id);
    const runs = await Promise.all(
      ready.map(([id, job]) => runJob(id, job, workflow, contexts, done, options)),
    );
    ready.forEach(([id], i) => done.set(id, runs[i] ?? []));
  }
  const jobs = [...done.values()].flat();
  return {
    jobs,
    step: (id) => {
      const found = jobs
        .flatMap(({ steps }) => steps)
        .filter((step) => (id === undefined ? step.action !== undefined : step.id === id));
      if (found.length !== 1 || !found[0]) throw new Error(`${found.length} steps are "${id ?? 'ours'}".`);
      return found[0];
    },
  };
}

function triggerFor(on: Workflow['on'], { name, payload }: WorkflowEvent): Trigger | undefined {
  const triggers =
    typeof on === 'string'
      ? { [on]: null }
      : Array.isArray(on)
        ? Object.fromEntries(on.map((key) => [key, null]))
        : on;
  if (!Object.hasOwn(triggers, name)) return undefined;
  const trigger = triggers[name] ?? {};
  const types = trigger.types ?? (name === 'pull_request' ? DEFAULT_TYPES : undefined);
  if (types && !types.includes(payload.action ?? '')) return undefined;
  if (
    name === 'push' &&
    trigger.branches &&
    !trigger.branches.includes((payload.ref ?? '').replace('refs/heads/', ''))
  )
    return undefined;
  return trigger;
}

function workflowContexts(workflow: Workflow, trigger: Trigger, options: WorkflowOptions): Contexts {
  const { event, vars = {}, secrets = {} } = options;
  const given = event.payload.inputs ?? {};
  const inputs = Object.fromEntries(
    Object.entries(trigger.inputs ?? {}).map(([name, input]) => [name, given[name] ?? input.default ?? '']),
  );
  const github = {
    event: event.payload,
    event_name: event.name,
    repository: GITHUB_ENVIRONMENT['GITHUB_REPOSITORY'],
    repository_owner: 'acme',
    actor: GITHUB_ENVIRONMENT['GITHUB_ACTOR'],
    ref: event.payload.ref ?? 'refs/heads/main',
    run_id: '1',
  };
  const contexts = { github, vars, secrets, inputs };
  return { ...contexts, env: expandAll(workflow.env, contexts) };
}

function needsOf({ needs = [] }: Job): string[] {
  return typeof needs === 'string' ? [needs] : needs;
}

async function runJob(
  id: string,
  job: Job,
  workflow: Workflow,
  contexts: Contexts,
  done: ReadonlyMap<string, JobRun[]>,
  options: WorkflowOptions,
): Promise<JobRun[]> {
  const needed = needsOf(job).map((name): [string, JobRun[]] => [name, done.get(name) ?? []]);
  const needs = Object.fromEntries(
    needed.map(([name, runs]) => [
      name,
      {
        result: runs.at(-1)?.result,
        outputs: Object.assign({}, ...runs.map(({ outputs }) => outputs)) as object,
      },
    ]),
  );
  const status: Status = needed.every(([, runs]) => runs.every(({ result }) => result === 'success'))
    ? 'success'
    : 'failure';
  if (!holds(job.if, { ...contexts, needs }, status))
    return [{ id, matrix: {}, result: 'skipped', steps: [], outputs: {}, dropped: [] }];
  const token = tokenFor(job.permissions ?? workflow.permissions ?? {}, options);
  const matrices = combinations(expandMatrix(job.strategy?.matrix, { ...contexts, needs }));
  return Promise.all(
    matrices.map((matrix) => {
      const github = { ...(contexts['github'] as object), token };
      const known = { ...contexts, github, needs, matrix };
      const env = { ...(contexts['env'] as object), ...expandAll(job.env, known) };
      return runSteps(id, job, matrix, { ...known, env }, token, options);
    }),
  );
}

function tokenFor(permissions: Record<string, string>, { github }: WorkflowOptions): string {
  const mayRead = ['read', 'write'].includes(permissions['pull-requests'] ?? '');
  return (mayRead && github?.token) || 'ghs_aTokenThatMayNotReadPullRequests';
}

function expandMatrix(
  matrix: Record<string, unknown> | undefined,
  contexts: Contexts,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(matrix ?? {}).map(([key, value]) => [key, expand(value, contexts)]),
  );
}

/** Every combination of the lists; entries of `include` stand for themselves, which is all that our workflows ask for. */
function combinations({ include, ...lists }: Record<string, unknown>): Record<string, unknown>[] {
  if (Array.isArray(include)) return include as Record<string, unknown>[];
  return Object.entries(lists).reduce<Record<string, unknown>[]>(
    (all, [key, values]) =>
      all.flatMap((item) => (values as unknown[]).map((value) => ({ ...item, [key]: value }))),
    [{}],
  );
}

async function runSteps(
  id: string,
  job: Job,
  matrix: Record<string, unknown>,
  contexts: Contexts,
  token: string,
  options: WorkflowOptions,
): Promise<JobRun[][number]> {
  const workspace = mkdtempSync(join(tmpdir(), 'workspace-'));
  for (const [name, script] of Object.entries(options.commands ?? {})) {
    writeFileSync(join(workspace, name), `#!/usr/bin/env bash\n${script}\n`);
    chmodSync(join(workspace, name), 0o755);
  }
  const masks = new Set([token, ...Object.values(options.secrets ?? {})].filter(Boolean));
  const steps: StepRun[] = [];
  let status: Status = 'success';
  const known = (): Contexts => ({
    ...contexts,
    steps: Object.fromEntries(
      steps.map((step) => [
        step.id,
        { outputs: step.outputs, outcome: step.outcome, conclusion: step.outcome },
      ]),
    ),
  });
  try {
    for (const [i, step] of job.steps.entries()) {
      const stepId = step.id ?? `step ${i + 1}`;
      if (!holds(step.if, known(), status)) {
        steps.push({ id: stepId, outcome: 'skipped', outputs: {}, log: '' });
        continue;
      }
      const env = { ...(contexts['env'] as Record<string, unknown>), ...expandAll(step.env, known()) };
      const run = await runStep(step, { ...known(), env }, { workspace, masks, token, options });
      steps.push({ id: stepId, ...run });
      if (run.outcome === 'failure') status = 'failure';
    }
    const outputs = Object.entries(expandAll(job.outputs, known()));
    const isMasked = ([, value]: [string, string]): boolean =>
      [...masks].some((mask) => value.includes(mask));
    return {
      id,
      matrix,
      result: status,
      steps,
      outputs: Object.fromEntries(outputs.filter((output) => !isMasked(output))),
      dropped: outputs.filter(isMasked).map(([name]) => name),
    };
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
}

interface Place {
  workspace: string;
  /** Grows as steps mask values. */
  masks: Set<string>;
  token: string;
  options: WorkflowOptions;
}

async function runStep(step: Step, contexts: Contexts, place: Place): Promise<Omit<StepRun, 'id'>> {
  if (step.run !== undefined) return runCommand(expandText(step.run, contexts), contexts, place);
  const action = OUR_ACTIONS[(step.uses ?? '').split('@')[0] ?? ''];
  if (action === undefined) return { outcome: 'success', outputs: {}, log: '' };

  const inputs = manifestOf(action).inputs ?? {};
  const given = expandAll(step.with, contexts);
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(inputs, name));
  if (unknown.length > 0) throw new Error(`The action has no input ${unknown.join(', ')}.`);
  const { event, github, inputDefaults = {} } = place.options;
  const defaults = Object.entries(inputDefaults).filter(([name]) => Object.hasOwn(inputs, name));
  const run = await runAction({
    action,
    with: { ...Object.fromEntries(defaults), ...given },
    event: event.payload,
    env: {
      ...textValues(contexts['env']),
      GITHUB_EVENT_NAME: event.name,
      GITHUB_TOKEN: place.token,
      ...(github && { GITHUB_API_URL: github.url }),
    },
  });
  for (const mask of run.masks) place.masks.add(mask);
  return {
    outcome: run.exitCode === 0 ? 'success' : 'failure',
    outputs: run.outputs,
    log: run.log,
    action: run,
  };
}

async function runCommand(
  script: string,
  contexts: Contexts,
  { workspace, masks }: Place,
): Promise<Omit<StepRun, 'id'>> {
  const output = join(workspace, '.output');
  writeFileSync(output, '');
  const env = {
    PATH: `${workspace}:${process.env['PATH'] ?? ''}`,
    GITHUB_OUTPUT: output,
    ...textValues(contexts['env']),
  };
  const { exitCode, text } = await new Promise<{ exitCode: number; text: string }>((done, fail) => {
    const shell = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
      cwd: workspace,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let written = '';
    for (const stream of [shell.stdout, shell.stderr])
      stream.setEncoding('utf8').on('data', (chunk: string) => (written += chunk));
    shell.on('error', fail).on('close', (code) => {
      done({ exitCode: code ?? 1, text: written });
    });
  });
  const shown = showLog([...[...masks].map((mask) => `::add-mask::${mask}`), text].join('\n'));
  for (const mask of shown.masks) masks.add(mask);
  return {
    outcome: exitCode === 0 ? 'success' : 'failure',
    outputs: readFileOutputs(output),
    log: shown.log,
  };
}

/** A script may write `name=value` lines as well. */
function readFileOutputs(path: string): Record<string, string> {
  const text = readFileSync(path, 'utf8');
  const lines = text.split('\n').flatMap((line) => /^([\w-]+)=(.*)$/.exec(line)?.slice(1, 3) ?? []);
  const pairs = Array.from({ length: lines.length / 2 }, (_, i) => [lines[2 * i], lines[2 * i + 1]]);
  return { ...(Object.fromEntries(pairs) as Record<string, string>), ...readOutputs(text) };
}

function expandAll(values: Scalars | undefined, contexts: Contexts): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values ?? {}).map(([key, value]) => [key, expandText(value, contexts)]),
  );
}

function textValues(values: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(values as object).map(([key, value]) => [key, String(value)]));
}

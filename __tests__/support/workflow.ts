import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { expand, expandText, holds, type Contexts, type Status } from './expressions.ts';
import type { Permissions, TestGitHub } from './github.ts';
import { GITHUB_ENVIRONMENT, manifestOf, readOutputs, runAction, showLog, type ActionRun } from './runner.ts';

/**
 * Runs a workflow as GitHub does, as far as this project's actions need it: triggers, jobs in the order of `needs`, matrices, `if`,
 * expressions, permissions, outputs, masks, reusable workflows, post steps. Steps that use these actions run their bundles; `run` steps run in bash;
 * other actions are left out.
 */

export interface WorkflowEvent {
  name: string;
  payload: object;
  /** What the runner says of the event, where that does not follow from the payload. */
  env?: Record<string, string>;
}

type EventOf = WorkflowEvent & { payload: EventPayload };

/** The part of a payload that decides here; expressions see all of it. */
interface EventPayload {
  action?: string;
  ref?: string;
  inputs?: Record<string, unknown>;
  number?: number;
  pull_request?: {
    head?: { ref?: string; repo?: { full_name?: string } | null };
    base?: { ref?: string };
    merged?: boolean;
    /** `dirty` where there is a merge conflict. */
    mergeable_state?: string;
  };
  workflow_run?: { name?: string };
  repository?: { id?: number; full_name?: string };
}

export interface WorkflowOptions {
  event: WorkflowEvent;
  vars?: Record<string, string>;
  /** Read when a job starts, as GitHub reads those of an environment. */
  secrets?: Record<string, string>;
  /** GitHub's API. Each job gets a token with the permissions that the workflow grants it. */
  github?: Pick<TestGitHub, 'url' | 'tokens'>;
  /** Reusable workflows, by what the `uses` of a job calls them. */
  reusable?: Record<string, string>;
  /** More variables of the runner, such as those of a GitHub Enterprise Server. */
  runner?: Record<string, string>;
  /** Commands that `run` steps find in their working directory and on their path, as bash scripts. */
  commands?: Record<string, string>;
  /** Outputs of other actions, which are left out, by their names without the version. */
  others?: Record<string, Record<string, string>>;
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
  /** Runs what the action does at the end of the job, where it does something. */
  postStep?: () => Promise<ActionRun>;
  /** How that went. */
  post?: ActionRun;
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
  permissions?: Permissions;
  strategy?: { matrix: Record<string, unknown> };
  outputs?: Record<string, string>;
  steps?: Step[];
  /** A reusable workflow in place of steps. */
  uses?: string;
  with?: Scalars;
  secrets?: 'inherit' | Scalars;
}

interface Trigger {
  types?: string[];
  branches?: string[];
  'branches-ignore'?: string[];
  workflows?: string[];
  inputs?: Record<string, { default?: unknown; required?: boolean }>;
  outputs?: Record<string, { value: string }>;
}

interface Workflow {
  on: string | string[] | Record<string, Trigger | null>;
  env?: Scalars;
  permissions?: Permissions;
  jobs: Record<string, Job>;
}

/** A workflow that has been started, or called by the job of another. */
interface Started {
  workflow: Workflow;
  contexts: Contexts;
  /** What its jobs get where neither they nor it say `permissions`. */
  permissions: Permissions;
  /** The most that they may ask for; `undefined` for a workflow that an event has started. */
  most: Permissions | undefined;
  options: WorkflowOptions;
}

/** What GitHub grants without `permissions`, where the repository has the restricted default. Source: GitHub's docs. */
const DEFAULT_PERMISSIONS: Permissions = { contents: 'read', packages: 'read' };

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
  const own = withoutForksSecrets(options);
  const contexts = workflowContexts(workflow, trigger, own);
  const done = await runJobs({
    workflow,
    contexts,
    permissions: DEFAULT_PERMISSIONS,
    most: undefined,
    options: own,
  });
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

async function runJobs(started: Started): Promise<Map<string, JobRun[]>> {
  const done = new Map<string, JobRun[]>();
  const waiting = new Map(Object.entries(started.workflow.jobs));
  while (waiting.size > 0) {
    const ready = [...waiting].filter(([, job]) => needsOf(job).every((id) => done.has(id)));
    if (ready.length === 0)
      throw new Error(`The jobs ${[...waiting.keys()].join(', ')} wait for each other.`);
    for (const [id] of ready) waiting.delete(id);
    const runs = await Promise.all(ready.map(([id, job]) => runJob(id, job, done, started)));
    ready.forEach(([id], i) => done.set(id, runs[i] ?? []));
  }
  return done;
}

function triggerFor(on: Workflow['on'], { name, payload }: EventOf): Trigger | undefined {
  const triggers =
    typeof on === 'string'
      ? { [on]: null }
      : Array.isArray(on)
        ? Object.fromEntries(on.map((key) => [key, null]))
        : on;
  if (!Object.hasOwn(triggers, name)) return undefined;
  if (name === 'pull_request' && payload.pull_request?.mergeable_state === 'dirty') return undefined;
  const trigger = triggers[name] ?? {};
  const types = trigger.types ?? (/^pull_request(_target)?$/.test(name) ? DEFAULT_TYPES : undefined);
  if (types && !types.includes(payload.action ?? '')) return undefined;
  if (name === 'workflow_run' && !trigger.workflows?.includes(payload.workflow_run?.name ?? ''))
    return undefined;
  if (name === 'push') {
    const branch = (payload.ref ?? '').replace('refs/heads/', '');
    if (trigger.branches && !fits(branch, trigger.branches)) return undefined;
    if (trigger['branches-ignore'] && fits(branch, trigger['branches-ignore'])) return undefined;
  }
  return trigger;
}

/** Whether a branch is one of those listed, of which `**` stands for every one: other patterns our workflows do not have. */
function fits(branch: string, patterns: readonly string[]): boolean {
  return patterns.includes('**') || patterns.includes(branch);
}

/** Source: GitHub's docs: no secrets for the `pull_request` runs of forks and of Dependabot. */
function withoutForksSecrets(options: WorkflowOptions): WorkflowOptions {
  return isFork(options.event) || options.event.env?.['GITHUB_ACTOR'] === 'dependabot[bot]'
    ? { ...options, secrets: {} }
    : options;
}

function isFork({ name, payload }: EventOf): boolean {
  const from = payload.pull_request?.head?.repo?.full_name;
  return name === 'pull_request' && from !== nameOf(payload);
}

function nameOf({ repository }: EventPayload): string {
  return repository?.full_name ?? GITHUB_ENVIRONMENT['GITHUB_REPOSITORY'] ?? '';
}

/** What the runner says of an event. Source: GitHub's docs, "Events that trigger workflows" and "Variables reference". */
function runnerVariables({ event, runner, github }: WorkflowOptions): Variables {
  const { name, payload, env }: EventOf = event;
  const { number, pull_request: pullRequest, repository, ref } = payload;
  const merged = pullRequest?.merged === true && `refs/heads/${pullRequest.base?.ref ?? ''}`;
  return {
    ...GITHUB_ENVIRONMENT,
    GITHUB_EVENT_NAME: name,
    ...(ref !== undefined && { GITHUB_REF: ref }),
    ...(name === 'pull_request' && { GITHUB_REF: merged || `refs/pull/${number ?? 0}/merge` }),
    ...(pullRequest && { GITHUB_HEAD_REF: pullRequest.head?.ref ?? '' }),
    GITHUB_REPOSITORY: nameOf(payload),
    ...(repository?.id !== undefined && { GITHUB_REPOSITORY_ID: String(repository.id) }),
    ...(github && { GITHUB_API_URL: github.url }),
    ...env,
    ...runner,
  };
}

type Variables = Record<string, string>;

function workflowContexts(workflow: Workflow, trigger: Trigger, options: WorkflowOptions): Contexts {
  const { event, vars = {}, secrets = {} } = options;
  const given = (event as EventOf).payload.inputs ?? {};
  const inputs = Object.fromEntries(
    Object.entries(trigger.inputs ?? {}).map(([name, input]) => [name, given[name] ?? input.default ?? '']),
  );
  const variables = runnerVariables(options);
  const ref = variables['GITHUB_REF'] ?? '';
  const github = {
    event: event.payload,
    event_name: event.name,
    repository: variables['GITHUB_REPOSITORY'],
    repository_id: variables['GITHUB_REPOSITORY_ID'],
    repository_owner: variables['GITHUB_REPOSITORY']?.split('/')[0],
    actor: variables['GITHUB_ACTOR'],
    ref,
    ref_name: ref.replace(/^refs\/(heads|tags|pull)\//, ''),
    head_ref: variables['GITHUB_HEAD_REF'] ?? '',
    run_id: '1',
    run_attempt: '1',
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
  done: ReadonlyMap<string, JobRun[]>,
  started: Started,
): Promise<JobRun[]> {
  const { workflow, contexts, options } = started;
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
  const permissions = job.permissions ?? workflow.permissions ?? started.permissions;
  if (started.most) refuseMore(id, permissions, started.most);
  const matrices = combinations(expandMatrix(job.strategy?.matrix, { ...contexts, needs }));
  return Promise.all(
    matrices.map((matrix) => {
      const known = { ...contexts, needs, matrix };
      if (job.uses !== undefined) return runCalled(id, job, job.uses, known, permissions, options);
      const token = tokenWith(permissions, options);
      const github = { ...(contexts['github'] as object), token };
      const env = { ...(contexts['env'] as object), ...expandAll(job.env, { ...known, github }) };
      return runSteps(id, job, matrix, { ...known, github, env }, token, options);
    }),
  );
}

/** A fork's run may read at most. */
function tokenWith(permissions: Permissions, { github, event }: WorkflowOptions): string {
  const granted = isFork(event)
    ? Object.fromEntries(
        Object.entries(permissions).map(([name, level]) => [name, level === 'write' ? 'read' : level]),
      )
    : permissions;
  const token = `ghs_job${String(Math.random()).slice(2)}`;
  github?.tokens.set(token, granted);
  return token;
}

const LEVELS = ['none', 'read', 'write'];

/** GitHub does not start a run in which a called workflow asks for more than the job that calls it has. */
function refuseMore(id: string, asked: Permissions, most: Permissions): void {
  for (const [name, level] of Object.entries(asked)) {
    if (LEVELS.indexOf(level) > LEVELS.indexOf(most[name] ?? 'none'))
      throw new Error(`The job ${id} asks for "${name}: ${level}", which its caller does not have.`);
  }
}

/** Runs a reusable workflow: `github` and `vars` are the caller's, `env` is not. Source: GitHub's docs, "Reusing workflows". */
async function runCalled(
  id: string,
  job: Job,
  uses: string,
  contexts: Contexts & { matrix: Record<string, unknown> },
  permissions: Permissions,
  options: WorkflowOptions,
): Promise<JobRun> {
  const workflow = parse(options.reusable?.[uses] ?? '') as Workflow | null;
  const trigger = workflow && triggerFor(workflow.on, { name: 'workflow_call', payload: {} });
  if (!trigger) throw new Error(`There is no reusable workflow "${uses}".`);
  const given = Object.fromEntries(
    Object.entries(job.with ?? {}).map(([name, value]) => [name, expand(value, contexts)]),
  );
  const declared = trigger.inputs ?? {};
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(declared, name));
  if (unknown.length > 0) throw new Error(`The workflow "${uses}" has no input ${unknown.join(', ')}.`);
  const inputs = Object.fromEntries(
    Object.entries(declared).map(([name, input]) => {
      if (input.required && given[name] === undefined)
        throw new Error(`The workflow "${uses}" needs the input ${name}.`);
      return [name, given[name] ?? input.default ?? ''];
    }),
  );
  const secrets = job.secrets === 'inherit' ? (options.secrets ?? {}) : expandAll(job.secrets, contexts);
  const known = { github: contexts['github'], vars: contexts['vars'], secrets, inputs };
  const done = await runJobs({
    workflow,
    contexts: { ...known, env: expandAll(workflow.env, known) },
    permissions,
    most: permissions,
    options: { ...options, secrets },
  });
  const runs = [...done].flatMap(([, jobs]) => jobs);
  const jobs = Object.fromEntries(
    [...done].map(([name, all]) => [name, { outputs: all.at(-1)?.outputs, result: all.at(-1)?.result }]),
  );
  const outputs = Object.fromEntries(
    Object.entries(trigger.outputs ?? {}).map(([name, { value }]) => [name, value]),
  );
  const results = new Set(runs.map(({ result }) => result));
  return {
    id,
    matrix: contexts.matrix,
    result: results.has('failure') ? 'failure' : results.has('success') ? 'success' : 'skipped',
    steps: runs.flatMap(({ steps }) => steps),
    outputs: expandAll(outputs, { ...known, jobs }),
    dropped: runs.flatMap(({ dropped }) => dropped),
  };
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
    for (const [i, step] of (job.steps ?? []).entries()) {
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
    for (const step of [...steps].reverse()) {
      if (!step.postStep) continue;
      step.post = await step.postStep();
      if (step.post.exitCode !== 0) status = 'failure';
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
  const [name = ''] = (step.uses ?? '').split('@');
  const action = OUR_ACTIONS[name];
  if (action === undefined)
    return { outcome: 'success', outputs: place.options.others?.[name] ?? {}, log: '' };

  const inputs = manifestOf(action).inputs ?? {};
  const given = expandAll(step.with, contexts);
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(inputs, name));
  if (unknown.length > 0) throw new Error(`The action has no input ${unknown.join(', ')}.`);
  const { event, inputDefaults = {} } = place.options;
  const defaults = Object.entries(inputDefaults).filter(([name]) => Object.hasOwn(inputs, name));
  const call = {
    action,
    with: { ...Object.fromEntries(defaults), ...given },
    event: event.payload,
    env: {
      ...textValues(contexts['env']),
      ...runnerVariables(place.options),
      GITHUB_TOKEN: place.token,
    },
  };
  const run = await runAction(call);
  for (const mask of run.masks) place.masks.add(mask);
  return {
    outcome: run.exitCode === 0 ? 'success' : 'failure',
    outputs: run.outputs,
    log: run.log,
    action: run,
    ...(manifestOf(action).runs.post !== undefined && {
      postStep: () => runAction({ ...call, post: run.state }),
    }),
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

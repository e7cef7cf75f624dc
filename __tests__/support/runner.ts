import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

/**
 * A stand-in for GitHub's runner, as far as one JavaScript action sees it: inputs and their defaults from `action.yml`, the command
 * files, workflow commands, masks, and a clean environment. The rules are those of the runner's source.
 */

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** Where the files of runs are: in memory, where the system has a place for that, since some tests have thousands of runs. */
export const SCRATCH = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

export interface ActionRun {
  exitCode: number;
  /** What GitHub would show: masked, workflow commands carried out. */
  log: string;
  /** Standard output and error as they were, without the `add-mask` commands. */
  rawLog: string;
  outputs: Record<string, string>;
  /** What the run has kept for its post step. */
  state: Record<string, string>;
  /** The job summary as GitHub would show it: masked. */
  summary: string;
  /** The job summary as it was written. */
  rawSummary: string;
  masks: string[];
  annotations: { level: string; message: string }[];
  /** Those of each level: their messages. */
  errors: string[];
  warnings: string[];
  notices: string[];
  /** The names of all workflow commands that were carried out, masks and debug lines included. */
  commands: string[];
}

export interface ActionOptions {
  /** Folder of the `action.yml`, below the repository. */
  action?: string;
  with?: Record<string, string>;
  env?: Record<string, string>;
  /** The payload of the event that started the workflow. */
  event?: object;
  debug?: boolean;
  /** Command that runs JavaScript, such as the Node 24 of the `node` package. */
  node?: string;
  /** Runs the post step instead, with what the main one has kept. */
  post?: Record<string, string>;
  /** Files of the folder in which the run is started, which is its home, too: their texts, by name. */
  files?: Record<string, string>;
  /** Cancels the run when this is settled, as the runner does at first: by SIGINT. */
  cancelledBy?: Promise<unknown>;
}

interface ActionManifest {
  inputs?: Record<string, { default?: string }>;
  runs: { using: string; main: string; post?: string };
}

const manifests = new Map<string, ActionManifest>();

/** Reads an `action.yml`, once: some tests have thousands of runs. */
export function manifestOf(action = '.'): ActionManifest {
  const manifest =
    manifests.get(action) ??
    (parse(readFileSync(join(root, action, 'action.yml'), 'utf8')) as ActionManifest);
  manifests.set(action, manifest);
  return manifest;
}

/** The variables that the runner sets for a run on `acme/shop`. */
export const GITHUB_ENVIRONMENT: Readonly<Record<string, string>> = {
  CI: 'true',
  GITHUB_ACTIONS: 'true',
  GITHUB_ACTOR: 'octocat',
  GITHUB_API_URL: 'http://127.0.0.1:9',
  GITHUB_EVENT_NAME: 'push',
  GITHUB_REF: 'refs/heads/main',
  GITHUB_REF_PROTECTED: 'false',
  GITHUB_REPOSITORY: 'acme/shop',
  GITHUB_REPOSITORY_ID: '4242',
  GITHUB_SERVER_URL: 'https://github.com',
};

/** An event's payload as GitHub gives it: every one of them tells of the repository, which is private unless a test says otherwise. */
export function payloadOf(event: object = {}): object {
  const { repository = {} } = event as { repository?: object };
  return { ...event, repository: { default_branch: 'main', private: true, ...repository } };
}

/** The `INPUT_*` variables: what `with:` gives, and defaults for the keys that it does not have. Hyphens stay, letters are upper case. */
export function inputVariables(
  manifest: ActionManifest,
  values: Record<string, string>,
  githubToken = '',
): Record<string, string> {
  const defaults = Object.entries(manifest.inputs ?? {}).map(([name, input]): [string, string] => [
    name,
    (input.default ?? '').replace('${{ github.token }}', githubToken),
  ]);
  const all = { ...Object.fromEntries(defaults), ...values };
  return Object.fromEntries(
    Object.entries(all).map(([name, value]) => [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, value]),
  );
}

/** The variables in which a post step finds what the main one has kept. */
export function stateVariables(state: Record<string, string> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(state).map(([name, value]) => [`STATE_${name}`, value]));
}

/** Runs the bundle of an action as the runner does, in a process of its own on Node 24. */
export async function runAction(options: ActionOptions = {}): Promise<ActionRun> {
  const manifest = manifestOf(options.action);
  const folder = mkdtempSync(join(SCRATCH, 'runner-'));
  const file = (name: string, content = ''): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  for (const [name, content] of Object.entries(options.files ?? {})) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    file(name, content);
  }
  const output = file('output');
  const summaryFile = file('summary');
  const stateFile = file('state');
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    RUNNER_TEMP: folder,
    ...GITHUB_ENVIRONMENT,
    ...inputVariables(manifest, options.with ?? {}, options.env?.['GITHUB_TOKEN']),
    ...(options.debug && { ACTIONS_STEP_DEBUG: 'true', RUNNER_DEBUG: '1' }),
    GITHUB_OUTPUT: output,
    GITHUB_STATE: stateFile,
    GITHUB_ENV: file('env'),
    GITHUB_PATH: file('path'),
    GITHUB_STEP_SUMMARY: summaryFile,
    GITHUB_EVENT_PATH: file('event.json', JSON.stringify(payloadOf(options.event))),
    ...stateVariables(options.post),
    ...options.env,
  };
  const script = options.post ? manifest.runs.post : manifest.runs.main;
  if (script === undefined) throw new Error('The action has no post step.');
  const main = resolve(root, options.action ?? '.', script);
  const node = options.node ?? join(root, 'node_modules/.bin/node');
  try {
    const { exitCode, text } = await spawnNode([node, main], env, folder, options.cancelledBy);
    const shown = showLog(text, options.debug);
    const rawSummary = readFileSync(summaryFile, 'utf8');
    return {
      exitCode,
      ...shown,
      outputs: readOutputs(readFileSync(output, 'utf8')),
      state: readOutputs(readFileSync(stateFile, 'utf8')),
      rawSummary,
      summary: masked(rawSummary, shown.masks),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function spawnNode(
  [node, main]: [string, string],
  env: Record<string, string>,
  cwd: string,
  cancelledBy?: Promise<unknown>,
): Promise<{ exitCode: number; text: string }> {
  return new Promise((done, fail) => {
    const child = spawn(node, [main], { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
    }
    void cancelledBy?.then(() => child.kill('SIGINT'));
    child.on('error', fail);
    child.on('close', (code) => {
      done({ exitCode: code ?? 1, text });
    });
  });
}

/** The commands that the runner carries out; anything else that looks like one is text. */
const COMMANDS = new Set([
  'add-mask',
  'add-matcher',
  'add-path',
  'debug',
  'echo',
  'endgroup',
  'error',
  'group',
  'notice',
  'remove-matcher',
  'save-state',
  'set-env',
  'set-output',
  'stop-commands',
  'warning',
]);

/** The command in a line, in today's form (`::name …::data` after blanks) or in the old one (`##[name …]data` anywhere). */
function commandIn(line: string): { name: string; value: string } | undefined {
  for (const form of [/^\s*::(.*?)::(.*)$/s, /^.*?##\[([^\]]*)\](.*)$/s]) {
    const [, info = '', data = ''] = form.exec(line) ?? [];
    const name = (info.split(' ')[0] ?? '').toLowerCase();
    if (COMMANDS.has(name)) return { name, value: unescaped(data) };
  }
  return undefined;
}

/** Carries out workflow commands and masks, line by line, as the runner does. */
export function showLog(
  text: string,
  debug = false,
): Omit<ActionRun, 'exitCode' | 'outputs' | 'state' | 'summary' | 'rawSummary'> {
  const masks: string[] = [];
  const annotations: ActionRun['annotations'] = [];
  const commands: string[] = [];
  const log: string[] = [];
  const rawLog: string[] = [];
  for (const line of text.split(/\r\n|\r|\n/)) {
    const { name, value = '' } = commandIn(line) ?? {};
    if (name !== undefined) commands.push(name);
    if (name === 'add-mask') {
      masks.push(
        value,
        ...value
          .split('\n')
          .map((part) => part.trim())
          .filter(Boolean),
      );
      continue;
    }
    rawLog.push(line);
    const message = masked(value, masks);
    if (name !== undefined && ['error', 'warning', 'notice'].includes(name))
      annotations.push({ level: name, message });
    if (name === 'debug') {
      if (debug) log.push(`##[debug]${message}`);
    } else if (name !== undefined) log.push(`${name}: ${message}`);
    else log.push(masked(line, masks));
  }
  const ofLevel = (wanted: string): string[] =>
    annotations.filter(({ level }) => level === wanted).map(({ message }) => message);
  return {
    log: log.join('\n').trimEnd(),
    rawLog: rawLog.join('\n'),
    masks: [...new Set(masks)],
    annotations,
    errors: ofLevel('error'),
    warnings: ofLevel('warning'),
    notices: ofLevel('notice'),
    commands,
  };
}

function unescaped(value: string): string {
  return value.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}

export function masked(text: string, masks: readonly string[]): string {
  return [...masks]
    .sort((a, b) => b.length - a.length)
    .reduce((rest, mask) => rest.replaceAll(mask, '***'), text);
}

/** Reads a command file of `name=value` lines and `name<<delimiter` blocks. */
export function readOutputs(content: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  const lines = content.split('\n');
  for (let i = 0; i < lines.length; i += 1) {
    const [, name = '', sign, rest = ''] = /^(.*?)(<<|=)(.*)$/s.exec(lines[i] ?? '') ?? [];
    if (sign === undefined) continue;
    if (sign === '=') {
      outputs[name] = rest;
      continue;
    }
    const delimiter = rest;
    const value: string[] = [];
    for (i += 1; i < lines.length && lines[i] !== delimiter; i += 1) value.push(lines[i] ?? '');
    outputs[name] = value.join('\n');
  }
  return outputs;
}

import { parseArgs } from 'node:util';
import { readCommand } from '../../emulator/src/command.ts';
import { startEmulator, type EmulatorOptions } from '../../emulator/src/server.ts';
import { readRecording, type Recording } from './recording.ts';
import { addressOf, pipelineOf, replay, type Outcome } from './replay.ts';
import { describeRecording, describeTotal, shareOfExact } from './report.ts';

const USAGE = `Usage: npm run replay -- [options] FILE...

FILE is a cassette of go-vcr (YAML), as okta/terraform-provider-okta has them below test/fixtures/vcr,
or a JSON list of exchanges. Each one is replayed against an emulated org of its own.

  --floor PERCENT      fail if fewer of all exchanges are answered exactly; one that is skipped counts as one that is not
  --verbose            show every difference, not just the first of each exchange
  --engine ENGINE      of the org: identity or classic (default: what the recording says, else identity)
  --with FEATURES      features to turn on; the emulator's --help lists them
  --without FEATURES   features to turn off
  --url URL            replay against this org instead, all files against the same one
  --token TOKEN        its API token (default: emulator-token)
  --help               show this
`;

const OPTIONS = {
  floor: { type: 'string', default: '0' },
  verbose: { type: 'boolean', default: false },
  engine: { type: 'string' },
  with: { type: 'string' },
  without: { type: 'string' },
  url: { type: 'string' },
  token: { type: 'string', default: 'emulator-token' },
  help: { type: 'boolean', default: false },
} as const;

type Options = ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>>['values'];

/**
 * Replays the files that a command line names, and prints what comes of it.
 *
 * @returns the exit code: 1 if the score is below the floor. Throws an error that says what is wrong with an option or a file.
 */
export async function replayCommand(args: string[], print: (text: string) => void): Promise<number> {
  const { values: options, positionals: files } = optionsOf(args);
  if (options.help) {
    print(USAGE);
    return 0;
  }
  const floor = Number(options.floor);
  if (!(floor >= 0 && floor <= 100)) throw new Error(`--floor must be a percentage, not "${options.floor}".`);
  if (files.length === 0) throw new Error(`There is no file to replay.\n\n${USAGE}`);
  const outcomes: Outcome[] = [];
  for (const recording of files.map(readRecording)) {
    const own = await replayOne(recording, options);
    print(describeRecording(recording, own, options.verbose));
    outcomes.push(...own);
  }
  print(describeTotal(files.length, outcomes));
  if (shareOfExact(outcomes) >= floor) return 0;
  print(`Fewer than ${floor} % of the exchanges were answered exactly.`);
  return 1;
}

function optionsOf(
  args: string[],
): ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>> {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new Error(`${(error as Error).message}\n\n${USAGE}`, { cause: error });
  }
}

async function replayOne(recording: Recording, options: Options): Promise<Outcome[]> {
  if (options.url !== undefined)
    return replay(recording, { url: new URL(options.url).origin, token: options.token });
  const own = {
    'org-url': addressOf(recording),
    engine: options.engine ?? (pipelineOf(recording) === 'v1' ? 'classic' : undefined),
    with: options.with,
    without: options.without,
  };
  const args = Object.entries(own).flatMap(([name, value]) =>
    value === undefined ? [] : `--${name}=${value}`,
  );
  // The other thing that the emulator's command can be is its help, which is not asked for.
  const emulator = await startEmulator(readCommand(args) as EmulatorOptions);
  try {
    return await replay(recording, emulator);
  } finally {
    await emulator.close();
  }
}

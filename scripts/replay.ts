import { replayCommand } from './replay/command.ts';

/**
 * Replays recordings of real orgs, and says how far the emulator answers as they did: `npm run replay -- FILE…`. Exit code 1 if a file
 * cannot be read, or if the score is below `--floor`.
 */

try {
  process.exitCode = await replayCommand(process.argv.slice(2), console.log);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

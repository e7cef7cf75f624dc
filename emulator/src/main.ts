#!/usr/bin/env node
import { USAGE, readCommand } from './command.ts';
import { startEmulator } from './server.ts';

/**
 * The emulator as a command: `npm run emulator -- --port 0 --token TOKEN`. The first line on standard output says where
 * it listens; it stops on SIGTERM. What is wrong with its options is one line on standard error, and exit code 1.
 */
try {
  const options = readCommand(process.argv.slice(2));
  if (options === 'help') process.stdout.write(USAGE);
  else await listen(options);
} catch (error) {
  console.error(`Cannot start the Okta emulator: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

async function listen(options: Parameters<typeof startEmulator>[0]): Promise<void> {
  const emulator = await startEmulator(options);
  console.log(`Okta emulator: ${emulator.url}`);
  console.log('It listens on 127.0.0.1 only: no other machine reaches it. Nothing is kept when it ends.');
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      void emulator.close();
    });
  }
}

import { parseArgs } from 'node:util';
import { startEmulator } from './server.ts';

/**
 * The emulator as a command: `npm run emulator -- --port 0 --token TOKEN`. The first line on standard output says where
 * it listens; it stops on SIGTERM.
 */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    token: { type: 'string', default: 'emulator-token' },
    latency: { type: 'string', default: '0' },
    'rate-limits': { type: 'string', default: 'off' },
  },
});

const rateLimits = values['rate-limits'];
if (rateLimits !== 'off' && rateLimits !== 'integrator' && rateLimits !== 'enterprise') {
  throw new Error(`--rate-limits must be off, integrator or enterprise, not "${rateLimits}".`);
}

const emulator = await startEmulator({
  port: wholeNumber('port', values.port),
  token: values.token,
  latency: wholeNumber('latency', values.latency),
  rateLimits,
});
console.log(`Okta emulator: ${emulator.url}`);

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    void emulator.close();
  });
}

function wholeNumber(option: string, text: string): number {
  const number = Number(text);
  if (text === '' || !Number.isInteger(number) || number < 0) {
    throw new Error(`--${option} must be a whole number of at least 0, not "${text}".`);
  }
  return number;
}

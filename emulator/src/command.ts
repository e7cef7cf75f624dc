import { parseArgs } from 'node:util';
import type { OrgFeatures } from './features.ts';
import { usualFeatures } from './features.ts';
import { HOST_NAME } from './host-name.ts';
import { didYouMean } from './nearest.ts';
import type { EmulatorOptions } from './server.ts';

export const USAGE = `Usage: okta-emulator [options]

An Okta org in memory. It listens on 127.0.0.1 only, until the command ends (SIGTERM, Ctrl+C), and keeps nothing.
The first line of its output is "Okta emulator: http://127.0.0.1:PORT".

  --port NUMBER        where to listen; 0, the default, picks a free port
  --token TOKEN        the API token, for "Authorization: SSWS TOKEN" (default: emulator-token)
  --latency MS         how long each request takes (default: 0)
  --lag MS             how long lists of apps, groups, users and trusted origins do not show a write (default: 0)
  --rate-limits PLAN   off (default), integrator or enterprise
  --seed FILE          users, groups, apps, … that the org starts with, as YAML: see the README
  --org-url URL        what links and issuers begin with, if clients reach the emulator at another address
  --custom-domain HOST a custom domain: a second address of the org, such as localhost
  --engine ENGINE      identity (default) or classic
  --with FEATURES      features to turn on, with commas: ${Object.keys(usualFeatures).join(', ')}
  --without FEATURES   features to turn off; by default, all but groupOwners are on
  --help               show this
`;

const OPTIONS = {
  port: { type: 'string', default: '0' },
  token: { type: 'string', default: 'emulator-token' },
  latency: { type: 'string', default: '0' },
  lag: { type: 'string', default: '0' },
  'rate-limits': { type: 'string', default: 'off' },
  seed: { type: 'string' },
  'org-url': { type: 'string' },
  'custom-domain': { type: 'string' },
  engine: { type: 'string', default: 'identity' },
  with: { type: 'string', default: '' },
  without: { type: 'string', default: '' },
  help: { type: 'boolean', default: false },
} as const;

const ENGINES = ['identity', 'classic'] as const;

const RATE_LIMITS = ['off', 'integrator', 'enterprise'] as const;

/** Longer than any test waits, and short enough for a timer. */
const LONGEST_MS = 600_000;

/** The options of a command line; `help` where only the usage was asked for. Throws an error that says which option is wrong and why. */
export function readCommand(args: readonly string[]): EmulatorOptions | 'help' {
  const { values, tokens } = parseArgs({
    args: [...args],
    options: OPTIONS,
    strict: false,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind === 'positional') throw new Error(`"${token.value}" is not an option.`);
    if (token.kind !== 'option') continue;
    if (!(token.name in OPTIONS)) {
      const known = Object.keys(OPTIONS).map((name) => `--${name}`);
      throw new Error(`There is no option ${token.rawName}.${didYouMean(token.rawName, known)}`);
    }
    const takesValue = OPTIONS[token.name as keyof typeof OPTIONS].type === 'string';
    if (takesValue && (token.value ?? '') === '') throw new Error(`${token.rawName} needs a value.`);
    if (!takesValue && token.value !== undefined) throw new Error(`${token.rawName} takes no value.`);
  }
  if (values.help === true) return 'help';
  return {
    port: wholeNumber('port', String(values.port), 65_535),
    token: String(values.token),
    latency: wholeNumber('latency', String(values.latency), LONGEST_MS),
    lag: wholeNumber('lag', String(values.lag), LONGEST_MS),
    rateLimits: oneOf('rate-limits', String(values['rate-limits']), RATE_LIMITS),
    ...(values.seed !== undefined && { seed: String(values.seed) }),
    engine: oneOf('engine', String(values.engine), ENGINES),
    features: { ...features('with', values.with, true), ...features('without', values.without, false) },
    ...(values['org-url'] === undefined ? {} : { orgUrl: originIn(String(values['org-url'])) }),
    ...(values['custom-domain'] === undefined
      ? {}
      : { customDomain: hostIn(String(values['custom-domain'])) }),
  };
}

function wholeNumber(option: string, text: string, most: number): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > most) {
    throw new Error(`--${option} must be a whole number from 0 to ${most}, not "${text}".`);
  }
  return number;
}

function oneOf<Word extends string>(option: string, text: string, words: readonly Word[]): Word {
  const found = words.find((word) => word === text);
  if (found === undefined) throw new Error(`--${option} must be one of ${words.join(', ')}, not "${text}".`);
  return found;
}

/** The features that an option names, each with this value. */
function features(option: string, text: unknown, value: boolean): Partial<OrgFeatures> {
  const known = Object.keys(usualFeatures);
  const names = String(text)
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  for (const name of names) {
    if (!known.includes(name)) {
      throw new Error(`--${option}: there is no feature ${name}.${didYouMean(name, known)}`);
    }
  }
  return Object.fromEntries(names.map((name) => [name, value]));
}

/** An origin: a scheme and a host, perhaps a port; a slash at the end is left out. */
function originIn(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.origin === 'null' || ![url.origin, `${url.origin}/`].includes(text)) {
    throw new Error(
      `--org-url must be a URL without a path, such as https://shop.okta.example, not "${text}".`,
    );
  }
  return url.origin;
}

function hostIn(text: string): string {
  if (!HOST_NAME.test(text))
    throw new Error(`--custom-domain must be a host, such as login.shop.example, not "${text}".`);
  return text;
}

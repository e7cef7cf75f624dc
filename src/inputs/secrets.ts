import type { Log } from '../util/log.ts';
import { secretsByForm } from '../util/text/secrets.ts';
import { keysInside } from './private-key.ts';

/** Inputs that are secret as a whole. */
const SECRET_INPUTS = new Set(['api-token', 'auth-private-key', 'auth-client-assertion', 'github-token']);

/**
 * Masks the secrets among the inputs, and those that were put into others by mistake: private keys in any form, tokens, and the part of a
 * URL before its host. They are registered before anything is logged.
 *
 * @param environment the variables that the runner sets (`INPUT_*`)
 */
export function maskInputs(environment: NodeJS.ProcessEnv, log: Pick<Log, 'mask'>): void {
  for (const [variable, value = ''] of Object.entries(environment)) {
    if (!/^INPUT_/i.test(variable)) continue;
    const text = value.trim();
    const name = variable.slice('INPUT_'.length).toLowerCase();
    if (SECRET_INPUTS.has(name)) log.mask(text.replaceAll('\\n', '\n'));
    for (const secret of [...keysInside(text), ...secretsByForm(text)]) log.mask(secret);
  }
}

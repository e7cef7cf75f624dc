import type { Authorization } from './authorization.ts';

export function serviceAppAuthorization(_: unknown): Promise<Authorization> {
  return Promise.reject(new Error('not there yet'));
}

import { repositoryOf } from './run.ts';

/** The version of this action, as package.json has it. */
export const VERSION = '1.0.0';

/**
 * What requests to Okta say of the run that sends them, for Okta's System Log: `okta-oidc-app/1.0.0 (+https://github.com/acme/shop/actions/runs/42/attempts/1)`.
 *
 * @param environment the variables that the runner sets (`GITHUB_*`)
 */
export function userAgent(environment: NodeJS.ProcessEnv): string {
  const { server, name } = repositoryOf(environment);
  const run = environment['GITHUB_RUN_ID'];
  const product = `okta-oidc-app/${VERSION}`;
  if (name === '' || !run) return product;
  const address = `https://${server}/${name}/actions/runs/${run}/attempts/${environment['GITHUB_RUN_ATTEMPT'] ?? '1'}`;
  return `${product} (+${address.replace(/[^\x21-\x7e]|[()]/g, '')})`;
}

import { policyIdOf, typeOf, type RegisteredApp } from '../app/app.ts';
import type { Assignee } from '../app/assignments.ts';
import { change } from '../app/change.ts';
import { ActionError } from '../util/errors.ts';
import { nameOrId, only } from './find.ts';
import { resource, type ReadSession } from './resource.ts';

/** The authentication policy that an app is under. Okta only shows it as a link of the app (recorded). */
export const signOnPolicy = resource({
  name: 'sign-on-policy',
  after: [],
  scopes: ({ signOnPolicy: entry }) => (entry === undefined ? undefined : { read: ['okta.policies.read'] }),
  resolve: ({ okta }, { signOnPolicy: entry }) => (entry === undefined ? undefined : find(okta, entry)),
  read: () => Promise.resolve(undefined),
  plan: (wanted: Assignee, _, { app }) => {
    const isOther = app === undefined || currentPolicy(app) !== wanted.id;
    const changes = isOther ? [change('sign-on-policy', app && policyIdOf(app), wanted.name)] : [];
    return { wanted, changes };
  },
  apply: async ({ okta, record }, app, { wanted }) => {
    if (currentPolicy(app) === wanted.id) return;
    await okta.assignPolicy(app, wanted);
    record(`put the app under the authentication policy "${wanted.name}"`);
  },
  exported: [{ input: 'sign-on-policy', what: 'the authentication policy', read: exported }],
});

/**
 * Finds an authentication policy.
 *
 * @param entry its name, matched exactly, or its ID
 */
async function find(okta: ReadSession['okta'], entry: string): Promise<Assignee> {
  if (/^rst[0-9A-Za-z]{17}$/.test(entry)) return { id: entry, name: entry };
  const policies = await okta.authenticationPolicies();
  return only(
    'authentication policy',
    'sign-on-policy',
    entry,
    policies.filter(({ name }) => name === entry),
    () => Promise.resolve(policies.map(({ name }) => name)),
  );
}

/** @throws {ActionError} if the app cannot be put under any */
function currentPolicy(app: RegisteredApp): string {
  const current = policyIdOf(app);
  const isService = typeOf(app) === 'service';
  if (current !== undefined && !isService) return current;
  throw new ActionError(
    `Cannot put the app "${app.label}" under an authentication policy`,
    isService ? 'a service app has none' : 'Okta shows none for it, as in an org on Classic Engine',
    'Leave "sign-on-policy" out.',
  );
}

async function exported({ okta }: ReadSession, app: RegisteredApp): Promise<string | undefined> {
  const current = policyIdOf(app);
  if (current === undefined || typeOf(app) === 'service') return undefined;
  const policies = await okta.authenticationPolicies();
  const policy = policies.find(({ id }) => id === current);
  return policy && !policy.system ? nameOrId(policy, policies) : undefined;
}

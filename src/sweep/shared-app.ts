import { isAppId, isOidc, type RegisteredApp } from '../app/app.ts';
import { toldApart } from '../app/match.ts';
import { ActionError } from '../util/errors.ts';
import { ifThere } from '../okta/http/errors.ts';
import type { OktaOrg } from '../okta/org.ts';

/**
 * Finds the shared app by its name or ID.
 *
 * @throws {ActionError} if none exists, or several have the name
 */
export async function findSharedApp(okta: OktaOrg, nameOrId: string): Promise<RegisteredApp> {
  const byId = isAppId(nameOrId) ? await ifThere(() => okta.getApp(nameOrId)) : undefined;
  const apps = byId ? [byId] : await okta.findApps(nameOrId);
  const [app, ...others] = apps.filter(isOidc);
  if (!app) {
    throw new ActionError(
      `Cannot find the shared app "${nameOrId}"`,
      'Okta has no OIDC app of exactly that name or ID',
      'Check "shared-app".',
    );
  }
  if (others.length === 0) return app;
  throw new ActionError(
    `Cannot tell which app is meant by "${nameOrId}"`,
    `${others.length + 1} apps have that name: ${toldApart([app, ...others], true)}`,
    'Give the ID of the right one as "shared-app".',
  );
}

import { requireApp } from './apps.ts';
import { notFound, validationFailed } from './errors.ts';
import type { Route } from './exchange.ts';
import { param } from './exchange.ts';

/** The features of an app, which go with provisioning; no app of the emulator has that. */
export const appFeatureRoutes: Route[] = [
  {
    method: 'GET',
    path: '/api/v1/apps/:appId/features',
    scope: 'okta.apps.read',
    handle: (exchange) => {
      requireApp(exchange);
      // Recorded, for an app without provisioning.
      throw validationFailed('feature', 'Provisioning is not supported.');
    },
  },
  {
    method: 'GET',
    path: '/api/v1/apps/:appId/features/:featureName',
    scope: 'okta.apps.read',
    handle: (exchange) => {
      requireApp(exchange);
      // Recorded.
      throw notFound(param(exchange, 'featureName'), 'PublicAppFeatureSetName');
    },
  },
];

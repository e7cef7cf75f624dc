import { requireApp } from './apps.ts';
import { unsupportedContentType } from './errors.ts';
import type { Route } from './exchange.ts';

/** The picture of an app; what is sent is not looked at. */
export const appLogoRoutes: Route[] = [
  {
    method: 'POST',
    path: '/api/v1/apps/:appId/logo',
    scope: 'okta.apps.manage',
    anyType: true,
    // 201 without a body (recorded); the picture's address is another from then on (documented).
    handle: (exchange) => {
      const app = requireApp(exchange);
      if (exchange.headers['content-type']?.startsWith('multipart/form-data') !== true) {
        throw unsupportedContentType();
      }
      app.logoId = exchange.org.ids.next('gfs');
      return { status: 201 };
    },
  },
];

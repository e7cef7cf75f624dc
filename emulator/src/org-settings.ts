import { blankField, malformedBody } from './errors.ts';
import type { Answer, Exchange, Route } from './exchange.ts';
import { bodyObject, ok } from './exchange.ts';
import type { JsonObject } from './json.ts';
import { isObject } from './json.ts';
import { timestamp } from './org.ts';

/** `/api/v1/org`: the org itself. */
export const orgRoutes: Route[] = [
  {
    method: 'GET',
    path: '/api/v1/org',
    scope: 'okta.orgs.read',
    handle: (exchange) => ok(showOrg(exchange)),
  },
  {
    method: 'POST',
    path: '/api/v1/org',
    scope: 'okta.orgs.manage',
    handle: (exchange) => updateOrg(exchange, exchange.org.settings),
  },
  {
    method: 'PUT',
    path: '/api/v1/org',
    scope: 'okta.orgs.manage',
    handle: (exchange) => updateOrg(exchange, {}),
  },
];

/** What can be set, empty or null as a new org has it (recorded). */
const SETTINGS: JsonObject = {
  website: null,
  phoneNumber: '',
  endUserSupportHelpURL: '',
  supportPhoneNumber: '',
  address1: null,
  address2: null,
  city: null,
  state: null,
  country: null,
  postalCode: null,
};

/** `POST` changes what it names, `PUT` replaces all (recorded). The company has to have a name (documented). */
function updateOrg(exchange: Exchange, before: JsonObject): Answer {
  const { org } = exchange;
  const sent = bodyObject(exchange);
  const settings = { ...before };
  for (const name of [...Object.keys(SETTINGS), 'companyName']) {
    const value = sent[name];
    if (isObject(value) || Array.isArray(value)) throw malformedBody();
    if (value !== undefined) settings[name] = value;
  }
  if ((settings['companyName'] ?? '') === '') throw blankField('companyName');
  org.settings = settings;
  org.lastUpdated = timestamp(exchange.now);
  return ok(showOrg(exchange));
}

function showOrg({ org, origin }: Exchange): JsonObject {
  const self = `${origin}/api/v1/org`;
  const link = (path: string, ...allow: string[]): JsonObject => ({
    href: `${self}${path}`,
    hints: { allow },
  });
  return {
    id: org.id,
    subdomain: new URL(origin).hostname.split('.')[0],
    status: 'ACTIVE',
    expiresAt: null,
    created: org.created,
    lastUpdated: org.lastUpdated,
    ...SETTINGS,
    ...org.settings,
    _links: {
      preferences: link('/preferences', 'GET', 'PUT'),
      uploadLogo: link('/logo', 'POST'),
      oktaCommunication: link('/privacy/oktaCommunication', 'GET', 'POST'),
      logo: null,
      oktaSupport: link('/privacy/oktaSupport', 'GET', 'POST'),
      contacts: link('/contacts', 'GET'),
    },
  };
}

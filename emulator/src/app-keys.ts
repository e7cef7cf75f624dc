import { AppKey, yearsAfter } from './app-key.ts';
import { requireApp } from './apps.ts';
import { isOAuthApp, signOnModeOf } from './catalog-apps.ts';
import { notFound, unsupportedMetadataType, validationFailed } from './errors.ts';
import type { Answer, Exchange, Route } from './exchange.ts';
import { ok, param } from './exchange.ts';
import type { App } from './org.ts';

const KEYS = '/api/v1/apps/:appId/credentials/keys';

/** The keys that sign what an app gets, and the metadata of a SAML app. */
export const appKeyRoutes: Route[] = [
  {
    method: 'GET',
    path: KEYS,
    scope: 'okta.apps.read',
    handle: async (exchange) =>
      ok(await Promise.all(keysOf(exchange, requireApp(exchange)).map((key) => key.show()))),
  },
  {
    method: 'GET',
    path: `${KEYS}/:keyId`,
    scope: 'okta.apps.read',
    handle: async (exchange) => ok(await requireKey(exchange, requireApp(exchange)).show()),
  },
  { method: 'POST', path: `${KEYS}/generate`, scope: 'okta.apps.manage', handle: generateKey },
  { method: 'POST', path: `${KEYS}/:keyId/clone`, scope: 'okta.apps.manage', handle: cloneKey },
  {
    method: 'GET',
    path: '/api/v1/apps/:appId/sso/saml/metadata',
    scope: 'okta.apps.read',
    anyType: true,
    handle: showMetadata,
  },
];

/** An OAuth client has the org's key (recorded) and those that were made for it; a bookmark has none (recorded). */
function keysOf({ org }: Exchange, app: App): AppKey[] {
  return isOAuthApp(app) ? [org.signingKey, ...app.keys] : app.keys;
}

/** 404; the name of the type is inferred. */
function requireKey(exchange: Exchange, app: App): AppKey {
  const id = param(exchange, 'keyId');
  const key = keysOf(exchange, app).find(({ kid }) => kid === id);
  if (key === undefined) throw notFound(id, 'JsonWebKey');
  return key;
}

/** 201; good for 2 to 10 years (documented, with this text). */
async function generateKey(exchange: Exchange): Promise<Answer> {
  const app = requireApp(exchange);
  const years = Number(exchange.query.get('validityYears'));
  if (!Number.isInteger(years) || years < 2 || years > 10) {
    throw validationFailed('generateKey', 'Validity years out of range. It should be 2 - 10 years.');
  }
  const key = new AppKey(app.label, exchange.now, yearsAfter(exchange.now, years));
  app.keys = [...app.keys, key];
  return { status: 201, body: await key.show() };
}

/** 201: the same key for another app (documented). */
async function cloneKey(exchange: Exchange): Promise<Answer> {
  const key = requireKey(exchange, requireApp(exchange));
  const targetId = exchange.query.get('targetAid') ?? '';
  const target = exchange.org.apps.get(targetId);
  if (target === undefined) throw notFound(targetId, 'AppInstance');
  if (!target.keys.includes(key)) target.keys = [...target.keys, key];
  return { status: 201, body: await key.show() };
}

/**
 * What the service provider of a SAML app needs to know of Okta, as XML; a client that only takes JSON is 400 (recorded).
 * `kid` picks the key.
 */
async function showMetadata(exchange: Exchange): Promise<Answer> {
  const app = requireApp(exchange);
  if (!signOnModeOf(app).startsWith('SAML')) throw notFound(app.id, 'AppInstance');
  const accept = exchange.headers.accept ?? '*/*';
  if (!/\*\/\*|application\/(\*|xml)|text\/xml/i.test(accept)) throw unsupportedMetadataType();
  const kid = exchange.query.get('kid');
  const key = kid === null ? app.keys[0] : app.keys.find((each) => each.kid === kid);
  if (key === undefined) throw notFound(kid ?? app.id, 'JsonWebKey');
  const { x5c } = (await key.show()) as { x5c: string[] };
  const place = `${exchange.orgUrl}/app/${app.name}/${app.id}/sso/saml`;
  const binding = (name: string): string =>
    `<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:${name}" Location="${place}"/>`;
  const xml =
    '<?xml version="1.0" encoding="UTF-8"?>' +
    `<md:EntityDescriptor entityID="http://www.okta.com/${app.id}" xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">` +
    '<md:IDPSSODescriptor WantAuthnRequestsSigned="false" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">' +
    '<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>' +
    `<ds:X509Certificate>${x5c[0] ?? ''}</ds:X509Certificate>` +
    '</ds:X509Data></ds:KeyInfo></md:KeyDescriptor>' +
    '<md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified</md:NameIDFormat>' +
    `${binding('HTTP-POST')}${binding('HTTP-Redirect')}</md:IDPSSODescriptor></md:EntityDescriptor>`;
  return { status: 200, xml };
}

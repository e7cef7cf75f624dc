import { validationFailed } from './errors.ts';
import type { Json, JsonObject } from './json.ts';
import { isObject, listOf, objectOf, without } from './json.ts';

/** The settings of a custom SAML app in Okta's order, with what they are where they are not sent (recorded). */
const CUSTOM: Readonly<Record<string, Json | undefined>> = {
  defaultRelayState: null,
  ssoAcsUrl: undefined,
  idpIssuer: 'http://www.okta.com/${org.externalKey}',
  audience: undefined,
  recipient: undefined,
  destination: undefined,
  subjectNameIdTemplate: '${user.userName}',
  subjectNameIdFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
  responseSigned: true,
  assertionSigned: true,
  signatureAlgorithm: 'RSA_SHA256',
  digestAlgorithm: 'SHA256',
  honorForceAuthn: true,
  authnContextClassRef: 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
  spIssuer: null,
  requestCompressed: false,
  attributeStatements: [],
  inlineHooks: [],
  spCertificate: undefined,
  assertionEncryption: { enabled: false },
  allowMultipleAcsEndpoints: false,
  acsEndpoints: [],
  samlSignedRequestEnabled: false,
  slo: { enabled: false },
};

const OVERRIDES = ['ssoAcsUrlOverride', 'audienceOverride', 'recipientOverride', 'destinationOverride'];

/**
 * `settings.signOn` of a custom SAML app: what was sent, Okta's values for the rest; an empty override is none
 * (recorded). Single logout brings the service provider's issuer (recorded).
 */
export function completeCustomSignOn(sent: Json | undefined): JsonObject {
  if (!isObject(sent)) {
    // Reported for a body of the App Wizard, with this text.
    throw validationFailed(
      'mediated',
      "The settings.signOn object doesn't match the type indicated by signOnMode value or is ill defined",
    );
  }
  const blank = ['ssoAcsUrl', 'audience'].filter((name) => (sent[name] ?? '') === '');
  if (blank.length > 0) {
    throw validationFailed('settings', ...blank.map((name) => `${name}: The field cannot be left blank`));
  }
  const slo = objectOf(sent['slo']);
  const known = Object.keys(CUSTOM).map((name) => [name, sent[name] ?? CUSTOM[name]] as const);
  const overrides = OVERRIDES.filter((name) => (sent[name] ?? '') !== '').map(
    (name) => [name, sent[name]] as const,
  );
  return without({
    ...Object.fromEntries(known),
    recipient: sent['recipient'] ?? sent['ssoAcsUrl'],
    destination: sent['destination'] ?? sent['ssoAcsUrl'],
    spIssuer: sent['spIssuer'] ?? (slo['enabled'] === true ? (slo['issuer'] ?? null) : null),
    ...Object.fromEntries(overrides),
  });
}

/** `settings.signOn` of an app from the catalog: only these settings, null where empty; all else is ignored (recorded). */
export function completeCatalogSignOn(sent: Json | undefined): JsonObject {
  const signOn = objectOf(sent);
  const orNull = (name: string): Json => (signOn[name] === '' ? null : (signOn[name] ?? null));
  return {
    defaultRelayState: orNull('defaultRelayState'),
    ...Object.fromEntries(OVERRIDES.map((name) => [name, orNull(name)])),
    attributeStatements: listOf(signOn['attributeStatements']),
  };
}

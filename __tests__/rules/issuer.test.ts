import { describe, expect, test } from '@jest/globals';
import { addressToAskFor, isAddressOf, issuerAt, issuerIn } from '../../src/app/addresses/issuer.ts';
import { oktaHost } from '../../src/app/addresses/okta-host.ts';
import { registeredApp } from '../../src/app/app.ts';
import type { JsonObject } from '../../src/util/json.ts';

/** Which address the tokens name, where the org is at Okta: what an emulator on this machine cannot be. */

const OKTA = 'https://acme.okta.com';
const CUSTOM = 'https://login.example.com';
const LOOPBACK = 'http://127.0.0.1:4466';

describe('the address to ask for', () => {
  test.each<[string, string | undefined, string | undefined]>([
    [OKTA, 'DYNAMIC', undefined],
    [OKTA, undefined, undefined],
    [OKTA, 'ORG_URL', undefined],
    [OKTA, 'CUSTOM_URL', 'alternate'],
    [OKTA, 'SOMETHING_NEW', undefined],
    [CUSTOM, 'DYNAMIC', undefined],
    [CUSTOM, undefined, undefined],
    [CUSTOM, 'ORG_URL', 'organization'],
    [CUSTOM, 'CUSTOM_URL', undefined],
    [LOOPBACK, 'DYNAMIC', undefined],
    [LOOPBACK, 'ORG_URL', 'organization'],
    [LOOPBACK, 'CUSTOM_URL', 'alternate'],
  ])('for an org at %s and the issuer mode %p is %p', (orgUrl, mode, link) => {
    const oauthClient = mode === undefined ? {} : { issuer_mode: mode };
    const app = registeredApp({ id: '0oa1', label: 'shop', settings: { oauthClient } });
    expect(app && addressToAskFor(app, orgUrl)).toBe(link);
  });
});

describe('what an org says of its addresses', () => {
  const links = (organization?: string, alternate?: string): Parameters<typeof issuerAt>[1] => ({
    _links: {
      ...(organization !== undefined && { organization: { href: organization } }),
      ...(alternate !== undefined && { alternate: { href: alternate } }),
    },
  });
  const found = (address: string): object => ({ address, server: undefined });

  test.each<[string, ...Parameters<typeof issuerAt>, object]>([
    ['its custom domain, at Okta', 'alternate', links(OKTA, CUSTOM), OKTA, found(CUSTOM)],
    ['that it has no custom domain', 'alternate', links(OKTA), OKTA, found(OKTA)],
    ['its own address, at its custom domain', 'organization', links(OKTA, CUSTOM), CUSTOM, found(OKTA)],
    ['an address with a slash', 'organization', links(`${OKTA}/`, CUSTOM), CUSTOM, found(OKTA)],
    ['that it is where it was asked', 'organization', links(CUSTOM), CUSTOM, found(CUSTOM)],
    [
      'a stranger, at a custom domain',
      'organization',
      links('https://evil.example'),
      CUSTOM,
      { named: 'https://evil.example' },
    ],
    [
      'nothing encrypted',
      'alternate',
      links(OKTA, 'http://login.example.com'),
      OKTA,
      { named: 'http://login.example.com' },
    ],
    ['this machine', 'alternate', links(OKTA, LOOPBACK), OKTA, { named: LOOPBACK }],
    ['nothing', 'organization', links(), CUSTOM, { named: '' }],
    ['no text', 'organization', { _links: { organization: { href: 12 } } }, CUSTOM, { named: '' }],
  ])('is read: %s', (_, link, organization, orgUrl, expected) => {
    expect(issuerAt(link, organization, orgUrl)).toEqual(expected);
  });
});

describe('what an authorization server says of itself', () => {
  const found = (address: string, server = 'aus1'): object => ({ address, server });

  test.each<[string, string, string, object]>([
    ['at Okta', OKTA, `${OKTA}/oauth2/aus1`, found(OKTA)],
    ['at Okta, with a custom domain', OKTA, `${CUSTOM}/oauth2/aus1`, found(CUSTOM)],
    ['at a custom domain', CUSTOM, `${CUSTOM}/oauth2/aus1`, found(CUSTOM)],
    ['at a custom domain, with the address at Okta', CUSTOM, `${OKTA}/oauth2/aus1`, found(OKTA)],
    ['under its other name', OKTA, `${OKTA}/oauth2/default`, found(OKTA, 'default')],
    [
      'at a custom domain, with another',
      CUSTOM,
      'https://id.example.com/oauth2/aus1',
      { named: 'https://id.example.com/oauth2/aus1' },
    ],
    [
      'at Okta, unencrypted',
      OKTA,
      'http://acme.okta.com/oauth2/aus1',
      { named: 'http://acme.okta.com/oauth2/aus1' },
    ],
    ['as another server', OKTA, `${OKTA}/oauth2/aus2`, { named: `${OKTA}/oauth2/aus2` }],
    ['as the org', OKTA, OKTA, { named: OKTA }],
  ])('is read: %s', (_, orgUrl, issuer, expected) => {
    expect(issuerIn({ issuer }, orgUrl, 'aus1')).toEqual(expected);
  });
});

describe('an address that an assertion is for', () => {
  const ORG = { _links: { organization: { href: OKTA }, alternate: { href: CUSTOM } } };

  test.each<[string, string, string, object, boolean]>([
    ['the custom domain of an org at Okta', CUSTOM, OKTA, ORG, true],
    ['the address at Okta of a custom domain', OKTA, CUSTOM, ORG, true],
    ['a host that the org does not name', 'https://evil.example', OKTA, ORG, false],
    ['one that a host elsewhere names', CUSTOM, 'https://id.example.com', ORG, false],
    ['the custom domain, unencrypted', 'http://login.example.com', OKTA, ORG, false],
    ['any, where the org names none', CUSTOM, OKTA, {}, false],
  ])('%s', (_, origin, orgUrl, organization, expected) => {
    expect(isAddressOf(origin, organization as JsonObject, orgUrl)).toBe(expected);
  });
});

test.each<[string, object | undefined]>([
  ['acme.okta.com', { org: 'acme', domain: '.okta.com' }],
  ['acme.oktapreview.com', { org: 'acme', domain: '.oktapreview.com' }],
  ['acme.okta.mil', { org: 'acme', domain: '.okta.mil' }],
  ['okta.com', undefined],
  ['acme.okta.com.evil.example', undefined],
  ['acmeokta.com', undefined],
  ['a.acme.okta.com', undefined],
])('the host %s is at Okta: %p', (host, expected) => {
  expect(oktaHost(host)).toEqual(expected);
});

import { describe, expect, test } from '@jest/globals';
import { undescribedProperties } from '../../src/app/settings/known-properties.ts';
import type { Json, JsonObject } from '../../src/util/json.ts';

describe('properties that Okta does not describe', () => {
  const cases: [string, JsonObject, { path: string; nearest: string | undefined }[]][] = [
    ['a slip at the top', { setings: {} }, [{ path: 'setings', nearest: 'settings' }]],
    [
      'another way to write it',
      { settings: { oauthClient: { tosUri: 'https://a.example' } } },
      [{ path: 'settings.oauthClient.tosUri', nearest: 'settings.oauthClient.tos_uri' }],
    ],
    [
      'a property at the wrong level',
      { tos_uri: 'https://a.example', oauthClient: {} },
      [
        { path: 'tos_uri', nearest: 'settings.oauthClient.tos_uri' },
        { path: 'oauthClient', nearest: 'settings.oauthClient' },
      ],
    ],
    [
      'a property in a list where a mapping belongs',
      { visibility: { hide: [{ ios: true }] } },
      [{ path: 'visibility.hide.ios', nearest: 'visibility.hide.iOS' }],
    ],
    ['two letters that differ', { vizibilite: {} }, [{ path: 'vizibilite', nearest: 'visibility' }]],
    ['three, which make another word', { vizibilites: {} }, [{ path: 'vizibilites', nearest: undefined }]],
    ['a name like none', { zzzzqqq: 1 }, [{ path: 'zzzzqqq', nearest: undefined }]],
    [
      'a name of the language',
      { constructor: 1, __proto__x: 1 },
      [
        { path: 'constructor', nearest: undefined },
        { path: '__proto__x', nearest: undefined },
      ],
    ],
  ];

  test.each(cases)('%s is found', (_, part, expected) => {
    expect(undescribedProperties(part)).toEqual(expected);
  });

  test('what is described, the profile and the fields of a catalog app are fine', () => {
    expect(
      undescribedProperties({
        profile: { anything: { goes: true } },
        visibility: { hide: { iOS: true }, appLinks: { oidc_client_link: true } },
        settings: { app: { subDomain: 'acme' }, oauthClient: { idp_initiated_login: { mode: 'DISABLED' } } },
      }),
    ).toEqual([]);
  });

  test.each<Json>([null, 'iOS', 7, true, ['iOS', null]])(
    'there is none in %j where a mapping belongs',
    (value) => {
      expect(undescribedProperties({ visibility: { hide: value } })).toEqual([]);
    },
  );
});

import { describe, expect, test } from '@jest/globals';
import { hostPatternProblem, outsideHosts, urisIn } from '../../src/app/ownership/redirect-hosts.ts';

describe('a pattern of hosts', () => {
  test.each([
    ['https://*.example.com', 'has a scheme'],
    ['*.example.com/callback', 'has a path'],
    ['example.com?x', 'has a path'],
    ['example.com/https://x', 'has a path'],
    ['example.com:8443', 'has a port'],
    ['example.com:', 'has a port'],
    ['[::1]:8443', 'has a port'],
    ['[::1].example.com', 'is not a host'],
    ['x[::1]', 'is not a host'],
    ['ex ample.com', 'is not a host'],
    ['me@example.com', 'is not a host'],
    ['me@[::1]', 'is not a host'],
    ['.example.com', 'is not a host'],
    ['a..example.com', 'is not a host'],
    ['com.example.app:callback', 'is not a host'],
    ['[1:2]', 'is not a host'],
    ['*.preview\u200b.example.com', 'is not a host'],
  ])('%s %s', (pattern, why) => {
    const remedy = 'Give the host alone, as in *.preview.example.com.';
    expect(hostPatternProblem(pattern)).toEqual({ why, remedy });
  });

  test.each([
    '*.preview.example.com',
    'shop-*.vercel.app',
    'localhost',
    '127.0.0.1',
    '[::1]',
    '*',
    'Bücher.example',
  ])('may be %s', (pattern) => {
    expect(hostPatternProblem(pattern)).toBeUndefined();
  });

  test.each([
    ['*.preview.example.com', 'https://pr-12.preview.example.com/callback'],
    ['*.preview.example.com', 'https://PR-12.Preview.Example.com:8443/callback?x=y'],
    ['*.preview.example.com', 'https://*.preview.example.com/callback'],
    ['*.PREVIEW.example.com', 'http://a.preview.example.com'],
    ['shop-*.vercel.app', 'https://shop-git-main.vercel.app/callback'],
    ['shop-*-acme.vercel.app', 'https://shop-9f3-acme.vercel.app'],
    ['shop-*-acme.vercel.app', 'https://shop--acme.vercel.app'],
    ['shop-*-pr-*-acme.vercel.app', 'https://shop-web-pr-12-pr-acme.vercel.app'],
    ['**.example.com', 'https://a.example.com'],
    ['localhost', 'http://localhost:5173/callback'],
    ['[::1]', 'http://[::1]:5173/callback'],
    ['[0:0:0:0:0:0:0:1]', 'http://[::1]:5173/callback'],
    ['[::1]', 'http://[0:0:0:0:0:0:0:1]/callback'],
    ['[2001:DB8::00FF]', 'https://[2001:db8:0::ff]/callback'],
    ['[::ffff:127.0.0.1]', 'http://[::ffff:7f00:1]/callback'],
    ['127.1', 'http://127.0.0.1/callback'],
    ['bücher.example', 'https://xn--bcher-kva.example/'],
    ['*.bücher.example', 'https://a.bücher.example/'],
  ])('%s takes %s', (pattern, uri) => {
    expect(outsideHosts([uri], [pattern])).toEqual([]);
  });

  test.each([
    ['*.preview.example.com', 'https://preview.example.com/callback'],
    ['*.preview.example.com', 'https://a.b.preview.example.com/callback'],
    ['*.preview.example.com', 'https://evil.com/a.preview.example.com'],
    ['*.preview.example.com', 'https://a.preview.example.com.evil.com/'],
    ['*.preview.example.com', 'https://a.preview.example.com@evil.com/'],
    ['*.preview.example.com', 'https://evil.com\\@a.preview.example.com/'],
    ['*.preview.example.com', 'https://axpreview.example.com/'],
    ['*.preview.example.com', 'com.evil.app://a.preview.example.com/'],
    ['*.preview.example.com', 'xhttps://a.preview.example.com/'],
    ['*.preview.example.com', 'com.example.app:/callback'],
    ['*.preview.example.com', 'not a URI'],
    ['shop-*.vercel.app', 'https://*.vercel.app/callback'],
    ['shop-*-acme.vercel.app', 'https://shop-9f3-other.vercel.app'],
    ['shop-*-acme.vercel.app', 'https://other-9f3-acme.vercel.app'],
    ['shop-*-acme.vercel.app', 'https://shop-acme.vercel.app'],
    ['shop-*-pr-*.vercel.app', 'https://shop-web.vercel.app'],
    ['shop-*-pr-*-acme.vercel.app', 'https://shop-web-pr-acme.vercel.app'],
    ['*-pr-*-web-*.vercel.app', 'https://shop-web-pr-.vercel.app'],
    ['shop*shop*.vercel.app', 'https://shop.vercel.app'],
    ['https://a.example.com', 'https://a.example.com'],
  ])('%s does not take %s', (pattern, uri) => {
    expect(outsideHosts([uri], [pattern])).toEqual([uri]);
  });

  test('is one of several', () => {
    const uris = ['https://a.example.com', 'https://b.example.net', 'https://b.example.net'];
    expect(outsideHosts(uris, ['*.example.com', 'localhost'])).toEqual(['https://b.example.net']);
    expect(outsideHosts(uris, [])).toHaveLength(2);
  });
});

test('URIs are found in a document that is merged into the app', () => {
  const oauthClient = {
    redirect_uris: ['https://a.example.com/cb'],
    post_logout_redirect_uris: ['https://b.example.com'],
    initiate_login_uri: 'https://c.example.com/start',
    logo_uri: 'https://cdn.example.net/logo.png',
  };
  expect(urisIn({ settings: { oauthClient } })).toEqual([
    'https://a.example.com/cb',
    'https://b.example.com',
    'https://c.example.com/start',
  ]);
  expect(urisIn({})).toEqual([]);
  expect(urisIn({ settings: { oauthClient: { initiate_login_uri: null } } })).toEqual([]);
});

import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { textOf } from '../../src/util/json.ts';
import {
  WEB,
  failure,
  foreignApp,
  pullRequest,
  runOn,
  succeed,
  writes,
  type Inputs,
} from '../support/runs.ts';
import { useOrg } from '../support/servers.ts';
import type { SourceOptions } from '../support/source.ts';

const org = useOrg();

const pem = (type: 'rsa' | 'ed25519'): string => {
  const { privateKey } =
    type === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ed25519');
  return privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
};
const RSA = pem('rsa');
const KEY = { kty: 'RSA', kid: 'first', e: 'AQAB', n: 'n'.repeat(342) };
const jwks = (...keys: object[]): string => JSON.stringify({ keys });
/** A list in lists, that many of them. */
const nested = (levels: number): object => (levels === 1 ? [] : [nested(levels - 1)]);

interface BadInput {
  title: string;
  /** Beside a web app's inputs; an empty one is an absent one. */
  inputs: Inputs;
  /** The input that the message names first. */
  names: string;
  /** What is wrong, and what to do. */
  says: RegExp;
}

const BAD: BadInput[] = [
  // The connection
  {
    title: 'no org',
    inputs: { 'org-url': '' },
    names: 'org-url',
    says: /is missing\. Give the URL of your Okta org.*that it is a variable and not a secret\./,
  },
  ...['http://acme.okta.com', 'ftp://acme.okta.com', 'http://127.0.0.1.example.com'].map((url): BadInput => ({
    title: `an org that is not reached by https: ${url}`,
    inputs: { 'org-url': url },
    names: 'org-url',
    says: /not an https URL: credentials must not travel in the clear\. Use https\.$/,
  })),
  {
    title: 'an org that is no URL',
    inputs: { 'org-url': 'https://' },
    names: 'org-url',
    says: /not a URL\. Give the URL/,
  },
  ...[
    'https://me:secret@acme.okta.com',
    'me@acme.okta.com',
    ':secret@acme.okta.com',
    'https://me:secret@acme.okta.com:port',
  ].map((url): BadInput => ({
    title: `an org with credentials in its URL: ${url}`,
    inputs: { 'org-url': url },
    names: 'org-url',
    says: /has a user name or a password in it\. Leave out all up to the "@"\./,
  })),
  {
    title: 'an org whose scheme lacks a slash',
    inputs: { 'org-url': 'https:/acme.okta.com' },
    names: 'org-url',
    says: /"https:\/acme\.okta\.com", which lacks a slash after "https:"\./,
  },
  {
    title: 'an org in quotes',
    inputs: { 'org-url': '"https://acme.okta.com"' },
    names: 'org-url',
    says: /is in quotes\. Leave them out\./,
  },
  {
    title: 'the first part of an org alone',
    inputs: { 'org-url': 'acme' },
    names: 'org-url',
    says: /"acme", which is no whole host name\. Give the URL/,
  },
  {
    title: "an authorization server's issuer for the org",
    inputs: { 'org-url': 'https://acme.okta.com/oauth2/default' },
    names: 'org-url',
    says: /an authorization server\. Give the org's alone, https:\/\/acme\.okta\.com, and "authorization-server: default"\./,
  },
  ...['https://${OKTA_ORG}.okta.com', '$OKTA_DOMAIN.okta.com', 'https://{org}.okta.com'].map(
    (url): BadInput => ({
      title: `an org whose name is still a variable: ${url}`,
      inputs: { 'org-url': url },
      names: 'org-url',
      says: /which has a variable in its host, and nothing here puts its value in\. Give the value/,
    }),
  ),
  {
    title: 'two orgs',
    inputs: { 'org-url': 'a.okta.com\nb.okta.com' },
    names: 'org-url',
    says: /several lines\. Give one\./,
  },
  {
    title: 'no credential',
    inputs: { 'api-token': '' },
    names: 'api-token',
    says: /is empty.*Give "api-token", or "auth-client-id" and "auth-private-key"\./,
  },
  {
    title: 'two credentials',
    inputs: { 'auth-client-id': 'x', 'auth-private-key': RSA },
    names: 'api-token',
    says: /beside.*Use either/,
  },
  {
    title: 'a key ID beside a token',
    inputs: { 'auth-key-id': 'first' },
    names: 'api-token',
    says: /beside .*"auth-key-id".*Use either/,
  },
  {
    title: 'a key ID beside an assertion',
    inputs: {
      'api-token': '',
      'auth-client-id': '0oa1',
      'auth-client-assertion': 'x',
      'auth-key-id': 'first',
    },
    names: 'auth-key-id',
    says: /beside "auth-client-assertion", which names its key itself\. Leave it out\.$/,
  },
  ...['abc def', 'my SSWS abc'].map((token): BadInput => ({
    title: `a token with a blank in it: ${token}`,
    inputs: { 'api-token': token },
    names: 'api-token',
    says: /white space.*Copy the token again/,
  })),
  ...[`"${'a'.repeat(42)}"`, `'${'a'.repeat(42)}'`].map((token): BadInput => ({
    title: `a token in quotes (${token.charAt(0)})`,
    inputs: { 'api-token': token },
    names: 'api-token',
    says: /is in quotes\. Leave them out\.$/,
  })),
  {
    title: 'a token with its scheme',
    inputs: { 'api-token': `SSWS ${'a'.repeat(42)}` },
    names: 'api-token',
    says: /starts with the name of a scheme\. Give the token alone\.$/,
  },
  ...[
    '$OKTA_TOKEN',
    '${OKTA_TOKEN}',
    '$env:OKTA_TOKEN',
    '%OKTA_TOKEN%',
    '$(OKTA_TOKEN)',
    '${{ OKTA_TOKEN }}',
  ].map((token): BadInput => ({
    title: `the name of a variable for a token (${token})`,
    inputs: { 'api-token': token },
    names: 'api-token',
    says: /is the name "OKTA_TOKEN", not its value.*\$\{\{ secrets\.OKTA_API_TOKEN \}\}\./,
  })),
  {
    title: 'a client ID without a key',
    inputs: { 'api-token': '', 'auth-client-id': '0oa1' },
    names: 'auth-private-key',
    says: /is empty.*Give "api-token", or/,
  },
  {
    title: 'a key without a client ID',
    inputs: { 'api-token': '', 'auth-private-key': RSA },
    names: 'auth-client-id',
    says: /is missing\. Give the service app's client ID\./,
  },
  {
    title: 'a key that is none',
    inputs: { 'api-token': '', 'auth-client-id': '0oa1', 'auth-private-key': 'no key' },
    names: 'auth-private-key',
    says: /not a private key.*PEM.*JWK/,
  },
  ...[
    './key.pem',
    '/home/runner/work/key',
    '~/okta.key',
    'C:\\keys\\okta.pem',
    'key.json',
    'example.pem',
  ].map((path): BadInput => ({
    title: `the path of a key: ${path}`,
    inputs: { 'api-token': '', 'auth-client-id': '0oa1', 'auth-private-key': path },
    names: 'auth-private-key',
    says: /is the path of a file\. Give what is in the file, as a secret of the repository\.$/,
  })),
  {
    title: 'a JWK that is no JSON',
    inputs: { 'api-token': '', 'auth-client-id': '0oa1', 'auth-private-key': '{"kty"' },
    names: 'auth-private-key',
    says: /starts like a JWK and is no JSON.*PEM.*JWK/,
  },
  {
    title: 'a public JWK',
    inputs: { 'api-token': '', 'auth-client-id': '0oa1', 'auth-private-key': JSON.stringify(KEY) },
    names: 'auth-private-key',
    says: /is a public key.*PEM.*JWK/,
  },
  {
    title: 'a key of a kind that Okta does not take',
    inputs: { 'api-token': '', 'auth-client-id': '0oa1', 'auth-private-key': pem('ed25519') },
    names: 'auth-private-key',
    says: /type ed25519\. Give an RSA or EC/,
  },
  {
    title: 'two client IDs',
    inputs: { 'api-token': '', 'auth-client-id': 'a\nb', 'auth-private-key': RSA },
    names: 'auth-client-id',
    says: /several lines\. Give one\./,
  },
  {
    title: 'two key IDs',
    inputs: { 'api-token': '', 'auth-client-id': '0oa1', 'auth-private-key': RSA, 'auth-key-id': 'a\nb' },
    names: 'auth-key-id',
    says: /several lines\. Give one\./,
  },
  // Which app, and what to do
  {
    title: 'neither name nor ID',
    inputs: { name: '' },
    names: 'name',
    says: /is missing\. Give the label of the app, or its ID as "app-id"\./,
  },
  {
    title: 'a name that is too long',
    inputs: { name: 'x'.repeat(101) },
    names: 'name',
    says: /101 characters long, and Okta takes 100\. Shorten it/,
  },
  {
    title: 'a name of several lines',
    inputs: { name: 'a\nb' },
    names: 'name',
    says: /several lines\. Give one\./,
  },
  {
    title: 'a name with a control character',
    inputs: { name: 'a\u0007b' },
    names: 'name',
    says: /control character\. Use printable text\./,
  },
  {
    title: 'an app ID that is none',
    inputs: { 'app-id': '../groups' },
    names: 'app-id',
    says: /not an ID\. Okta's app IDs look like 0oa/,
  },
  {
    title: 'a client ID that is too short',
    inputs: { 'client-id': 'short' },
    names: 'client-id',
    says: /Use 6 to 100 letters/,
  },
  {
    title: 'a client ID with a blank in it',
    inputs: { 'client-id': 'shop-client 2' },
    names: 'client-id',
    says: /is "shop-client 2"\. Use 6 to 100 letters/,
  },
  {
    title: 'a client ID that Okta keeps for itself',
    inputs: { 'client-id': 'ALL_CLIENTS' },
    names: 'client-id',
    says: /not ALL_CLIENTS/,
  },
  ...['$CLIENT_ID', '$(CLIENT_ID)', 'shop-$PR'].map((id): BadInput => ({
    title: `a client ID that is still a variable: ${id}`,
    inputs: { 'client-id': id },
    names: 'client-id',
    says: /, as of a variable whose value nothing here puts in\. Give the value, for example by an expression\.$/,
  })),
  ...['undefined', 'Undefined', 'null'].map((id): BadInput => ({
    title: `a client ID that stands for none: ${id}`,
    inputs: { 'client-id': id },
    names: 'client-id',
    says: new RegExp(`is "${id}"\\. Check what it is put together from\\.$`),
  })),
  {
    title: 'an unknown state',
    inputs: { state: 'gone' },
    names: 'state',
    says: /"gone"\. Use "present", "absent", "auto", "read" or "job"\./,
  },
  {
    title: 'a state that only a pull request has',
    inputs: { state: 'auto' },
    names: 'state',
    says: /names no pull request.*"pull-request".*say "present" or "absent"/,
  },
  ...['xtrue', 'truest', 'xfalse', 'falsehood', 'shop', 'acme/shop/x', 'ac me/shop', 'acme/sh op'].map(
    (adopt): BadInput => ({
      title: `nothing that can be adopted: ${adopt}`,
      inputs: { adopt },
      names: 'adopt',
      says: /Use "true" for an app without a mark, or owner\/name of the repository whose app it is\.$/,
    }),
  ),
  {
    title: 'an unknown kind of assignments',
    inputs: { assignments: 'all' },
    names: 'assignments',
    says: /"all"\. Use "managed", "add" or "exact"\./,
  },
  ...[
    'shared',
    'dry-run',
    'pkce-required',
    'dpop-bound-access-tokens',
    'mask-client-id',
    'output-client-secret',
    'verify-sign-in',
    'skip-without-credentials',
  ].map((input): BadInput => ({
    title: `${input}: yes`,
    inputs: { [input]: 'yes' },
    names: input,
    says: /"yes"\. Use "true" or "false"\./,
  })),
  // App settings
  {
    title: 'an unknown type',
    inputs: { type: 'mobile' },
    names: 'type',
    says: /"mobile"\. Use "web", "spa", "browser", "native" or "service"\./,
  },
  ...['redirect-uris', 'post-logout-redirect-uris'].flatMap((input): BadInput[] => [
    {
      title: `${input}: a relative one`,
      inputs: { [input]: '/callback' },
      names: input,
      says: /"\/callback", which is not an absolute URI\. Start it with its scheme/,
    },
    {
      title: `${input}: one without a scheme`,
      inputs: { [input]: 'shop.example.com/cb' },
      names: input,
      says: /not an absolute URI/,
    },
    {
      title: `${input}: one with a fragment`,
      inputs: { [input]: 'https://shop.example.com/#/cb' },
      names: input,
      says: /has a fragment \(#\).*Leave it out\./,
    },
    {
      title: `${input}: two on one line`,
      inputs: { [input]: 'https://a.example.com https://b.example.com' },
      names: input,
      says: /white space\. Give one URI per line, and write blanks as %20\./,
    },
    {
      title: `${input}: two with a comma between`,
      inputs: { [input]: 'https://a.example.com/cb,https://b.example.com/cb' },
      names: input,
      says: /with a comma\. Give one per line, without commas\.$/,
    },
    {
      title: `${input}: two with a comma and a blank between, the second of a scheme of its own`,
      inputs: { [input]: 'https://a.example.com/cb, com.example.shop:/cb' },
      names: input,
      says: /with a comma\. Give one per line, without commas\.$/,
    },
    {
      title: `${input}: one with a comma at its end`,
      inputs: { [input]: 'https://a.example.com/cb,\nhttps://b.example.com/cb' },
      names: input,
      says: /"https:\/\/a\.example\.com\/cb,", with a comma\. Give one per line/,
    },
    {
      title: `${input}: one in quotes`,
      inputs: { [input]: '"https://a.example.com/cb",' },
      names: input,
      says: /in quotes\. Leave them out, and give one entry per line\.$/,
    },
    {
      title: `${input}: one with a comment behind it`,
      inputs: { [input]: 'https://a.example.com/cb # the main one' },
      names: input,
      says: /with a comment\. A list takes none: leave it out\.$/,
    },
    {
      title: `${input}: a comment of its own`,
      inputs: { [input]: '# ours\nhttps://a.example.com/cb' },
      names: input,
      says: /"# ours", with a comment\. A list takes none: leave it out\.$/,
    },
    {
      title: `${input}: an array that is no JSON`,
      inputs: { [input]: '[https://a.example.com/cb]' },
      names: input,
      says: /starts like a JSON array and is none\. Put each entry in double quotes/,
    },
    {
      title: `${input}: an array in an array`,
      inputs: { [input]: '[["https://a.example.com/cb"]]' },
      names: input,
      says: /has an entry that is a list or a mapping, or nothing\. Give texts\.$/,
    },
    {
      title: `${input}: a YAML list that is none throughout`,
      inputs: { [input]: '- https://a.example.com/cb\nhttps://b.example.com/cb' },
      names: input,
      says: /lines with "- " before the entry beside others without\. Put it before each, or none\.$/,
    },
    ...['javascript:alert(1)', 'data:text/html,hello', 'vbscript:x', 'file:///etc/passwd'].map(
      (uri): BadInput => ({
        title: `${input}: ${uri}`,
        inputs: { [input]: uri },
        names: input,
        says: /whose scheme "[a-z]+:" leads to no application\. Give an https URI/,
      }),
    ),
    {
      title: `${input}: one with user information`,
      inputs: { [input]: 'https://shop.example.com:secret@evil.example/cb' },
      names: input,
      says: /"https:\/\/\*\*\*@evil\.example\/cb", which names a user before its host\. Leave out all up to the "@"\./,
    },
    {
      title: `${input}: one with a backslash`,
      inputs: { [input]: 'https://evil.example\\.shop.example.com/cb' },
      names: input,
      says: /which has a backslash, and browsers and Okta read that differently\. Use "\/"\./,
    },
    {
      title: `${input}: one with a port that is none`,
      inputs: { [input]: 'https://a.example.com:port/' },
      names: input,
      says: /not a URL\. Check its host and port\./,
    },
    {
      title: `${input}: [] beside others`,
      inputs: { [input]: '[]\nhttps://a.example.com' },
      names: input,
      says: /"\[\]", the empty list, beside other entries/,
    },
  ]),
  {
    title: 'no redirect URI for a web app',
    inputs: { type: 'web', 'redirect-uris': '[]' },
    names: 'redirect-uris',
    says: /is empty.*Give at least one\./,
  },
  {
    title: 'no redirect URI for an implicit app',
    inputs: { type: 'spa', 'grant-types': 'implicit', 'redirect-uris': '[]' },
    names: 'redirect-uris',
    says: /is empty.*Give at least one\./,
  },
  ...['authorization_code\nmagic', 'magic'].map((grants): BadInput => ({
    title: `an unknown grant type: ${grants}`,
    inputs: { type: 'web', 'grant-types': grants },
    names: 'grant-types',
    says: /^The inputs cannot be used: .*"magic"\. Use "authorization_code", "implicit"/,
  })),
  {
    title: 'a web app without its grant',
    inputs: { type: 'web', 'grant-types': 'implicit' },
    names: 'grant-types',
    says: /lacks "authorization_code".*type "web"\. Add it/,
  },
  {
    title: 'a native app without its grant',
    inputs: { type: 'native', 'grant-types': 'password' },
    names: 'grant-types',
    says: /lacks "authorization_code".*type "native"\. Add it/,
  },
  {
    title: 'a service app without its grant',
    inputs: { type: 'service', 'grant-types': 'token_exchange' },
    names: 'grant-types',
    says: /lacks "client_credentials".*type "service"\. Add it/,
  },
  {
    title: 'a grant type in British English',
    inputs: { 'grant-types': 'authorisation_code\nrefresh_token' },
    names: 'grant-types',
    says: /"authorisation_code"\. Did you mean "authorization_code"\? Use "authorization_code", "implicit".*"\.$/,
  },
  ...[
    ['type', 'natve', 'native'],
    ['state', 'Presnt', 'present'],
    ['token-endpoint-auth-method', 'client-secret-basic', 'client_secret_basic'],
    ['wildcard-redirect', 'disable', 'disabled'],
    ['refresh-token-rotation', 'rotated', 'rotate'],
    ['consent-method', 'require', 'required'],
    ['assignments', 'exactt', 'exact'],
    ['dry-run', 'tru', 'true'],
  ].map(([input = '', word = '', meant = '']): BadInput => ({
    title: `${input}: ${word}`,
    inputs: { [input]: word },
    names: input,
    says: new RegExp(`"${word}"\\. Did you mean "${meant}"\\? Use "`),
  })),
  {
    title: 'grant types with a comma',
    inputs: { 'grant-types': 'authorization_code, refresh_token' },
    names: 'grant-types',
    says: /"authorization_code, refresh_token", with a comma\. Give one per line, without commas\.$/,
  },
  {
    title: 'an unknown response type',
    inputs: { 'response-types': 'codes' },
    names: 'response-types',
    says: /"codes"\. Did you mean "code"\? Use "code", "token" or "id_token"\./,
  },
  {
    title: 'an unknown authentication method',
    inputs: { 'token-endpoint-auth-method': 'basic' },
    names: 'token-endpoint-auth-method',
    says: /"basic"\. Use "client_secret_basic"/,
  },
  {
    title: 'no authentication and no PKCE',
    inputs: { 'token-endpoint-auth-method': 'none', 'pkce-required': 'false' },
    names: 'pkce-required',
    says: /"token-endpoint-auth-method: none" must require PKCE\. Set "pkce-required: true"/,
  },
  {
    title: 'keys that are neither JSON nor YAML',
    inputs: { jwks: '{"keys": [' },
    names: 'jwks',
    says: /is not YAML or JSON at line 1, column \d+: .*Fix it there\./,
  },
  {
    title: 'keys that are no keys',
    inputs: { jwks: '{"keys": [{"kid": "a"}]}' },
    names: 'jwks',
    says: /not a key set\. Give a JSON Web Key Set/,
  },
  { title: 'a key set that is a text', inputs: { jwks: '"key"' }, names: 'jwks', says: /not a key set/ },
  {
    title: 'keys that are nested too deeply',
    inputs: { jwks: jwks({ ...KEY, x5c: nested(48) }) },
    names: 'jwks',
    says: /is nested too deeply\. Give a JSON Web Key Set: \{"keys": \[ … \]\}\.$/,
  },
  {
    title: 'a private key among the public ones',
    inputs: { jwks: jwks(KEY, { ...KEY, kid: 'b', d: 'secret' }) },
    names: 'jwks',
    says: /private or symmetric key\. Give the public keys only\./,
  },
  {
    title: 'a symmetric key',
    inputs: { jwks: jwks({ kty: 'oct', kid: 'a', k: 'secret' }) },
    names: 'jwks',
    says: /private or symmetric key/,
  },
  {
    title: 'a key without an ID',
    inputs: { jwks: jwks({ ...KEY, kid: '' }) },
    names: 'jwks',
    says: /without "kid"\. Give each key one/,
  },
  {
    title: 'two keys of one ID',
    inputs: { jwks: jwks(KEY, KEY) },
    names: 'jwks',
    says: /same "kid"\. Give each key its own\./,
  },
  {
    title: 'a key of 1024 bits',
    inputs: {
      jwks: jwks({
        ...KEY,
        n: generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' }).n ?? '',
      }),
    },
    names: 'jwks',
    says: /has an RSA key of 1024 bits\. Give keys of at least 2048 bits\.$/,
  },
  {
    title: 'keys and their URL',
    inputs: { jwks: jwks(KEY), 'jwks-uri': 'https://a.example.com' },
    names: 'jwks',
    says: /beside "jwks-uri".*Leave one out\./,
  },
  {
    title: 'keys over plain http',
    inputs: { 'jwks-uri': 'http://shop.example.com/keys' },
    names: 'jwks-uri',
    says: /not an https URL: over http, anybody on the way can give other keys\. Use https\.$/,
  },
  {
    title: 'an unknown kind of wildcards',
    inputs: { 'wildcard-redirect': 'all' },
    names: 'wildcard-redirect',
    says: /"all"\. Use "disabled" or "subdomain"\./,
  },
  ...['jwks-uri', 'logo-uri'].flatMap((input): BadInput[] => [
    {
      title: `${input}: a relative one`,
      inputs: { [input]: '/there' },
      names: input,
      says: /not an absolute URL\. Start it with https:\/\//,
    },
    {
      title: `${input}: one that is not of the web`,
      inputs: { [input]: 'myapp://there' },
      names: input,
      says: /not an absolute URL/,
    },
  ]),
  {
    title: 'an unknown rotation',
    inputs: { 'refresh-token-rotation': 'always' },
    names: 'refresh-token-rotation',
    says: /"always"\. Use "rotate" or "static"\./,
  },
  {
    title: 'a leeway that is too long',
    inputs: { 'refresh-token-leeway': '61' },
    names: 'refresh-token-leeway',
    says: /"61", not a number of seconds from 0 to 60/,
  },
  {
    title: 'a leeway that is no number',
    inputs: { 'refresh-token-leeway': '1e1' },
    names: 'refresh-token-leeway',
    says: /not a number of seconds/,
  },
  {
    title: 'half a second of leeway',
    inputs: { 'refresh-token-leeway': '0.5' },
    names: 'refresh-token-leeway',
    says: /Use whole seconds from 0 to 60\./,
  },
  {
    title: 'a leeway of static tokens',
    inputs: { 'refresh-token-rotation': 'static', 'refresh-token-leeway': '5' },
    names: 'refresh-token-leeway',
    says: /beside "refresh-token-rotation: static".*leave "refresh-token-leeway" out\./,
  },
  {
    title: 'an unknown consent method',
    inputs: { 'consent-method': 'ask' },
    names: 'consent-method',
    says: /"ask"\. Use "required" or "trusted"\./,
  },
  {
    title: 'a catalog app with OAuth settings',
    inputs: { 'catalog-app': 'harbourdesk' },
    names: 'catalog-app',
    says: /beside OAuth settings \("redirect-uris"\).*Leave those out/,
  },
  {
    title: 'a catalog app with OAuth settings in the document',
    inputs: {
      'redirect-uris': '',
      'catalog-app': 'harbourdesk',
      settings: 'settings: { oauthClient: { logo_uri: x } }',
    },
    names: 'settings',
    says: /settings\.oauthClient\.logo_uri of a catalog app.*Leave it out\./,
  },
  {
    title: 'a catalog app with OAuth credentials in the document',
    inputs: {
      'redirect-uris': '',
      'catalog-app': 'harbourdesk',
      settings: 'credentials: { oauthClient: { pkce_required: true } }',
    },
    names: 'settings',
    says: /credentials\.oauthClient\.pkce_required of a catalog app.*Leave it out\./,
  },
  {
    title: 'a rotation beside grant types that bring no refresh tokens',
    inputs: { 'grant-types': 'authorization_code', 'refresh-token-rotation': 'rotate' },
    names: 'grant-types',
    says: /lacks "refresh_token".*Add it to "grant-types"/,
  },
  {
    title: 'an authentication policy for a service app',
    inputs: { type: 'service', 'sign-on-policy': 'Any' },
    names: 'sign-on-policy',
    says: /a service app has no authentication policy.*Leave it out\./,
  },
  {
    title: 'settings that are no YAML',
    inputs: { settings: 'settings:\n  notes: { enduser: [ }\n' },
    names: 'settings',
    says: /not YAML or JSON at line 2, column \d+:.*Fix it there\./,
  },
  {
    title: 'settings that are no JSON',
    inputs: { settings: '{"settings": {"notes": }' },
    names: 'settings',
    says: /not YAML or JSON at line 1, column \d+:/,
  },
  {
    title: 'settings whose key is a list',
    inputs: { settings: 'profile:\n  ? [a, b]\n  : c\n' },
    names: 'settings',
    says: /has a key at line 2, column 5 that is not text\. Put it in quotes/,
  },
  {
    title: 'settings with a value in braces that is not in quotes',
    inputs: { settings: 'settings:\n  notes:\n    enduser: {{ name }}\n' },
    names: 'settings',
    says: /has a key at line 3, column 15 that is not text\. .*or the whole value that it is part of\./,
  },
  {
    title: 'settings that name a key twice',
    inputs: { settings: 'settings: {}\nsettings: {}\n' },
    names: 'settings',
    says: /at line 2, column 1: .*unique/,
  },
  ...['settings: { app: { size: 12345678901234567890 } }', '{"profile": {"ids": [-9007199254740993]}}'].map(
    (settings): BadInput => ({
      title: `settings with a number that would lose digits: ${settings}`,
      inputs: { settings },
      names: 'settings',
      says: /has a whole number of more digits than are kept\. Put it in quotes\.$/,
    }),
  ),
  {
    title: 'settings that are a list',
    inputs: { settings: '- a\n- b' },
    names: 'settings',
    says: /not a mapping\. Give part of an app object/,
  },
  {
    title: 'settings that explode',
    inputs: {
      settings: `a: &a [x, x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]`,
    },
    names: 'settings',
    says: /has an alias \(\*\) that stands for .*too much/,
  },
  {
    title: 'settings that are nested too deeply',
    inputs: { settings: JSON.stringify({ profile: nested(50) }) },
    names: 'settings',
    says: /is nested more than 50 levels deep\. Okta has nothing like that: check its brackets\.$/,
  },
  ...[
    'settings: { notes: { enduser: *shop } }',
    'profile: &a { a: *a }',
    'profile: { a: *.example.com }',
  ].map((settings): BadInput => ({
    title: `settings with an alias that leads nowhere: ${settings}`,
    inputs: { settings },
    names: 'settings',
    says: /has an alias \(\*\) that stands for nothing, .* Put it in quotes if it is text/,
  })),
  ...[
    ['setings: {}', 'setings', 'settings'],
    ['tosUri: https://a.example.com', 'tosUri', 'settings.oauthClient.tos_uri'],
    [
      'settings: { oauthClient: { tosUri: "https://a.example.com" } }',
      'settings.oauthClient.tosUri',
      'settings.oauthClient.tos_uri',
    ],
    ['oauthClient: { tos_uri: "https://a.example.com" }', 'oauthClient', 'settings.oauthClient'],
  ].map(([settings = '', path = '', meant = '']): BadInput => ({
    title: `settings with the unknown property ${path}`,
    inputs: { settings },
    names: 'settings',
    says: new RegExp(`has "${path}", which no OIDC app of Okta's API has\\. Did you mean "${meant}"\\?$`),
  })),
  {
    title: 'settings with a property that is like none',
    inputs: { settings: 'x_future: 1' },
    names: 'settings',
    says: /has "x_future", which no OIDC app of Okta's API has\. Remove it, or look up its name/,
  },
  {
    title: 'settings whose "app" is no mapping',
    inputs: { settings: 'app: x' },
    names: 'settings',
    says: /has "app", which no OIDC app of Okta's API has\. Remove it, or look up its name/,
  },
  {
    title: 'settings with a redirect URI that is a script',
    inputs: {
      'redirect-uris': '',
      settings: 'settings: { oauthClient: { redirect_uris: ["javascript:x"] } }',
    },
    names: 'settings',
    says: /has "javascript:x", whose scheme "javascript:" leads to no application\./,
  },
  {
    title: 'settings that set redirect URIs otherwise than an input',
    inputs: { settings: 'settings: { oauthClient: { redirect_uris: ["https://other.example.com"] } }' },
    names: 'settings',
    says: /sets settings\.oauthClient\.redirect_uris otherwise than "redirect-uris" does\. Leave one of the two out\./,
  },
  {
    title: 'settings that set keys otherwise than an input',
    inputs: {
      jwks: jwks(KEY),
      settings: JSON.stringify({ settings: { oauthClient: { jwks: { keys: [{ ...KEY, kid: 'b' }] } } } }),
    },
    names: 'settings',
    says: /sets settings\.oauthClient\.jwks\.keys otherwise than "jwks" does\./,
  },
  ...['null', 'x', '[]'].map((value): BadInput => ({
    title: `settings whose profile is ${value}`,
    inputs: { settings: `profile: ${value}` },
    names: 'settings',
    says: /may not replace profile as a whole: the action keeps its own mark there\. Give a mapping\.$/,
  })),
  ...[
    'visibility',
    'credentials',
    'credentials: { oauthClient',
    'settings',
    'settings: { oauthClient',
  ].flatMap((place) =>
    ['null', 'x', '[]'].map((value): BadInput => {
      const path = place.replace(': { ', '.');
      return {
        title: `settings whose ${path} is ${value}`,
        inputs: { settings: `${place}: ${value}${place === path ? '' : ' }'}` },
        names: 'settings',
        says: new RegExp(`may not replace ${path} as a whole: Okta keeps more there\\. Give a mapping\\.$`),
      };
    }),
  ),
  {
    title: "settings that give the app's own fields at two places",
    inputs: { settings: 'app: { a: 1 }\nsettings: { app: { b: 2 } }' },
    names: 'settings',
    says: /has both "app" and "settings\.app", which are one place in Okta\. Leave one of the two out\.$/,
  },
  {
    title: 'a trusted origin with a path',
    inputs: { 'trusted-origins': 'https://a.example.com/cb' },
    names: 'trusted-origins',
    says: /not an origin\. Give scheme, host and port only/,
  },
  ...['', 'true'].map((shared) => ({
    title: `a trusted origin with a wildcard${shared && ', of a shared app'}`,
    inputs: { shared, 'trusted-origins': 'https://*.example.com' },
    names: 'trusted-origins',
    says: /takes no wildcard in an origin for CORS and redirects\. Give each origin by itself/,
  })),
  {
    title: 'a trusted origin without a scheme',
    inputs: { 'trusted-origins': 'a.example.com' },
    names: 'trusted-origins',
    says: /not an origin/,
  },
  {
    title: 'trusted origins with a comma between',
    inputs: { 'trusted-origins': 'https://a.example.com,https://b.example.com' },
    names: 'trusted-origins',
    says: /with a comma\. Give one per line, without commas\.$/,
  },
  {
    title: 'a trusted origin with a password',
    inputs: { 'trusted-origins': 'https://:secret@a.example.com' },
    names: 'trusted-origins',
    says: /"https:\/\/\*\*\*@a\.example\.com", not an origin\./,
  },
  // Behaviour
  {
    title: 'a secret of an app that has none',
    inputs: {
      'output-client-secret': 'true',
      'token-endpoint-auth-method': 'private_key_jwt',
      jwks: jwks(KEY),
    },
    names: 'output-client-secret',
    says: /"token-endpoint-auth-method: private_key_jwt" has no client secret\. Leave one out\./,
  },
  ...['0', '0.9', '21600.1', '1x', 'x1', '1.', '.5', '1 2'].map((seconds): BadInput => ({
    title: `a time that is none: ${seconds}`,
    inputs: { 'timeout-seconds': seconds },
    names: 'timeout-seconds',
    says: /, not a number of seconds from 1 to 21600\. Give one in that range\.$/,
  })),
  ...['-1', '301'].map((seconds): BadInput => ({
    title: `a settle time that is none: ${seconds}`,
    inputs: { 'settle-seconds': seconds },
    names: 'settle-seconds',
    says: /, not a number of seconds from 0 to 300\. Give one in that range\.$/,
  })),
  ...['authorization-server', 'idp', 'sign-on-policy', 'catalog-app'].map((input): BadInput => ({
    title: `${input}: two lines`,
    inputs: { 'redirect-uris': '', [input]: 'a\nb' },
    names: input,
    says: /several lines\. Give one\./,
  })),
  {
    title: "the org's own authorization server",
    inputs: { 'authorization-server': 'https://acme.okta.com/oauth2/v1/authorize' },
    names: 'authorization-server',
    says: /not the address of an authorization server of its own\. Give its ID, such as "default"/,
  },
  ...['.', '..'].map((text): BadInput => ({
    title: `an authorization server that would be another path: ${text}`,
    inputs: { 'authorization-server': text },
    names: 'authorization-server',
    says: /not the ID of an authorization server\. Give its ID, such as "default"\./,
  })),
  ...['/admin/apps/active', '/x/admin/app/oidc_client/instance/0oa1', '/admin/app/x'].map(
    (path): BadInput => ({
      title: `an address that is no app’s for its ID: ${path}`,
      inputs: { 'app-id': `https://acme-admin.okta.com${path}` },
      names: 'app-id',
      says: /not an ID\. Okta's app IDs look like 0oa/,
    }),
  ),
  ...['okta.users', 'okta.users.', 'xokta.users.read', 'okta.users.read!', 'openid', 'okta.users.read2'].map(
    (scope): BadInput => ({
      title: `a scope that is none of Okta's API: ${scope}`,
      inputs: { type: 'service', 'redirect-uris': '', 'api-scopes': `okta.apps.read\n${scope}` },
      names: 'api-scopes',
      says: /, not a scope of Okta's API\. Those look like okta\.users\.read\.$/,
    }),
  ),
  // Inputs that the action does not have
  ...[
    ['dry_run', 'dry-run'],
    ['group', 'groups'],
    ['redirect-url', 'redirect-uris'],
    ['grant_type', 'grant-types'],
    ['Api-Tokens', 'api-token'],
  ].map(([name = '', meant = '']): BadInput => ({
    title: `the unknown input ${name}`,
    inputs: { [name]: 'some value' },
    names: name.toLowerCase(),
    says: new RegExp(`is no input of this action\\. Did you mean "${meant}"\\?$`),
  })),
  // A run that only reads
  ...[
    'type',
    'redirect-uris',
    'settings',
    'groups',
    'users',
    'trusted-origins',
    'catalog-app',
    'sign-on-policy',
  ].map((input): BadInput => ({
    title: `a run that only reads, with ${input}`,
    inputs: {
      'redirect-uris': '',
      state: 'read',
      [input]: { type: 'web', settings: '{}' }[input] ?? 'https://a.example.com',
    },
    names: 'state',
    says: new RegExp(
      `is "read", which does not go together with "${input}"\\. Leave one or the other out\\.`,
    ),
  })),
  {
    title: 'a run that only reads, and that is to take over a shared app',
    inputs: { 'redirect-uris': '', state: 'read', adopt: 'true' },
    names: 'state',
    says: /is "read", which does not go together with "adopt"\./,
  },
  // A shared app
  {
    title: 'a shared app with settings of its own',
    inputs: { shared: 'true', type: 'web' },
    names: 'shared',
    says: /may only add and remove.*Leave the other settings out\./,
  },
  {
    title: 'a shared app with groups',
    inputs: { shared: 'true', groups: 'Everyone' },
    names: 'shared',
    says: /Leave the other settings out\./,
  },
  ...['https://*.example.com', 'example.com/callback', 'example.com:8443', 'ex ample'].map(
    (pattern): BadInput => ({
      title: `redirect-hosts: ${pattern}`,
      inputs: { 'redirect-hosts': `shop.example.com\n${pattern}` },
      names: 'redirect-hosts',
      says: /which (has a|is not a) .* Give the host alone, as in \*\.preview\.example\.com\./,
    }),
  ),
  ...[
    ['redirect-uris', 'https://evil.example.net/cb'],
    ['post-logout-redirect-uris', 'https://evil.example.net/'],
    ['trusted-origins', 'https://evil.example.net'],
    ['initiate-login-uri', 'https://evil.example.net/start'],
    ['settings', 'settings: { oauthClient: { post_logout_redirect_uris: [https://evil.example.net/] } }'],
    ['settings', 'settings: { oauthClient: { initiate_login_uri: https://evil.example.net/start } }'],
  ].map(([input = '', value = '']): BadInput => ({
    title: `a host in ${input} that is not among redirect-hosts: ${value}`,
    inputs: { 'redirect-hosts': '*.example.com', [input]: value },
    names: input,
    says: /whose host fits no pattern in "redirect-hosts" \(\*\.example\.com\)\. Add a pattern for it/,
  })),
  {
    title: "a URI of an app's own scheme, which no pattern in redirect-hosts can fit",
    inputs: { 'redirect-hosts': '*.example.com', 'redirect-uris': 'com.example.shop:/cb' },
    names: 'redirect-uris',
    says: /"com\.example\.shop:\/cb", and "redirect-hosts" has patterns for hosts of the web only\. Leave one of the two out\.$/,
  },
  {
    title: 'a shared app with nothing to add',
    inputs: { shared: 'true', 'redirect-uris': '' },
    names: 'redirect-uris',
    says: /is missing\. A run on a shared app needs/,
  },
  ...['redirect-uris', 'post-logout-redirect-uris', 'trusted-origins'].map((input): BadInput => ({
    title: `a shared app with nothing to add but what cannot be used as ${input}`,
    inputs: { shared: 'true', 'redirect-uris': '', [input]: '/x' },
    names: input,
    says: /^The inputs cannot be used: .*"\/x"/,
  })),
];

describe('a bad input is refused before any request, with its name and the remedy', () => {
  test.each(BAD)('$title', async ({ inputs, names, says }) => {
    const error = await failure(org, { ...WEB, ...inputs });
    expect(error).toContain('The inputs cannot be used: ');
    expect(error).toContain(`: "${names}" `);
    expect(error).toMatch(says);
    expect(org.requests).toEqual([]);
  });

  test('and so are all of them at once', async () => {
    const error = await failure(org, {
      ...WEB,
      name: 'x'.repeat(101),
      type: 'web',
      'grant-types': 'implicit',
      'redirect-uris': '/callback\nhttps://a.example.com/#x',
      'api-token': '',
    });
    expect(error).toContain('for 5 reasons:\n- "api-token" is empty');
    expect(error.split('\n')).toHaveLength(6);
    for (const part of [
      '101 characters',
      '"/callback"',
      '"https://a.example.com/#x"',
      'lacks "authorization_code"',
    ])
      expect(error).toContain(part);
    expect(org.requests).toEqual([]);
  });

  test('so is each part of an app object that is not for "settings"', async () => {
    const settings = {
      label: 'x',
      id: 'x',
      name: 'x',
      signOnMode: 'x',
      status: 'x',
      created: 'x',
      lastUpdated: 'x',
      orn: 'x',
      _links: {},
      _embedded: {},
      profile: { okta_oidc_app: { repository: 'a/b' } },
      settings: { oauthClient: { application_type: 'web' } },
      credentials: { oauthClient: { client_id: 'x', client_secret: 'x' } },
    };
    const error = await failure(org, { ...WEB, settings: JSON.stringify(settings) });
    expect(error.split('\n- ').slice(1)).toEqual([
      '"settings" may not set label. Use the input "name".',
      '"settings" may not set id. Okta sets it.',
      '"settings" may not set name. Use the input "catalog-app".',
      '"settings" may not set signOnMode. The action makes OIDC apps only.',
      '"settings" may not set status. The action keeps an app active.',
      '"settings" may not set created. Okta sets it.',
      '"settings" may not set lastUpdated. Okta sets it.',
      '"settings" may not set orn. Okta sets it.',
      '"settings" may not set _links. Okta sets it.',
      '"settings" may not set _embedded. Okta sets it.',
      '"settings" may not set profile.okta_oidc_app. The action keeps its own mark there.',
      '"settings" may not set settings.oauthClient.application_type. Use the input "type".',
      '"settings" may not set credentials.oauthClient.client_id. Use the input "client-id".',
      '"settings" may not set credentials.oauthClient.client_secret. Okta makes it; "output-client-secret" outputs it.',
    ]);
  });

  test('but nothing that follows from a list with such an entry', async () => {
    const uris = 'https://shop.example.com/#cb\nhttps://evil.example.net/cb';
    const error = await failure(org, { ...WEB, 'redirect-hosts': '*.example.com', 'redirect-uris': uris });
    expect(error).toBe(
      'The inputs cannot be used: "redirect-uris" has "https://shop.example.com/#cb", which has a fragment (#), and Okta takes none. Leave it out.',
    );
  });

  test('without outputs, and with no secret in the message', async () => {
    const run = await runOn(org, {
      ...WEB,
      type: 'x',
      'auth-private-key': RSA,
      'api-token': 'a very secret token',
    });
    expect(run.exitCode).toBe(1);
    expect(run.outputs).toEqual({});
    expect(run.rawLog).not.toContain('secret token');
    for (const line of RSA.split('\n').filter((part) => part.length > 20))
      expect(run.rawLog).not.toContain(line);
  });

  test('a value is shown on one line, and cut short if it has more than 120 characters', async () => {
    const uri = (length: number): string => `/ ${'x'.repeat(length - 2)}`;
    for (const [text, shown] of [
      [uri(120), uri(120)],
      [uri(121), `${uri(117)}...`],
      [uri(500), `${uri(117)}...`],
    ] as const)
      expect(await failure(org, { ...WEB, adopt: text.replace(' ', '\t') })).toBe(
        `The inputs cannot be used: "adopt" is "${shown}". Use "true" for an app without a mark, or owner/name of the repository whose app it is.`,
      );
  });
});

describe('is no bad input:', () => {
  // Another one is, so that nothing is sent.
  test.each<[string, Inputs]>([
    ['the longest times', { 'timeout-seconds': '21600', 'settle-seconds': '300' }],
    ['the shortest times', { 'timeout-seconds': '1', 'settle-seconds': '0' }],
    [
      'the longest leeway',
      { 'refresh-token-leeway': '60', 'grant-types': 'authorization_code\nrefresh_token' },
    ],
    ['a token that ends in quotes', { 'api-token': `a'b'` }],
    ['the default that is said', { adopt: 'False' }],
    ['capital letters in a word', { adopt: 'TRUE', state: 'Present' }],
    [
      'a host outside "redirect-hosts" where nothing is made',
      { state: 'absent', 'redirect-hosts': '*.example.net' },
    ],
    ['an authorization server with a dot', { 'authorization-server': '.x' }],
    ['a name of an authorization server that ends with a dot', { 'authorization-server': 'x.' }],
    [
      'a scope of several parts',
      { type: 'service', 'redirect-uris': '', 'api-scopes': 'okta.users.read.self' },
    ],
  ])('%s', async (_, inputs) => {
    const error = await failure(org, { ...WEB, ...inputs, 'app-id': '?' });
    expect(error).toMatch(/^The inputs cannot be used: "app-id" is "\?"/);
  });
});

describe('org-url', () => {
  test('may be a bare host, and may carry a path', async () => {
    const run = await runOn(org, { ...WEB, 'org-url': `${org.url}/some/path/?query` });
    expect(run.outputs['issuer']).toBe(org.url);
    const bare = await failure(org, { ...WEB, 'org-url': 'okta.invalid' });
    expect(bare).toMatch(/okta\.invalid.*"org-url"/);
  });

  test.each([
    'acme.okta.com',
    'https://acme.okta.com:8443',
    'https://[2001:db8::1]',
    'http://localhost',
    'http://127.0.0.1:8080',
    'http://[::1]:8080',
  ])('may be %s', async (url) => {
    const error = await failure(org, { ...WEB, 'org-url': url, 'app-id': '?' });
    expect(error).toMatch(/^The inputs cannot be used: "app-id" is "\?"/);
  });

  test("is corrected where it is the Admin Console's, with a notice", async () => {
    const run = await runOn(org, {
      ...WEB,
      'org-url': 'https://no-such-org-admin.okta.com',
      'timeout-seconds': '1',
      name: 'x'.repeat(101),
    });
    expect(run.annotations[0]).toEqual({
      level: 'notice',
      message: expect.stringContaining('https://no-such-org.okta.com'),
    });
  });
});

describe('what only shows with the app', () => {
  test.each<[string, Inputs, RegExp]>([
    [
      'no redirect URI',
      { name: 'shop' },
      /"redirect-uris" is empty.* need a redirect URI\. Give at least one\./,
    ],
    [
      'a grant that the default type needs',
      { ...WEB, 'grant-types': 'implicit' },
      /"grant-types" lacks "authorization_code".* of an app of type "web"\. Add it/,
    ],
    [
      'a refresh token setting without the grant',
      { ...WEB, 'refresh-token-leeway': '5', 'refresh-token-rotation': 'rotate' },
      /"refresh_token".*Add it to "grant-types"/,
    ],
  ])('%s makes no app', async (_, inputs, says) => {
    const error = await failure(org, inputs);
    expect(error).toMatch(says);
    expect(error).toContain('Cannot make the app "shop" as asked for');
    expect(writes(org)).toEqual([]);
  });
});

describe('what Okta refuses', () => {
  test('a wrong token is said to be one, with where to look', async () => {
    const run = await runOn(org, { ...WEB, 'api-token': 'wrong-token-9876' });
    expect(run.exitCode).toBe(1);
    expect(run.annotations[0]?.message).toMatch(
      /^Cannot use "api-token" to find the app "shop": Okta answered 401 \(E0000011\): Invalid token provided\. Check "api-token"/,
    );
    expect(run.rawLog).not.toContain('wrong-token-9876');
  });

  const FORBIDDEN: [
    Inputs,
    (request: { method: string; path: string }) => boolean,
    purpose: string,
    role: string,
  ][] = [
    [WEB, ({ path }) => path === '/api/v1/apps', 'find the app "shop"', 'Application Administrator'],
    [WEB, ({ method }) => method === 'POST', 'create the app "shop"', 'Application Administrator'],
    [
      { ...WEB, groups: 'Everyone' },
      ({ path }) => path.startsWith('/api/v1/groups'),
      'find the group "Everyone"',
      'Group Administrator or Read-Only Administrator',
    ],
    [
      { ...WEB, users: 'a@example.com' },
      ({ path }) => path.startsWith('/api/v1/users'),
      'find the user "a@example.com"',
      'Read-Only Administrator',
    ],
    [
      { ...WEB, 'sign-on-policy': 'Any' },
      ({ path }) => path.startsWith('/api/v1/policies'),
      'list the authentication policies',
      'Read-Only Administrator',
    ],
    [
      { ...WEB, 'trusted-origins': 'https://a.example.com' },
      ({ path }) => path.startsWith('/api/v1/trustedOrigins'),
      'find the trusted origin https://a.example.com',
      'Organization Administrator',
    ],
    [
      { ...WEB, 'authorization-server': 'default', 'authorization-server-policies': 'Any' },
      ({ path }) => path.startsWith('/api/v1/authorizationServers'),
      'list the access policies of the authorization server "default"',
      'API Access Management Administrator',
    ],
  ];

  test.each(FORBIDDEN)(
    'a missing permission names the role that has it: %j',
    async (inputs, forbidden, purpose, role) => {
      org.trouble.forbidden = forbidden;
      expect(await failure(org, inputs)).toBe(
        `Cannot ${purpose}: Okta answered 403 (E0000006): You do not have permission to perform the requested action. ` +
          `Give the token's owner an administrator role that allows it, such as ${role}.`,
      );
      expect(await sizes()).toEqual([0]);
    },
  );

  const sizes = (): Promise<number[]> => Promise.resolve([org.org.apps.size]);

  test('unknown groups are all named, each with the nearest names, and nothing is made', async () => {
    for (const name of ['Sellers', 'Seller', 'Sellers EU', 'Buyers']) await org.group(name);
    const error = await failure(org, { ...WEB, groups: 'Everyone\nSelers\nBuyer' });
    expect(error).toMatch(
      /Several things failed:\n- Cannot find the group "Selers".* The nearest names are "Sellers", "Seller"\.\n- Cannot find the group "Buyer".*"Buyers"/,
    );
    expect(error).toContain('Check "groups"');
    expect(writes(org)).toEqual([]);
  });

  test('groups on one line are told that commas separate nothing', async () => {
    const error = await failure(org, { ...WEB, groups: 'Everyone, Staff' });
    expect(error).toBe(
      'Cannot find the group "Everyone, Staff": Okta has none of exactly that name. Give one per line in "groups": commas separate nothing. The nearest name is "Everyone".',
    );
  });

  test('only names that are near are named: many can read a log', async () => {
    for (const name of ['Secret project', 'Everyone else in the world', 'Salaries']) await org.group(name);
    const error = await failure(org, { ...WEB, groups: 'Se\nSales team\nEveryone e' });
    for (const name of ['Secret', 'Salaries', 'world']) expect(error).not.toContain(name);
  });

  test('a group that is nothing like the others is said to be alone', async () => {
    const error = await failure(org, { ...WEB, groups: 'zzzzzzzzzzzzzzzz' });
    expect(org.requests.filter(({ path }) => path === '/api/v1/groups').map(({ query }) => query)).toEqual([
      'q=zzzzzzzzzzzzzzzz&limit=200',
      'q=zz&limit=200',
      'limit=200',
    ]);
    expect(error).toBe(
      'Cannot find the group "zzzzzzzzzzzzzzzz": Okta has none of exactly that name. Check "groups". There is none with a similar name.',
    );
  });

  test.each([
    ['Selers', ['Selers', 'Se']],
    ['Xelers', ['Xelers', 'Xe', '']],
    ['Se', ['Se', '']],
    ['x00g00000000000000000', ['x00g00000000000000000', 'x0', '']],
    ['00g00000000000000000x', ['00g00000000000000000x', '00', '']],
  ])(
    'groups that %s may mean are looked for by as little of the org as that takes',
    async (entry, prefixes) => {
      await org.group('Sellers');
      await failure(org, { ...WEB, groups: entry });
      const asked = org.requests.filter(
        ({ path, headers }) => path.startsWith('/api/v1/groups') && !headers['x-test-client'],
      );
      expect(asked.map(({ query }) => new URLSearchParams(query).get('q') ?? '')).toEqual(prefixes);
    },
  );

  test('the ID of a group that is gone is an unknown group', async () => {
    const error = await failure(org, { ...WEB, groups: '00g00000000000000000' });
    expect(error).toContain('Cannot find the group "00g00000000000000000"');
  });

  test('a group name that several have is refused with their IDs, one of which does', async () => {
    const ids = [];
    for (const type of ['APP_GROUP', 'APP_GROUP'])
      ids.push(
        textOf((await org.api('POST', '/api/v1/groups', { type, profile: { name: 'Sellers' } }))['id']),
      );
    const error = await failure(org, { ...WEB, groups: 'Sellers' });
    expect(error).toMatch(/Cannot tell which group is meant by "Sellers": 2 have that name/);
    for (const id of ids) expect(error).toContain(id);
    expect(error).toContain('Give the ID in "groups".');
    expect(writes(org)).toEqual([]);
    expect((await succeed(org, { ...WEB, groups: ids[1] ?? '' })).outputs['result']).toBe('created');
  });

  test('an unknown user is named, with how logins look', async () => {
    const error = await failure(org, { ...WEB, users: 'nobody@example.com' });
    expect(error).toMatch(/Cannot find the user "nobody@example.com".*Check "users": give full logins/);
    expect(writes(org)).toEqual([]);
  });

  test('two apps of the name are refused with both IDs, or when they were made where IDs must not be seen', async () => {
    const apps = [await foreignApp(org, 'shop'), await foreignApp(org, 'shop')];
    const ids = apps.map(({ id }) => textOf(id));
    const masked = await failure(org, WEB);
    for (const { created } of apps)
      expect(masked).toContain(`one made at ${textOf(created)} (active, without a mark)`);
    for (const id of ids) expect(masked).not.toContain(id);
    const error = await failure(org, { ...WEB, 'mask-client-id': 'false' });
    expect(error).toMatch(/Cannot tell which app is meant by "shop": 2 apps have that label/);
    for (const id of ids) expect(error).toContain(id);
    expect(error).toContain('"app-id"');
    expect(writes(org)).toEqual([]);
    expect((await succeed(org, { 'app-id': ids[0] ?? '' })).outputs['result']).toBe('unchanged');
  });

  test('an app ID that Okta does not know is refused with how IDs look, and is absent already', async () => {
    const inputs = { 'app-id': '0oa00000000000000000' };
    const error = await failure(org, inputs);
    expect(error).toMatch(/404 \(E0000007\).*Check "app-id": an app ID looks like 0oa/);
    expect((await succeed(org, { ...inputs, state: 'absent' })).outputs['result']).toBe('absent');
  });

  test("a 400 is told in Okta's words, all its causes", async () => {
    const error = await failure(org, {
      ...WEB,
      settings: 'settings: { oauthClient: { participate_slo: true } }',
    });
    expect(error).toBe(
      "Cannot create the app \"shop\": Okta answered 400 (E0000001): Api validation failed: frontchannel_logout_uri; frontchannel_logout_uri: ''frontchannel_logout_uri'' is required when ''participate_slo'' is true. Change the inputs accordingly.",
    );
  });

  test('groups for an app in Federation Broker Mode are said to be of no use', async () => {
    await org.group('Sellers');
    await succeed(org, { ...WEB, settings: 'settings: { implicitAssignment: true }' });
    const error = await failure(org, { ...WEB, groups: 'Sellers' });
    expect(error).toMatch(
      /assign the group "Sellers".*With Federation Broker Mode everybody.*leave "groups" and "users" out/,
    );
  });

  test('what was done before the failure is told, and a re-run finishes the job', async () => {
    await org.group('Sellers');
    org.trouble.forbidden = ({ method, path }) => method === 'PUT' && path.includes('/groups/');
    const error = await failure(org, { ...WEB, groups: 'Sellers' });
    expect(error).toContain(
      'Done before the failure: created the app "shop". A re-run continues from there.',
    );
    org.trouble.forbidden = undefined;
    expect((await succeed(org, { ...WEB, groups: 'Sellers' })).outputs['result']).toBe('updated');
    expect((await succeed(org, { ...WEB, groups: 'Sellers' })).outputs['result']).toBe('unchanged');
  });
});

describe('a run without secrets', () => {
  const NOTHING: Inputs = { ...WEB, 'api-token': '' };
  const fork = { event: pullRequest(12, 'open', 'someone/shop') };
  const dependabot = { event: pullRequest(12), env: { GITHUB_ACTOR: 'dependabot[bot]' } };

  test.each([
    [
      "a fork's pull request",
      fork,
      /"api-token" is empty: this is a fork's pull request.*skip-without-credentials: true/,
    ],
    [
      "Dependabot's",
      dependabot,
      /"api-token" is empty: this run was started by Dependabot.*Dependabot secrets.*skip-without-credentials: true/,
    ],
    [
      'some other',
      {},
      /"api-token" is empty, and no other credential is set.*may read a secret of that name/,
    ],
  ])('is told as %s', async (_, options, says) => {
    expect(await failure(org, NOTHING, options)).toMatch(says);
    expect(org.requests).toEqual([]);
  });

  test.each([
    ["a fork's pull request", fork, /"auth-private-key" is empty: this is a fork's pull request/],
    ["Dependabot's", dependabot, /"auth-private-key" is empty: this run was started by Dependabot/],
  ])('is told as %s where only the client ID is no secret', async (_, options, says) => {
    expect(await failure(org, { ...NOTHING, 'auth-client-id': '0oa1' }, options)).toMatch(says);
  });

  test.each<[string, Inputs]>([
    ['a token', {}],
    ['a service app', { 'auth-client-id': '0oa1' }],
  ])('is skipped with a notice where the workflow says so: %s', async (_, more) => {
    const run = await runOn(org, { ...NOTHING, ...more, 'skip-without-credentials': 'true' }, fork);
    expect(run).toMatchObject({ exitCode: 0, annotations: [{ level: 'notice' }] });
    expect(run.annotations[0]?.message).toContain('"skip-without-credentials" is true');
    expect(run.outputs).toMatchObject({
      result: 'skipped',
      changed: 'false',
      changes: '[]',
      'client-id': '',
      'app-id': '',
    });
    expect(org.requests).toEqual([]);
  });

  test.each<[string, SourceOptions]>([
    ['of the repository itself', {}],
    ['of a pull request of the repository', { event: pullRequest(12) }],
  ])('is not skipped in a run %s: a secret is missing or misspelt', async (_, options) => {
    const error = await failure(org, { ...NOTHING, 'skip-without-credentials': 'true' }, options);
    expect(error).toMatch(/"api-token" is empty, and no other credential is set\./);
  });

  test('is skipped in any run in a fork', async () => {
    const run = await runOn(
      org,
      { ...NOTHING, 'skip-without-credentials': 'true' },
      { event: { repository: { fork: true } } },
    );
    expect(run.outputs['result']).toBe('skipped');
  });

  test('that has a credential is not skipped, unless it is for a fork', async () => {
    const skip = { ...WEB, 'skip-without-credentials': 'true' };
    expect((await runOn(org, skip, fork)).outputs['result']).toBe('skipped');
    expect((await runOn(org, skip, dependabot)).outputs['result']).toBe('created');
  });
});

test('a key set without keys is no proof of a client', async () => {
  expect(await failure(org, { ...WEB, jwks: '{"keys": []}' })).toMatch(
    /^Cannot make the app "shop" as asked for: "jwks" is missing/,
  );
});

import { describe, expect, test } from '@jest/globals';
import { run as sweep } from '../../src/sweep/run.ts';
import { githubEnvironment } from '../support/github.ts';
import { idOf } from '../support/apps.ts';
import { APPS, DELETE, PUT, answer, connectionTo } from '../support/okta.ts';
import {
  WEB,
  changesOf,
  foreignApp,
  pullRequest,
  runOn,
  shown,
  succeed,
  type Inputs,
} from '../support/runs.ts';
import { useGitHub, useOrg } from '../support/servers.ts';
import { runSource } from '../support/source.ts';
import type { ActionRun } from '../support/runner.ts';

/** Every ending writes a summary: what the run knows of itself, whichever way it went. */

const org = useOrg();

const UPDATE: Inputs = { ...WEB, 'logo-uri': 'https://shop.example.com/logo.png' };

describe('the summary of a run that', () => {
  test('has bad inputs names all of them', async () => {
    const run = await runOn(org, { ...WEB, type: 'wep', state: 'gone' });
    expect(run.exitCode).toBe(1);
    expect(shown(run)).toMatch(
      /^### Okta OIDC app\n\n\*\*Failed\.\*\* The inputs cannot be used, for 2 reasons:\n- "\w+" .*\n- "\w+" .*\n\n/,
    );
  });

  test('is refused shows org, app and the differences as a table, which the annotation does not repeat', async () => {
    await foreignApp(org, 'shop');
    const run = await runOn(org, UPDATE);
    const text = shown(run);
    expect(text).toMatch(
      /\*\*Failed\.\*\* Cannot change the app "shop": it carries no mark of a repository.*\n\n\*\*What to do:\*\* Set "adopt: true"/,
    );
    expect(text).toContain(`App shop · Org ${new URL(org.url).host}`);
    expect(text).toContain(
      'Nothing was changed. What this run would have changed:\n\n| Setting | From | To |\n| --- | --- | --- |\n| logo-uri |  | <code>https://shop.example.com/logo.png</code> |',
    );
    expect(run.errors[0]).not.toContain('logo.png');
    expect(run.log).toContain('logo-uri: (none) -> "https://shop.example.com/logo.png"');
  });

  test('Okta refuses says so, and what was done before', async () => {
    await org.group('Sellers');
    org.refuse(PUT(/\/groups\//), answer(403, { errorCode: 'E0000006', errorSummary: 'No.' }));
    const run = await runOn(org, { ...WEB, groups: 'Sellers' });
    expect(shown(run)).toMatch(
      /\*\*Failed\.\*\* Cannot assign the group "Sellers".*Okta answered 403.*\n\n\*\*What to do:\*\* Give the token's owner .*\n\n\*\*Done before the failure:\*\* created the app "shop"\. A re-run continues from there\.\n\n/,
    );
  });

  test('Okta refuses at its last request names all that it assigned and took off before', async () => {
    for (const name of ['Sellers', 'Buyers']) await org.group(name);
    for (const login of ['ann@example.com', 'joe@example.com']) await org.user(login);
    await succeed(org, { ...WEB, groups: 'Sellers', users: 'ann@example.com' });
    org.refuse(DELETE(/\/users\//));
    const run = await runOn(org, {
      ...WEB,
      groups: 'Buyers',
      users: 'joe@example.com',
      assignments: 'exact',
    });
    for (const phrase of [
      'assigned the group "Buyers"',
      'assigned the user "joe@example.com"',
      'took the group "Sellers" off the app',
    ])
      expect(run.errors[0]).toMatch(new RegExp(`Done before the failure: .*${phrase}`));
  });

  test('is not to be started in such an environment says why', async () => {
    const run = await runOn(org, WEB, { env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } });
    expect(shown(run)).toContain('**Failed.** Cannot send credentials safely');
  });

  test('is skipped says why', async () => {
    const run = await runOn(
      org,
      { ...WEB, 'api-token': '', 'skip-without-credentials': 'true' },
      { event: pullRequest(7, 'open', 'stranger/shop') },
    );
    expect(run.outputs['result']).toBe('skipped');
    expect(shown(run)).toMatch(/^### Okta OIDC app\n\n\*\*Skipped\.\*\* GitHub gives this run no secrets/);
  });

  test('goes well shows who may use the app, the verdict on sign-in, the pull request and all warnings', async () => {
    await org.group('Sellers');
    await org.user('jane@example.com');
    const run = await succeed(
      org,
      {
        ...WEB,
        groups: 'Sellers',
        users: 'jane@example.com',
        'verify-sign-in': 'true',
        'redirect-uris': 'https://shop.example.com/callback\nhttps://*.vercel.app/callback',
        'wildcard-redirect': 'subdomain',
      },
      { event: pullRequest(7) },
    );
    const text = shown(run);
    expect(text).toContain('The app **shop** was created.');
    expect(text).toContain('Pull request 7');
    expect(text).toContain('Okta accepts the client and its redirect URIs');
    expect(text).toContain('Who may use it, by these inputs: group Sellers · user jane@example.com');
    expect(text).toMatch(/\n\n\*\*Warning:\*\* "redirect-uris" has a wildcard right below "vercel\.app"/);
    expect(text).toContain('| Setting | Value |\n| --- | --- |\n| name | <code>shop</code> |');
    expect(text).not.toContain('grant-types');
  });

  test('ends with an app that nobody can sign in to says so', async () => {
    org.trouble.fault = ({ path }) => {
      if (path.endsWith('/authorize')) for (const app of org.org.apps.values()) app.status = 'INACTIVE';
      return undefined;
    };
    const run = await succeed(org, { ...WEB, 'verify-sign-in': 'true' });
    expect(run.outputs['sign-in-ready']).toBe('false');
    expect(shown(run)).toContain('Sign-in **does not work**');
  });

  test('names of those who have the app only whom the inputs list', async () => {
    for (const name of ['Sellers', 'Buyers']) await org.group(name);
    const auditors = await org.group('Auditors');
    await succeed(org, { ...WEB, groups: 'Sellers' });
    await org.api('PUT', `${APPS}/${idOf(await org.app('shop'))}/groups/${auditors}`);
    const run = await succeed(org, { ...WEB, groups: 'Sellers\nBuyers' }, { debug: true });
    expect(changesOf(run)).toEqual([{ field: 'groups', from: ['Sellers'], to: ['Sellers', 'Buyers'] }]);
    expect(run.rawLog + run.rawSummary + (run.outputs['changes'] ?? '')).not.toContain('Auditors');
  });
});

describe('a name from outside', () => {
  test.each(['www.evil.example/login', 'WWW.evil.example'])('%s is no link', async (name) => {
    const run = await succeed(org, { ...WEB, name });
    expect(run.rawSummary).not.toMatch(/www\./i);
    expect(shown(run)).toContain(name);
  });

  test.each(['\u202e', '\u2066', '\u061c', '\u200b', '\u{e0041}'])(
    'does not turn or hide what is around it (%j)',
    async (character) => {
      const name = `shop ${character}gpj.exe`;
      await foreignApp(org, name);
      const run = await succeed(org, { ...WEB, name });
      expect(shown(run)).not.toContain(character);
      expect(shown(run)).toContain(`\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}gpj`);
    },
  );

  test('does not turn the log around', async () => {
    await foreignApp(org, 'shop \u202egpj');
    const run = await succeed(org, { ...WEB, name: 'shop \u202egpj' });
    expect(run.rawLog).not.toContain('\u202e');
  });
});

describe('the summary of a sweep', () => {
  const github = useGitHub();
  const swept = (inputs: Inputs): Promise<ActionRun> => {
    const environment = githubEnvironment(github);
    return runSource({
      main: sweep,
      action: 'sweep',
      with: { 'org-url': org.url, 'api-token': connectionTo(org)['api-token'] ?? '', ...inputs },
      env: environment,
    });
  };

  test('that has bad inputs says so', async () => {
    expect(shown(await swept({ 'max-deletions': 'many' }))).toMatch(
      /^### Okta sweep\n\n\*\*Failed\.\*\* The inputs cannot be used/,
    );
  });

  test('whose prefix matches nothing says so', async () => {
    await succeed(org, WEB);
    const run = await swept({ 'name-prefix': 'shopp' });
    expect(run.annotations.map(({ message }) => message)).toEqual([
      'No app has a name that starts with "shopp": check "name-prefix".',
    ]);
    expect(shown(run)).toContain('### Okta sweep\n\nNothing was removed.\n');
    expect(shown(await swept({ 'dry-run': 'true' }))).toContain('**Dry run.** Nothing would be removed.\n');
  });
});

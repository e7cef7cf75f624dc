import { beforeEach, describe, expect, test } from '@jest/globals';
import type { App } from '../../emulator/src/org.ts';
import { textOf, valueAt, withValueAt, type JsonObject } from '../../src/util/json.ts';
import { redirectUrisOf } from '../support/apps.ts';
import { githubEnvironment } from '../support/github.ts';
import type { ActionRun } from '../support/runner.ts';
import {
  WEB,
  changesOf,
  failure,
  foreignApp,
  pullRequest,
  succeed,
  writes,
  type Inputs,
} from '../support/runs.ts';
import { useGitHub, useOrg } from '../support/servers.ts';

/** Whose things a run may touch, beyond the one app of its own: production, other pull requests', and what others put on an app. */

const org = useOrg();
const github = useGitHub();

type Options = NonNullable<Parameters<typeof succeed>[2]>;

const ABSENT: Inputs = { name: 'shop', state: 'absent' };
const PR_12: Options = { event: pullRequest(12) };
const CLOSED_12: Options = { event: pullRequest(12, 'closed') };
const PR_13: Options = { event: pullRequest(13) };
const BRANCH: Options = { env: { GITHUB_REF: 'refs/heads/feature/x', GITHUB_REF_PROTECTED: 'false' } };
const OTHER: Options = { env: { GITHUB_REPOSITORY: 'acme/stock', GITHUB_REPOSITORY_ID: '77' } };
const NEW_URI = { ...WEB, 'redirect-uris': 'https://evil.example.net/callback' };
const MARK = ['profile', 'okta_oidc_app'];

/** A permanent run that can ask GitHub. */
const main = (): Options => ({ env: githubEnvironment(github) });
const shop = (): Promise<JsonObject> => org.app('shop');
const marked = async (): Promise<unknown> => valueAt(await shop(), MARK);

/** Has something happen to an app between a write of a run and its next look at the app, so many times. */
function afterWrites(id: string, times: number, happen: (app: App) => void): void {
  let left = times;
  let isWritten = false;
  org.trouble.fault = ({ method, path }) => {
    if (path !== `/api/v1/apps/${id}`) return undefined;
    const app = org.org.apps.get(id);
    if (method === 'PUT') isWritten = true;
    else if (method === 'GET' && isWritten && left > 0 && app) {
      isWritten = false;
      left -= 1;
      happen(app);
    }
    return undefined;
  };
}

function messages({ annotations }: ActionRun, level: string): string[] {
  return annotations.filter((annotation) => annotation.level === level).map(({ message }) => message);
}

describe('production, in a workflow on push and pull requests', () => {
  beforeEach(async () => {
    await succeed(org, WEB);
    org.taken();
  });

  test.each([
    ['pull request', PR_12, '"dry-run: ${{ github.event_name == \'pull_request\' }}"'],
    ['feature branch', BRANCH, '"dry-run: true"'],
  ])('is not changed by the run of a %s, which is told what helps', async (_, options, helps) => {
    const error = await failure(org, NEW_URI, options);
    expect(error).toContain(
      'Cannot change the app "shop": it belongs to acme/shop, and it differs in redirect-uris',
    );
    expect(error).toContain(helps);
    expect(writes(org)).toEqual([]);
  });

  test('is not deleted by the close of a pull request that names it', async () => {
    const error = await failure(org, { ...WEB, state: 'auto' }, CLOSED_12);
    expect(error).toContain('Cannot delete the app "shop": it belongs to acme/shop.');
    expect(writes(org)).toEqual([]);
  });

  test("is shown by a pull request's dry run as main's run would change it", async () => {
    const dry = await succeed(org, { ...NEW_URI, 'dry-run': 'true' }, PR_12);
    expect(dry.outputs).toMatchObject({ result: 'updated', changed: 'true' });
    expect(dry.annotations).toEqual([]);
    expect(changesOf(dry)).toEqual(changesOf(await succeed(org, NEW_URI)));
  });

  test('is reported unchanged where it matches, with a notice', async () => {
    const run = await succeed(org, WEB, PR_12);
    expect(run.outputs['result']).toBe('unchanged');
    expect(messages(run, 'notice')).toEqual([
      'The app "shop" is as the workflow says, and not this run\'s: it belongs to acme/shop.',
    ]);
  });

  test('hands its secret to no run of a pull request, a dry one included', async () => {
    const secret = { ...WEB, 'output-client-secret': 'true' };
    const why =
      'Cannot output the client secret of the app "shop": this run may not change the app: it belongs to acme/shop.';
    expect(await failure(org, secret, PR_12)).toContain(why);
    const dry = await succeed(org, { ...secret, 'dry-run': 'true' }, PR_12);
    expect(dry.outputs['client-secret']).toBe('');
    expect(messages(dry, 'notice')[0]).toContain(why);
    const shared = {
      name: 'shop',
      shared: 'true',
      'redirect-uris': 'https://pr-12.example.com/',
      'output-client-secret': 'true',
    };
    expect(await failure(org, shared, { ...PR_12 })).toContain(why);
    expect(writes(org)).toEqual([]);
    expect(org.requests.some(({ path }) => path.includes('/credentials/secrets'))).toBe(false);
    expect((await succeed(org, secret)).outputs['client-secret']).not.toBe('');
  });

  test('is read by a run that nobody can place, and nothing else', async () => {
    const deployment = { env: { GITHUB_EVENT_NAME: 'deployment_status', GITHUB_REF: '' } };
    expect((await succeed(org, WEB, deployment)).outputs['result']).toBe('unchanged');
    expect(await failure(org, NEW_URI, deployment)).toContain('this run may only read');
    expect(await failure(org, { ...WEB, name: 'new' }, deployment)).toContain(
      'Cannot create the app "new": this run may only read, since its deployment names a commit',
    );
    expect(await failure(org, ABSENT, deployment)).toContain('this run may only read');
    expect(writes(org)).toEqual([]);
  });
});

describe("a preview, in another pull request's run", () => {
  test('is neither changed nor deleted', async () => {
    await succeed(org, WEB, PR_12);
    org.taken();
    expect(await failure(org, NEW_URI, PR_13)).toContain('it belongs to acme/shop, pull request #12');
    expect(await failure(org, { ...WEB, state: 'auto' }, { event: pullRequest(13, 'closed') })).toContain(
      'it belongs to acme/shop, pull request #12',
    );
    expect(writes(org)).toEqual([]);
  });
});

describe('an app that a pull request made, in a permanent run', () => {
  beforeEach(async () => {
    await succeed(org, WEB, PR_12);
    org.taken();
  });

  test.each(['closed', 'merged'] as const)(
    'is taken over once that is %s, though nothing else is to change, and only once',
    async (state) => {
      github.pulls.set(12, state);
      const taken = await succeed(org, WEB, main());
      expect(taken.outputs['result']).toBe('updated');
      expect(changesOf(taken)).toEqual([
        { field: 'owner', from: 'acme/shop, pull request #12', to: 'acme/shop' },
      ]);
      expect(await marked()).toEqual({ repository: 'acme/shop', repository_id: '4242' });
      expect(valueAt(await shop(), ['settings', 'notes', 'admin'])).not.toContain('pull request');
      org.taken();
      github.requests.length = 0;
      expect((await succeed(org, WEB, main())).outputs['result']).toBe('unchanged');
      expect(writes(org)).toEqual([]);
      expect(github.requests).toEqual([]);
      // The pull request's late run no longer finds its own app.
      expect(await failure(org, ABSENT, CLOSED_12)).toContain('it belongs to acme/shop.');
    },
  );

  test('is taken over where GitHub needs a moment to know of the merge', async () => {
    github.fault = (_, index) => {
      github.pulls.set(12, index === 0 ? 'open' : 'merged');
      return undefined;
    };
    const taken = await succeed(org, WEB, main());
    expect(changesOf(taken).map(({ field }) => field)).toEqual(['owner']);
    expect(taken.log).toContain('Waiting 5 s.');
  });

  test('is not taken over while that is open', async () => {
    github.pulls.set(12, 'open');
    const matching = await succeed(org, WEB, main());
    expect(matching.outputs['result']).toBe('unchanged');
    expect(messages(matching, 'notice')[0]).toContain('pull request #12, which is open');
    expect(await failure(org, NEW_URI, main())).toContain('pull request #12, which is open');
    expect(await failure(org, ABSENT, main())).toContain('pull request #12, which is open');
    expect(writes(org)).toEqual([]);
  });

  test.each([
    ['the permission is missing', () => (github.permitted = false)],
    ['there is no token', () => undefined],
    ['GitHub does not know the number', () => github.pulls.clear()],
  ])('is only read where %s, and the message names the permission', async (why, arrange) => {
    github.pulls.set(12, 'closed');
    arrange();
    const options = why === 'there is no token' ? {} : main();
    expect((await succeed(org, WEB, options)).outputs['result']).toBe('unchanged');
    const error = await failure(org, NEW_URI, options);
    expect(error).toContain('GitHub does not say whether that is closed');
    expect(error).toContain('permissions: pull-requests: read');
    expect(writes(org)).toEqual([]);
  });

  test('is deleted once that is closed', async () => {
    github.pulls.set(12, 'closed');
    expect((await succeed(org, ABSENT, main())).outputs['result']).toBe('deleted');
  });

  test('is adopted all the same where the repository is named', async () => {
    github.pulls.set(12, 'open');
    const adopted = await succeed(org, { ...WEB, adopt: 'acme/shop' }, main());
    expect(changesOf(adopted).map(({ field }) => field)).toEqual(['owner']);
    expect(github.requests).toEqual([]);
  });

  test('is shown in a dry run as it would be taken over', async () => {
    github.pulls.set(12, 'closed');
    const dry = await succeed(org, { ...WEB, 'dry-run': 'true' }, main());
    expect(changesOf(dry).map(({ field }) => field)).toEqual(['owner']);
    expect(writes(org)).toEqual([]);
  });

  test('that is deleted by the closing run while it is taken over is made anew', async () => {
    github.pulls.set(12, 'closed');
    const before = await shop();
    afterWrites(textOf(before['id']), 1, () => {
      org.org.apps.clear();
    });
    const taken = await succeed(org, WEB, main());
    expect(taken.outputs['result']).toBe('created');
    expect((await shop())['id']).not.toBe(before['id']);
    expect(await marked()).toEqual({ repository: 'acme/shop', repository_id: '4242' });
  });

  test('that is taken over while the closing run is at work stays', async () => {
    const taken = { profile: { okta_oidc_app: { repository: 'acme/shop', repository_id: '4242' } } };
    github.pulls.set(12, 'closed');
    github.fault = () => {
      for (const app of org.org.apps.values()) app.body = { ...app.body, ...taken };
      return undefined;
    };
    const error = await failure(org, { ...WEB, state: 'auto' }, { ...CLOSED_12, ...main() });
    expect(error).toContain('it belongs to acme/shop.');
    expect(writes(org)).toEqual([]);
  });

  test('that is taken over after the closing run has asked GitHub stays, too', async () => {
    const taken = { profile: { okta_oidc_app: { repository: 'acme/shop', repository_id: '4242' } } };
    github.pulls.set(12, 'closed');
    github.fault = (_, index) => {
      if (index === 1) for (const app of org.org.apps.values()) app.body = { ...app.body, ...taken };
      return undefined;
    };
    const error = await failure(org, { ...WEB, state: 'auto' }, { ...CLOSED_12, ...main() });
    expect(error).toContain('Cannot delete the app "shop": it belongs to acme/shop.');
    expect(writes(org)).toEqual([]);
  });
});

describe("a branch's app", () => {
  test('is marked with the branch, and taken over by a permanent run at once', async () => {
    await succeed(org, WEB, BRANCH);
    expect(await marked()).toEqual({ repository: 'acme/shop', repository_id: '4242', branch: 'feature/x' });
    org.taken();
    expect((await succeed(org, WEB, BRANCH)).outputs['result']).toBe('unchanged');
    expect(writes(org)).toEqual([]);
    const taken = await succeed(org, WEB);
    expect(changesOf(taken)).toEqual([
      { field: 'owner', from: 'acme/shop, branch feature/x', to: 'acme/shop' },
    ]);
    expect(await failure(org, NEW_URI, BRANCH)).toContain('it belongs to acme/shop, and it differs');
  });
});

describe('an Enterprise Server', () => {
  const GHE: Options = { env: { GITHUB_SERVER_URL: 'https://ghe.example.com' } };

  test('numbers its repositories by itself', async () => {
    await succeed(org, WEB, GHE);
    expect(await marked()).toEqual({
      repository: 'acme/shop',
      repository_id: '4242',
      server: 'ghe.example.com',
    });
    expect((await succeed(org, WEB, GHE)).outputs['result']).toBe('unchanged');
    expect(await failure(org, ABSENT)).toContain('it belongs to acme/shop on ghe.example.com');
    expect((await succeed(org, ABSENT, GHE)).outputs['result']).toBe('deleted');
  });
});

describe('redirect-hosts', () => {
  const HOSTS = { ...WEB, 'redirect-hosts': '*.example.com\n*.preview.example.com' };
  const share = (uri: string): Inputs => ({ name: 'shop', shared: 'true', 'redirect-uris': uri });
  const PREVIEW = 'https://pr-12.preview.example.com/callback';

  test('are kept in the mark, shown as a change once, and left alone where they are not given', async () => {
    const created = await succeed(org, HOSTS);
    expect(changesOf(created).at(-1)).toEqual({
      field: 'redirect-hosts',
      from: null,
      to: ['*.example.com', '*.preview.example.com'],
    });
    expect(await marked()).toMatchObject({ redirect_hosts: ['*.example.com', '*.preview.example.com'] });
    org.taken();
    expect((await succeed(org, HOSTS)).outputs['result']).toBe('unchanged');
    expect((await succeed(org, WEB)).outputs['result']).toBe('unchanged');
    expect(writes(org)).toEqual([]);
    const narrowed = await succeed(org, { ...WEB, 'redirect-hosts': '*.example.com' });
    expect(changesOf(narrowed)).toEqual([
      {
        field: 'redirect-hosts',
        from: ['*.example.com', '*.preview.example.com'],
        to: ['*.example.com'],
      },
    ]);
  });

  test.each<[title: string, options: Options]>([
    ['a pull request of the same repository', PR_12],
    ['a branch', BRANCH],
    ['another repository', OTHER],
    ["another repository's pull request", { ...OTHER, event: pullRequest(12, 'open', 'acme/stock') }],
  ])('let %s add what fits them, and nothing else', async (_, options) => {
    await succeed(org, HOSTS);
    org.taken();
    expect((await succeed(org, share(PREVIEW), options)).outputs['result']).toBe('updated');
    expect(redirectUrisOf(await shop())).toContain(PREVIEW);
    org.taken();
    for (const inputs of [
      share('https://evil.example.net/callback'),
      share('com.evil.app://pr-12.preview.example.com/'),
      { ...share(PREVIEW), 'trusted-origins': 'https://evil.example.net' },
      { ...share(PREVIEW), 'post-logout-redirect-uris': 'https://evil.example.net/' },
    ]) {
      const error = await failure(org, inputs, options);
      expect(error).toContain(
        'Cannot change the shared app "shop": it belongs to acme/shop, which lets other runs',
      );
      expect(error).toContain('have the workflow that owns the app widen its "redirect-hosts"');
    }
    expect(writes(org)).toEqual([]);
    const dry = await succeed(
      org,
      { ...share('https://evil.example.net/callback'), 'dry-run': 'true' },
      options,
    );
    expect(dry.outputs['result']).toBe('updated');
    expect(messages(dry, 'notice')[0]).toMatch(/^Without "dry-run" this run would be refused/);
  });

  test('bind the permanent runs of the same repository, too', async () => {
    await succeed(org, HOSTS);
    expect(await failure(org, share('https://evil.example.net/callback'))).toContain('lets other runs add');
  });

  test('of an app that a workflow owns without them: only permanent runs of its repository add', async () => {
    await succeed(org, WEB);
    org.taken();
    for (const options of [PR_12, BRANCH, OTHER])
      expect(await failure(org, share(PREVIEW), options)).toContain('which has not said whose URIs it takes');
    expect(writes(org)).toEqual([]);
    expect((await succeed(org, share(PREVIEW))).outputs['result']).toBe('updated');
  });

  test('of an app without a mark: anybody adds, with a notice', async () => {
    await foreignApp(org, 'shop');
    const run = await succeed(org, share(PREVIEW), OTHER);
    expect(run.outputs['result']).toBe('updated');
    expect(messages(run, 'notice')).toEqual([
      expect.stringContaining(
        'The shared app carries no mark of a repository, so that any run with "shared: true" may add to it.',
      ),
    ]);
  });

  test('that anybody can get a host for are worth a warning', async () => {
    const wide = await succeed(org, {
      ...WEB,
      'redirect-hosts': 'shop.example.com\n*.vercel.app\n*.example.com',
    });
    expect(messages(wide, 'warning')).toEqual([
      '"redirect-hosts" has *.vercel.app, and anybody can get a host below "vercel.app" that fits it. Name more of the host, such as the name of your team, or use a domain of your own.',
    ]);
  });
});

describe('what others have put on an app', () => {
  const OWN = 'https://shop.example.com/callback';
  const PR_URI = 'https://pr-12.example.com/callback';
  const BYE = 'https://pr-12.example.com/bye';
  const OWNED = { ...WEB, 'redirect-hosts': '*.example.com' };
  const SHARED: Inputs = {
    name: 'shop',
    shared: 'true',
    'redirect-uris': PR_URI,
    'post-logout-redirect-uris': BYE,
  };

  beforeEach(async () => {
    await succeed(org, OWNED);
    await succeed(org, SHARED, PR_12);
    org.taken();
  });

  test("survives the app's own runs, which change their own lists beside it", async () => {
    expect((await succeed(org, OWNED)).outputs['result']).toBe('unchanged');
    expect(writes(org)).toEqual([]);
    const more = 'https://www.example.com/callback';
    const updated = await succeed(org, {
      ...OWNED,
      'redirect-uris': `${OWN}\n${more}`,
      'post-logout-redirect-uris': '[]',
    });
    expect(changesOf(updated)).toEqual([
      { field: 'redirect-uris', from: [OWN, PR_URI], to: [OWN, more, PR_URI] },
    ]);
    expect(redirectUrisOf(await shop())).toEqual([OWN, more, PR_URI]);
    expect(JSON.stringify(await shop())).toContain(BYE);
    org.taken();
    expect((await succeed(org, { ...OWNED, 'redirect-uris': `${OWN}\n${more}` })).outputs['result']).toBe(
      'unchanged',
    );
    expect((await succeed(org, SHARED, PR_12)).outputs['result']).toBe('unchanged');
    expect(writes(org)).toEqual([]);
  });

  test('survives a `settings` document, too', async () => {
    const settings = `settings: { oauthClient: { redirect_uris: [${OWN}] } }`;
    org.taken();
    expect((await succeed(org, { name: 'shop', settings })).outputs['result']).toBe('unchanged');
    expect(writes(org)).toEqual([]);
  });

  test('is claimed by an own run that lists it, and stays when the others take it away', async () => {
    const both = { ...OWNED, 'redirect-uris': `${OWN}\n${PR_URI}` };
    expect((await succeed(org, both)).outputs['result']).toBe('updated');
    org.taken();
    expect((await succeed(org, both)).outputs['result']).toBe('unchanged');
    expect(writes(org)).toEqual([]);
    await succeed(org, { ...SHARED, state: 'absent' }, PR_12);
    expect(redirectUrisOf(await shop())).toEqual([OWN, PR_URI]);
    expect(valueAt(await shop(), [...MARK, 'uris'])).toBeUndefined();
    org.taken();
    expect((await succeed(org, both)).outputs['result']).toBe('unchanged');
    expect(writes(org)).toEqual([]);
    expect(redirectUrisOf(await shop())).toEqual([OWN, PR_URI]);
    await succeed(org, OWNED);
    expect(redirectUrisOf(await shop())).toEqual([OWN]);
  });

  test('is no longer claimed by an own run that no longer lists it', async () => {
    await succeed(org, { ...OWNED, 'redirect-uris': `${OWN}\n${PR_URI}` });
    await succeed(org, OWNED);
    expect(redirectUrisOf(await shop())).toEqual([OWN, PR_URI]);
    await succeed(org, { ...SHARED, state: 'absent' }, PR_12);
    expect(redirectUrisOf(await shop())).toEqual([OWN]);
  });

  test('keeps the app from being deleted, with or without adopt', async () => {
    for (const inputs of [ABSENT, { ...ABSENT, adopt: 'true' }, { ...ABSENT, adopt: 'acme/shop' }]) {
      const error = await failure(org, inputs);
      expect(error).toContain(`others have put URIs on it: ${PR_URI} (acme/shop, pull request #12)`);
      expect(error).toContain('"shared: true" with "state: absent"');
    }
    expect(writes(org)).toEqual([]);
    await succeed(org, { ...SHARED, state: 'absent' }, PR_12);
    expect((await succeed(org, ABSENT)).outputs['result']).toBe('deleted');
  });

  test('goes with the close of the pull request, whatever is listed, trusted origins included', async () => {
    const deployments = [1, 2, 3].map((id) => `https://deployment-${id}.example.com`);
    for (const url of deployments) {
      const inputs = {
        name: 'shop',
        shared: 'true',
        state: 'auto',
        'redirect-uris': `${url}/callback`,
        'trusted-origins': url,
      };
      await succeed(org, inputs, PR_12);
    }
    await succeed(org, { ...SHARED, 'redirect-uris': 'https://pr-13.example.com/callback' }, PR_13);
    expect(await org.apiList('/api/v1/trustedOrigins')).toHaveLength(3);
    const CLOSE = { name: 'shop', shared: 'true', state: 'auto' };
    const dry = await succeed(org, { ...CLOSE, 'dry-run': 'true' }, CLOSED_12);
    const closed = await succeed(org, CLOSE, CLOSED_12);
    expect(changesOf(dry)).toEqual(changesOf(closed));
    expect(changesOf(closed).map(({ field }) => field)).toEqual(['redirect-uris', 'trusted-origins']);
    expect(redirectUrisOf(await shop())).toEqual([OWN, 'https://pr-13.example.com/callback']);
    expect(JSON.stringify(await shop())).toContain(BYE);
    expect(await org.apiList('/api/v1/trustedOrigins')).toEqual([]);
    org.taken();
    expect((await succeed(org, CLOSE, CLOSED_12)).outputs['result']).toBe('unchanged');
    expect(writes(org)).toEqual([]);
  });

  test('is not known without a list where no pull request closes', async () => {
    const error = await failure(org, { name: 'shop', shared: 'true', state: 'absent' }, CLOSED_12);
    expect(error).toContain('"redirect-uris" is missing');
    expect(await failure(org, { name: 'shop', shared: 'true', state: 'auto' }, PR_12)).toContain(
      '"redirect-uris" is missing',
    );
  });
});

describe('a run beside a shared one', () => {
  test('that is overwritten by it writes again: nothing is lost of either', async () => {
    await succeed(org, { ...WEB, 'redirect-hosts': '*.example.com' });
    const id = textOf((await shop())['id']);
    const before = structuredClone(org.org.apps.get(id)?.body ?? {});
    // Between this run's write and its look, a shared run sends back what it has read before.
    afterWrites(id, 1, (app) => (app.body = before));
    const logo = 'https://shop.example.com/logo.png';
    const run = await succeed(org, { ...WEB, 'logo-uri': logo });
    expect(run.outputs['result']).toBe('updated');
    expect(run.log).toContain('another run overwrote it');
    expect(valueAt(await shop(), ['settings', 'oauthClient', 'logo_uri'])).toBe(logo);
  });

  test.each<[title: string, logo: string | undefined, count: number]>([
    ['wants the opposite at once', 'https://other.example.com/logo.png', 1],
    ['sends back what was there before every time', undefined, 8],
  ])('where somebody %s, ends with an error', async (_, logo, count) => {
    await succeed(org, WEB);
    const id = textOf((await shop())['id']);
    const before = structuredClone(org.org.apps.get(id)?.body ?? {});
    const body = withValueAt(before, ['settings', 'oauthClient', 'logo_uri'], logo);
    afterWrites(id, Infinity, (app) => (app.body = body));
    org.taken();
    const error = await failure(org, { ...WEB, 'logo-uri': 'https://shop.example.com/logo.png' });
    expect(error).toContain(
      'Cannot keep the app "shop" as the workflow says: another run, or a person, has changed it otherwise meanwhile (logo-uri).',
    );
    expect(writes(org)).toHaveLength(count);
  });
});

describe('a shared run on what it cannot change', () => {
  test('refuses an app of the Integration Network by name', async () => {
    await succeed(org, {
      name: 'desk',
      'catalog-app': 'harbourdesk',
      settings: 'settings: { app: { subdomain: acme, region: eu } }',
    });
    org.taken();
    const error = await failure(org, {
      name: 'desk',
      shared: 'true',
      'redirect-uris': 'https://pr-12.example.com/',
    });
    expect(error).toContain(
      'Cannot share the app "desk": it is an app of the Okta Integration Network ("harbourdesk")',
    );
    expect(writes(org)).toEqual([]);
  });

  /** Okta answers writes to the app as if it had done them, and keeps nothing of them. */
  async function keepNothing(): Promise<void> {
    const body = await shop();
    org.trouble.fault = ({ method, path }) =>
      method === 'PUT' && path === `/api/v1/apps/${textOf(body['id'])}`
        ? { kind: 'answer', status: 200, body }
        : undefined;
  }

  test('looks at what Okta answers before it blames anybody', async () => {
    await foreignApp(org, 'shop');
    await keepNothing();
    org.taken();
    const error = await failure(org, {
      name: 'shop',
      shared: 'true',
      'redirect-uris': 'https://pr-12.example.com/',
    });
    expect(error).toContain(
      'Cannot change the shared app "shop": Okta took the change and did not keep it (redirect-uris).',
    );
    expect(writes(org)).toHaveLength(1);
  });

  test('and a run on its own app tells of what Okta did not keep, and ends', async () => {
    await succeed(org, WEB);
    await keepNothing();
    org.taken();
    const run = await succeed(org, { ...WEB, 'logo-uri': 'https://shop.example.com/logo.png' });
    expect(messages(run, 'warning')).toEqual([
      'Okta did not keep all that was sent for the app "shop": logo-uri.',
    ]);
    // The second one is to note it in the app's mark, which this org does not keep either.
    expect(writes(org)).toHaveLength(2);
  });
});

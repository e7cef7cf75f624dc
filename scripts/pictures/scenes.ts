import { githubEnvironment, startGitHub, type TestGitHub } from '../../__tests__/support/github.ts';
import { ORG_URL, startOktaProxy } from '../../__tests__/support/okta-proxy.ts';
import { startOrg, TOKEN, type TestOrg } from '../../__tests__/support/okta.ts';
import { runAction, type ActionOptions } from '../../__tests__/support/runner.ts';

/**
 * What the pictures of the job summary show: a run of the bundle for each, as GitHub's runner runs it, in an org of its own at the address
 * https://acme.okta.com, which leads to the emulator. So a summary is the same every time, but for the IDs of apps.
 */

/** Names of the scenes, and of their files. */
export const SCENES = ['created', 'updated', 'dry-run', 'refused', 'failed', 'sweep'] as const;
export type Scene = (typeof SCENES)[number];

/** Where a scene plays. */
interface Stage {
  org: TestOrg;
  github: TestGitHub;
  /** A run of the action; its summary, as GitHub would show it. */
  run(inputs: Record<string, string>, options?: ActionOptions): Promise<string>;
}

const SHOP = {
  name: 'shop',
  type: 'spa',
  'redirect-uris': 'https://shop.example.com/callback',
  'post-logout-redirect-uris': 'https://shop.example.com/',
  'trusted-origins': 'https://shop.example.com',
  groups: 'Customers',
};

/** What a later commit says of the same app. */
const CHANGED_SHOP = {
  ...SHOP,
  'grant-types': 'authorization_code\nrefresh_token',
  'redirect-uris': 'https://shop.example.com/callback\nhttp://localhost:5173/callback',
  groups: 'Customers\nStaff',
};

const PREVIEW = {
  name: 'shop preview 12',
  type: 'spa',
  'redirect-uris': 'https://pr-12.preview.example.com/callback',
};

const PULL_REQUEST: ActionOptions = {
  event: { pull_request: { number: 12, state: 'open', head: { repo: { full_name: 'acme/shop' } } } },
  env: { GITHUB_EVENT_NAME: 'pull_request' },
};

const OTHER_REPOSITORY: ActionOptions = {
  env: { GITHUB_REPOSITORY: 'acme/blog', GITHUB_REPOSITORY_ID: '4343' },
};

const PLAYS: Record<Scene, (stage: Stage) => Promise<string>> = {
  created: ({ run }) => run(SHOP),

  updated: async ({ run }) => {
    await run(SHOP);
    return run(CHANGED_SHOP);
  },

  'dry-run': async ({ run }) => {
    await run(SHOP);
    return run({ ...CHANGED_SHOP, 'dry-run': 'true' }, PULL_REQUEST);
  },

  refused: async ({ run }) => {
    await run(SHOP);
    return run(CHANGED_SHOP, OTHER_REPOSITORY);
  },

  failed: ({ org, run }) => {
    org.trouble.forbidden = ({ method, path }) => method === 'PUT' && path.includes('/groups/');
    return run({ ...PREVIEW, groups: 'Customers' }, PULL_REQUEST);
  },

  sweep: async ({ org, github, run }) => {
    const left = [
      { label: 'shop preview 12', pull_request: 12 },
      { label: 'shop preview 15', pull_request: 15 },
      { label: 'shop preview 16', pull_request: 16 },
      { label: 'shop preview 18', pull_request: 18 },
      { label: 'shop preview of the branch new-cart', branch: 'new-cart', expires: '2026-01-14T09:30:00Z' },
      { label: 'shop' },
    ];
    for (const { label, ...mark } of left) await appOf(org, label, mark);
    github.pulls.set(12, 'closed').set(15, 'merged').set(16, 'merged').set(18, 'open');
    return run({ 'name-prefix': 'shop' }, { action: 'sweep' });
  },
};

/** An app as an earlier run of the repository has left it. */
function appOf(org: TestOrg, label: string, mark: object): Promise<unknown> {
  return org.api('POST', '/api/v1/apps', {
    name: 'oidc_client',
    label,
    signOnMode: 'OPENID_CONNECT',
    settings: {
      oauthClient: {
        application_type: 'browser',
        grant_types: ['authorization_code'],
        redirect_uris: ['https://shop.example.com/callback'],
      },
    },
    profile: { okta_oidc_app: { repository: 'acme/shop', repository_id: '4242', ...mark } },
  });
}

/** What stands for the ID of an app, which is another one in every run. */
const APP_ID = '0oa1b2c3d4E5F6g7H8i9';

/** Plays a scene. The summary that its last run wrote: Markdown, masked as the runner masks it. */
export async function play(scene: Scene): Promise<string> {
  const org = await startOrg({ orgUrl: ORG_URL });
  const [proxy, github] = await Promise.all([startOktaProxy(org), startGitHub()]);
  try {
    await Promise.all([org.group('Customers'), org.group('Staff')]);
    return await PLAYS[scene]({
      org,
      github,
      run: async (inputs, options = {}) => {
        const connection = { 'org-url': ORG_URL, 'api-token': TOKEN };
        const { summary } = await runAction({
          ...options,
          with: { ...connection, ...(options.action === undefined && { 'settle-seconds': '0' }), ...inputs },
          env: { ...githubEnvironment(github), ...proxy.env, ...options.env },
        });
        return summary.replaceAll(/0oa\w{17}/g, APP_ID);
      },
    });
  } finally {
    await Promise.all([org.close(), proxy.close(), github.close()]);
  }
}

import assert from 'node:assert/strict';
import { startOrg, TOKEN } from '../__tests__/support/okta.ts';
import { signIn, StoppedAtOkta } from '../__tests__/support/relying-party.ts';
import { masked, runAction, type ActionRun } from '../__tests__/support/runner.ts';

/**
 * The main job without an Okta account: the bundled action, run as GitHub's runner runs it, against an emulated org on this machine.
 * Every step is shown, and checked.
 */

const org = await startOrg();
await org.group('Developers');
await org.group('Designers');
const grace = { username: 'grace@example.com', password: 'correct horse battery staple' };
await org.api('POST', '/api/v1/users', {
  profile: { firstName: 'Grace', lastName: 'Hopper', email: grace.username, login: grace.username },
  credentials: { password: { value: grace.password } },
});

const connection = { 'org-url': org.url, 'api-token': TOKEN };
const shop = {
  name: 'shop',
  'redirect-uris': 'https://shop.example.com/callback',
  'post-logout-redirect-uris': 'https://shop.example.com/',
  groups: 'Developers',
};
const moved = {
  ...shop,
  'redirect-uris': 'https://shop.example.com/callback\nhttps://www.shop.example.com/callback',
  groups: 'Developers\nDesigners',
};
const preview = {
  name: 'shop pull request 12',
  state: 'auto',
  type: 'spa',
  'redirect-uris': 'https://pr-12.shop.example.com/callback',
  groups: 'Everyone',
};

const pullRequest = (state: 'open' | 'closed'): object => ({
  pull_request: { number: 12, state, head: { repo: { full_name: 'acme/shop' } } },
});

try {
  const created = await step('A first run creates the app', shop, 'created');
  assert.match(created.outputs['client-id'] ?? '', /^shop-[a-z2-7]{10}$/);
  assert.ok(
    !created.rawLog.includes(created.outputs['client-id'] ?? 'none'),
    'the client ID is nowhere in the log',
  );
  assert.ok(!created.rawSummary.includes(created.outputs['client-id'] ?? 'none'), 'nor in the summary');

  org.taken();
  await step('A second run finds nothing to do', shop, 'unchanged');
  assert.deepEqual(
    org.taken().filter((request) => !request.startsWith('GET')),
    [],
    'a run that finds nothing to do writes nothing',
  );

  await step('A dry run says what a change would do', { ...moved, 'dry-run': 'true' }, 'updated');
  assert.deepEqual(
    org.taken().filter((request) => !request.startsWith('GET')),
    [],
    'a dry run writes nothing',
  );

  const updated = await step('The same without dry-run does it', moved, 'updated');
  assert.equal(updated.outputs['client-id'], created.outputs['client-id']);

  await step('The app is deleted', { ...shop, state: 'absent' }, 'deleted');
  assert.deepEqual(await org.labels(), []);

  const opened = await step(
    'A pull request is opened: its preview gets an app',
    preview,
    'created',
    pullRequest('open'),
  );
  assert.equal(await tryToSignIn('Grace signs in to the preview', opened), 'signed in');
  await step('The pull request is closed: the app is deleted', preview, 'deleted', pullRequest('closed'));
  assert.equal(await tryToSignIn('Grace cannot sign in any more', opened), 'refused');
  console.log(
    '\nProved with the bundle on Node 24: an app was created, left unchanged, looked at in a dry run, updated and deleted; ' +
      'a person signed in to the preview of a pull request, and could not once it was closed; the client ID stayed masked; runs with nothing to do wrote nothing.',
  );
} finally {
  await org.close();
}

async function step(
  title: string,
  inputs: Record<string, string>,
  expected: string,
  event: object = {},
): Promise<ActionRun> {
  const isPullRequest = Object.keys(event).length > 0;
  const run = await runAction({
    with: { ...connection, ...inputs },
    event,
    env: { GITHUB_EVENT_NAME: isPullRequest ? 'pull_request' : 'push' },
  });
  const outputs = Object.entries(run.outputs).map(
    ([name, value]) => `  ${name}: ${masked(value, run.masks)}`,
  );
  console.log(
    [
      `\n━━ ${title}`,
      '',
      'with:',
      ...Object.entries(inputs).map(
        ([name, value]) =>
          `  ${name}: ${value.includes('\n') ? `|\n    ${value.replaceAll('\n', '\n    ')}` : value}`,
      ),
      '',
      'log:',
      `  ${run.log.replaceAll('\n', '\n  ')}`,
      '',
      'outputs:',
      ...outputs,
      '',
      'job summary:',
      `  ${run.summary.trim().replaceAll('\n', '\n  ')}`,
    ].join('\n'),
  );
  assert.equal(run.exitCode, 0, run.log);
  assert.equal(run.outputs['result'], expected);
  return run;
}

/** What the preview's own code would do, with a library that knows nothing of this project. */
async function tryToSignIn(title: string, { outputs, masks }: ActionRun): Promise<'signed in' | 'refused'> {
  console.log(`\n━━ ${title}\n`);
  const show = (line: string): void => {
    console.log(`  ${masked(line, masks)}`);
  };
  const { 'client-id': clientId = '', issuer = '' } = outputs;
  const redirectUri = preview['redirect-uris'];
  try {
    const { claims } = await signIn({ clientId, issuer, redirectUri }, grace);
    show(`Okta's sign-in page sends the browser back to ${redirectUri}, with a code.`);
    show('The code brings an ID token, whose signature is good:');
    for (const name of ['iss', 'aud', 'sub', 'name', 'email'])
      show(`  ${name}: ${JSON.stringify(claims[name])}`);
    return 'signed in';
  } catch (error) {
    if (!(error instanceof StoppedAtOkta)) throw error;
    show(error.message);
    return 'refused';
  }
}

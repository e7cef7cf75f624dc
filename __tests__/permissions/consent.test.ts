import { expect, test } from '@jest/globals';
import { changesOf, failure, succeed, WEB, type Inputs } from '../support/runs.ts';
import { useOrg } from '../support/servers.ts';
import type { ActionRun } from '../support/runner.ts';

/** What the owner of an app lets others add to it (`redirect-hosts`), and how that ends. */

const org = useOrg();

const OTHER = { GITHUB_REPOSITORY: 'acme/other', GITHUB_REPOSITORY_ID: '77' };
const OWN: Inputs = { ...WEB, 'redirect-hosts': 'shop.example.com\n*.preview.example.com' };
const ADDED = 'https://pr-1.preview.example.com/cb';
const SHARED: Inputs = { name: 'shop', shared: 'true', 'redirect-uris': ADDED };

function warnings({ annotations }: ActionRun): string[] {
  return annotations.filter(({ level }) => level === 'warning').map(({ message }) => message);
}

test('what others have added within the consent is no reason for a warning', async () => {
  await succeed(org, OWN);
  await succeed(org, SHARED, { env: OTHER });
  expect(warnings(await succeed(org, OWN))).toEqual([]);
  expect((await succeed(org, WEB)).outputs).toMatchObject({ result: 'unchanged', changes: '[]' });
});

test('a narrower consent is shown, and every run warns of what is outside it', async () => {
  await succeed(org, OWN);
  await succeed(org, SHARED, { env: OTHER });
  const narrow = { ...WEB, 'redirect-hosts': 'shop.example.com' };
  const narrowed = await succeed(org, narrow);
  expect(changesOf(narrowed)).toContainEqual({
    field: 'redirect-hosts',
    from: ['shop.example.com', '*.preview.example.com'],
    to: ['shop.example.com'],
  });
  for (const run of [narrowed, await succeed(org, narrow), await succeed(org, WEB)])
    expect(warnings(run)).toEqual([expect.stringContaining(`${ADDED} (acme/other)`)]);
});

test('an empty list withdraws it: nobody may add any more, and whoever has may take it away', async () => {
  await succeed(org, OWN);
  await succeed(org, SHARED, { env: OTHER });
  const withdrawn = await succeed(org, { ...WEB, 'redirect-hosts': '[]' });
  expect(changesOf(withdrawn)).toContainEqual({
    field: 'redirect-hosts',
    from: ['shop.example.com', '*.preview.example.com'],
    to: null,
  });
  expect(warnings(withdrawn)).toEqual([expect.stringContaining(ADDED)]);
  const more = { ...SHARED, 'redirect-uris': 'https://pr-2.preview.example.com/cb' };
  expect(await failure(org, more, { env: OTHER })).toContain('has not said whose URIs it takes');
  await succeed(org, { ...SHARED, state: 'absent' }, { env: OTHER });
  expect(warnings(await succeed(org, WEB))).toEqual([]);
});

test('the consent of a former owner ends with the adoption', async () => {
  await succeed(org, OWN, { env: OTHER });
  await succeed(org, SHARED);
  const adopted = await succeed(org, { ...WEB, adopt: 'acme/other' });
  expect(changesOf(adopted).map(({ field }) => field)).toEqual(['redirect-hosts', 'owner']);
  const third = { GITHUB_REPOSITORY: 'acme/third', GITHUB_REPOSITORY_ID: '78' };
  expect(await failure(org, SHARED, { env: third })).toContain('has not said whose URIs it takes');
});

import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { BROUGHT_NAMES, placeOf } from '../../src/inputs/brought-names.ts';
import { plain } from '../../src/util/text/nearest.ts';
import { valueAt, type JsonObject } from '../../src/util/json.ts';
import { idOf } from '../support/apps.ts';
import { manifestOf, root } from '../support/runner.ts';
import { succeed, WEB, type Inputs } from '../support/runs.ts';
import { useOrg } from '../support/servers.ts';

/** docs/coming-from.md: no argument of Terraform's is left out, and what the page puts under `settings` is taken, kept and found again. */

const org = useOrg();

const page = readFileSync(join(root, 'docs/coming-from.md'), 'utf8');

/** The rows of the table that follows a text, without its head. */
function tableAfter(text: string): string[][] {
  const [, table = ''] = page.slice(page.indexOf(text)).split(/\n\n(?=\|)/);
  const [lines = ''] = table.split('\n\n');
  return lines
    .split('\n')
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** What stands in a cell as code. */
function codeIn(cell = ''): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}

const [SAME_NAMES = ''] = /The following have the same name here, with hyphens: .*?\./.exec(page) ?? [];
const SAME = codeIn(SAME_NAMES);
const BY_INPUT = tableAfter('These are all arguments');
const UNDER_SETTINGS = tableAfter('These go into `settings`');
const NOT_COVERED = tableAfter('Not covered:');
const WITHOUT_ARGUMENT = tableAfter("And what Okta's API has");
const OTHERS = tableAfter('### Other resources');

/** Source: docs/resources/app_oauth.md of the provider, version 7, and the schema in its source. */
const APP_OAUTH = `
  accessibility_error_redirect_url accessibility_login_redirect_url accessibility_self_service admin_note app_links_json
  app_settings_json authentication_policy auto_key_rotation auto_submit_toolbar backchannel_custom_authenticator_id
  client_basic_secret client_basic_secret_wo client_basic_secret_wo_version client_id client_uri consent_method
  dpop_bound_access_tokens enduser_note frontchannel_logout_session_required frontchannel_logout_uri grant_types groups_claim
  hide_ios hide_web implicit_assignment issuer_mode jwks jwks_uri label login_mode login_scopes login_uri logo logo_uri network
  omit_secret participate_slo pkce_required policy_uri post_logout_redirect_uris preconfigured_app profile redirect_uris
  refresh_token_leeway refresh_token_rotation response_types skip_authentication_policy status timeouts
  token_endpoint_auth_method tos_uri type user_name_template user_name_template_push_status user_name_template_suffix
  user_name_template_type wildcard_redirect`;

/** Source: the page of each resource in docs/resources of the provider. */
const OTHER_ARGUMENTS: Record<string, string> = {
  okta_app_oauth_redirect_uri: 'app_id uri',
  okta_app_oauth_post_logout_redirect_uri: 'app_id uri',
  okta_app_oauth_api_scope: 'app_id issuer scopes',
  okta_app_group_assignments: 'app_id group.id group.priority group.profile timeouts',
  okta_app_group_assignment: 'app_id group_id priority profile retain_assignment timeouts',
  okta_app_user: 'app_id user_id username password profile retain_assignment',
  okta_trusted_origin: 'name origin scopes status',
  okta_auth_server_policy: 'auth_server_id client_whitelist name description priority status',
  okta_app_access_policy_assignment: 'app_id policy_id',
};

const words = (text: string): string[] => text.split(/\s+/).filter(Boolean).sort();

describe('every argument has its place', () => {
  test('of okta_app_oauth', () => {
    const tables = [...BY_INPUT, ...UNDER_SETTINGS, ...NOT_COVERED].flatMap(([first]) => codeIn(first));
    const named = [...SAME, ...tables];
    expect(named.sort()).toEqual(words(APP_OAUTH));
  });

  test('of the other resources', () => {
    let resource = '';
    expect(page).toContain("`app_id` is always the run's app");
    const named: Record<string, string[]> = {};
    for (const [first, second] of OTHERS) {
      resource = codeIn(first)[0] ?? resource;
      named[resource] = [...(named[resource] ?? []), ...codeIn(second)].sort();
    }
    expect(named).toEqual(
      Object.fromEntries(
        Object.entries(OTHER_ARGUMENTS).map(([name, all]) => [
          name,
          words(all).filter((each) => each !== 'app_id'),
        ]),
      ),
    );
  });

  test('the inputs that the tables name are inputs of the action', () => {
    const inputs = Object.keys(manifestOf().inputs ?? {});
    const first = (cell = ''): string[] => (cell.startsWith('`') ? codeIn(cell).slice(0, 1) : []);
    const named = [
      ...BY_INPUT.flatMap(([, place]) => first(place)),
      ...OTHERS.flatMap(([, , place]) => first(place)),
    ].map((code) => code.split(':')[0] ?? '');
    expect(named.length).toBeGreaterThan(15);
    expect(named.filter((input) => !inputs.includes(input))).toEqual([]);
  });
});

describe('a run that is given a name from elsewhere says what the page says', () => {
  const INPUTS = Object.keys(manifestOf().inputs ?? {});
  const inputOf = (name: string): string | undefined => INPUTS.find((input) => plain(input) === plain(name));

  test('by the same table', () => {
    const shown = tableAfter('## Names from elsewhere').map(([place = '', names]) => [
      codeIn(place).length === 1 && place.startsWith('`') ? codeIn(place)[0] : place,
      codeIn(names).join(' '),
    ]);
    expect(shown).toEqual(BROUGHT_NAMES.map(([place, names]) => [place, names]));
  });

  test('every place in it is one, and no name is an input or stands there twice', () => {
    for (const [place] of BROUGHT_NAMES) {
      const isPlace =
        INPUTS.includes(place) || /^settings: [\w.]+$/.test(place) || /^[A-Z].* .*\.$/.test(place);
      expect([place, isPlace]).toEqual([place, true]);
    }
    const names = BROUGHT_NAMES.flatMap(([, all]) => all.split(' ')).map(plain);
    expect(names.filter((name, i) => names.indexOf(name) !== i || inputOf(name) !== undefined)).toEqual([]);
  });

  test.each(words(APP_OAUTH))('of okta_app_oauth: %s', (argument) => {
    const isRow = ([first = '']: string[]): boolean => codeIn(first).includes(argument);
    const [, byInput = ''] = BY_INPUT.find(isRow) ?? [];
    const [, under = ''] = UNDER_SETTINGS.find(isRow) ?? [];
    const place = inputOf(argument) ?? placeOf(argument) ?? '';
    if (SAME.includes(argument)) {
      expect(place).toBe(argument.replaceAll('_', '-'));
      return;
    }
    if (under) {
      expect(place).toMatch(/^settings: /);
      const part = parse(codeIn(under)[0] ?? '') as JsonObject;
      const path = place.slice('settings: '.length).split('.');
      const held = valueAt('app' in part ? { settings: part } : part, path);
      expect([place, held === undefined]).toEqual([place, false]);
    } else if (byInput) {
      expect(byInput).toContain(place === 'The action keeps an app active.' ? 'always active' : `\`${place}`);
    } else expect(place === 'logo-uri' || place.endsWith('.')).toBe(true);
  });

  test.each(Object.entries(OTHER_ARGUMENTS))('of %s', (_, args) => {
    const unknown = words(args).filter((name) => (inputOf(name) ?? placeOf(name)) === undefined);
    expect(unknown).toEqual([]);
  });
});

/** What Okta asks for beside a setting, by a word of its row. */
const BESIDE: Record<string, Inputs> = {
  backchannel: { 'grant-types': 'authorization_code\nciba' },
  idp_initiated_login: { 'initiate-login-uri': 'https://shop.example.com/login' },
};

const example = (/```yaml\nsettings: \|\n([\s\S]*?)```/.exec(page)?.[1] ?? '').replace(/^ {2}/gm, '');

describe('what goes under "settings" is taken, kept and found again', () => {
  test.each([
    ['the example', example],
    ...[...UNDER_SETTINGS, ...WITHOUT_ARGUMENT].map(([name = '', place]) => [name, codeIn(place)[0] ?? '']),
  ])('%s', async (_, settings = '') => {
    const part = parse(settings) as JsonObject;
    expect(Object.keys(part)).not.toEqual([]);
    const beside = Object.entries(BESIDE).filter(([word]) => settings.includes(word));
    const inputs: Inputs = {
      ...('app' in part ? { name: 'shop', 'catalog-app': 'harbourdesk' } : WEB),
      ...Object.fromEntries(beside.flatMap(([, more]) => Object.entries(more))),
      settings,
    };
    expect((await succeed(org, inputs)).outputs['result']).toBe('created');
    const held = await org.app('shop');
    const note = expect.stringContaining('Owned by the shop team') as unknown as string;
    const kept = 'app' in part ? { settings: part } : part;
    expect(held).toMatchObject(settings.includes('admin:') ? { settings: { notes: { admin: note } } } : kept);
    const again = await succeed(org, inputs);
    expect(again.outputs['result']).toBe('unchanged');
    expect(again.annotations).toEqual([]);
  });
});

test('an assignment that is there already keeps its priority and profile', async () => {
  const [first, second] = [await org.group('First'), await org.group('Second')];
  await succeed(org, WEB);
  const groups = `/api/v1/apps/${idOf(await org.app('shop'))}/groups`;
  await org.api('PUT', `${groups}/${first}`, { priority: 7, profile: { team: 'shop' } });
  await succeed(org, { ...WEB, groups: 'First\nSecond', assignments: 'exact' });
  expect((await org.apiList(groups)).map(({ id }) => id).sort()).toEqual([first, second].sort());
  expect(await org.api('GET', `${groups}/${first}`)).toMatchObject({
    priority: 7,
    profile: { team: 'shop' },
  });
});

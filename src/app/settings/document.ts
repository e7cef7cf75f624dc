import { shown, type InputReader } from '../../util/input-reader.ts';
import { withoutUserInfo } from '../../util/url.ts';
import { urisIn } from '../ownership/redirect-hosts.ts';
import { undescribedProperties } from './known-properties.ts';
import { deceptiveUri, unmeantUri, urisOfDocument } from './uris.ts';
import { readYaml } from './yaml.ts';
import { isObject, valueAt, withValueAt, type JsonObject } from '../../util/json.ts';

/** Parts of the app object that `settings` may not set, and what to do instead. */
const NOT_IN_SETTINGS: readonly (readonly [string, string])[] = [
  ['label', 'Use the input "name".'],
  ['id', 'Okta sets it.'],
  ['name', 'Use the input "catalog-app".'],
  ['signOnMode', 'The action makes OIDC apps only.'],
  ['status', 'The action keeps an app active.'],
  ['created', 'Okta sets it.'],
  ['lastUpdated', 'Okta sets it.'],
  ['orn', 'Okta sets it.'],
  ['_links', 'Okta sets it.'],
  ['_embedded', 'Okta sets it.'],
  ['profile.okta_oidc_app', 'The action keeps its own mark there.'],
  ['settings.oauthClient.application_type', 'Use the input "type".'],
  ['credentials.oauthClient.client_id', 'Use the input "client-id".'],
  ['credentials.oauthClient.client_secret', 'Okta makes it; "output-client-secret" outputs it.'],
];

/** Places that must be mappings, and why. */
const MAPPINGS: Readonly<Record<string, string>> = {
  profile: 'the action keeps its own mark there',
  visibility: 'Okta keeps more there',
  credentials: 'Okta keeps more there',
  'credentials.oauthClient': 'Okta keeps more there',
  settings: 'Okta keeps more there',
  'settings.oauthClient': 'Okta keeps more there',
};

/** What to do instead with a property that `settings` may not set; `undefined` of any other. */
export function remedyInSettings(property: string): string | undefined {
  return NOT_IN_SETTINGS.find(([path]) => path === property)?.[1];
}

/**
 * Part of an app object. A document that starts with `app` means the app's own fields: the object itself has no such key, but its
 * `settings` have.
 */
export async function readSettingsDocument(reader: InputReader): Promise<JsonObject | undefined> {
  const value = await readYaml(reader, 'settings');
  if (value === undefined) return undefined;
  if (!isObject(value))
    return reader.problem(
      'settings',
      'is not a mapping. Give part of an app object, as in "settings: { notes: { enduser: … } }".',
    );
  const document = withMappings(reader, value);
  for (const [path, remedy] of NOT_IN_SETTINGS) {
    if (valueAt(document, path.split('.')) !== undefined)
      reader.problem('settings', `may not set ${path}. ${remedy}`);
  }
  const { app, ...rest } = document;
  const settings = rest['settings'] ?? {};
  const part = isObject(app) && isObject(settings) ? { ...rest, settings: { app, ...settings } } : document;
  if (app !== undefined && valueAt(document, ['settings', 'app']) !== undefined)
    reader.problem(
      'settings',
      'has both "app" and "settings.app", which are one place in Okta. Leave one of the two out.',
    );
  checkProperties(reader, part);
  for (const problem of uriProblemsIn(part)) reader.problem('settings', problem);
  return part;
}

/** The document without what is no mapping and has to be one. Each such value is a problem. */
function withMappings(reader: InputReader, document: JsonObject): JsonObject {
  let mended = document;
  for (const [place, why] of Object.entries(MAPPINGS)) {
    const path = place.split('.');
    const held = valueAt(mended, path);
    if (held === undefined || isObject(held)) continue;
    reader.problem('settings', `may not replace ${place} as a whole: ${why}. Give a mapping.`);
    mended = withValueAt(mended, path, undefined);
  }
  return mended;
}

/** What is wrong with the URIs in a part of an app object, and what to do. */
export function uriProblemsIn(part: JsonObject): string[] {
  const leading = new Set(urisIn(part));
  return urisOfDocument(part).flatMap((uri) => {
    const problem = (leading.has(uri) ? deceptiveUri(uri) : undefined) ?? unmeantUri(uri);
    return problem ? [`has "${shown(withoutUserInfo(uri))}", ${problem}`] : [];
  });
}

function checkProperties(reader: InputReader, part: JsonObject): void {
  for (const { path, nearest } of undescribedProperties(part)) {
    if (remedyInSettings(path) !== undefined) continue;
    const hint =
      nearest === undefined
        ? "Remove it, or look up its name in Okta's reference of the Application object."
        : `Did you mean "${nearest}"?`;
    reader.problem('settings', `has "${shown(path)}", which no OIDC app of Okta's API has. ${hint}`);
  }
}

import { shown, type InputReader } from '../../util/input-reader.ts';
import { withoutUserInfo } from '../../util/url.ts';
import { urisIn } from '../ownership/redirect-hosts.ts';
import { deceptiveUri } from './readers.ts';
import { DEEPEST_INPUT, isDeeper, isObject, valueAt, type Json, type JsonObject } from '../../util/json.ts';

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

/**
 * Part of an app object. A document that starts with `app` means the app's own fields: the object itself has no such key, its
 * `settings` have.
 */
export async function readSettingsDocument(reader: InputReader): Promise<JsonObject | undefined> {
  const text = reader.text('settings');
  if (text === undefined) return undefined;
  const { parseDocument } = await import('yaml');
  // As in JSON, every key is text: `1` and `true` are taken as they are written, a list or a mapping is none.
  const document = parseDocument(text, { stringKeys: true });
  const error = document.errors[0];
  if (/call stack/.test(error?.message ?? '')) return reader.problem('settings', TOO_DEEP);
  if (error) {
    const place = error.linePos?.[0];
    const where = place ? `at line ${place.line}, column ${place.col}` : 'somewhere';
    if (error.code === 'NON_STRING_KEY')
      return reader.problem(
        'settings',
        `has a key ${where} that is not text. Put it in quotes, or the whole value that it is part of.`,
      );
    return reader.problem(
      'settings',
      `is not YAML or JSON ${where}: ${shown(error.message.split(/ at line |[\n:"'`]/)[0] ?? '')}. Fix it there.`,
    );
  }
  const value = toJson(() => document.toJS({ maxAliasCount: 100 }) as unknown);
  if (value === undefined)
    return reader.problem(
      'settings',
      'has an alias (*) that stands for nothing, for itself, or for too much. Put it in quotes where it is text, or write out what it stands for.',
    );
  if (isDeeper(value, DEEPEST_INPUT)) return reader.problem('settings', TOO_DEEP);
  if (!isObject(value))
    return reader.problem(
      'settings',
      'is not a mapping. Give part of an app object, as in "settings: { notes: { enduser: … } }".',
    );
  if ('profile' in value && !isObject(value['profile']))
    reader.problem(
      'settings',
      'may not replace profile as a whole: the action keeps its own mark there. Give a mapping.',
    );
  for (const [path, remedy] of NOT_IN_SETTINGS) {
    if (valueAt(value, path.split('.')) !== undefined)
      reader.problem('settings', `may not set ${path}. ${remedy}`);
  }
  const { app, ...rest } = value;
  const settings = rest['settings'] ?? {};
  const part = isObject(app) && isObject(settings) ? { ...rest, settings: { app, ...settings } } : value;
  await checkProperties(reader, part);
  for (const uri of urisIn(part)) {
    const deceptive = deceptiveUri(uri);
    if (deceptive) reader.problem('settings', `has "${shown(withoutUserInfo(uri))}", ${deceptive}`);
  }
  return part;
}

/** The list of what Okta's API describes is only loaded with a document to check. */
async function checkProperties(reader: InputReader, part: JsonObject): Promise<void> {
  const { undescribedProperties } = await import('./known-properties.ts');
  for (const { path, nearest } of undescribedProperties(part)) {
    if (NOT_IN_SETTINGS.some(([forbidden]) => forbidden === path)) continue;
    const hint =
      nearest === undefined
        ? "Take it out, or look up its name in Okta's reference of the Application object."
        : `Did you mean "${nearest}"?`;
    reader.problem('settings', `has "${shown(path)}", which no OIDC app of Okta's API has. ${hint}`);
  }
}

const TOO_DEEP = `is nested more than ${DEEPEST_INPUT} levels deep. Okta has nothing like that: check its brackets.`;

/**
 * Only what JSON knows: dates, binary data and the like turn into text, as they would on the way to Okta.
 *
 * @returns `undefined` where an alias cannot be followed
 */
function toJson(read: () => unknown): Json | undefined {
  try {
    return JSON.parse(JSON.stringify(read() ?? null)) as Json;
  } catch {
    return undefined;
  }
}

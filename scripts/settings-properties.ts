import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Writes the list of the properties that Okta's API describes for an OIDC app, with which the input `settings` is checked:
 * `node scripts/settings-properties.ts FILE`, where FILE is Okta's OpenAPI description of its management API, as JSON.
 */

interface Schema {
  $ref?: string;
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  items?: Schema;
  type?: string;
}

/** The properties below a property, by name; `true` where the description says nothing of what is below. */
type Properties = { [name: string]: Properties | true };

const TARGET = 'src/app/settings/properties.ts';

const [, , file] = process.argv;
if (file === undefined)
  throw new Error('Give the OpenAPI description: node scripts/settings-properties.ts FILE');
const description = JSON.parse(readFileSync(file, 'utf8')) as {
  info: { version: string };
  components: { schemas: Record<string, Schema> };
};

function resolved({ $ref, ...schema }: Schema): Schema {
  if ($ref === undefined) return schema;
  const target = description.components.schemas[$ref.split('/').at(-1) ?? ''];
  if (!target) throw new Error(`The description does not hold ${$ref}.`);
  return resolved(target);
}

/** Arrays stand for their elements. Links, and what is embedded on request, are no part of what an app is. */
function propertiesOf(schema: Schema, above: readonly Schema[] = []): Properties | true {
  const { allOf = [], properties = {}, items } = resolved(schema);
  if (items) return propertiesOf(items, above);
  const parts = allOf.map((part) => propertiesOf(part, above)).filter((part) => part !== true);
  const own = Object.entries(properties)
    .filter(([name]) => !name.startsWith('_'))
    .map(([name, property]): [string, Properties | true] => {
      const isLoop = above.includes(property);
      return [name, isLoop ? true : propertiesOf(property, [...above, property])];
    });
  const all = [...parts.flatMap((part) => Object.entries(part)), ...own];
  if (all.length === 0) return true;
  return Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const app = propertiesOf({ $ref: '#/components/schemas/OpenIdConnectApplication' });
if (app === true) throw new Error('The description says nothing of OIDC apps.');
const text = `/**
 * The properties of an OIDC app that Okta's API describes, below one another; \`true\` where it says nothing of what is below, and lists
 * stand for their elements. Made by scripts/settings-properties.ts. Source: Okta's OpenAPI description ${description.info.version}.
 */
export const SETTINGS_PROPERTIES = ${JSON.stringify(app, null, 2)} as const;
`;
writeFileSync(TARGET, text);

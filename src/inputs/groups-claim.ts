import { allGroups, type GroupsClaim, type GroupsFilter } from '../app/groups-claim.ts';
import { readYaml } from '../app/settings/yaml.ts';
import { shown, type InputReader } from '../util/input-reader.ts';
import { isObject, type JsonObject } from '../util/json.ts';

const INPUT = 'groups-claim';

const FILTERS: Readonly<Record<string, GroupsFilter>> = {
  'starts-with': 'STARTS_WITH',
  equals: 'EQUALS',
  contains: 'CONTAINS',
  regex: 'REGEX',
};

/** Names that claims have: words, and URLs. */
const CLAIM_NAME = /^[\w.:/-]{1,100}$/;

const GIVE =
  'Give the name of the claim alone; or YAML with "name", and with "filter" and "value", or "expression".';

/** Reads the claim that puts groups into ID tokens: its name alone, or YAML. The empty list means no claim. */
export async function readGroupsClaim(reader: InputReader): Promise<GroupsClaim | 'none' | undefined> {
  const value = await readYaml(reader, INPUT, true);
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.length === 0) return 'none';
  const claim = typeof value === 'string' ? { name: reader.line(INPUT) && value } : value;
  if (isObject(claim)) return reader.isFaulty(INPUT) ? undefined : claimIn(reader, claim);
  return reader.problem(INPUT, `is neither a name nor a mapping. ${GIVE}`);
}

function claimIn(reader: InputReader, claim: JsonObject): GroupsClaim | undefined {
  for (const [key, value] of Object.entries(claim)) {
    if (!['name', 'filter', 'value', 'expression'].includes(key))
      reader.problem(INPUT, `has "${shown(key)}", which is no part of it. ${GIVE}`);
    else if (typeof value !== 'string' || value.trim() === '')
      reader.problem(INPUT, `has no text as its "${key}". ${GIVE}`);
  }
  const { name, filter, value, expression } = claim as Partial<Record<string, string>>;
  if (name === undefined) reader.problem(INPUT, `lacks "name", that of the claim. ${GIVE}`);
  else if (!CLAIM_NAME.test(name))
    reader.problem(
      INPUT,
      'has a name that no claim has. Use up to 100 letters, digits, and _ - . : /, such as "groups".',
    );
  if ((filter === undefined) !== (value === undefined))
    reader.problem(INPUT, `has one of "filter" and "value", which need each other. ${GIVE}`);
  if (filter !== undefined && expression !== undefined)
    reader.problem(INPUT, `has "expression" beside "filter". Leave one of the two out.`);
  if (reader.isFaulty(INPUT) || name === undefined) return undefined;
  if (expression !== undefined) return { name, expression };
  if (filter === undefined || value === undefined) return allGroups(name);
  const known = reader.word(INPUT, filter, FILTERS);
  return known && { name, filter: known, value };
}

import { describe, expect, test } from '@jest/globals';
import type { GroupsClaim } from '../../src/app/groups-claim.ts';
import { readGroupsClaim } from '../../src/inputs/groups-claim.ts';
import { InputReader } from '../../src/util/input-reader.ts';

/** Reads an input that stands nowhere but here. */
class OneText extends InputReader {
  private readonly value: string;

  constructor(value: string) {
    super();
    this.value = value;
  }

  override text(): string | undefined {
    return this.value.trim() || undefined;
  }
}

async function read(text: string): Promise<{ claim: unknown; problems: string[] }> {
  const reader = new OneText(text);
  return { claim: await readGroupsClaim(reader), problems: reader.problems };
}

const ALL: GroupsClaim = { name: 'groups', filter: 'REGEX', value: '.*' };

describe('"groups-claim"', () => {
  test.each<[string, GroupsClaim | 'none' | undefined]>([
    ['', undefined],
    ['[]', 'none'],
    [' [ ] ', 'none'],
    ['groups', ALL],
    ['"groups"', ALL],
    ['name: groups', ALL],
    ['https://acme.example/groups', { ...ALL, name: 'https://acme.example/groups' }],
    ['2024', { ...ALL, name: '2024' }],
    [
      'name: groups\nfilter: starts-with\nvalue: shop-',
      { name: 'groups', filter: 'STARTS_WITH', value: 'shop-' },
    ],
    ['name: groups\nfilter: equals\nvalue: yes', { name: 'groups', filter: 'EQUALS', value: 'yes' }],
    ['{"name":"g","filter":"contains","value":"007"}', { name: 'g', filter: 'CONTAINS', value: '007' }],
    [
      'name: groups\nfilter: Regex\nvalue: ^shop-.*$',
      { name: 'groups', filter: 'REGEX', value: '^shop-.*$' },
    ],
    [
      'name: groups\nexpression: Groups.startsWith("OKTA", "shop", 100)',
      { name: 'groups', expression: 'Groups.startsWith("OKTA", "shop", 100)' },
    ],
  ])('%j', async (text, claim) => {
    expect(await read(text)).toEqual({ claim, problems: [] });
  });

  test.each([
    ['a\nb', /has several lines\. Give one\./],
    ['["groups"]', /is neither a name nor a mapping\. Give the name of the claim alone; or YAML/],
    ['- groups', /is neither a name nor a mapping/],
    ['name: g\ngroups: shop', /has "groups", which is no part of it\./],
    ['filter: regex\nvalue: .*', /lacks "name", that of the claim\./],
    ['name: g\nfilter: regex', /has one of "filter" and "value", which need each other\./],
    ['name: g\nvalue: x', /has one of "filter" and "value"/],
    ['name: g\nfilter: regex\nvalue: x\nexpression: y', /has "expression" beside "filter"/],
    [
      'name: g\nfilter: start_with\nvalue: x',
      /does not know "start_with"\. Did you mean "starts-with"\? Use "starts-with"/,
    ],
    ['name: g\nfilter:\nvalue: x', /has no text as its "filter"\./],
    ['name: [a]', /has no text as its "name"\./],
    ['name: g\nfilter: " "\nvalue: x', /^"groups-claim" has no text as its "filter"\./],
    ['name: a b', /has a name that no claim has\. Use up to 100 letters/],
    [`name: ${'a'.repeat(101)}`, /has a name that no claim has/],
    ['name: *groups', /has an alias \(\*\) that stands for nothing.*Put it in quotes/],
    ['name: {', /is not YAML or JSON at line 1/],
  ])('%j is refused', async (text, says) => {
    const { claim, problems } = await read(text);
    expect(claim).toBeUndefined();
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(says);
  });
});

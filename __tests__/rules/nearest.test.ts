import { expect, test } from '@jest/globals';
import { nearest, nearestNames } from '../../src/util/text/nearest.ts';

/** What may have been meant: one word of a fixed list, or a few names of many, which are told only where they are like the written one. */

test.each<[string, string[], string | undefined]>([
  ['redirect_uri', ['redirect-uris', 'name'], 'redirect-uris'],
  ['Redirect URIs', ['redirect-uris'], 'redirect-uris'],
  ['nmae', ['name', 'type'], undefined],
  ['nam', ['name', 'type'], 'name'],
  ['shard', ['share', 'shared'], 'share'],
  ['redirect', ['redirect-uris'], undefined],
  ['x', ['a', 'b'], undefined],
])('the word "%s" among %j: %s', (written, words, meant) => {
  expect(nearest(written, words)).toBe(meant);
});

test.each<[string, string[], string[]]>([
  ['developers', ['Developer', 'Designers', 'Finance'], ['Developer']],
  ['Preview', ['Everyone', 'Previews', 'Preview apps', 'previw'], ['Previews', 'previw', 'Preview apps']],
  ['shop', ['shop 1', 'shop 2', 'shop 3', 'shop 4'], ['shop 1', 'shop 2', 'shop 3']],
  ['shop', ['shop of the month'], []],
  ['Sales', ['sales', 'sales', 'Sale'], ['sales', 'Sale']],
  ['Sales', ['Board', 'Legal'], []],
])('the name "%s" among %j: %j', (written, names, near) => {
  expect(nearestNames(written, names)).toEqual(near);
});

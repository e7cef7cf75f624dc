import { RegExpParser, type AST } from '@eslint-community/regexpp';

/**
 * Counts the steps of a regular expression: how often a matcher that backtracks, as JavaScript's do, looks at a part of the expression. An
 * engine may spare some of them, but none spares the growth that counts: unlike a time, the number is the same on every machine.
 */

/** What comes after a part, at a place in the text; whether all of it matches. */
type Next = (at: number) => boolean;

/** Tries a part of the expression at a place in the text, and then what comes after it. */
type Matcher = (at: number, next: Next) => boolean;

/** Which way a part reads the text: within a lookbehind, to the left. */
type Direction = 1 | -1;

const TOO_MANY = new Error('too many steps');

/**
 * A counter for an expression.
 *
 * @returns counts the steps of a search for every match in a text, or gives `Infinity` once there are more than `most`
 */
export function stepsOf(source: string, flags: string): (text: string, most: number) => number {
  const pattern = new RegExpParser().parsePattern(source, 0, source.length, { unicode: flags.includes('u') });
  let text = '';
  let steps = 0;
  let limit = 0;
  let captures = new Map<AST.CapturingGroup, string>();

  const alternatives = (all: readonly AST.Alternative[], direction: Direction): Matcher => {
    const matchers = all.map(({ elements }) => sequence(elements, direction));
    return (at, next) => matchers.some((matcher) => matcher(at, next));
  };

  const sequence = (elements: readonly AST.Element[], direction: Direction): Matcher => {
    const matchers = elements.map((element) => counted(matcherOf(element, direction)));
    if (direction === -1) matchers.reverse();
    return (at, next) => {
      const from = (index: number, place: number): boolean => {
        const matcher = matchers[index];
        return matcher ? matcher(place, (end) => from(index + 1, end)) : next(place);
      };
      return from(0, at);
    };
  };

  const counted =
    (matcher: Matcher): Matcher =>
    (at, next) => {
      steps += 1;
      if (steps > limit) throw TOO_MANY;
      return matcher(at, next);
    };

  /** Characters are asked of the engine itself, one by one and each once. */
  const character = (raw: string, direction: Direction): Matcher => {
    const one = new RegExp(`^(?:${raw})$`, flags.replace(/[gmy]/g, ''));
    const known = new Map<string, boolean>();
    return (at, next) => {
      const seen = text[direction === 1 ? at : at - 1];
      if (seen === undefined) return false;
      const isMatch = known.get(seen) ?? one.test(seen);
      known.set(seen, isMatch);
      return isMatch && next(at + direction);
    };
  };

  const repeated = ({ min, max, greedy, element }: AST.Quantifier, direction: Direction): Matcher => {
    const once = counted(matcherOf(element, direction));
    return (at, next) => {
      const from = (count: number, place: number): boolean => {
        // A repetition that reads nothing more ends the loop.
        const more = (): boolean =>
          count < max && once(place, (end) => (end !== place || count < min) && from(count + 1, end));
        if (count < min) return more();
        return greedy ? more() || next(place) : next(place) || more();
      };
      return from(0, at);
    };
  };

  const assertion = (node: AST.Assertion): Matcher => {
    const isBreak = (at: number): boolean => flags.includes('m') && text[at] === '\n';
    const isWord = (at: number): boolean => /\w/.test(text[at] ?? '');
    switch (node.kind) {
      case 'start':
        return (at, next) => (at === 0 || isBreak(at - 1)) && next(at);
      case 'end':
        return (at, next) => (at === text.length || isBreak(at)) && next(at);
      case 'word':
        return (at, next) => (isWord(at - 1) !== isWord(at)) !== node.negate && next(at);
      case 'lookahead':
      case 'lookbehind': {
        const inside = alternatives(node.alternatives, node.kind === 'lookahead' ? 1 : -1);
        return (at, next) => inside(at, () => true) !== node.negate && next(at);
      }
    }
  };

  const captured = (node: AST.CapturingGroup, direction: Direction): Matcher => {
    const inside = alternatives(node.alternatives, direction);
    return (at, next) =>
      inside(at, (end) => {
        const before = captures.get(node);
        captures.set(node, text.slice(Math.min(at, end), Math.max(at, end)));
        if (next(end)) return true;
        captures.set(node, before ?? '');
        return false;
      });
  };

  const backreference = ({ resolved }: AST.Backreference): Matcher => {
    if (Array.isArray(resolved)) throw new Error('A reference to several groups is not counted.');
    return (at, next) => {
      const held = captures.get(resolved) ?? '';
      return text.startsWith(held, at) && next(at + held.length);
    };
  };

  const matcherOf = (node: AST.Element, direction: Direction): Matcher => {
    switch (node.type) {
      case 'Character':
      case 'CharacterClass':
      case 'CharacterSet':
        return character(node.raw, direction);
      case 'Quantifier':
        return repeated(node, direction);
      case 'Assertion':
        return assertion(node);
      case 'Group':
        return alternatives(node.alternatives, direction);
      case 'CapturingGroup':
        return captured(node, direction);
      case 'Backreference':
        return backreference(node);
      case 'ExpressionCharacterClass':
        throw new Error(`${node.raw} is not counted.`);
    }
  };

  const whole = counted(alternatives(pattern.alternatives, 1));
  return (searched, most) => {
    text = searched;
    steps = 0;
    limit = most;
    try {
      for (let at = 0; at <= text.length; at += 1) {
        captures = new Map();
        let end = at;
        const isFound = whole(at, (place) => {
          end = place;
          return true;
        });
        if (isFound) at = Math.max(at, end - 1);
      }
    } catch (error) {
      if (error !== TOO_MANY) throw error;
      return Infinity;
    }
    return steps;
  };
}

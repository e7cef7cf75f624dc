import { invalidSearch } from './errors.ts';
import type { Json, JsonObject } from './json.ts';
import { isObject } from './json.ts';

/** A test that a filter or search expression stands for. */
export type Predicate = (object: JsonObject) => boolean;

/** What an endpoint allows in an expression. */
export interface Grammar {
  /** The attributes that may be named; `profile.*` allows every property of the profile. */
  readonly attributes: readonly string[];
  readonly operators: readonly string[];
  /** Whether `and`, `or` and parentheses are allowed. */
  readonly combined: boolean;
}

const TOKEN = /\s*(?:([()])|"((?:[^"\\]|\\.)*)"|([^\s()"]+))/gy;

interface Token {
  readonly kind: 'parenthesis' | 'string' | 'word';
  readonly text: string;
}

/**
 * Reads Okta's expression language, a part of SCIM's: `attribute operator value`, joined by `and` and `or` (`and`
 * binds tighter), values in double quotes with `\` before a quote or backslash (documented). An expression outside
 * the endpoint's grammar is 400 E0000031.
 */
export function parseExpression(expression: string, grammar: Grammar): Predicate {
  const tokens = tokenize(expression);
  let position = 0;

  const peek = (): string | undefined => {
    const token = tokens[position];
    return token?.kind === 'string' ? undefined : token?.text.toLowerCase();
  };
  const take = (): Token => {
    const token = tokens[position];
    if (token === undefined) throw invalidSearch();
    position += 1;
    return token;
  };

  const disjunction = (): Predicate => {
    const alternatives = [conjunction()];
    while (grammar.combined && peek() === 'or') {
      take();
      alternatives.push(conjunction());
    }
    return (object) => alternatives.some((test) => test(object));
  };
  const conjunction = (): Predicate => {
    const tests = [comparison()];
    while (grammar.combined && peek() === 'and') {
      take();
      tests.push(comparison());
    }
    return (object) => tests.every((test) => test(object));
  };
  const comparison = (): Predicate => {
    if (grammar.combined && peek() === '(') {
      take();
      const inner = disjunction();
      if (take().text !== ')') throw invalidSearch();
      return inner;
    }
    const attribute = take();
    const operator = take().text.toLowerCase();
    if (attribute.kind !== 'word' || !isAllowed(attribute.text, grammar)) throw invalidSearch();
    if (!grammar.operators.includes(operator)) throw invalidSearch();
    if (operator === 'pr') return (object) => valuesAt(object, attribute.text).length > 0;
    const value = take();
    if (value.kind === 'parenthesis') throw invalidSearch();
    return (object) =>
      valuesAt(object, attribute.text).some((actual) => compare(actual, operator, value.text));
  };

  const predicate = disjunction();
  if (position !== tokens.length) throw invalidSearch();
  return predicate;
}

function tokenize(expression: string): Token[] {
  const tokens: Token[] = [];
  const text = expression.trim();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (match === null) throw invalidSearch();
    const [, parenthesis, quoted, word] = match;
    if (parenthesis !== undefined) tokens.push({ kind: 'parenthesis', text: parenthesis });
    else if (quoted !== undefined) tokens.push({ kind: 'string', text: quoted.replace(/\\(.)/g, '$1') });
    else tokens.push({ kind: 'word', text: word ?? '' });
  }
  return tokens;
}

function isAllowed(attribute: string, { attributes }: Grammar): boolean {
  return attributes.some((allowed) =>
    allowed.endsWith('.*') ? attribute.startsWith(allowed.slice(0, -1)) : attribute === allowed,
  );
}

/** The value of an attribute as text, or each of several; none where there is none. */
function valuesAt(object: JsonObject, attribute: string): string[] {
  let value: Json | undefined = object;
  for (const key of attribute.split('.')) value = isObject(value) ? value[key] : undefined;
  return (Array.isArray(value) ? value : [value]).flatMap((each) =>
    typeof each === 'string' || typeof each === 'number' || typeof each === 'boolean' ? [String(each)] : [],
  );
}

/** Text compares without regard to case (documented for groups and users); dates compare as text does. */
function compare(actual: string, operator: string, wanted: string): boolean {
  const left = actual.toLowerCase();
  const right = wanted.toLowerCase();
  switch (operator) {
    case 'eq':
      return left === right;
    case 'sw':
      return left.startsWith(right);
    case 'co':
      return left.includes(right);
    case 'gt':
      return left > right;
    case 'ge':
      return left >= right;
    case 'lt':
      return left < right;
    case 'le':
      return left <= right;
    default:
      return false;
  }
}

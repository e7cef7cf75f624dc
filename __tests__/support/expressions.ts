import { data, Evaluator, Lexer, Parser } from '@actions/expressions';
import type { FunctionDefinition } from '@actions/expressions/funcs/info';
import { falsy } from '@actions/expressions/result';

/** Evaluates `${{ }}` as GitHub does, with GitHub's own lexer, parser and evaluator. */

export type Contexts = Readonly<Record<string, unknown>>;

/** What `success()` and `failure()` are to say. */
export type Status = 'success' | 'failure';

const STATUS_FUNCTIONS = ['success', 'failure', 'always', 'cancelled'];

/** A value of a workflow with its expressions replaced: a lone expression keeps its type, any other text becomes a string. */
export function expand(value: unknown, contexts: Contexts, status: Status = 'success'): unknown {
  if (typeof value !== 'string') return value;
  const parts = value.split(/\$\{\{((?:'(?:[^']|'')*'|[^'])*?)\}\}/);
  if (parts.length === 3 && parts[0] === '' && parts[2] === '')
    return plain(evaluate(parts[1] ?? '', contexts, status));
  return parts
    .map((part, i) => (i % 2 === 0 ? part : evaluate(part, contexts, status).coerceString()))
    .join('');
}

export function expandText(value: unknown, contexts: Contexts, status?: Status): string {
  const expanded = expand(value, contexts, status);
  if (typeof expanded === 'string') return expanded;
  return expanded === null || expanded === undefined ? '' : JSON.stringify(expanded);
}

/** Whether an `if` holds. One that says nothing about the status holds after success only. */
export function holds(condition: string | boolean | undefined, contexts: Contexts, status: Status): boolean {
  if (condition === undefined) return status === 'success';
  const text = String(condition).replace(/^\$\{\{([\s\S]*)\}\}$/, '$1');
  const value = evaluate(text, contexts, status);
  const saysStatus = STATUS_FUNCTIONS.some((name) => new RegExp(`\\b${name}\\s*\\(`).test(text));
  return !falsy(value) && (saysStatus || status === 'success');
}

function evaluate(expression: string, contexts: Contexts, status: Status): data.ExpressionData {
  const functions = STATUS_FUNCTIONS.map((name): FunctionDefinition => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(name === 'always' || name === status),
  }));
  const { tokens } = new Lexer(expression).lex();
  const tree = new Parser(tokens, Object.keys(contexts), functions).parse();
  const dictionary = JSON.parse(JSON.stringify(contexts), data.reviver) as data.Dictionary;
  return new Evaluator(tree, dictionary, new Map(functions.map((item) => [item.name, item]))).evaluate();
}

function plain(value: data.ExpressionData): unknown {
  return JSON.parse(JSON.stringify(value, data.replacer)) as unknown;
}

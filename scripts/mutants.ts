import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** What `scripts/mutate.ts` does to the source: every small change that a good test would notice, found with TypeScript's own parser. */

/** One change to one file, and where it is. */
export interface Mutant {
  file: string;
  /** From 1. */
  line: number;
  /** Offsets in the file's text: what is replaced. */
  start: number;
  end: number;
  replacement: string;
  /** What is done, for the log. */
  name: string;
  /** Whether it only changes a text or a number: there are more of those than of all others, and less depends on each. */
  isLiteral: boolean;
}

const { SyntaxKind: Kind } = ts;

/** What becomes of an operator, by its text. */
const OPERATORS: Readonly<Record<string, readonly string[]>> = {
  '===': ['!=='],
  '!==': ['==='],
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '&&': ['||'],
  '||': ['&&'],
  '??': ['&&'],
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
};

/** What becomes of a method, by its name; of these the call is left out: `a.filter(b)` becomes `a`. */
const METHODS: ReadonlyMap<string, string> = new Map([
  ['some', 'every'],
  ['every', 'some'],
  ['min', 'max'],
  ['max', 'min'],
  ['startsWith', 'endsWith'],
  ['endsWith', 'startsWith'],
  ['find', 'findLast'],
  ['all', 'any'],
]);
const LEFT_OUT = new Set([
  'filter',
  'sort',
  'toSorted',
  'slice',
  'trim',
  'toLowerCase',
  'reverse',
  'finally',
]);

type Found = Pick<Mutant, 'replacement' | 'name'> & { node: { getStart(): number; end: number } };

/** All mutants of a file. */
export function mutantsOf(file: string): Mutant[] {
  const text = readFileSync(file, 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const mutants: Mutant[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isInterfaceDeclaration(node)) return;
    if (ts.isTypeAliasDeclaration(node) || ts.isExportDeclaration(node)) return;
    for (const { node: what, replacement, name } of changesOf(node)) {
      const [start, { end }] = [what.getStart(), what];
      const line = source.getLineAndCharacterOfPosition(start).line + 1;
      mutants.push({ file, line, start, end, replacement, name, isLiteral: isLiteral(node) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return mutants;
}

function isLiteral(node: ts.Node): boolean {
  return ts.isStringLiteral(node) || ts.isNumericLiteral(node) || isTemplate(node);
}

function isTemplate(node: ts.Node): boolean {
  return ts.isTemplateExpression(node) || ts.isNoSubstitutionTemplateLiteral(node);
}

function changesOf(node: ts.Node): Found[] {
  if (ts.isBinaryExpression(node)) return operatorChanges(node);
  if (ts.isIfStatement(node)) return [...condition(node.expression), ...withoutElse(node)];
  if (ts.isConditionalExpression(node)) return condition(node.condition);
  if (ts.isPrefixUnaryExpression(node) && node.operator === Kind.ExclamationToken)
    return [{ node, replacement: `(${node.operand.getText()})`, name: '! is left out' }];
  if (ts.isExpressionStatement(node) || ts.isThrowStatement(node) || ts.isContinueStatement(node))
    return [{ node, replacement: ';', name: `left out: ${short(node.getText())}` }];
  if (ts.isReturnStatement(node) && node.expression && ts.isIfStatement(node.parent))
    return [{ node, replacement: ';', name: `left out: ${short(node.getText())}` }];
  if (ts.isCallExpression(node)) return callChanges(node);
  if (ts.isArrayLiteralExpression(node) && node.elements.length > 0)
    return [{ node, replacement: '[]', name: `${short(node.getText())} -> []` }];
  if (ts.isObjectLiteralExpression(node)) return propertyChanges(node);
  if (node.kind === Kind.TrueKeyword) return [{ node, replacement: 'false', name: 'true -> false' }];
  if (node.kind === Kind.FalseKeyword) return [{ node, replacement: 'true', name: 'false -> true' }];
  if (ts.isRegularExpressionLiteral(node)) return anchorChanges(node);
  return literalChanges(node);
}

function operatorChanges(node: ts.BinaryExpression): Found[] {
  const { operatorToken } = node;
  const operator = operatorToken.getText();
  return (OPERATORS[operator] ?? []).map((replacement) => ({
    // `??` does not stand beside `&&` or `||` without parentheses.
    node,
    replacement: `((${node.left.getText()}) ${replacement} (${node.right.getText()}))`,
    name: `${operator} -> ${replacement} in ${short(node.getText())}`,
  }));
}

function condition(node: ts.Expression): Found[] {
  return ['true', 'false'].map((replacement) => ({
    node,
    replacement,
    name: `${short(node.getText())} -> ${replacement}`,
  }));
}

function withoutElse({ elseStatement: node }: ts.IfStatement): Found[] {
  return node ? [{ node, replacement: '{}', name: `left out: else ${short(node.getText())}` }] : [];
}

function callChanges({ expression }: ts.CallExpression): Found[] {
  if (!ts.isPropertyAccessExpression(expression)) return [];
  const { name: method, expression: of, parent: node } = expression;
  const other = METHODS.get(method.text);
  if (other !== undefined) return [{ node: method, replacement: other, name: `${method.text} -> ${other}` }];
  if (!LEFT_OUT.has(method.text)) return [];
  return [{ node, replacement: of.getText(), name: `left out: .${method.text}() of ${short(of.getText())}` }];
}

function propertyChanges({ properties }: ts.ObjectLiteralExpression): Found[] {
  return properties
    .filter((property) => !ts.isMethodDeclaration(property))
    .map((node) => ({ node, replacement: '...{}', name: `left out: ${short(node.getText())}` }));
}

function anchorChanges(node: ts.RegularExpressionLiteral): Found[] {
  const text = node.getText();
  const without = [text.replace(/^\/\^/, '/'), text.replace(/(?<!\\)\$(?=\/[a-z]*$)/, '')];
  return without
    .filter((replacement) => replacement !== text)
    .map((replacement) => ({ node, replacement, name: `${text} -> ${replacement}` }));
}

function literalChanges(node: ts.Node): Found[] {
  if (ts.isNumericLiteral(node)) {
    const replacement = String(Number(node.text.replaceAll('_', '')) + 1);
    return [{ node, replacement, name: `${node.getText()} -> ${replacement}` }];
  }
  if (!ts.isStringLiteral(node) && !isTemplate(node)) return [];
  if (isName(node)) return [];
  const replacement = node.getText().length > 2 ? "''" : "'mutant'";
  return [{ node, replacement, name: `${short(node.getText())} -> ${replacement}` }];
}

/** Whether a string is the name of a property or of a module, and no value. */
function isName({ parent, pos }: ts.Node): boolean {
  if (ts.isPropertyAssignment(parent)) return parent.name.pos === pos;
  return ts.isCallExpression(parent) && parent.expression.kind === Kind.ImportKeyword;
}

function short(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
}

/**
 * Metric math as text and as a tree: Amazon CloudWatch User Guide, "Using metric math", syntax and functions. The
 * language has more functions and operators than are evaluated here; those are known, so that they can be refused by
 * name.
 */

import { AwsError } from '../api/errors.ts';

export type Operator = '+' | '-' | '*' | '/' | '^';

export type MathExpression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text'; readonly text: string }
  /** The result of another query. */
  | { readonly kind: 'id'; readonly id: string }
  /** A word in capital letters that tells a function how, such as `REPEAT`. */
  | { readonly kind: 'word'; readonly word: string }
  | { readonly kind: 'negation'; readonly of: MathExpression }
  | {
      readonly kind: 'operation';
      readonly operator: Operator;
      readonly left: MathExpression;
      readonly right: MathExpression;
    }
  | { readonly kind: 'function'; readonly name: string; readonly args: readonly MathExpression[] }
  | { readonly kind: 'list'; readonly items: readonly MathExpression[] };

/** Names of queries: the same page. */
export const ID = /^[a-z][A-Za-z0-9_]*$/;

/** What binds tighter has a greater number. A sign binds tighter than a product, and less than a power. */
const precedence: Readonly<Record<Operator, number>> = { '+': 1, '-': 1, '*': 2, '/': 2, '^': 4 };
const SIGN = 3;

/**
 * @param id of the query that the expression is of, for messages
 * @throws ValidationError for text that is not an expression, NotImplemented for operators that are not built
 */
export function parseMath(text: string, id: string): MathExpression {
  const reader = readerOf(text, id);
  const expression = parseSum(reader, 0);
  const rest = reader.next();
  if (rest.kind !== 'end') throw syntaxError(reader, rest, 'an operator');
  return expression;
}

/** A refusal of an expression, with its reason for people. */
export const mathError = (id: string, message: string, reason?: string): AwsError =>
  new AwsError('ValidationError', `Error in expression '${id}': ${message}`, {}, reason);

/** A refusal of what AWS's language has and ssebox does not. */
export const notBuilt = (what: string): AwsError =>
  new AwsError('NotImplemented', `${what} of metric math is not part of ssebox.`);

/** An expression as text, from which `parseMath` makes the same expression again. */
export function printMath(expression: MathExpression, outer = 0): string {
  switch (expression.kind) {
    case 'number':
      return String(expression.value);
    case 'text':
      return expression.text.includes("'") ? `"${expression.text}"` : `'${expression.text}'`;
    case 'id':
      return expression.id;
    case 'word':
      return expression.word;
    case 'negation':
      return inParentheses(`-${printMath(expression.of, SIGN)}`, SIGN < outer);
    case 'operation': {
      const own = precedence[expression.operator];
      const isRightToLeft = expression.operator === '^';
      const left = printMath(expression.left, isRightToLeft ? own + 1 : own);
      const right = printMath(expression.right, isRightToLeft ? SIGN : own + 1);
      return inParentheses(`${left} ${expression.operator} ${right}`, own < outer);
    }
    case 'function':
      return `${expression.name}(${expression.args.map((each) => printMath(each)).join(', ')})`;
    case 'list':
      return `[${expression.items.map((each) => printMath(each)).join(', ')}]`;
  }
}

const inParentheses = (text: string, are: boolean): string => (are ? `(${text})` : text);

interface Token {
  readonly kind: 'number' | 'text' | 'word' | 'sign' | 'end' | 'other';
  readonly text: string;
  /** Where it begins, from 0. */
  readonly at: number;
}

interface Reader {
  readonly id: string;
  /** The next token, which stays the next. */
  peek(): Token;
  next(): Token;
}

const tokenKinds = [
  ['number', /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y],
  ['text', /'[^']*'|"[^"]*"/y],
  ['word', /[A-Za-z_][A-Za-z0-9_]*/y],
  ['sign', /==|!=|<=|>=|&&|\|\||[-+*/^()[\],<>]/y],
] as const;

function readerOf(text: string, id: string): Reader {
  let at = 0;
  let ahead: Token | undefined;
  const read = (): Token => {
    while (/\s/.test(text[at] ?? '')) at += 1;
    const begin = at;
    if (begin >= text.length) return { kind: 'end', text: '', at: begin };
    for (const [kind, pattern] of tokenKinds) {
      pattern.lastIndex = begin;
      const [found] = pattern.exec(text) ?? [];
      if (found === undefined) continue;
      at += found.length;
      return { kind, text: found, at: begin };
    }
    return { kind: 'other', text: text[begin] ?? '', at: begin };
  };
  const peek = () => {
    ahead ??= read();
    return ahead;
  };
  const next = () => {
    const token = peek();
    ahead = undefined;
    return token;
  };
  return { id, peek, next };
}

function syntaxError({ id }: Reader, found: Token, expected: string): AwsError {
  const what = found.kind === 'end' ? 'the expression ends' : `there is "${found.text}"`;
  const place = `at character ${found.at + 1}`;
  return mathError(id, `Invalid syntax ${place}`, `${what} ${place}, where ${expected} is expected`);
}

/** Operators of AWS's that are not built. */
const unbuilt: ReadonlySet<string> = new Set(['==', '!=', '<=', '>=', '<', '>', '&&', '||', 'AND', 'OR']);

const isOperator = (text: string): text is Operator => Object.hasOwn(precedence, text);

/** Operands and the operators between them that bind at least so tightly, grouped from the left. */
function parseSum(reader: Reader, least: number): MathExpression {
  let left = parseSigned(reader);
  for (;;) {
    const { text } = reader.peek();
    if (unbuilt.has(text)) throw notBuilt(`The operator ${text}`);
    if (!isOperator(text) || precedence[text] < least) return left;
    reader.next();
    const right = parseSum(reader, precedence[text] + 1);
    left = { kind: 'operation', operator: text, left, right };
  }
}

function parseSigned(reader: Reader): MathExpression {
  const { text } = reader.peek();
  if (text !== '-' && text !== '+') return parsePower(reader);
  reader.next();
  const of = parseSigned(reader);
  return text === '-' ? { kind: 'negation', of } : of;
}

/** An operand with its exponents, which are grouped from the right: 2^3^2 is 2^9. */
function parsePower(reader: Reader): MathExpression {
  const left = parseOperand(reader);
  if (reader.peek().text !== '^') return left;
  reader.next();
  return { kind: 'operation', operator: '^', left, right: parseSigned(reader) };
}

function parseOperand(reader: Reader): MathExpression {
  const token = reader.next();
  if (token.kind === 'number') return { kind: 'number', value: Number(token.text) };
  if (token.kind === 'text') return { kind: 'text', text: token.text.slice(1, -1) };
  if (token.kind === 'word') return parseWord(token, reader);
  if (token.text === '(') {
    const inner = parseSum(reader, 0);
    take(')', reader);
    return inner;
  }
  if (token.text === '[') return { kind: 'list', items: parseItems(']', reader) };
  throw syntaxError(reader, token, 'a number, an Id, a function or "("');
}

function parseWord({ text }: Token, reader: Reader): MathExpression {
  if (reader.peek().text === '(') {
    reader.next();
    return { kind: 'function', name: text, args: parseItems(')', reader) };
  }
  return ID.test(text) ? { kind: 'id', id: text } : { kind: 'word', word: text };
}

function parseItems(end: string, reader: Reader): MathExpression[] {
  const items: MathExpression[] = [];
  if (reader.peek().text === end) {
    reader.next();
    return items;
  }
  for (;;) {
    items.push(parseSum(reader, 0));
    const token = reader.next();
    if (token.text === end) return items;
    if (token.text !== ',') throw syntaxError(reader, token, `"," or "${end}"`);
  }
}

function take(text: string, reader: Reader): void {
  const token = reader.next();
  if (token.text !== text) throw syntaxError(reader, token, `"${text}"`);
}

/** Strings in a policy that may contain variables: IAM User Guide, "IAM policy elements: Variables and tags". */

import type { Context } from './context.ts';
import { type Glob, type GlobPiece, globOf, globPieces, parseGlob } from './glob.ts';
import { isMultivalued } from './known-condition-keys.ts';

/** How a string in a policy is read. */
export interface Reading {
  /** Documents of version 2012-10-17 have variables; in older ones `${` is literal. */
  readonly variables: boolean;
  /** Whether `*` and `?` are wildcards. */
  readonly wildcards: boolean;
}

/** A string in a policy, with the parts that depend on the request. */
export interface Template {
  /** As written in the policy. */
  readonly source: string;
  /** Its value in every request; undefined if that depends on the request. */
  readonly fixed: Glob | undefined;
  /** Its parts, if it has variables. */
  readonly pieces: readonly TemplatePiece[];
}

type TemplatePiece = GlobPiece | Variable;

export interface Variable {
  /** The key in lower case. */
  readonly variable: string;
  /** The key as written. */
  readonly spelled: string;
  readonly fallback: string | undefined;
  /** Whether the key is of a multivalued type, which cannot be a variable. */
  readonly isMultivalued: boolean;
}

const NO_PIECES: readonly TemplatePiece[] = [];

/** Parses a string in a policy. */
export function parseTemplate(source: string, reading: Reading): Template {
  if (!reading.variables || !source.includes('${')) {
    const fixed: Glob = reading.wildcards ? parseGlob(source) : { kind: 'literal', text: source };
    return { source, fixed, pieces: NO_PIECES };
  }
  const pieces: TemplatePiece[] = [];
  const addText = (text: string) => {
    if (text === '') return;
    if (!reading.wildcards) pieces.push({ literal: text });
    else for (const piece of globPieces(text)) pieces.push(piece);
  };
  let from = 0;
  while (true) {
    const open = source.indexOf('${', from);
    const close = open < 0 ? -1 : source.indexOf('}', open);
    // Without its brace, the rest is text.
    if (close < 0) break;
    addText(source.slice(from, open));
    pieces.push(parseVariable(source.slice(open + 2, close)));
    from = close + 1;
  }
  addText(source.slice(from));
  const isFixed = (piece: TemplatePiece): piece is GlobPiece => !('variable' in piece);
  return { source, fixed: pieces.every(isFixed) ? globOf(pieces) : undefined, pieces };
}

/** Escapes a string so that a policy matches it literally: IAM User Guide, "Variables and tags", special characters. */
export const literalText = (text: string): string => text.replace(/[*?]|\$(?=\{)/g, (char) => `\${${char}}`);

/** `*`, `?` and `$` are literals; `key, 'default'` supplies a value if the key is absent. */
function parseVariable(inside: string): TemplatePiece {
  if (inside === '*' || inside === '?' || inside === '$') return { literal: inside };
  const [name, fallback] = withFallback(inside) ?? [inside, undefined];
  const spelled = name.trim();
  const variable = spelled.toLowerCase();
  return { variable, spelled, fallback, isMultivalued: isMultivalued(variable) };
}

/** Splits `key, 'default'`; undefined for a text without a default. */
function withFallback(inside: string): [name: string, fallback: string] | undefined {
  const separator = /,\s*'/.exec(inside);
  if (!separator || !inside.endsWith("'")) return undefined;
  const start = separator.index + separator[0].length;
  return start < inside.length ? [inside.slice(0, separator.index), inside.slice(start, -1)] : undefined;
}

/**
 * The string for a request; undefined if a variable has no value. An inserted value is literal, wildcards included. A
 * multivalued key has no value as a variable, and neither has one with several values.
 */
export function fillIn({ fixed, pieces }: Template, context: Context): Glob | undefined {
  if (fixed) return fixed;
  const filled: GlobPiece[] = [];
  for (const piece of pieces) {
    if (!('variable' in piece)) {
      filled.push(piece);
      continue;
    }
    const value = variableValue(piece, context);
    if (value === undefined) return undefined;
    filled.push({ literal: value });
  }
  return globOf(filled);
}

function variableValue({ variable, spelled, fallback, isMultivalued }: Variable, context: Context): string | undefined {
  const values = context.values(variable, spelled);
  if (values === undefined) return fallback;
  return values.length === 1 && !isMultivalued ? values[0] : undefined;
}

/** The first variable that has no value in a request; undefined if all have one. */
export function missingVariable({ pieces }: Template, context: Context): Variable | undefined {
  const isMissing = (piece: TemplatePiece): piece is Variable =>
    'variable' in piece && variableValue(piece, context) === undefined;
  return pieces.find(isMissing);
}

/** What is wrong with a variable that has no value, as a clause. */
export const variableFault = ({ spelled, isMultivalued }: Variable): string =>
  isMultivalued
    ? `\${${spelled}} has no value, since a key that can have several cannot be a variable`
    : `the variable \${${spelled}} has no value in this request`;

/** The string in readable form: its variables filled in, if they all have values. */
export function filledText(template: Template, context: Context): string {
  const glob = fillIn(template, context);
  if (glob === undefined) return template.source;
  switch (glob.kind) {
    case 'all':
      return '*';
    case 'prefix':
      return `${glob.text}*`;
    default:
      return glob.text;
  }
}

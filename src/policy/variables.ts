/** Strings in a policy that may contain variables: IAM User Guide, "IAM policy elements: Variables and tags". */

import type { Context } from './context.ts';
import { type Glob, type GlobPiece, globOf, globPieces } from './glob.ts';

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
  readonly pieces: readonly TemplatePiece[];
}

type TemplatePiece =
  | GlobPiece
  /** The key in lower case, and as written. */
  | { readonly variable: string; readonly spelled: string; readonly fallback: string | undefined };

/** Parses a string in a policy. */
export function parseTemplate(source: string, reading: Reading): Template {
  const pieces: TemplatePiece[] = [];
  const addText = (text: string) => {
    if (text === '') return;
    pieces.push(...(reading.wildcards ? globPieces(text) : [{ literal: text }]));
  };
  let from = 0;
  if (reading.variables) {
    for (const match of source.matchAll(/\$\{([^}]*)\}/g)) {
      addText(source.slice(from, match.index));
      pieces.push(parseVariable(match[1] ?? ''));
      from = match.index + match[0].length;
    }
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
  const [, name = inside, fallback] = /^(.*?)\s*,\s*'(.*)'$/s.exec(inside) ?? [];
  const spelled = name.trim();
  return { variable: spelled.toLowerCase(), spelled, fallback };
}

/**
 * The string for a request; undefined if a variable has no value. An inserted value is literal, wildcards included. A
 * key with several values has no value as a variable.
 */
export function fillIn({ fixed, pieces }: Template, context: Context): Glob | undefined {
  if (fixed) return fixed;
  const filled: GlobPiece[] = [];
  for (const piece of pieces) {
    if (!('variable' in piece)) {
      filled.push(piece);
      continue;
    }
    const values = context.values(piece.variable, piece.spelled);
    const value = values === undefined ? piece.fallback : values.length === 1 ? values[0] : undefined;
    if (value === undefined) return undefined;
    filled.push({ literal: value });
  }
  return globOf(filled);
}

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

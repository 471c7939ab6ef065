/** Texts of a policy that may hold variables: IAM User Guide, "IAM policy elements: Variables and tags". */

import type { Context } from './context.ts';
import { type Glob, type GlobPiece, globOf, globPieces } from './glob.ts';

/** How a text of a policy is read. */
export interface Reading {
  /** Documents of version 2012-10-17 have variables; in older ones `${` is text. */
  readonly variables: boolean;
  /** Whether `*` and `?` are wildcards here. */
  readonly wildcards: boolean;
}

/** A text of a policy, with what of it depends on the request. */
export interface Template {
  /** As it stands in the policy. */
  readonly source: string;
  /** What it is in every request; undefined: that depends on the request. */
  readonly fixed: Glob | undefined;
  readonly pieces: readonly TemplatePiece[];
}

type TemplatePiece =
  | GlobPiece
  /** The key in lower case, and as it is written. */
  | { readonly variable: string; readonly spelled: string; readonly fallback: string | undefined };

/** Reads a text of a policy. */
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

/** A text as a policy has to write it to mean that text alone: IAM User Guide, "Variables and tags", special characters. */
export const literalText = (text: string): string => text.replace(/[*?]|\$(?=\{)/g, (char) => `\${${char}}`);

/** `*`, `?` and `$` stand for themselves; `key, 'default'` has a value where the key is absent. */
function parseVariable(inside: string): TemplatePiece {
  if (inside === '*' || inside === '?' || inside === '$') return { literal: inside };
  const [, name = inside, fallback] = /^(.*?)\s*,\s*'(.*)'$/s.exec(inside) ?? [];
  const spelled = name.trim();
  return { variable: spelled.toLowerCase(), spelled, fallback };
}

/**
 * What a text is in a request; undefined when a variable has no value there. A value that is put in stands for itself,
 * wildcards included. A key with several values has none as a variable.
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

/** What a person reads: the text with its variables filled in, as far as they have values. */
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

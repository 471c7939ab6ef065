/**
 * Policy variables and wildcards. IAM User Guide, "IAM policy elements: Variables and tags"; for wildcards "IAM JSON
 * policy elements: Resource", "Using wildcards in resource ARNs".
 */

import type { Keys } from './situation.ts';

/** What a text is read with: variables are only variables in documents of version 2012-10-17. */
export interface Reading {
  readonly version: string | undefined;
  readonly keys: Keys;
}

/** "Multivalued context keys": "AWS global condition context keys" and the Service Authorization Reference mark them. */
const MULTIVALUED = [
  'aws:CalledVia',
  'aws:PrincipalOrgPaths',
  'aws:ResourceOrgPaths',
  'aws:SourceOrgPaths',
  'aws:VpceOrgPaths',
  'aws:PrincipalServiceNamesList',
  'aws:TagKeys',
  'kms:EncryptionContextKeys',
  'kms:GrantOperations',
  'kms:ResourceAliases',
  's3:RequestObjectTagKeys',
  's3:InventoryAccessibleOptionalFields',
  'sts:TransitiveTagKeys',
].map((key) => key.toLowerCase());

export const isMultivalued = (key: string): boolean => MULTIVALUED.includes(key.toLowerCase());

/**
 * The values of a key, whose name is the same in any case; undefined if it is absent. Tags whose keys differ in case
 * alone are one key with several values.
 */
export function valuesOf(key: string, keys: Keys): readonly string[] | undefined {
  const found = Object.entries(keys).filter(([name]) => name.toLowerCase() === key.toLowerCase());
  return found.length === 0 ? undefined : found.flatMap(([, value]) => [value].flat().map(String));
}

/** The text with its variables replaced; undefined if one of them has no value. */
export function substituted(text: string, reading: Reading): string | undefined {
  const parts = partsOf(text, reading);
  return parts?.map(({ value }) => value).join('');
}

/**
 * The text as a pattern, in which `*` is any run of characters and `?` is one; undefined if a variable has no value.
 * What a variable stands for has no wildcards in it.
 */
export function pattern(text: string, reading: Reading): RegExp | undefined {
  const parts = partsOf(text, reading);
  return parts && wholly(parts.map(({ value, isLiteral }) => (isLiteral ? escaped(value) : wild(value))).join(''));
}

/** The text as a pattern, without variables. */
export const plainPattern = (text: string): RegExp => wholly(wild(text));

const wholly = (source: string) => new RegExp(`^${source}$`, 'su');
const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
const wild = (text: string) => escaped(text).replaceAll('\\*', '.*').replaceAll('\\?', '.');

interface Part {
  readonly value: string;
  /** A variable's value. */
  readonly isLiteral: boolean;
}

function partsOf(text: string, reading: Reading): readonly Part[] | undefined {
  if (reading.version !== '2012-10-17') return [{ value: text, isLiteral: false }];
  // Every other piece is what stands between `${` and `}`.
  const parts = text.split(/\$\{([^}]*)\}/).map((piece, i) => {
    const value = i % 2 === 0 ? piece : valueOfVariable(piece, reading.keys);
    return value === undefined ? undefined : { value, isLiteral: i % 2 === 1 };
  });
  return parts.every((part) => part !== undefined) ? parts : undefined;
}

function valueOfVariable(inside: string, keys: Keys): string | undefined {
  // `${*}`, `${?}` and `${$}` are the characters themselves.
  if (/^[*?$]$/.test(inside)) return inside;
  const [, key = '', fallback] = /^(.*?)(?:, '(.*)')?$/s.exec(inside) ?? [];
  const values = valuesOf(key, keys);
  // "Specifying default values": for a key that is not in the request.
  if (values === undefined) return fallback;
  // "You can use any single-valued condition key as a variable. You cannot use a multivalued condition key."
  return values.length === 1 && !isMultivalued(key) ? values[0] : undefined;
}

/** What can be found in a policy that its author should know, and what it is found in. */

import type { Condition } from './condition.ts';
import type { WrittenStatement } from './covering.ts';
import type { DocumentObject } from './document-shape.ts';
import type { JsonPath } from './json-places.ts';
import type { NamedActions } from './known-actions.ts';
import type { Flaw } from './policy-fault.ts';
import type { PolicyType } from './policy-type.ts';
import type { PrincipalCheck } from './principal-pattern.ts';

/**
 * How grave a finding is, as IAM Access Analyzer has it: an error is a part that does not work, a security warning is
 * access that is wider than it looks, a warning is something that does not do what its author means, and a suggestion
 * changes nothing about who may do what.
 */
export type Severity = 'error' | 'security-warning' | 'warning' | 'suggestion';

/** Every kind of finding. */
export const severities = {
  refused: 'error',
  size: 'error',
  'unknown-service': 'error',
  'unknown-action': 'error',
  'unknown-key': 'error',
  'missing-set-operator': 'error',
  'null-value': 'error',
  'incomparable-value': 'error',
  'public-access': 'security-warning',
  'for-all-values': 'security-warning',
  'service-without-source': 'security-warning',
  'passes-any-role': 'security-warning',
  'no-effect': 'warning',
  'useless-if-exists': 'warning',
  'not-principal-account': 'warning',
  'key-never-set': 'warning',
  'value-never-matches': 'warning',
  'alias-arn': 'warning',
  'via-service-region': 'warning',
  'key-of-other-region': 'warning',
  'bucket-key-context': 'warning',
  contradiction: 'warning',
  'literal-wildcard': 'warning',
  'literal-variable': 'warning',
  'action-without-resource': 'warning',
  'resource-never-matches': 'warning',
  'unreachable-statement': 'warning',
  'redundant-statement': 'suggestion',
  'missing-version': 'suggestion',
} as const satisfies Record<string, Severity>;

export type FindingKind = keyof typeof severities;

/** A finding: its path leads from the document to what it is about, and its advice is the mend. */
export interface Finding extends Flaw {
  readonly kind: FindingKind;
  readonly severity: Severity;
  /** The message of the service that refuses the policy for it. */
  readonly refusal?: string | undefined;
  /** The index in the text, where no path leads to it. */
  readonly at?: number | undefined;
}

/** A finding as a rule makes it, seen from its part of the document. */
export interface Found extends Omit<Finding, 'severity'> {
  /** Where it is not that of its kind. */
  readonly severity?: Severity | undefined;
}

/** What is known besides the document. Whatever is undefined, or absent, is not known. */
export interface PolicyFacts {
  /** Whether a principal exists. */
  readonly exists?: PrincipalCheck | undefined;
  /** The ARN of the key, bucket or role that the policy belongs to. */
  readonly resource?: string | undefined;
  /** Whether a bucket encrypts new objects with a bucket key, unless requests say otherwise. */
  readonly hasBucketKey?: ((bucket: string) => boolean | undefined) | undefined;
  /** The region of a bucket. */
  readonly regionOfBucket?: ((bucket: string) => string | undefined) | undefined;
  /** The ARN of the key that an alias, given by its ARN, points to. */
  readonly keyOfAlias?: ((aliasArn: string) => string | undefined) | undefined;
  /** What an identity-based policy is part of, which limits its size. */
  readonly holder?: 'user' | 'group' | 'role' | 'managed policy' | undefined;
}

/** A document that is a policy, as rules see it. */
export interface Examined {
  readonly type: PolicyType;
  readonly text: string;
  readonly document: DocumentObject;
  /** Whether its version has variables. */
  readonly hasVariables: boolean;
  /** Those that can be read as statements. */
  readonly statements: readonly ExaminedStatement[];
  readonly facts: PolicyFacts;
}

export interface ExaminedStatement extends WrittenStatement {
  /** Its position in the document, from 0. */
  readonly index: number;
  /** How messages refer to it. */
  readonly name: string;
  /** The elements of Action or NotAction. */
  readonly actions: readonly ExaminedAction[];
  readonly conditions: readonly ExaminedCondition[];
}

export interface ExaminedAction {
  readonly text: string;
  readonly named: NamedActions;
  /** From the statement. */
  readonly path: JsonPath;
}

export interface ExaminedCondition {
  /** From the statement, to the key. */
  readonly path: JsonPath;
  readonly values: readonly string[];
  readonly read: Condition;
}

/**
 * The statement's actions, each once, as AWS spells them; undefined if there may be others, or others may be meant by a
 * name that does not exist.
 */
export function everyAction({ actions, json }: ExaminedStatement): readonly string[] | undefined {
  if (json.Action === undefined) return undefined;
  const names = new Set<string>();
  for (const { named } of actions) {
    if (named.kind !== 'known' || named.names.length === 0) return undefined;
    for (const name of named.names) names.add(name);
  }
  return [...names];
}

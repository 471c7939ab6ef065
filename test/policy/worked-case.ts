/** Worked cases as their files hold them, and what they ask of the evaluator. */

import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { RecordContext } from '../../src/policy/context.ts';
import type { Decision } from '../../src/policy/decision.ts';
import { evaluate } from '../../src/policy/evaluate.ts';
import type { AttachedPolicy, NamedPolicy, Policies } from '../../src/policy/gates.ts';
import { type PolicyDocument, readPolicy } from '../../src/policy/policy-document.ts';
import { callers } from './callers.ts';

/** Where the files are. */
export const casesFolder = new URL('./cases/', import.meta.url);

/** A list of statements is a document of version 2012-10-17. */
type Document = readonly unknown[] | { readonly Version: string; readonly Statement: readonly unknown[] };

export interface Case {
  readonly name: string;
  readonly caller: string;
  readonly action: string;
  readonly resource: string;
  readonly wildcardArn?: string;
  readonly owner: string;
  readonly context?: Readonly<Record<string, string | number | boolean | readonly string[]>>;
  readonly policies: {
    readonly identity?: readonly Document[];
    readonly boundary?: Document;
    readonly session?: readonly Document[];
    readonly bucketPolicy?: Document;
    readonly keyPolicy?: Document;
    readonly trustPolicy?: Document;
    readonly principals?: Readonly<Record<string, string>>;
    /** Levels from the root of the organization down, each with its policies. */
    readonly serviceControl?: readonly (readonly Document[])[];
    readonly resourceControl?: readonly (readonly Document[])[];
    readonly grants?: readonly {
      readonly grantId: string;
      readonly granteePrincipal: string;
      readonly granteeId?: string;
    }[];
  };
  readonly decision: 'allow' | 'implicit' | 'explicit';
  readonly gate?: string;
  /**
   * Everything that it takes: policies with their statements, a grant, or who needs none of them. Only a case in which
   * nothing allows has none: any other could hold for another reason than the one it is there for.
   */
  readonly decidedBy?: string | readonly string[];
}

/** The cases of a file of the folder. */
export function casesIn(file: string): readonly Case[] {
  const { cases }: { readonly cases: readonly Case[] } = JSON.parse(readFileSync(new URL(file, casesFolder), 'utf8'));
  return cases;
}

/** What the evaluator decides. */
export function decide(one: Case): Decision {
  const caller = callers[one.caller];
  if (!caller) return expect.fail(`no caller ${one.caller}`);
  const { action, resource, owner, wildcardArn, context = {} } = one;
  return evaluate(
    { caller, action, resource, owner, wildcardArn, context: new RecordContext(context) },
    policiesOf(one),
  );
}

function policiesOf({ policies }: Case): Policies {
  const { identity, boundary, session, serviceControl, resourceControl, grants } = policies;
  return {
    identity: named('p', identity ?? []),
    boundary: boundary && { name: 'boundary', document: documentOf(boundary) },
    session: session && named('session policy ', session),
    resource: resourceOf(policies),
    serviceControl: serviceControl?.map(levelOf),
    resourceControl: resourceControl?.map(levelOf),
    grants,
  };
}

/** A bucket without a policy, where no other is given. */
function resourceOf({ bucketPolicy, keyPolicy, trustPolicy, principals }: Case['policies']): AttachedPolicy {
  if (keyPolicy) return { kind: 'key-policy', name: 'key policy', document: documentOf(keyPolicy), principals };
  if (trustPolicy) return { kind: 'trust-policy', name: 'trust policy', document: documentOf(trustPolicy), principals };
  return {
    kind: 'bucket-policy',
    name: 'bucket policy',
    document: bucketPolicy && documentOf(bucketPolicy),
    principals,
  };
}

const levelOf = (documents: readonly Document[], i: number) => ({
  target: { kind: i === 0 ? 'root' : 'unit', id: `level ${i + 1}`, name: `Level ${i + 1}` } as const,
  policies: named(`level ${i + 1} policy `, documents),
});

const named = (prefix: string, documents: readonly Document[]): NamedPolicy[] =>
  documents.map((document, i) => ({ name: `${prefix}${i + 1}`, document: documentOf(document) }));

const documentOf = (document: Document): PolicyDocument =>
  readPolicy('Version' in document ? document : { Version: '2012-10-17', Statement: document });

/** A change that helps a denied request, as a value and as its effect on the side. */

import type { AlikeRequests, AllowStatement } from './added-statement.ts';
import type { ConditionTrace, ControlTarget, GateKind } from './decision.ts';
import type { Question } from './evaluate.ts';

/** A statement that is there, by its policy and its place in it. */
export interface NamedStatement {
  readonly gate: GateKind;
  /** The level of the organization that its policy is attached to. */
  readonly target?: ControlTarget | undefined;
  readonly policy: string;
  readonly policyArn?: string | undefined;
  readonly sid: string | undefined;
  /** Its position in the policy, from 0. */
  readonly index: number;
}

/** How a caller gives a condition key a value: by an option, by how and from where it calls, by a tag of its own. */
export type Sending = 'option' | 'circumstance' | 'tag';

type Json = Readonly<Record<string, unknown>>;

export type Remedy =
  /** Add this statement to a policy of that kind, for control policies at that level. */
  | {
      readonly kind: 'add-statement';
      readonly gate: GateKind;
      readonly target?: ControlTarget | undefined;
      readonly statement: AllowStatement;
    }
  /** An Allow that misses by one condition: change its values. */
  | (NamedStatement & {
      readonly kind: 'change-condition';
      readonly operator: string;
      readonly key: string;
      readonly added: readonly string[];
      readonly removed: readonly string[];
      readonly statement: Json;
      /** Whether it should stand beside the old one, for this request alone: that would open too much. */
      readonly isBeside: boolean;
    })
  /** A value that can never match, such as the ARN of an alias: put the right one in its place. */
  | (NamedStatement & {
      readonly kind: 'replace-value';
      /** The element that it is in: `Resource`, or a condition's operator and key. */
      readonly element: string;
      readonly from: string;
      readonly to: string;
      readonly statement: Json;
    })
  /** The policy means a principal of this name that is gone: put the policy again, as it is. */
  | {
      readonly kind: 'put-again';
      readonly gate: GateKind;
      readonly policy: string;
      readonly principal: string;
      /** The unique id of whom it means. */
      readonly boundTo: string;
    }
  /** A grant misses by its constraint: create it with another. */
  | {
      readonly kind: 'widen-grant';
      readonly gate: 'grant';
      readonly grantId: string;
      readonly grantee: string;
      readonly action: string;
      readonly constraint: string;
      readonly asks: Readonly<Record<string, string>>;
      readonly pairs: Readonly<Record<string, string>>;
    }
  /** Make the request with another value of a key, or without the key. */
  | (NamedStatement & {
      readonly kind: 'send';
      readonly how: Exclude<Sending, 'tag'>;
      readonly key: string;
      readonly value: string | undefined;
      readonly condition: ConditionTrace;
    })
  /** Give the caller's user or role a tag, or take it away. */
  | (NamedStatement & {
      readonly kind: 'tag-principal';
      readonly principal: string;
      readonly tag: string;
      readonly value: string | undefined;
    })
  /** No Allow can override a Deny: remove it, narrow it, or make a request that it does not cover. */
  | (NamedStatement & {
      readonly kind: 'lift-deny';
      /** Its conditions, all of which the request meets. */
      readonly conditions: readonly ConditionTrace[];
      /** The statement narrowed, if it can be. */
      readonly narrowed?: Json | undefined;
      /** For a setting that counts as a policy: how to remove it. */
      readonly lift?: string | undefined;
    })
  /** The policy of an AWS managed key cannot be changed, so no statement can: use a key of one's own. */
  | {
      readonly kind: 're-encrypt';
      readonly gate: GateKind;
      readonly keyArn: string;
      readonly object: string | undefined;
    };

/** A change with its effect. */
export interface Change {
  readonly remedy: Remedy;
  /** The question with the change made. */
  apply(question: Question): Question;
}

/** What is known besides the question. */
export interface Surroundings extends AlikeRequests {
  /** The ARN of the key that the ARN of an alias stands for. */
  readonly keyOf?: ((aliasArn: string) => string | undefined) | undefined;
  /** The ARNs of the keys that the same call would use. */
  readonly keys?: readonly string[] | undefined;
}

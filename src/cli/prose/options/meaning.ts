/**
 * What help, manual and prompts say of the options of 1:1 commands. Most members mean the same in every operation; what
 * differs has a text of its own. The values that an option takes are not among it: these come from the model.
 */

import type { Input, OperationName, ServiceName } from '../../../api/model/operations.ts';

/** A noun with its article, or an imperative; no capital, no full stop, the default in parentheses at the end. */
export type Meaning = string | NarrowMeaning;

/** Of a value that the service limits more than its model does: a number, or a text's length. */
interface NarrowMeaning {
  readonly about: string;
  readonly min?: number;
  readonly max: number;
  /** Of a text: what the limit counts; characters when absent. */
  readonly unit?: 'bytes';
}

/** The meanings of a service's members. */
export interface Meanings {
  readonly everywhere: Readonly<Record<string, Meaning>>;
  /** By operation: what a member means there, before what it means everywhere. */
  readonly within: Readonly<Record<string, Readonly<Record<string, Meaning>>>>;
}

/** The same with the names that the model has. */
export interface MeaningsOf<S extends ServiceName> {
  readonly everywhere: MemberMeanings<S>;
  readonly within: { readonly [N in OperationName<S>]?: { readonly [M in keyof Input<S, N>]?: Meaning } };
}

/** A part of what a service's members mean everywhere. */
export type MemberMeanings<S extends ServiceName> = { readonly [M in MemberName<S>]?: Meaning };

type MemberName<S extends ServiceName> = { [N in OperationName<S>]: keyof Input<S, N> & string }[OperationName<S>];

/** What a member means in an operation; undefined if nothing is said of it. */
export function meaningIn({ everywhere, within }: Meanings, operation: string, member: string): Meaning | undefined {
  const here = Object.hasOwn(within, operation) ? within[operation] : undefined;
  if (here && Object.hasOwn(here, member)) return here[member];
  return Object.hasOwn(everywhere, member) ? everywhere[member] : undefined;
}

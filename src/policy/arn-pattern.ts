/**
 * ARNs with wildcards. A pattern and an ARN are compared component by component: no wildcard matches across one of the
 * first five colons. IAM JSON policy elements: Resource.
 */

import type { Context } from './context.ts';
import { type Glob, globMatches, parseGlob } from './glob.ts';
import { fillIn, missingVariable, parseTemplate, type Template, type Variable } from './variables.ts';

/** Returns the index where an ARN's resource part begins; -1 if the text has fewer than five colons. */
export function resourceStart(arn: string): number {
  let at = -1;
  for (let colons = 0; colons < 5; colons += 1) {
    at = arn.indexOf(':', at + 1);
    if (at < 0) return -1;
  }
  return at + 1;
}

/** The resource of a request, split where patterns are compared. */
export interface RequestResource {
  readonly text: string;
  /** The index where the resource part begins; -1 if the text is not an ARN. */
  readonly start: number;
}

export const requestResource = (text: string): RequestResource => ({ text, start: resourceStart(text) });

interface ArnPattern {
  readonly kind: 'arn';
  /** The first five components with their colons, if they contain no wildcard. */
  readonly head: string | undefined;
  /** The five components if one of them contains a wildcard; otherwise none. */
  readonly heads: readonly Glob[];
  readonly tail: Template;
}

export type ResourcePattern =
  | { readonly kind: 'all' }
  | ArnPattern
  /** Fewer than six components: the kind of policy decides whether the missing ones count as `*`. */
  | { readonly kind: 'short'; readonly components: readonly Glob[]; readonly endsWithStar: boolean };

/** When the missing components of a pattern with fewer than six count as `*`. */
export type Padding = 'always' | 'after-star' | 'never';

const NO_GLOBS: readonly Glob[] = [];

export function parseResource(text: string, variables: boolean): ResourcePattern {
  if (text === '*') return { kind: 'all' };
  const start = resourceStart(text);
  if (start < 0) {
    return { kind: 'short', components: text.split(':').map(parseGlob), endsWithStar: text.endsWith('*') };
  }
  const head = text.slice(0, start);
  const isWild = head.includes('*') || head.includes('?');
  return {
    kind: 'arn',
    head: isWild ? undefined : head,
    heads: isWild ? head.split(':').slice(0, 5).map(parseGlob) : NO_GLOBS,
    tail: parseTemplate(text.slice(start), { variables, wildcards: true }),
  };
}

/** Whether a pattern covers a resource. One with a variable that has no value covers nothing. */
export function resourceMatches(
  pattern: ResourcePattern,
  resource: RequestResource,
  context: Context,
  padding: Padding,
): boolean {
  if (pattern.kind === 'all') return true;
  if (resource.start < 0) return false;
  const { text, start } = resource;
  if (pattern.kind === 'short') {
    if (padding === 'never' || (padding === 'after-star' && !pattern.endsWithStar)) return false;
    return componentsMatch(pattern.components, text);
  }
  if (!headMatches(pattern, resource)) return false;
  const glob = fillIn(pattern.tail, context);
  return glob !== undefined && globMatches(glob, text, start);
}

/** The variable without a value that keeps a pattern from covering a resource; undefined if none does. */
export function variableInTheWay(
  pattern: ResourcePattern,
  resource: RequestResource,
  context: Context,
): Variable | undefined {
  if (pattern.kind !== 'arn' || resource.start < 0 || !headMatches(pattern, resource)) return undefined;
  return missingVariable(pattern.tail, context);
}

function headMatches({ head, heads }: ArnPattern, { text, start }: RequestResource): boolean {
  return head === undefined ? componentsMatch(heads, text) : head.length === start && text.startsWith(head);
}

function componentsMatch(globs: readonly Glob[], arn: string): boolean {
  const components = arn.split(':', globs.length);
  return globs.every((glob, i) => globMatches(glob, components[i] ?? ''));
}

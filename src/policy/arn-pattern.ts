/**
 * ARNs with wildcards. A pattern and an ARN are compared component by component: no wildcard reaches over one of the
 * first five colons. IAM JSON policy elements: Resource.
 */

import type { Context } from './context.ts';
import { type Glob, globMatches, parseGlob } from './glob.ts';
import { fillIn, parseTemplate, type Template } from './variables.ts';

/** Where an ARN's resource part begins; -1 when the text has fewer than five colons. */
export function resourceStart(arn: string): number {
  let at = -1;
  for (let colons = 0; colons < 5; colons += 1) {
    at = arn.indexOf(':', at + 1);
    if (at < 0) return -1;
  }
  return at + 1;
}

/** The resource of a request, cut where patterns compare. */
export interface RequestResource {
  readonly text: string;
  /** Where the resource part begins; -1: the text is no ARN. */
  readonly start: number;
}

export const requestResource = (text: string): RequestResource => ({ text, start: resourceStart(text) });

export type ResourcePattern =
  | { readonly kind: 'all' }
  | {
      readonly kind: 'arn';
      /** The first five components with their colons, where they have no wildcard. */
      readonly head: string | undefined;
      readonly heads: readonly Glob[];
      readonly tail: Template;
    }
  /** Fewer than six components: whether the others count as `*` depends on the kind of policy. */
  | { readonly kind: 'short'; readonly components: readonly Glob[]; readonly endsWithStar: boolean };

/** When a pattern of fewer than six components is taken as if `*` stood for the others. */
export type Padding = 'always' | 'after-star' | 'never';

export function parseResource(text: string, variables: boolean): ResourcePattern {
  if (text === '*') return { kind: 'all' };
  const start = resourceStart(text);
  if (start < 0) {
    return { kind: 'short', components: text.split(':').map(parseGlob), endsWithStar: text.endsWith('*') };
  }
  const head = text.slice(0, start);
  return {
    kind: 'arn',
    head: /[*?]/.test(head) ? undefined : head,
    heads: head.split(':').slice(0, 5).map(parseGlob),
    tail: parseTemplate(text.slice(start), { variables, wildcards: true }),
  };
}

/** Whether a pattern covers a resource; undefined when a variable in it has no value. */
export function resourceMatches(
  pattern: ResourcePattern,
  resource: RequestResource,
  context: Context,
  padding: Padding,
): boolean | undefined {
  if (pattern.kind === 'all') return true;
  if (resource.start < 0) return false;
  const { text, start } = resource;
  if (pattern.kind === 'short') {
    if (padding === 'never' || (padding === 'after-star' && !pattern.endsWithStar)) return false;
    return componentsMatch(pattern.components, text);
  }
  const { head, heads, tail } = pattern;
  if (head === undefined ? !componentsMatch(heads, text) : head.length !== start || !text.startsWith(head))
    return false;
  const glob = fillIn(tail, context);
  return glob && globMatches(glob, text, start);
}

function componentsMatch(globs: readonly Glob[], arn: string): boolean {
  const components = arn.split(':', globs.length);
  return globs.every((glob, i) => globMatches(glob, components[i] ?? ''));
}

/** What AWS's words about an invalid input leave open: the place of the first wrong value, and what was meant. */

import { didYouMean } from './nearest.ts';
import type { Constraint, Failure } from './validation-failure.ts';

/** The reason that goes with a refusal for these failures; undefined if AWS's message says it all. */
export function validationReason(failures: readonly Failure[]): string | undefined {
  for (const failure of failures) {
    const reason = failure.kind === 'constraint' ? mistyped(failure.value, failure.constraint) : undefined;
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** The same for a refusal that does not name the member that is wrong, as those of Organizations. */
export function namedReason(failures: readonly Failure[]): string | undefined {
  const first = failures.find(({ kind }) => kind === 'missing' || kind === 'constraint');
  if (first?.kind !== 'constraint') return first && `${first.path} is missing`;
  const { path, value, constraint } = first;
  const shown = value === undefined ? path : `${path} ${JSON.stringify(value)}`;
  switch (constraint.kind) {
    case 'enum':
      return `${shown} is not one of ${constraint.values.join(', ')}`;
    case 'pattern':
      return `${shown} does not match ${constraint.pattern}`;
    case 'max-length':
      return `${path} can have ${constraint.limit} characters`;
    case 'min-length':
      return `${path} must have ${constraint.limit} characters or more`;
    case 'max-value':
      return `${path} can be ${constraint.limit} at most`;
    case 'min-value':
      return `${path} must be ${constraint.limit} or more`;
    default:
      return `${path} has an element that is not allowed`;
  }
}

/** The same for a refusal that does not say what it is about, such as MalformedXML. */
export function placeReason(failures: readonly Failure[]): string | undefined {
  const [first] = failures;
  switch (first?.kind) {
    case 'missing':
      return `${first.path} is missing`;
    case 'unknown':
      return `${first.path} is not a member of this input`;
    case 'type':
      return typeof first.value === 'string' && first.expected === 'string'
        ? `${first.path} has characters that XML cannot carry`
        : `${first.path} must be ${/^[aeiou]/.test(first.expected) ? 'an' : 'a'} ${first.expected}`;
    default:
      return undefined;
  }
}

function mistyped(value: string | undefined, constraint: Constraint): string | undefined {
  if (value === undefined) return undefined;
  switch (constraint.kind) {
    case 'enum':
      return didYouMean(value, constraint.values);
    case 'elements': {
      // The elements of a list are shown as `[a, b]`.
      const elements = value.replace(/^\[(.*)\]$/s, '$1').split(', ');
      const values = constraint.each.flatMap((each) => (each.kind === 'enum' ? each.values : []));
      const wrong = elements.find((element) => !values.includes(element));
      return wrong === undefined ? undefined : didYouMean(wrong, values);
    }
    default:
      return undefined;
  }
}

/** The ways in which a parameter can be wrong, as data, and AWS's wording for them. */

/** A rule that a value broke. */
export type Constraint =
  | { readonly kind: 'max-length' | 'min-length' | 'max-value' | 'min-value'; readonly limit: number }
  | { readonly kind: 'enum'; readonly values: readonly string[] }
  | { readonly kind: 'pattern'; readonly pattern: string }
  /** For the elements of a list, or the keys or values of a map: all constraints on each. */
  | { readonly kind: 'elements' | 'keys' | 'values'; readonly each: readonly Constraint[] };

export type Failure =
  | { readonly kind: 'missing'; readonly path: string; readonly header?: string | undefined }
  /** `value` is undefined if it must not be repeated. */
  | {
      readonly kind: 'constraint';
      readonly path: string;
      readonly value: string | undefined;
      readonly constraint: Constraint;
    }
  | { readonly kind: 'type'; readonly path: string; readonly expected: string; readonly value: unknown }
  | { readonly kind: 'unknown'; readonly path: string }
  /** A rule of the service's own, in its own wording. */
  | { readonly kind: 'rule'; readonly path: string; readonly message: string };

/**
 * The failures in one message, in the wording that AWS's services share: `2 validation errors detected: Value '0' at
 * 'numberOfBytes' failed to satisfy constraint: …; …`. A service's own rule is reported alone, and only if nothing else
 * is wrong.
 */
export function validationMessage(failures: readonly Failure[]): string {
  const items = failures.flatMap((failure) => {
    const text = item(failure);
    return text === undefined ? [] : [text];
  });
  if (items.length > 0) {
    return `${items.length} validation ${items.length === 1 ? 'error' : 'errors'} detected: ${items.join('; ')}`;
  }
  const rule = failures.find((failure) => failure.kind === 'rule');
  return rule?.message ?? '';
}

function item(failure: Failure): string | undefined {
  switch (failure.kind) {
    case 'missing':
      return `Value null at '${failure.path}' failed to satisfy constraint: Member must not be null`;
    case 'constraint': {
      const { path, value, constraint } = failure;
      const shown = value === undefined ? 'Value' : `Value '${value}'`;
      // A message that does not repeat the value does not list the set either.
      const isListed = value !== undefined || constraint.kind !== 'enum';
      const text = isListed ? constraintText(constraint) : 'Member must satisfy enum value set';
      return `${shown} at '${path}' failed to satisfy constraint: ${text}`;
    }
    default:
      return undefined;
  }
}

/** AWS's words for a rule: `Member must have length less than or equal to 8`. */
export function constraintText(constraint: Constraint): string {
  switch (constraint.kind) {
    case 'max-length':
      return `Member must have length less than or equal to ${constraint.limit}`;
    case 'min-length':
      return `Member must have length greater than or equal to ${constraint.limit}`;
    case 'max-value':
      return `Member must have value less than or equal to ${constraint.limit}`;
    case 'min-value':
      return `Member must have value greater than or equal to ${constraint.limit}`;
    case 'enum':
      return `Member must satisfy enum value set: [${constraint.values.join(', ')}]`;
    case 'pattern':
      return `Member must satisfy regular expression pattern: ${constraint.pattern}`;
    case 'elements':
      return `Member must satisfy constraint: [${constraint.each.map(constraintText).join(', ')}]`;
    case 'keys':
      return `Map keys must satisfy constraint: [${constraint.each.map(constraintText).join(', ')}]`;
    case 'values':
      return `Map value must satisfy constraint: [${constraint.each.map(constraintText).join(', ')}]`;
  }
}

/** A JSON service's message about a value that does not have its member's type, or about an unknown member. */
export function serializationMessage(failure: Extract<Failure, { kind: 'type' | 'unknown' }>): string {
  if (failure.kind === 'unknown') return `Unexpected field: ${failure.path}`;
  const { value, expected } = failure;
  if (Array.isArray(value)) return 'Start of list found where not expected';
  if (typeof value === 'object' && value !== null) return 'Start of structure or map found where not expected.';
  if (expected === 'list' || expected === 'map' || expected === 'structure') return `Expected ${expected} or null`;
  if (expected === 'timestamp') return `${token(value)} can not be converted to milliseconds since epoch`;
  const article = /^[aeiou]/.test(expected) ? 'an' : 'a';
  const target = `${expected.charAt(0).toUpperCase()}${expected.slice(1)}`;
  return `${token(value)} can not be converted to ${article} ${target}`;
}

/** The JSON token of a scalar. */
function token(value: unknown): string {
  if (typeof value === 'string') return 'STRING_VALUE';
  if (typeof value === 'number') return Number.isInteger(value) ? 'NUMBER_VALUE' : 'DECIMAL_VALUE';
  return value === true ? 'TRUE_VALUE' : value === false ? 'FALSE_VALUE' : 'NULL_VALUE';
}

/**
 * The first failure in AWS Organizations' wording, with the reason's name: AWS Organizations API Reference, "Common
 * errors", InvalidInputException.
 */
export function organizationsReason(failures: readonly Failure[]): {
  readonly reason: string;
  readonly message: string;
} {
  const first = failures.find((failure) => failure.kind === 'missing' || failure.kind === 'constraint');
  if (first?.kind !== 'constraint') {
    return { reason: 'INPUT_REQUIRED', message: 'You must include a value for all required parameters.' };
  }
  return reasonOf(first.constraint);
}

function reasonOf(constraint: Constraint): { readonly reason: string; readonly message: string } {
  switch (constraint.kind) {
    case 'max-length':
      return { reason: 'MAX_LENGTH_EXCEEDED', message: 'You provided a string parameter that is longer than allowed.' };
    case 'min-length':
      return {
        reason: 'MIN_LENGTH_EXCEEDED',
        message: 'You provided a string parameter that is shorter than allowed.',
      };
    case 'max-value':
      return {
        reason: 'MAX_VALUE_EXCEEDED',
        message: 'You provided a numeric parameter that has a larger value than allowed.',
      };
    case 'min-value':
      return {
        reason: 'MIN_VALUE_EXCEEDED',
        message: 'You provided a numeric parameter that has a smaller value than allowed.',
      };
    case 'enum':
      return { reason: 'INVALID_ENUM', message: 'You specified an invalid value.' };
    case 'pattern':
      return {
        reason: 'INVALID_PATTERN',
        message: "You provided a value that doesn't match the required pattern.",
      };
    case 'elements':
    case 'keys':
    case 'values': {
      const [first] = constraint.each;
      return first ? reasonOf(first) : { reason: 'INVALID_ENUM', message: 'You specified an invalid value.' };
    }
  }
}

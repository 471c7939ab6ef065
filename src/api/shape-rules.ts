/** The constraints on a scalar shape, or on a list's or map's length, prepared for checking. */

import type { Shape } from './model/shapes.ts';
import type { Constraint } from './validation-failure.ts';
import type { Override } from './validation-overrides.ts';

export interface ShapeRules {
  /** All constraints, for messages that list them. */
  readonly all: readonly Constraint[];
  /** The constraints that a value of the shape's type breaks; undefined if none. */
  readonly broken: (value: unknown) => readonly Constraint[] | undefined;
  /** Checks the value's own rule, once the constraints hold, and returns its message if the value breaks it. */
  readonly refusedByService: ((value: unknown, path: string) => string | undefined) | undefined;
  /** Whether messages may repeat the value. */
  readonly isShown: boolean;
}

/** Returns the constraint that a value breaks, if any. */
type Rule = (value: unknown) => Constraint | undefined;

/** The rules of a shape with its override; undefined if there are none. */
export function rulesOf(shape: Shape, override: Override = {}): ShapeRules | undefined {
  const limits: Limits = { ...(shape.type === 'structure' ? {} : shape), ...override };
  const all: Constraint[] = [];
  const rules: Rule[] = [];
  const add = (constraint: Constraint, rule: (value: unknown) => boolean): void => {
    all.push(constraint);
    rules.push((value) => (rule(value) ? constraint : undefined));
  };
  const { min, max, pattern } = limits;
  const isNumber = shape.type === 'integer' || shape.type === 'long' || shape.type === 'double';
  const [size, measure] = isNumber ? (['value', magnitude] as const) : (['length', lengthOf] as const);
  if (max !== undefined) add({ kind: `max-${size}`, limit: max }, (value) => !(measure(value) <= max));
  if (min !== undefined) add({ kind: `min-${size}`, limit: min }, (value) => !(measure(value) >= min));
  if (pattern !== undefined) add({ kind: 'pattern', pattern }, mismatch(pattern));
  if (limits.enum) {
    all.push({ kind: 'enum', values: limits.enum });
    rules.push(enumRule(limits.enum, limits.widerEnum));
  }
  const { stricter } = override;
  if (rules.length === 0 && !stricter) return undefined;
  const refuses = stricter && stricterThan(stricter, measure);
  return {
    all,
    broken(value) {
      let found: Constraint[] | undefined;
      for (const rule of rules) {
        const constraint = rule(value);
        if (constraint) found = [...(found ?? []), constraint];
      }
      return found;
    },
    refusedByService: refuses && ((value, path) => (refuses(value) ? stricter.message(path) : undefined)),
    isShown: limits.sensitive !== true && shape.type !== 'blob',
  };
}

type Limits = Pick<Override, 'enum' | 'widerEnum' | 'min' | 'max' | 'pattern' | 'sensitive'>;

function enumRule(values: readonly string[], wider: readonly string[] | undefined): Rule {
  const own = new Set<unknown>(values);
  const others = new Set<unknown>(wider);
  return (value) => {
    if (own.has(value)) return undefined;
    return { kind: 'enum', values: wider && !others.has(value) ? wider : values };
  };
}

function stricterThan(
  { min, max, pattern }: NonNullable<Override['stricter']>,
  measure: (value: unknown) => number,
): (value: unknown) => boolean {
  const fails = pattern === undefined ? () => false : mismatch(pattern);
  return (value) =>
    (min !== undefined && measure(value) < min) || (max !== undefined && measure(value) > max) || fails(value);
}

const magnitude = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** Characters of a string, bytes of a blob, elements of a list, entries of a map; a stream has no length yet. */
function lengthOf(value: unknown): number {
  if (typeof value === 'string') return codePoints(value);
  if (value instanceof Uint8Array) return value.length;
  if (Array.isArray(value)) return value.length;
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 0;
}

function codePoints(text: string): number {
  let surrogatePairs = 0;
  for (let i = 0; i < text.length - 1; i++) {
    if (text.charCodeAt(i) >> 10 === 0x36 && text.charCodeAt(i + 1) >> 10 === 0x37) surrogatePairs++;
  }
  return text.length - surrogatePairs;
}

/** The models' patterns are Java's, which must match the whole value. */
function mismatch(pattern: string): (value: unknown) => boolean {
  const expression = wholeMatch(pattern);
  return (value) => typeof value === 'string' && !expression.test(value);
}

function wholeMatch(pattern: string): RegExp {
  try {
    return new RegExp(`^(?:${pattern})$`, 'u');
  } catch {
    // Only Unicode mode refuses an escape that means itself, such as `\_`.
    return new RegExp(`^(?:${pattern})$`);
  }
}

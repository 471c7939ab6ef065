/** `--query`: a JMESPath expression over the result. AWS CLI User Guide, "Filtering output in the AWS CLI". */

import { UsageError } from '../../api/errors.ts';
import { MAX_JSON_DEPTH } from '../../api/json-depth.ts';
import { isList, isMap, type Plain } from '../output/plain.ts';

/** Applies an expression to one result after another. */
export type Query = (result: Plain) => Plain;

/**
 * Compiles a query. The package is loaded here, since most commands have no query.
 * @throws UsageError when the expression does not parse.
 */
export async function compileQuery(expression: string): Promise<Query> {
  const { default: jmespath } = await import('jmespath');
  const search = (result: unknown) => jmespath.search(result, currentInBrackets(expression));
  try {
    search(null);
  } catch (error) {
    // The expression is only parsed here: a type error on an empty result is not the expression's fault.
    if (!isTypeError(error)) throw badQuery(expression, error);
  }
  return (result) => {
    try {
      return ownData(search(withoutPrototypes(result)));
    } catch (error) {
      throw badQuery(expression, error);
    }
  };
}

/**
 * The package takes an @ that begins an argument for all of the argument, and stumbles over what follows, as in
 * `length(@.Keys)`; it does not where the @ stands in brackets. Texts and quoted names stay as they are.
 */
const currentInBrackets = (expression: string): string =>
  expression.replace(/'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`(?:\\.|[^`\\])*`|@/gs, (part) =>
    part === '@' ? '(@)' : part,
  );

const isTypeError = (error: unknown): boolean => error instanceof Error && error.message.startsWith('TypeError');

function badQuery(expression: string, error: unknown): UsageError {
  return new UsageError(`Bad value for --query ${expression}: ${reasonOf(error)}`);
}

/** The package's own errors are plain ones; others come from JavaScript, where it relies on it. */
function reasonOf(error: unknown): string {
  if (error instanceof RangeError) return 'it is nested too deep';
  if (error instanceof TypeError) return 'Unknown function';
  return error instanceof Error ? error.message : String(error);
}

/**
 * The package looks names up as JavaScript does, and would find what every object inherits, such as `constructor`. Of
 * these it calls only `hasOwnProperty` itself.
 */
function withoutPrototypes(value: Plain): Plain {
  if (isList(value)) return value.map(withoutPrototypes);
  if (!isMap(value)) return value;
  const copy: Record<string, Plain> = Object.create(BARE);
  for (const [name, member] of Object.entries(value)) copy[name] = withoutPrototypes(member);
  return copy;
}

const BARE: object = Object.create(null, { hasOwnProperty: { value: Object.prototype.hasOwnProperty } });

/** Plain data as it came; null for what an object that the expression made has inherited. @throws RangeError */
function ownData(value: unknown, depth = 0): Plain {
  if (depth > MAX_JSON_DEPTH) throw new RangeError('too deep');
  if (value === undefined || value === null || typeof value === 'function' || value === Object.prototype) return null;
  // The package divides by zero for the average of nothing, which is null: JMESPath Specification, avg.
  if (Number.isNaN(value)) return null;
  if (Array.isArray(value)) return value.map((item) => ownData(item, depth + 1));
  if (typeof value !== 'object') return value as Plain;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, ownData(member, depth + 1)]));
}

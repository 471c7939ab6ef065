/** `--query`: a JMESPath expression over the result. AWS CLI User Guide, "Filtering output in the AWS CLI". */

import { UsageError } from '../../api/errors.ts';
import type { Plain } from '../output/plain.ts';

/** Applies an expression to one result after another. */
export type Query = (result: Plain) => Plain;

/**
 * Compiles a query. The package is loaded here, since most commands have no query.
 * @throws UsageError when the expression does not parse.
 */
export async function compileQuery(expression: string): Promise<Query> {
  const { default: jmespath } = await import('jmespath');
  try {
    jmespath.search(null, expression);
  } catch (error) {
    // The expression is only parsed here: a type error on an empty result is not the expression's fault.
    if (!isTypeError(error)) throw badQuery(expression, error);
  }
  return (result) => {
    try {
      // Plain data in, plain data out: an expression selects from the data and makes lists and maps of it.
      return (jmespath.search(result, expression) ?? null) as Plain;
    } catch (error) {
      throw badQuery(expression, error);
    }
  };
}

const isTypeError = (error: unknown): boolean => error instanceof Error && error.message.startsWith('TypeError');

function badQuery(expression: string, error: unknown): UsageError {
  const reason = error instanceof Error ? error.message : String(error);
  return new UsageError(`Bad value for --query ${expression}: ${reason}`);
}

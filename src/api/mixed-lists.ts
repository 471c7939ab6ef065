/**
 * Lists of one output whose items stand among one another where they are elements of XML, although the model has a list
 * for each kind: versions and delete markers. Outputs stay the model's, so that this is known beside them.
 */

const orders = new WeakMap<object, ReadonlySet<unknown>>();

/** The output, of which it is known from now on how the items of its lists stand among one another. */
export function withOrder<T extends object>(output: T, items: Iterable<unknown>): T {
  orders.set(output, new Set(items));
  return output;
}

/** The items of several lists, in their order; undefined for an output whose lists stand one after the other. */
export const orderOf = (output: object): ReadonlySet<unknown> | undefined => orders.get(output);

/** The pages of a list operation, one after the other. */

import { operationModel } from '../api/model/loader.ts';
import type { Input, OperationName, Output, ServiceName } from '../api/model/operations.ts';
import type { Aws } from './aws.ts';
import { givenTokens, nextTokens, requireProgress } from './aws-input/paging.ts';

/**
 * Calls the operation until its output has no next page, as its model describes. Page size and start in the input are
 * kept.
 * @throws AwsError when a page is refused, EndpointError for a list without an end.
 */
export async function* pages<S extends ServiceName, N extends OperationName<S>>(
  { call }: Pick<Aws, 'call'>,
  service: S,
  operation: N,
  input: Input<S, N>,
): AsyncGenerator<Output<S, N>> {
  const paging = operationModel(service, operation)?.pages;
  if (!paging) throw new Error(`${operation} of ${service} has no pages`);
  let tokens: ReturnType<typeof nextTokens> = {};
  while (tokens) {
    const page: Output<S, N> = await call(service, operation, Object.assign({}, input, givenTokens(tokens)));
    yield page;
    const next = nextTokens(paging, page);
    requireProgress(tokens, next);
    tokens = next;
  }
}

/**
 * The store behind the endpoint of `ssebox exec` or `ssebox env`. Commands that only make calls go to the endpoint; those
 * that need a store find it by these variables, which do not turn the others away from the endpoint.
 */

import type { Environment } from '../../env.ts';

export interface StoreBehind {
  readonly folder: string;
  /** Whom the credentials of the endpoint stand for, in a form of `--as`. */
  readonly as: string;
}

type Variables = Environment['variables'];

/** The variables that tell of it. */
export const storeVariables = (url: string, { folder, as }: StoreBehind): Variables => ({
  SSEBOX_ENDPOINT_URL: url,
  SSEBOX_ENDPOINT_STORE: folder,
  SSEBOX_ENDPOINT_AS: as,
});

/** What they tell, unless calls have been directed to another endpoint since. */
export function storeBehind(variables: Variables): StoreBehind | undefined {
  const { SSEBOX_ENDPOINT_URL: url, SSEBOX_ENDPOINT_STORE: folder, SSEBOX_ENDPOINT_AS: as } = variables;
  return url && folder && as && variables.AWS_ENDPOINT_URL === url ? { folder, as } : undefined;
}

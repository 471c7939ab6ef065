import type { MeaningsOf } from './meaning.ts';
export const iamOptions = { everywhere: {}, within: {} } satisfies MeaningsOf<'iam'>;

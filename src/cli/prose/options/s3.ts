import type { MeaningsOf } from './meaning.ts';
export const s3Options = { everywhere: {}, within: {} } satisfies MeaningsOf<'s3'>;

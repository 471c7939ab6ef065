import type { MeaningsOf } from './meaning.ts';
export const cloudtrailOptions = { everywhere: {}, within: {} } satisfies MeaningsOf<'cloudtrail'>;

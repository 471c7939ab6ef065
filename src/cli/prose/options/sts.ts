import type { MeaningsOf } from './meaning.ts';
export const stsOptions = { everywhere: {}, within: {} } satisfies MeaningsOf<'sts'>;

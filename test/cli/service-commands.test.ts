import { expect, test } from 'vitest';
import { newSample } from '../support/command-line.ts';

test.for([
  ['kms describe-key --key-id', 'alias/app'],
  ['kms create-key --key-usage', 'GENERATE_VERIFY_MAC'],
  ['s3api head-object --bucket', 'photos'],
  ['iam get-user --user-name', 'ana'],
] as const)('%s offers the existing names', async ([words, value]) => {
  const place = await newSample();
  const { out } = await place.ok(['completion', 'query', '--', ...words.split(' '), '']);
  expect(out.split('\n').map((line) => line.split('\t')[0])).toContain(value);
});

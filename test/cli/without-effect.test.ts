/** Configurations that have no effect, on the command line. */

import { expect, test } from 'vitest';
import { operationFacts } from '../../src/api/operation-facts.ts';
import { s3Prose } from '../../src/cli/prose/s3.ts';
import { newSample } from '../support/command-line.ts';

const website = [
  ...['s3api', 'put-bucket-website', '--bucket', 'photos', '--website-configuration'],
  '{"IndexDocument":{"Suffix":"index.html"}}',
];
const payment = (payer: string) => [
  ...['s3api', 'put-bucket-request-payment', '--bucket', 'photos'],
  ...['--request-payment-configuration', `Payer=${payer}`],
];
const HINT = 'hint: ssebox keeps this configuration and shows it, and it has no effect here\n';

test('a person is told that a configuration has no effect, and a script is not', async () => {
  const { ok, ssebox } = await newSample();
  expect(await ok(website, { terminal: 80 })).toMatchObject({ out: '', err: HINT });
  expect(await ok(website)).toMatchObject({ out: '', err: '' });
  const shown = await ok(['s3api', 'get-bucket-website', '--bucket', 'photos'], { terminal: 80 });
  expect(shown.err).toBe('');
  // A refusal has a hint of its own, or none.
  const refused = await ssebox([...website.slice(0, -1), '{}'], { terminal: 80 });
  expect(refused.err).not.toContain(HINT);
});

test('s3 website sets the pages of a website, as the AWS CLI does', async () => {
  const { ok, ssebox } = await newSample();
  const pages = ['--index-document', 'index.html', '--error-document', 'errors/404.html'];
  const kept = async () => (await ok(['s3api', 'get-bucket-website', '--bucket', 'photos'])).json;
  for (const bucket of ['s3://photos', 's3://photos/', 'photos']) {
    expect(await ok(['s3', 'website', bucket, ...pages])).toMatchObject({ out: '', err: '' });
    expect(await kept()).toEqual({
      IndexDocument: { Suffix: 'index.html' },
      ErrorDocument: { Key: 'errors/404.html' },
    });
    await ok(['s3api', 'delete-bucket-website', '--bucket', 'photos']);
  }
  expect(await ok(['s3', 'website', 's3://photos', ...pages.slice(0, 2)], { terminal: 80 })).toMatchObject({
    err: HINT,
  });
  expect(await kept()).toEqual({ IndexDocument: { Suffix: 'index.html' } });
  expect(await ssebox(['s3', 'website', 's3://photos'])).toMatchObject({
    code: 254,
    err: 'An error occurred (InvalidArgument) when calling the PutBucketWebsite operation: A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty\n',
  });
});

test('bucket show names them', async () => {
  const { ok } = await newSample();
  const named = async () => (await ok(['bucket', 'show', 'photos', '--query', 'WithoutEffect'])).json;
  expect(await named()).toBeNull();
  await ok(website);
  await ok(payment('Requester'));
  expect(await named()).toEqual(['RequestPayment', 'Website']);
  await ok(payment('BucketOwner'));
  expect(await named()).toEqual(['Website']);
});

test('the setting has them refused', async () => {
  const { ok, ssebox } = await newSample();
  await ok(['config', 'set', 's3.without-effect', 'refuse']);
  expect(await ssebox(website)).toMatchObject({
    code: 254,
    err: 'An error occurred (NotImplemented) when calling the PutBucketWebsite operation: PutBucketWebsite has no effect in ssebox, and s3.without-effect is set to refuse it\n',
  });
  await ok(['config', 'set', 's3.without-effect', 'keep']);
  await ok(website);
});

test('help marks each of them, and nothing else', async () => {
  const marked = Object.entries(s3Prose).filter(([, { summary }]) => summary.endsWith(' (without effect)'));
  const { ok } = await newSample();
  const { out } = await ok(['s3api', '--help']);
  const expected = Object.keys(s3Prose).filter((name) => operationFacts('s3', name).isWithoutEffect);
  expect(marked.map(([name]) => name).sort()).toEqual(expected.sort());
  expect(out.replace(/\s+/g, ' ')).toContain(
    'put-bucket-website Set a bucket’s website configuration (without effect)',
  );
  const { out: page } = await ok(['s3api', 'put-bucket-website', '--help']);
  expect(page.replace(/\s+/g, ' ')).toContain('ssebox keeps this configuration and shows it, and does not act on it.');
});

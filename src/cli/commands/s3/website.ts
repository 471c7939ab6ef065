/** `ssebox s3 website`: AWS CLI Command Reference, s3 website. */

import { bucketUriChoices, oneOf } from '../../choices.ts';
import { command } from '../../command.ts';

export const website = command({
  name: 'website',
  callsEndpoint: true,
  summary: 'Set the website configuration of a bucket (without effect)',
  description:
    'ssebox keeps this configuration and shows it, and does not act on it. If the setting s3.without-effect is refuse, it is refused with NotImplemented.',
  args: { bucket: { about: 's3://BUCKET', choices: bucketUriChoices, check: oneOf('a bucket', bucketUriChoices) } },
  options: {
    'index-document': { about: 'the name of the page of a folder, such as index.html', type: 'string', value: 'NAME' },
    'error-document': { about: 'the key of the page that errors show', type: 'string', value: 'KEY' },
  },
  examples: [
    'ssebox s3 website s3://photos --index-document index.html',
    'ssebox s3 website s3://photos --index-document index.html --error-document errors/404.html',
  ],
  async run({ args, options }, session) {
    // The name of the bucket alone and a slash behind it are taken as well.
    const bucket = args.bucket.replace(/^s3:\/\//, '').replace(/\/$/, '');
    const { 'index-document': index, 'error-document': error } = options;
    await session.aws.call('s3', 'PutBucketWebsite', {
      Bucket: bucket,
      WebsiteConfiguration: {
        ...(index !== undefined && { IndexDocument: { Suffix: index } }),
        ...(error !== undefined && { ErrorDocument: { Key: error } }),
      },
    });
    const { hintAtNoEffect } = await import('../../aws-input/call-operation.ts');
    hintAtNoEffect(session);
    return { kind: 'lines', lines: [] };
  },
});

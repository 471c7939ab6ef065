/** `ssebox compare`: one file under every mode of server-side encryption, measured in a temporary store. */

import { UsageError } from '../../api/errors.ts';
import { command, type Result } from '../command.ts';
import { knownFile } from '../known-file.ts';

/** The number of bytes written and read in one mode when `--times` is not given. */
const BYTES_A_MODE = 128 * 1024 * 1024;
const USUAL_TIMES = 10;

export const compare = command({
  name: 'compare',
  hasPage: true,
  summary: 'Compare the encryption modes on your own file: KMS calls, log events, time, readers, cost',
  description:
    'Measures SSE-S3, SSE-KMS, SSE-KMS with a bucket key, DSSE-KMS and SSE-C in a temporary store: after a warm-up, the file is put and read several times, the modes taking turns, and three users try to read it. Your own store is not touched. The setting kms.latency, such as 8ms, makes the part of KMS in the time visible.',
  args: { file: { about: 'the file to store', check: knownFile } },
  options: {
    times: {
      about: 'how many times to put and read it in each mode (default 10, fewer for large files)',
      type: 'integer',
      value: 'N',
    },
    rate: {
      about: 'for the cost of a bucket key: puts and gets a second, each, by one requester (default 100)',
      type: 'integer',
      value: 'N',
    },
    'bucket-key-life': {
      about:
        'for the cost of a bucket key: how long S3 uses a bucket-level key (default: the setting s3.bucket-key-lifetime, or 5m)',
      type: 'string',
      value: 'DURATION',
    },
  },
  examples: [
    'date > now.txt && ssebox compare now.txt',
    "seq 9999 > numbers.txt && ssebox compare numbers.txt --times 3 --query 'Modes[].[Mode,KmsCalls]' --output text",
  ],
  async run(values, session): Promise<Result> {
    // Every command line loads this file, but few run it.
    const [
      { fileSize },
      { parseBucketKeyUse },
      { measureModes },
      { comparePage, compareValue },
      { withThrowAwayStore },
    ] = await Promise.all([
      import('./s3/file-body.ts'),
      import('./compare/cost.ts'),
      import('./compare/measure.ts'),
      import('./compare/page.ts'),
      import('./compare/throw-away-store.ts'),
    ]);
    const file = values.args.file;
    const size = await fileSize(file);
    const times = values.options.times ?? Math.max(2, Math.min(USUAL_TIMES, Math.floor(BYTES_A_MODE / size)));
    if (times < 1 || times > 1000) throw new UsageError(`--times takes a number from 1 to 1000, not ${times}`);
    const use = parseBucketKeyUse(
      values.options.rate,
      values.options['bucket-key-life'],
      session.settings['s3.bucket-key-lifetime'],
    );
    const modes = await withThrowAwayStore(session, (own) => measureModes({ file, size, times }, own));
    const compared = {
      file,
      size,
      times,
      region: session.region,
      use,
      kmsLatencyMs: session.settings['kms.latency'],
      modes,
    };
    return { kind: 'page', value: compareValue(compared), page: (painter) => comparePage(compared, painter) };
  },
});

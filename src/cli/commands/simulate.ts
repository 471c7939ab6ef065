/** `ssebox simulate`: a workload under each mode of encryption, before it exists. */

import { UsageError } from '../../api/errors.ts';
import type { PriceBook } from '../../cost/price-book.ts';
import type { Workload } from '../../simulate/workload.ts';
import { command, type Result } from '../command.ts';
import type { Session } from '../session.ts';
import type { WorkloadTexts } from './simulate/workload-texts.ts';

const option = (about: string, value: string) => ({ about, type: 'string', value }) as const;

export const simulate = command({
  name: 'simulate',
  hasPage: true,
  summary: 'Simulate a workload in each encryption mode: KMS requests, throttling, latency, log, cost',
  description:
    'Puts SSE-S3, SSE-KMS, SSE-KMS with a bucket key and DSSE-KMS side by side, in each region: requests to KMS against its quota, the share of requests that is throttled at first and after retries, the latency that KMS adds, events and bytes of the log, and the bill of a month. Requests come at random, at any time and for any object that was written since the beginning. All numbers hold for each region; what is assumed is shown.\n\nThe workload is given by options, by a file in YAML or JSON that has the same names, by what your own store did in its last day, or by all of them: options come first, then the file, then the store. Nothing is called or changed.',
  args: {
    file: {
      about: 'a file with the options of the workload, in YAML or JSON; - for standard input',
      optional: true,
      isPath: true,
    },
  },
  options: {
    'objects-per-second': option('objects written and read a second, together (default 12000)', 'N'),
    size: option('the size of an object (default 100KB)', 'SIZE'),
    'read-share': option('the share of reads, from 0 to 1 (default 0.5)', 'SHARE'),
    keys: option('how many KMS keys encrypt them (default 1)', 'N'),
    requesters: option('how many users and sessions of roles write and read them (default 10)', 'N'),
    buckets: option('how many buckets they are in (default 1)', 'N'),
    'bucket-key-life': option(
      'how long S3 uses a bucket-level key (default: the setting s3.bucket-key-lifetime, or 5m)',
      'DURATION',
    ),
    regions: {
      about: 'the regions to simulate (default: --region, or us-east-1 and eu-west-3, whose quota is a tenth)',
      type: 'list',
      value: 'REGION',
    },
    retries: option('how often a throttled request is made again (default 2)', 'N'),
    days: option('how long it goes on (default 30)', 'N'),
    seed: option('a seed of chance: the same one gives the same numbers (default 1)', 'N'),
    'from-store': {
      about: 'take the rates that the store measured in its last day, and its prices',
      type: 'boolean',
    },
  },
  examples: [
    'ssebox simulate',
    'ssebox simulate --objects-per-second 200 --requesters 500 --buckets 20 --regions eu-west-1',
    "ssebox simulate --read-share 1 --query 'Regions[].Modes[].[Mode,KmsRequestsPerSecond]' --output text",
    'ssebox simulate --from-store --requesters 3',
  ],
  async run({ args, options }, session): Promise<Result> {
    // Every command line may load this file, but few run it.
    const [{ awsBook }, { parseWorkload, wholeWorkload }, { simulate }, page] = await Promise.all([
      import('../../cost/price-book.ts'),
      import('./simulate/workload-texts.ts'),
      import('../../simulate/simulate.ts'),
      import('./simulate/page.ts'),
    ]);
    const { 'from-store': fromStore, regions, ...texts } = options;
    const typed = parseWorkload(
      given({ ...texts, ...(regions && { regions: regions.join(' ') }) }),
      (name) => `--${name}`,
    );
    const ofFile = args.file === undefined ? {} : await workloadInFile(args.file, session);
    const { measured, book } = fromStore ? await ofStore(session) : { measured: {}, book: awsBook };
    const { settings, globals, region } = session;
    const isRegionSet = (globals.region ?? settings.region) !== undefined || fromStore;
    const life = settings['s3.bucket-key-lifetime'];
    const set = life === undefined ? {} : { bucketKeyLifeMs: life };
    const known = { ...set, ...measured, ...ofFile, ...typed };
    const workload = wholeWorkload(known, isRegionSet ? region : undefined);
    const simulated = { workload, isMeasured: fromStore, regions: simulate(workload, book), book };
    return {
      kind: 'page',
      value: page.simulationValue(simulated),
      page: (painter) => page.simulationPage(simulated, painter),
    };
  },
});

/** Without what was left out. */
const given = (texts: Readonly<Record<string, string | undefined>>): WorkloadTexts =>
  Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== undefined));

async function workloadInFile(file: string, session: Session): Promise<Partial<Workload>> {
  const [{ nameOf, readYaml }, { parseWorkload, textsOfFile }] = await Promise.all([
    import('../text-file.ts'),
    import('./simulate/workload-texts.ts'),
  ]);
  const called = nameOf(file);
  return parseWorkload(textsOfFile(called, await readYaml(file, session)), (name) => `${name} in ${called}`);
}

interface OfStore {
  readonly measured: Partial<Workload>;
  readonly book: PriceBook;
}

/** The workload of the last day, and the prices in force. @throws UsageError if there was no workload. */
async function ofStore(session: Session): Promise<OfStore> {
  const [{ measuredWorkload }, { bookIn }, { storeNow }] = await Promise.all([
    import('../../simulate/measured.ts'),
    import('../../cost/own-prices.ts'),
    import('../../store/clock.ts'),
  ]);
  const account = await session.aws.account('cloudwatch');
  if (account === undefined) throw new UsageError('only an account has a workload: leave out --no-sign-request');
  const { region, environment } = session;
  return session.store.transact<OfStore>((tx) => {
    const measured = measuredWorkload({ account, region }, storeNow(tx, environment.now()), tx);
    if (measured) return { measured, book: bookIn(tx) };
    throw new UsageError(
      `no object was written or read in ${region} in the last day: leave out --from-store, or name another --region`,
    );
  });
}

/** `ssebox cost`: what a store would cost on AWS. */

import { billedServices, groupings } from '../../cost/groupings.ts';
import { type Check, type Choices, type CommandNode, command, type Result } from '../command.ts';
import { knownFile } from '../known-file.ts';
import { estimateOptions, quantityOption } from './cost/estimate-members.ts';

const report = command({
  name: 'report',
  hasPage: true,
  summary: 'Show what was used this month and what AWS would charge for it',
  description:
    "Counts requests, the hours of KMS keys, stored bytes and what else AWS bills, in all regions, by the store's clock: advance it to see the fees of a month. A running month goes up to now. Requests are paid for by the account that makes them, keys and buckets by their owner; shown is the caller's account, and with --by account every account of the store. No permission is needed. Prices are those of ssebox cost prices. Free tiers and cheaper tiers are those of whole months and are divided among what was used. AWS's bill has the region in front of a usage type, which is in the JSON output.",
  options: {
    by: { about: 'show the cost of each of these, with its usage types', type: 'string', choices: groupings },
    month: { about: 'the month, as YYYY-MM (default: the running one)', type: 'string', value: 'MONTH' },
    since: {
      about: 'what was used since this time, or no longer ago than this: 2026-05-04, 12h, 30d',
      type: 'string',
      value: 'TIME',
    },
  },
  examples: [
    'ssebox kms create-key > key.json && ssebox clock advance 20d && ssebox cost report --since 30d',
    'ssebox cost report --by key',
    "ssebox cost report --query 'Rows[].[Service, UsageType, Region, Quantity, Usd]' --output text",
  ],
  async run({ options }, session): Promise<Result> {
    const { reported } = await import('./cost/report.ts');
    return reported(options, session);
  },
});

const prices = command({
  name: 'prices',
  hasPage: true,
  summary: 'List the prices that costs are calculated with, or load newer ones from a file',
  description:
    'Shows the prices of the region in --region, each with its source, the month it was read, and how well it is known. Where none is known of the region, that of us-east-1 stands for it and is marked. --from loads prices from a JSON file in the form that --output json prints: save it, change it, load it. Prices of the file hold before those that are built in, for the usage types and regions that it has. They are kept in the store until another file is loaded or --reset is given.',
  options: {
    service: { about: 'list only the prices of this service', type: 'string', choices: billedServices },
    from: { about: 'load prices from this file; - is standard input', type: 'string', value: 'FILE', check: knownFile },
    reset: { about: 'use the built-in prices again', type: 'boolean' },
  },
  examples: [
    'ssebox cost prices --service kms',
    'ssebox cost prices --region eu-central-1 --service s3',
    'ssebox cost prices > prices.json && ssebox cost prices --from prices.json',
    'ssebox cost prices --reset --service kms',
  ],
  async run({ options }, session): Promise<Result> {
    const { listedPrices } = await import('./cost/prices.ts');
    return listedPrices(options, session);
  },
});

const estimate = command({
  name: 'estimate',
  hasPage: true,
  summary: 'Calculate what a month would cost from quantities that you name',
  description:
    'Each option is a quantity of one month in the region of --region. A file has the same names, in YAML or JSON, with region and usage, which has quantities of any usage type of AWS; options come before it. Free tiers are taken off. ssebox cost prices lists the usage types with their prices.',
  args: {
    file: {
      about: 'a file with quantities by name; - is standard input',
      optional: true,
      isPath: true,
      check: knownFile,
    },
  },
  options: {
    ...estimateOptions,
    rotations: quantityOption('how often each key has been rotated: the first two times add to its fee'),
    usage: {
      about: 'a quantity of any usage type, as Retrieval-SIA=10; repeatable',
      type: 'repeat',
      value: 'TYPE=NUMBER',
    },
  },
  examples: [
    'ssebox cost estimate --keys 2 --kms-requests 10000000 --puts 10000000 --storage-gb 500',
    "ssebox cost estimate --usage TimedStorage-SIA-ByteHrs=100 --usage Retrieval-SIA=10 --query 'Usd'",
    "echo '{keys: 3, rotations: 2, region: eu-central-1}' | ssebox cost estimate - --query Usd",
  ],
  async run({ args: { file }, options }, session): Promise<Result> {
    const { estimated } = await import('./cost/estimate.ts');
    const { usage, ...named } = options;
    return estimated({ file, options: named, usage: usage ?? [] }, session);
  },
});

const placeChoices: Choices = async (session, at) => (await import('../choices.ts')).bucketUriChoices(session, at);

const knownPlace: Check = async (answer, session, values) =>
  (await import('./s3/object-argument.ts')).inBucket(answer, session, values);

const compare = command({
  name: 'compare',
  hasPage: true,
  summary: 'Compare what a bucket cost with what it would cost under each encryption mode',
  description:
    'From the requests of the bucket that were measured this month: what they cost, and would have cost under SSE-S3, SSE-KMS, SSE-KMS with a bucket key and DSSE-KMS. Calls to KMS are what differs. What is assumed is shown. Unlike ssebox compare FILE, nothing is stored or called.',
  args: {
    place: { about: 'a bucket, or a prefix in it: s3://BUCKET/PREFIX', choices: placeChoices, check: knownPlace },
  },
  options: {
    since: {
      about: 'from this time on, or no longer ago than this (default: the running month)',
      type: 'string',
      value: 'TIME',
    },
    requesters: {
      about: 'how many users and sessions of roles share the requests (default 1)',
      type: 'integer',
      value: 'N',
    },
  },
  examples: [
    'ssebox cost compare s3://photos',
    'ssebox cost compare s3://photos/2026/ --since 30d --requesters 20',
    "ssebox cost compare s3://photos --query 'Modes[].[Mode, KmsRequests, Usd]' --output text",
  ],
  async run({ args: { place }, options: { since, requesters } }, session): Promise<Result> {
    const { comparedModes } = await import('./cost/compare.ts');
    return comparedModes({ place, since, requesters }, session);
  },
});

export const costCommands: readonly CommandNode[] = [report, estimate, compare, prices];

/** `ssebox cost`: what a store would cost on AWS. */

import { billedServices, groupings } from '../../cost/groupings.ts';
import { type CommandNode, command, type Result } from '../command.ts';
import { knownFile } from '../known-file.ts';

const report = command({
  name: 'report',
  hasPage: true,
  summary: 'Show what was used this month and what AWS would charge for it',
  description:
    "Counts requests, the hours of KMS keys, stored bytes and what else AWS bills, in all regions, by the store's clock: advance it to see the fees of a month. A running month goes up to now. Requests are paid for by the account that makes them, keys and buckets by their owner; shown is the caller's account, and with --by account every account of the store. Prices are those of ssebox cost prices. Free tiers and cheaper tiers are those of whole months and are divided among what was used. AWS's bill has the region in front of a usage type, which is in the JSON output.",
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

export const costCommands: readonly CommandNode[] = [report, prices];

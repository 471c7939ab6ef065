/** `ssebox cost`: what a store would cost on AWS. */

import { groupings } from '../../cost/groupings.ts';
import { type CommandNode, command, type Result } from '../command.ts';

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

export const costCommands: readonly CommandNode[] = [report];

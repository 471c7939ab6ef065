/** `ssebox cost estimate`: what a month would cost that is only described. */

import { UsageError } from '../../../api/errors.ts';
import { didYouMean, oneOf } from '../../../api/nearest.ts';
import { isRegion, type Region } from '../../../api/regions.ts';
import { billOf } from '../../../cost/bill.ts';
import { exact } from '../../../cost/exact.ts';
import { bookIn } from '../../../cost/own-prices.ts';
import { rowsOf } from '../../../cost/report.ts';
import { type BilledUsage, billedUsages, isBilledUsage } from '../../../cost/usage-types.ts';
import type { Result } from '../../command.ts';
import type { Session } from '../../session.ts';
import { nameOf, readYaml } from '../../text-file.ts';
import { estimatePage, estimateValue } from './bill-page.ts';
import { type EstimateName, estimateMembers, estimateNames, isEstimateName } from './estimate-members.ts';

export interface EstimateWords {
  readonly file: string | undefined;
  readonly options: Readonly<Partial<Record<EstimateName | 'rotations', string | undefined>>>;
  /** `TYPE=QUANTITY`, for any usage type. */
  readonly usage: readonly string[];
}

/** What is described: quantities of a month by usage type, in a region. */
interface Described {
  readonly region?: Region | undefined;
  readonly rotations?: number | undefined;
  readonly quantities: ReadonlyMap<BilledUsage, number>;
}

export async function estimated(words: EstimateWords, session: Session): Promise<Result> {
  const file =
    words.file === undefined ? undefined : described(await readYaml(words.file, session), nameOf(words.file));
  const own = ofOptions(words);
  const quantities = new Map([...(file?.quantities ?? []), ...own.quantities]);
  if (quantities.size === 0) {
    throw new UsageError(
      'there is nothing to estimate: name a file, or quantities such as --keys',
      'ssebox cost estimate --keys 2 --kms-requests 1000000',
    );
  }
  const rotations = own.rotations ?? file?.rotations ?? 0;
  const keys = quantities.get('KMS-Keys');
  // The first and the second rotation each add as much as the key: AWS Key Management Service pricing.
  if (keys !== undefined) quantities.set('KMS-Keys', keys * (1 + Math.min(2, rotations)));
  const region = file?.region ?? session.region;
  const account = 'estimated';
  const used = [...quantities]
    .sort(([one], [other]) => billedUsages.indexOf(one) - billedUsages.indexOf(other))
    .map(([usageType, quantity]) => ({ account, usageType, region, quantity: exact(quantity), atMs: 0 }));
  const rows = await session.store.transact((tx) =>
    billOf(used, bookIn(tx)).flatMap((line) => rowsOf(line, 0, undefined)),
  );
  const estimate = { region, rows };
  return { kind: 'page', value: estimateValue(estimate), page: (painter) => estimatePage(estimate, painter) };
}

function ofOptions({ options, usage }: EstimateWords): Described {
  const quantities = new Map<BilledUsage, number>();
  let rotations: number | undefined;
  for (const [name, text] of Object.entries(options)) {
    if (text === undefined) continue;
    const quantity = quantityOf(text, `--${name}`);
    if (name === 'rotations') rotations = quantity;
    else if (isEstimateName(name)) quantities.set(estimateMembers[name].usageType, quantity);
  }
  for (const text of usage) {
    const [, name = '', quantity = ''] = /^([^=]+)=(.*)$/.exec(text) ?? [];
    if (name === '')
      throw new UsageError(`--usage takes a usage type and a quantity, such as Retrieval-SIA=10, not "${text}"`);
    quantities.set(usageTypeOf(name, '--usage'), quantityOf(quantity, `--usage ${name}`));
  }
  return { rotations, quantities };
}

/** What a file describes. @throws UsageError for a name that is not known, or a quantity that is not one */
function described(content: unknown, file: string): Described {
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new UsageError(`${file} must have the options of ssebox cost estimate by name, such as "keys: 2"`);
  }
  const quantities = new Map<BilledUsage, number>();
  let region: Region | undefined;
  let rotations: number | undefined;
  for (const [name, value] of Object.entries(content)) {
    const said = `${name} in ${file}`;
    if (name === 'region') region = regionOf(value, said);
    else if (name === 'rotations') rotations = quantityOf(value, said);
    else if (isEstimateName(name)) quantities.set(estimateMembers[name].usageType, quantityOf(value, said));
    else if (name === 'usage') {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        throw new UsageError(`${said} must have quantities by usage type, such as "Retrieval-SIA: 10"`);
      }
      for (const [type, quantity] of Object.entries(value)) {
        quantities.set(usageTypeOf(type, said), quantityOf(quantity, `${type} in ${file}`));
      }
    } else {
      const names = [...estimateNames, 'rotations', 'region', 'usage'];
      throw new UsageError(
        `${file} has an unknown name "${name}": the names are ${oneOf(names, 'and')}`,
        didYouMean(name, names),
      );
    }
  }
  return { region, rotations, quantities };
}

function usageTypeOf(name: string, said: string): BilledUsage {
  if (isBilledUsage(name)) return name;
  throw new UsageError(
    `"${name}" of ${said} is not a usage type that ssebox cost prices lists`,
    didYouMean(name, billedUsages),
  );
}

function regionOf(value: unknown, said: string): Region {
  if (typeof value === 'string' && isRegion(value)) return value;
  throw new UsageError(`${said} must be a region such as us-east-1, not ${JSON.stringify(value)}`);
}

/** More cannot be told apart by a double. */
const MOST = 1e15;

/** @throws UsageError for what is not a number from 0 on */
function quantityOf(value: unknown, said: string): number {
  const number = typeof value === 'string' && /^\d+(\.\d+)?(e\d+)?$/i.test(value) ? Number(value) : value;
  if (typeof number === 'number' && number >= 0 && number <= MOST) return number;
  throw new UsageError(`${said} takes a number from 0 to 1e15, not ${JSON.stringify(value)}`);
}

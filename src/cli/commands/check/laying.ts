/** The calls that make what is given to tests. */

import type { AccountId } from '../../../api/arn.ts';
import { AwsError, UsageError } from '../../../api/errors.ts';
import type { ServiceName } from '../../../api/model/operations.ts';
import type { Region } from '../../../api/regions.ts';
import type { Session } from '../../session.ts';
import type { GivenDocument } from './given.ts';
import { type DocumentText, documentText } from './given-document.ts';
import type { Faults } from './reading.ts';
import { type Fault, FaultyFiles } from './source.ts';

/** What is needed to make what is given. */
export interface Laying {
  /** Its calls continue where a policy denies them. */
  readonly session: Session;
  /** The account and the region of what does not say. */
  readonly account: AccountId;
  readonly region: Region;
  /** Makes calls of which one creates a key, with this id. */
  withKeyId<T>(id: string, work: () => Promise<T>): Promise<T>;
  readonly faults: Faults;
  /** Takes faults of any file. */
  readonly into: Fault[];
}

/** Where something is made, and where the file says so. */
export interface Maker {
  readonly account: AccountId;
  readonly region: Region;
  readonly at: number;
}

/** A call, by the names of its service and operation, with its input. */
type CallToMake = readonly [service: ServiceName, operation: string];

/** Makes a call. @returns whether it was not refused; a refusal is noted */
export const make = async (...asked: Parameters<typeof made>): Promise<boolean> => (await made(...asked)) !== undefined;

/**
 * The same with what the call returns; undefined if it was refused.
 * @param document the policy that it sets, which a refusal is about
 */
export async function made(
  [service, operation]: CallToMake,
  input: Readonly<Record<string, unknown>>,
  { account, region, at }: Maker,
  { session, faults, into }: Laying,
  document?: DocumentText,
): Promise<{ readonly output: unknown } | undefined> {
  try {
    return { output: await session.aws.callByName(service, operation, input, { region, as: `${account}:root` }) };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const { code, message, reason } = error;
    if (document) into.push(document.fault(error));
    else faults.add(at, `${code}: ${message}${reason === undefined ? '' : ` (${reason})`}`);
    return undefined;
  }
}

/** The text of a document; undefined if it cannot be read, which is noted. */
export async function textOf(document: GivenDocument, laying: Laying): Promise<DocumentText | undefined> {
  try {
    return await documentText(document, laying.faults.source, laying.session);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    if (error instanceof FaultyFiles) laying.into.push(...error.faults);
    else laying.faults.add(document.at, error.message);
    return undefined;
  }
}

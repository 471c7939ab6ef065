/** What all relays of a command share: its two sides, its options, and the memory that its parts pass through. */

import type { DigestName } from '../../../crypto/checksums.ts';
import type { CallOptions } from '../../aws.ts';
import type { Session } from '../../session.ts';
import { newSlots, type Slots } from './at-once.ts';
import { type CopyProps, sourceKeyIn } from './copy-props.ts';
import type { OnBytes } from './file-body.ts';
import { type MultipartSettings, multipartSettings } from './multipart-settings.ts';
import { type ObjectInput, objectInput } from './object-options.ts';
import { newPartMemory, type PartMemory } from './part-memory.ts';
import type { Reading } from './relay-source.ts';
import type { Sides } from './sides.ts';
import type { TransferValues } from './transfer-options.ts';
import type { S3Uri } from './uri.ts';
import type { Checksum } from './whole-checksum.ts';

/** The inputs from the typed options, by operation. */
export interface RelayInputs {
  readonly put: ObjectInput;
  readonly create: ObjectInput;
  readonly part: ObjectInput;
  /** The conditions of the write. */
  readonly condition: ObjectInput;
  /** The customer-provided key of the sources. */
  readonly sourceKey: ObjectInput;
}

export interface Relays {
  readonly sides: Sides;
  readonly inputs: RelayInputs;
  /** Undefined if the directive decides. */
  readonly props: CopyProps;
  readonly directive: 'COPY' | 'REPLACE' | undefined;
  /** The checksum that was asked for. */
  readonly algorithm: DigestName | undefined;
  /** Whether the source goes afterwards, so that it has to be certain that the target is there. */
  readonly isMove: boolean;
  readonly session: Session;
  /** Whether small objects share their commits. */
  readonly grouped: boolean;
  readonly settings: MultipartSettings;
  /** The parts in progress, across all transfers: as many are in memory. */
  readonly slots: Slots;
  /** Which refusals of the write are not failures. */
  readonly overlooks: CallOptions['overlooks'];
  readonly memory: PartMemory;
  /** The sides that turned out to have no tags, of which one line tells. */
  readonly tagless: Set<'source' | 'target'>;
}

/** One object on its way. */
export interface Relay {
  readonly reading: Reading;
  readonly target: S3Uri;
  readonly relays: Relays;
  readonly onBytes: OnBytes;
  /** Takes what is to be known of it although it does not fail. */
  readonly notice: (text: string) => void;
}

/** What was written, for the target to confirm. */
export interface Written {
  readonly size: number;
  readonly checksum: Checksum;
}

type Manner = Pick<Relays, 'sides' | 'isMove' | 'grouped' | 'overlooks'> & { readonly condition: ObjectInput };

/** The options are evaluated once. @throws UsageError */
export async function newRelays(
  { condition, ...manner }: Manner,
  values: TransferValues,
  session: Session,
): Promise<Relays> {
  const input = (operation: Parameters<typeof objectInput>[0]) => objectInput(operation, values, session);
  const inputs = {
    put: await input('PutObject'),
    create: await input('CreateMultipartUpload'),
    part: await input('UploadPart'),
    condition,
    sourceKey: sourceKeyIn(await input('CopyObject')),
  };
  const { options } = values;
  const directive = options['metadata-directive'];
  const settings = multipartSettings(session.settings);
  return {
    ...manner,
    inputs,
    props: directive === undefined ? (options['copy-props'] ?? 'default') : undefined,
    directive,
    algorithm: options['checksum-algorithm'],
    session,
    settings,
    slots: newSlots(settings.mostRequests),
    memory: newPartMemory(),
    tagless: new Set(),
  };
}

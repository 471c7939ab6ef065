/** The endpoint as probes see it: calls and raw requests within the time of a row, and the bucket and keys of the check. */

import { ReceivedRefusal } from '../../../api/errors.ts';
import type { Input, OperationName, Output, ServiceName } from '../../../api/model/operations.ts';
import { isAwsHost } from '../../../wire/client/endpoint.ts';
import type { Credentials } from '../../../wire/signature/signing.ts';
import type { ChosenEndpoint } from '../../endpoint/chosen.ts';
import type { RemoteParts } from '../../endpoint/remote.ts';
import type { Session } from '../../session.ts';
import { bytesOf } from './bytes.ts';
import { type Made, noteAnswered, noteCalled, noteRefused, nothingMade } from './made.ts';
import { NotTried, Wrong } from './outcome.ts';
import { type ChunkedPut, newRawClient, type PresignedGet, type RawAnswer, type RawRequest } from './raw-requests.ts';

/** What all rows of a check share. */
export interface Site {
  readonly region: string;
  readonly isAws: boolean;
  /** The name of the check's bucket, with which the names of all begin that the check makes. */
  readonly name: string;
  readonly made: Made;
  /** The endpoint, for as long as a signal lets it. */
  during(signal: AbortSignal): Peer;
  close(): void;
}

export interface Peer extends Pick<Site, 'region' | 'isAws'> {
  readonly bucket: string;
  /** Makes a call once. @throws ReceivedRefusal, EndpointError */
  call<S extends ServiceName, N extends OperationName<S>>(
    service: S,
    name: N,
    input: Input<S, N>,
    credentials?: Credentials,
  ): Promise<Output<S, N>>;
  send(request: RawRequest): Promise<RawAnswer>;
  putChunks(put: ChunkedPut): Promise<RawAnswer>;
  getPresigned(url: PresignedGet): Promise<RawAnswer>;
  /** Puts an object into the bucket. */
  put(Key: string, Body: Uint8Array, more?: Partial<Input<'s3', 'PutObject'>>): Promise<Output<'s3', 'PutObject'>>;
  /** The bytes of an object in the bucket, as text. */
  read(Key: string, more?: Partial<Input<'s3', 'GetObject'>>): Promise<string>;
  /** Makes a KMS key that goes with the check. @throws NotTried if none are to be made */
  newKmsKey(spec: Partial<Input<'kms', 'CreateKey'>>): Promise<KmsKey>;
  /** KMS keys that rows have made for those that follow. */
  readonly keys: SharedKeys;
  /** The key to name for SSE-KMS; undefined: none, so that the endpoint takes its own. */
  readonly sseKmsKey: string | undefined;
  /**
   * Makes a check again as long as it throws, since some changes at AWS take effect after seconds; once elsewhere.
   * @throws what it throws at last
   */
  eventually(check: () => Promise<void>): Promise<void>;
}

export interface KmsKey {
  readonly id: string;
  readonly arn: string;
}

/** A role of a KMS key in the check. */
type KeyUse = 'encryption' | 'signing';

export interface SharedKeys {
  set(use: KeyUse, key: KmsKey): void;
  /** @throws NotTried if there is none */
  of(use: KeyUse): KmsKey;
  /** Undefined if there is none. */
  find(use: KeyUse): KmsKey | undefined;
}

export interface CheckOptions {
  /** Whether KMS keys may be made; absent: unless that costs. */
  readonly makesKeys?: boolean | undefined;
  /** The KMS key of SSE-KMS; absent: one that is made, or else the one that S3 takes by itself. */
  readonly sseKmsKey?: string | undefined;
}

export interface SiteSources {
  readonly chosen: ChosenEndpoint;
  readonly parts: RemoteParts;
  readonly session: Pick<Session, 'environment' | 'signingRegion'>;
  readonly options: CheckOptions;
}

export function newSite({ chosen, parts, session, options }: SiteSources): Site {
  const { endpoint } = chosen;
  const { environment, signingRegion: region } = session;
  const { client, clientAs, transport, credentials } = parts;
  const { now } = environment;
  const isAws = endpoint.kind === 'aws' || isAwsHost(endpoint.origin);
  const name = `ssebox-check-${Buffer.from(environment.random(8)).toString('hex')}`;
  const made = nothingMade();
  const raw = newRawClient({ endpoint, transport, region, bucket: name, now, credentials });
  const keys = newSharedKeys();

  function during(signal: AbortSignal): Peer {
    const call: Peer['call'] = async (service, operation, input, own) => {
      noteCalled(made, operation, input);
      const output = await (own ? clientAs(own) : client)
        .call({ service, name: operation, input, region, signal })
        .catch((error: unknown) => {
          if (error instanceof ReceivedRefusal && !mayHaveDone(error)) noteRefused(made, operation, input);
          throw error;
        });
      noteAnswered(made, operation, output);
      // The output is what the model says of it.
      return output as never;
    };
    return {
      region,
      isAws,
      bucket: name,
      keys,
      sseKmsKey: options.sseKmsKey ?? keys.find('encryption')?.arn,
      call,
      send: (request) => raw.send(request, signal),
      putChunks(put) {
        made.buckets.get(name)?.add(put.key);
        return raw.putChunks(put, signal);
      },
      getPresigned: (url) => raw.getPresigned(url, signal),
      put: (Key, Body, more) => call('s3', 'PutObject', { Bucket: name, Key, Body, ...more }),
      async read(Key, more) {
        const { Body } = await call('s3', 'GetObject', { Bucket: name, Key, ...more });
        return Buffer.from(await bytesOf(Body)).toString();
      },
      async newKmsKey(spec) {
        if (!(options.makesKeys ?? !isAws)) throw new NotTried('it takes a KMS key, and --kms is needed to create one');
        const { KeyMetadata } = await call('kms', 'CreateKey', { Description: `${name}: made by a check`, ...spec });
        const { KeyId, Arn } = KeyMetadata ?? {};
        if (!KeyId || !Arn) throw new Wrong('CreateKey answers without an ARN', 'the metadata of the key');
        return { id: KeyId, arn: Arn };
      },
      async eventually(check) {
        for (let attempt = 1; isAws && attempt < ATTEMPTS; attempt++) {
          try {
            return await check();
          } catch {
            await environment.pause(PAUSE_MS, signal);
          }
        }
        return check();
      },
    };
  }
  return { region, isAws, name, made, during, close: () => client.close() };
}

/** Whether a call that failed may have been carried out all the same. */
const mayHaveDone = ({ httpStatus }: ReceivedRefusal): boolean => httpStatus >= 500 && httpStatus !== 501;

/** How often, and how far apart, AWS is asked whether a policy has taken effect. */
const ATTEMPTS = 6;
const PAUSE_MS = 2000;

function newSharedKeys(): SharedKeys {
  const known = new Map<KeyUse, KmsKey>();
  return {
    set: (use, key) => void known.set(use, key),
    find: (use) => known.get(use),
    of(use) {
      const key = known.get(use);
      if (!key) throw new NotTried(`there is no KMS key for ${use}`);
      return key;
    },
  };
}

/**
 * A client of AWS's services at an endpoint: a call becomes a signed request, and the answer its output or its refusal.
 * Whether a call is made again is its caller's concern.
 */

import { ReceivedRefusal, UsageError } from '../../api/errors.ts';
import { isReadOnce, isStream } from '../../api/message.ts';
import { type OperationModel, operationModel, serviceMetadata } from '../../api/model/loader.ts';
import type { ServiceName } from '../../api/model/operations.ts';
import { loadCodec } from '../codecs/load-codec.ts';
import type { HeaderFields, RequestMessage } from '../http/message.ts';
import type { WireProtocol } from '../routing/route.ts';
import { type Credentials, type SignedHeaders, signHeaders } from '../signature/signing.ts';
import { canonicalQuery } from '../signature/uri-encoding.ts';
import { type Address, type AddressingStyle, addressOf } from './address.ts';
import { asksForChecksum, checksumMode, outputOf } from './answer.ts';
import { withContinuedBody } from './continued.ts';
import { correctionOf, isAboutClock, retryAfterMs, unfollowed } from './corrections.ts';
import { requireSecret } from './customer-key.ts';
import { askedEncoded, decodedList, isEncodedList } from './encoded-lists.ts';
import type { Endpoint } from './endpoint.ts';
import { type ChecksumPolicy, PAYLOAD_HASH, payloadOf } from './payload.ts';
import type { Transport, TransportAnswer } from './transport.ts';

export interface ClientOptions {
  readonly endpoint: Endpoint;
  readonly transport: Transport;
  /** Finds what requests are signed with; undefined: they are not signed. @throws StoreError if there is nothing */
  readonly credentials: () => Promise<Credentials | undefined>;
  /** Of the machine, in milliseconds since 1970. */
  readonly now: () => number;
  readonly userAgent: string;
  /** Waits so many milliseconds before the rest of an object is asked for that was cut; absent: it stays cut. */
  readonly pause?: ((ms: number, signal: AbortSignal) => Promise<void>) | undefined;
  /** Where a request to S3 names its bucket; `auto` by default. */
  readonly addressing?: AddressingStyle | undefined;
  /** Which requests have a checksum, and which answers are to have one; `when_supported` by default. */
  readonly checksums?:
    | { readonly requests?: ChecksumPolicy | undefined; readonly answers?: ChecksumPolicy | undefined }
    | undefined;
  /** Takes what only somebody who looks for a fault wants to know. */
  readonly debug?: ((line: string) => void) | undefined;
}

/** Which of the attempts at a call this is: AWS SDKs and Tools Reference Guide, "Retry behavior". */
export interface Attempt {
  /** The same for all attempts at one call. */
  readonly invocationId: string;
  /** From 1. */
  readonly number: number;
  readonly max: number;
}

/** A call to be made once, or once more if a refusal says what was wrong with the request. */
export interface ClientCall {
  readonly service: ServiceName;
  readonly name: string;
  readonly input: unknown;
  readonly region: string;
  readonly signal: AbortSignal;
  /** Absent: requests do not say. */
  readonly attempt?: Attempt | undefined;
}

export interface Client {
  /**
   * Makes a call. A body that streams is read to its end by whoever takes the output.
   * @throws ReceivedRefusal, EndpointError, UsageError for an input that names nothing, AbortError
   */
  call(call: ClientCall): Promise<unknown>;
  close(): void;
}

/** What a request is made of besides its message. */
interface Sending extends Pick<ClientCall, 'attempt' | 'signal'> {
  readonly address: Address;
  /** The time that it is signed with. */
  readonly signedAt: number;
}

export function newClient(options: ClientOptions): Client {
  const { endpoint, transport, credentials, now, userAgent, addressing: style = 'auto', checksums } = options;
  const { debug, pause } = options;
  /** Regions of buckets that refusals told. */
  const regions = new Map<string, string>();
  let aheadMs = 0;

  const send = async (model: OperationModel, message: RequestMessage, sending: Sending) => {
    const { address, signedAt, attempt, signal } = sending;
    const signer = model.auth === undefined || model.auth === 'v4-unsigned-body' ? await credentials() : undefined;
    const target = { ...message.target, rawPath: address.pathOf(message.target.rawPath) };
    const isTls = address.origin.startsWith('https:');
    const payload = await payloadOf(model, message, {
      isTls,
      isSigned: signer !== undefined,
      checksums: checksums?.requests ?? 'when_supported',
    });
    const fields = new Map(message.headers).set('host', [address.host]).set('user-agent', [userAgent]);
    for (const [name, value] of payload.headers) fields.set(name, [value]);
    // The SDKs say it to every service, and the signature covers it.
    if (signer !== undefined) fields.set(PAYLOAD_HASH, [payload.hash]);
    if (waitsForAssent(model, message)) fields.set('expect', ['100-continue']);
    if (attempt) {
      fields.set('amz-sdk-invocation-id', [attempt.invocationId]);
      fields.set('amz-sdk-request', [`attempt=${attempt.number}; max=${attempt.max}`]);
    }
    const request = { method: message.method, target, headers: fields, payloadHash: payload.hash };
    const { headers, chunkKey }: Partial<SignedHeaders> & { headers: HeaderFields } =
      signer === undefined
        ? { headers: fields }
        : signHeaders(request, {
            credentials: signer,
            region: address.signingRegion,
            service: address.signingService,
            now: new Date(signedAt),
          });
    const query = canonicalQuery(target.query);
    return transport.send(
      {
        origin: address.origin,
        method: message.method,
        target: query === '' ? target.rawPath : `${target.rawPath}?${query}`,
        headers,
        body: payload.encoded(chunkKey),
      },
      signal,
    );
  };

  return {
    async call({ service, name, input, region: asked, signal, attempt }) {
      const model = operationModel(service, name);
      if (!model) throw new Error(`the model of ${service} has no operation ${name}`);
      requireLabels(model, input);
      const codec = await loadCodec(protocolOf(service));
      const isEncoded = isEncodedList(name, input);
      const written = codec.writeInput(model, isEncoded ? askedEncoded(input) : input);
      const message = checksumMode(model, written, checksums?.answers ?? 'when_supported');
      const bucket = bucketIn(model, input);
      const corrected = new Map<string, ReceivedRefusal>();
      for (;;) {
        const region = (bucket === undefined ? undefined : regions.get(bucket)) ?? asked;
        const address = addressOf(endpoint, { model, input, region, style });
        const { origin } = address;
        requireSecret(message.headers, origin);
        const signedAt = now() + aheadMs;
        const answer = await send(model, message, { address, signedAt, attempt, signal });
        try {
          const whole = pause
            ? withContinuedBody(model, answer, {
                message,
                again: (rest) => send(model, rest, { address, signedAt: now() + aheadMs, attempt, signal }),
                pause: (ms) => pause(ms, signal),
              })
            : answer;
          const output = await outputOf(codec, model, whole, { origin, isVerified: asksForChecksum(message), debug });
          return isEncoded ? decodedList(output) : output;
        } catch (error) {
          if (!(error instanceof ReceivedRefusal)) throw error;
          const refusal = withCircumstances(error, answer, now());
          const { headers } = answer;
          const beforeClock = corrected.get('clock');
          if (beforeClock && isAboutClock(refusal)) {
            // The time was not to blame.
            aheadMs = 0;
            throw beforeClock;
          }
          const correction = correctionOf({ endpoint, service, name, bucket, region, signedAt, headers, refusal });
          if (!correction || corrected.has(correction.kind)) throw unfollowed(refusal, headers, origin) ?? refusal;
          if (answer.isBegun && isReadOnce(message.body)) {
            debug?.(`${service} ${name}: not corrected: a stream that has been read cannot be sent again`);
            throw refusal;
          }
          corrected.set(correction.kind, refusal);
          if (correction.kind === 'region') {
            regions.set(correction.bucket, correction.region);
            debug?.(`S3 redirects calls about the bucket ${correction.bucket} from ${region} to ${correction.region}`);
          } else {
            aheadMs += correction.aheadMs;
            debug?.(`the clock of ${origin} is ${seconds(aheadMs)} s ahead: requests are signed with its time`);
          }
        }
      }
    },
    close: () => transport.close(),
  };
}

const seconds = (ms: number): string => (ms / 1000).toFixed(0);

function bucketIn({ service }: OperationModel, input: unknown): string | undefined {
  const bucket = input instanceof Object ? Reflect.get(input, 'Bucket') : undefined;
  return service === 's3' && typeof bucket === 'string' ? bucket : undefined;
}

/** From here on a body is worth waiting for the assent of the other side. */
const LONG_BYTES = 1024 * 1024;

/** A body that is refused does not have to be sent: botocore, handlers.py, `add_expect_header`. */
const waitsForAssent = ({ service, http }: OperationModel, { body }: RequestMessage): boolean =>
  service === 's3' && http.method === 'PUT' && (isStream(body) || (body?.length ?? 0) >= LONG_BYTES);

/** With what only the answer as a whole says of the call. */
function withCircumstances(refusal: ReceivedRefusal, { headers, isBegun }: TransportAnswer, now: number) {
  const call = { ...refusal.call, isBegun, retryAfterMs: retryAfterMs(headers, now) };
  return new ReceivedRefusal(refusal.received, call, refusal.hint);
}

/** The protocol that AWS's own clients speak with a service. */
function protocolOf(service: ServiceName): WireProtocol {
  const { protocol, jsonVersion } = serviceMetadata(service);
  if (protocol === 'smithy-rpc-v2-cbor') return 'cbor';
  if (protocol === 'json') return jsonVersion === '1.0' ? 'json-1.0' : 'json';
  return protocol === 'query' ? 'query' : 'rest-xml';
}

/**
 * An empty name in a path would make it the path of something else: botocore, validate.py, in whose words it is refused.
 * @throws UsageError
 */
function requireLabels({ input, shapes }: OperationModel, value: unknown): void {
  const shape = input && shapes[input.shape];
  if (shape?.type !== 'structure') return;
  for (const [member, ref] of Object.entries(shape.members)) {
    if (ref.location !== 'uri') continue;
    const given = value instanceof Object ? Reflect.get(value, member) : undefined;
    if (typeof given === 'string' && given !== '') continue;
    throw new UsageError([
      'Parameter validation failed:',
      given === undefined
        ? `Missing required parameter in input: "${member}"`
        : `Invalid length for parameter ${member}, value: 0, valid min length: 1`,
    ]);
  }
}

/** An endpoint over HTTP as what the probe asks, AWS's own or one that is like it: the codecs of the server, turned round. */

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, Agent as TlsAgent } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { type OperationModel, operationModel, serviceMetadata } from '../../src/api/model/loader.ts';
import type { ServiceName } from '../../src/api/model/operations.ts';
import { type Codec, RefusedAnswer, UnreadableAnswer } from '../../src/wire/codecs/codec.ts';
import { loadCodec } from '../../src/wire/codecs/load-codec.ts';
import {
  type AnswerMessage,
  type HeaderFields,
  headerFields,
  type RequestMessage,
} from '../../src/wire/http/message.ts';
import { signHeaders } from '../../src/wire/signature/signing.ts';
import { canonicalQuery } from '../../src/wire/signature/uri-encoding.ts';
import type { Answered, ProbeCredentials, ProbeTarget, Signer } from './run-probe.ts';

/** The region that the calls of the probe are about. */
const REGION = 'us-east-1';

export interface HttpTarget {
  /** For all services; absent: AWS's own endpoint of each. */
  readonly endpoint?: string | undefined;
  readonly credentials: ProbeCredentials;
  readonly lagMs: number;
  /** For how long an answer may be waited for. */
  readonly patienceMs?: number | undefined;
  /** The clock by which it signs. */
  readonly now: () => number;
}

export interface HttpProbeTarget extends ProbeTarget {
  /** Ends the connections. */
  close(): void;
}

export function overHttp({ endpoint, credentials, lagMs, now, patienceMs = 60_000 }: HttpTarget): HttpProbeTarget {
  const agents = { 'http:': new Agent({ keepAlive: true }), 'https:': new TlsAgent({ keepAlive: true }) };
  const send = async (
    url: URL,
    method: string,
    path: string,
    headers: Headers,
    body: Uint8Array,
  ): Promise<AnswerMessage> => {
    const isTls = url.protocol === 'https:';
    const options = { method, path, headers, agent: agents[isTls ? 'https:' : 'http:'], timeout: patienceMs };
    const sent = isTls ? httpsRequest(url, options) : httpRequest(url, options);
    sent.on('timeout', () => sent.destroy(new Error(`no answer within ${patienceMs} ms`)));
    sent.end(body);
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    const pieces: Uint8Array[] = [];
    for await (const piece of answer) pieces.push(piece);
    const pairs = answer.rawHeaders.flatMap((name, i, all) => (i % 2 === 0 ? [[name, all[i + 1] ?? ''] as const] : []));
    return { status: answer.statusCode ?? 0, headers: headerFields(pairs), body: Buffer.concat(pieces) };
  };
  return {
    lagMs,
    wait: (ms) => sleep(ms),
    close() {
      for (const agent of Object.values(agents)) agent.destroy();
    },
    async call(service, operation, input, signer) {
      const model = operationModel(service, operation);
      if (!model) throw new Error(`the model of ${service} has no operation ${operation}`);
      const codec = await loadCodec(protocolOf(service));
      const message = codec.writeInput(model, input);
      const url = new URL(endpoint ?? endpointOf(service));
      const body = message.body instanceof Uint8Array ? message.body : new Uint8Array();
      const headers = headersOf(
        { message, body, model, service, host: url.host, now: new Date(now()) },
        signer === 'self' ? credentials : signer,
      );
      const query = canonicalQuery(message.target.query);
      const path = `${message.target.rawPath}${query === '' ? '' : `?${query}`}`;
      const answer = await send(url, message.method, path, headers, body);
      return answered(codec, model, answer);
    },
  };
}

type Headers = Readonly<Record<string, string>>;

const sentFields = (fields: HeaderFields): Headers =>
  Object.fromEntries([...fields].map(([name, values]) => [name, values.join(',')]));

const protocolOf = (service: ServiceName) => {
  const { protocol } = serviceMetadata(service);
  return protocol === 'smithy-rpc-v2-cbor' ? 'cbor' : protocol;
};

/** AWS General Reference, "Service endpoints". */
const endpointOf = (service: ServiceName): string =>
  service === 'iam'
    ? 'https://iam.amazonaws.com'
    : `https://${serviceMetadata(service).endpointPrefix}.${REGION}.amazonaws.com`;

interface Unsigned {
  readonly message: RequestMessage;
  readonly body: Uint8Array;
  readonly model: OperationModel;
  readonly service: ServiceName;
  readonly host: string;
  readonly now: Date;
}

function headersOf({ message, body, model, service, host, now }: Unsigned, signer: Exclude<Signer, 'self'>): Headers {
  const fields = new Map(message.headers).set('host', [host]).set('content-length', [`${body.length}`]);
  const isChecked = fields.has('content-md5') || [...fields.keys()].some((name) => name.startsWith('x-amz-checksum-'));
  if (model.httpChecksum?.requestChecksumRequired && !isChecked) {
    fields.set('content-md5', [createHash('md5').update(body).digest('base64')]);
  }
  if (signer === 'nobody') return sentFields(fields);
  const { signingName, endpointPrefix } = serviceMetadata(service);
  const { AccessKeyId, SecretAccessKey, SessionToken } = signer;
  const { headers } = signHeaders(
    {
      method: message.method,
      target: message.target,
      headers: fields,
      payloadHash: createHash('sha256').update(body).digest('hex'),
    },
    {
      credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken },
      region: REGION,
      service: signingName ?? endpointPrefix,
      now,
    },
  );
  return sentFields(headers);
}

/** An answer as the probe compares it; one that cannot be read has no code that could be expected. */
function answered(codec: Codec, model: OperationModel, answer: AnswerMessage): Answered {
  const { status } = answer;
  try {
    if (status >= 300) {
      const { code, message, detail } = codec.readError(answer);
      const hasCode = model.http.method !== 'HEAD' && status !== 304;
      return { status, code: hasCode ? code : undefined, message, detail };
    }
    return { status, output: Object(codec.readOutput(model, answer)) };
  } catch (error) {
    if (error instanceof RefusedAnswer) return { status, code: error.refusal.code, message: error.message };
    if (error instanceof UnreadableAnswer) return { status, code: 'unreadable', message: error.message };
    throw error;
  }
}

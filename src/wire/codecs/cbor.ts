/** RPC v2 CBOR, which is what CloudWatch's SDKs speak. Smithy specification, "RPC v2 CBOR protocol". */

import { httpStatusOf } from '../../api/error-codes.ts';
import { isRecord } from '../../api/message.ts';
import type { ServiceName } from '../../api/model/operations.ts';
import { type AnswerMessage, type Body, headerFields } from '../http/message.ts';
import { Double, readCbor, timeTag, writeCbor } from './cbor-bytes.ts';
import { type Codec, type MessageIds, UnreadableAnswer } from './codec.ts';
import { errorBody, queryErrorField, receivedError } from './error-shape.ts';
import { bytesOf, unreadableBody } from './message-body.ts';
import { requireOwnMembers } from './own-members.ts';
import { compiledOnce } from './shape-conversion.ts';

const readers = compiledOnce({
  integer: (value) => (typeof value === 'bigint' ? Number(value) : value),
  long: (value) => (typeof value === 'bigint' ? Number(value) : value),
  double: (value) => (typeof value === 'bigint' ? Number(value) : value),
});

const writers = compiledOnce({
  timestamp: (value) => (value instanceof Date ? timeTag(value) : value),
  double: (value) => (typeof value === 'number' ? new Double(value) : value),
});

const PROTOCOL = ['smithy-protocol', 'rpc-v2-cbor'] as const;
const CONTENT_TYPE = ['content-type', 'application/cbor'] as const;

export const cbor: Codec = {
  readInput: (model, { body }) => readers(model, model.input?.shape)(received(body, model.service)),
  writeOutput(model, output, ids) {
    if (!model.output) return answer(200, ids, undefined);
    return answer(200, ids, writers(model, model.output.shape)(output ?? {}));
  },
  writeError(error, ids, model, service) {
    const { type, isDeclared, members } = errorBody(error, model);
    const status = httpStatusOf(error.code, service);
    const body = { __type: isDeclared ? `com.amazonaws.${service}#${type}` : type, ...members };
    return answer(status, ids, body, { ...error.headers, ...queryErrorField(error, status, service) });
  },
  writeInput(model, input) {
    const path = `/service/${model.metadata.targetPrefix}/operation/${model.name}`;
    const headers = [PROTOCOL, ['accept', 'application/cbor']] as const;
    return {
      method: 'POST',
      target: { rawPath: path, query: [] },
      headers: headerFields(model.input ? [...headers, CONTENT_TYPE] : headers),
      body: model.input ? writeCbor(writers(model, model.input.shape)(input ?? {})) : new Uint8Array(),
    };
  },
  readOutput(model, { body }) {
    const isEmpty = bytesOf(body).length === 0;
    const output = isEmpty ? {} : objectIn(body);
    if (!output) throw new UnreadableAnswer('the answer is not a map in CBOR');
    requireOwnMembers(model, isEmpty ? undefined : output);
    return model.output ? readers(model, model.output.shape)(output) : {};
  },
  readError: (answer) => receivedError(answer, objectIn(answer.body)),
};

/** @throws AwsError as the service refuses what is not CBOR */
function received(body: Body | undefined, service: ServiceName): unknown {
  const bytes = bytesOf(body);
  if (bytes.length === 0) return {};
  try {
    return readCbor(bytes);
  } catch {
    // The decoder's words are about its own insides.
    throw unreadableBody(service, 'the body of the request is not CBOR');
  }
}

function objectIn(body: Body | undefined): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = readCbor(bytesOf(body));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function answer(
  status: number,
  { requestId }: MessageIds,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): AnswerMessage {
  const fields = [PROTOCOL, ['x-amzn-requestid', requestId] as const, ...Object.entries(headers)];
  if (body === undefined) return { status, headers: headerFields(fields), body: new Uint8Array() };
  return { status, headers: headerFields([...fields, CONTENT_TYPE]), body: writeCbor(body) };
}

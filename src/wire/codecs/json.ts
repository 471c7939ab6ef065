/**
 * AWS JSON 1.0 and 1.1: an operation is named in a header, and its input and output are objects. Smithy specification,
 * "AWS JSON 1.0 protocol" and "AWS JSON 1.1 protocol".
 */

import { httpStatusOf } from '../../api/error-codes.ts';
import { isRecord } from '../../api/message.ts';
import type { ServiceName } from '../../api/model/operations.ts';
import { type AnswerMessage, headerFields } from '../http/message.ts';
import { type Codec, type MessageIds, UnreadableAnswer } from './codec.ts';
import { errorBody, queryErrorField, receivedError } from './error-shape.ts';
import { textOf, toBytes, unreadableBody } from './message-body.ts';
import { requireOwnMembers } from './own-members.ts';
import { readBase64, readEpochSeconds, readNotFinite, writeBase64, writeEpochSeconds } from './scalars.ts';
import { compiledOnce, type Scalars } from './shape-conversion.ts';

/** KMS, CloudTrail, Organizations and Service Quotas. */
export const json11: Codec = jsonCodec('1.1');

/** CloudWatch, for SDKs from before it spoke CBOR. */
export const json10: Codec = jsonCodec('1.0');

function jsonCodec(version: '1.0' | '1.1'): Codec {
  const contentType = `application/x-amz-json-${version}`;
  return {
    readInput: (model, { body }) => readers(model, model.input?.shape)(parsed(textOf(body), model.service)),
    writeOutput: (model, output, ids) =>
      answer(200, contentType, ids, model.output ? writers(model, model.output.shape)(output ?? {}) : undefined),
    writeError(error, ids, model, service) {
      const { type, members } = errorBody(error, model);
      const body = { __type: type, ...members };
      const status = httpStatusOf(error.code, service);
      return answer(status, contentType, ids, body, { ...error.headers, ...queryErrorField(error, status, service) });
    },
    writeInput: (model, input) => ({
      method: 'POST',
      target: { rawPath: '/', query: [] },
      headers: headerFields([
        ['content-type', contentType],
        ['x-amz-target', `${model.metadata.targetPrefix}.${model.name}`],
      ]),
      body: toBytes(JSON.stringify(writers(model, model.input?.shape)(input ?? {}))),
    }),
    readOutput(model, { body }) {
      const text = textOf(body);
      // Endpoints that put nothing into an answer without an output say `null`; botocore does not look at it.
      const output = text === '' || (text === 'null' && !model.output) ? {} : objectIn(text);
      if (!output) throw new UnreadableAnswer('the answer is not a JSON object');
      requireOwnMembers(model, text === '' ? undefined : output);
      return model.output ? readers(model, model.output.shape)(output) : {};
    },
    readError: (received) => receivedError(received, objectIn(textOf(received.body))),
  };
}

/** @throws AwsError as the service refuses what is not JSON; without words, as AWS's JSON services do. */
function parsed(text: string | undefined, service: ServiceName): unknown {
  if (text === '') return {};
  try {
    if (text !== undefined) return JSON.parse(text);
  } catch {
    // Whatever JSON.parse says of it names pieces of the body.
  }
  throw unreadableBody(service, 'the body of the request is not JSON in UTF-8');
}

/** The object that a text of JSON stands for; undefined if it does not stand for one. */
function objectIn(text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = text === undefined ? undefined : JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function answer(
  status: number,
  contentType: string,
  { requestId }: MessageIds,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): AnswerMessage {
  return {
    status,
    headers: headerFields([['content-type', contentType], ['x-amzn-requestid', requestId], ...Object.entries(headers)]),
    body: toBytes(body === undefined ? '' : JSON.stringify(body)),
  };
}

const reading: Scalars = {
  blob: (value) => (typeof value === 'string' ? (readBase64(value) ?? value) : value),
  timestamp: (value) => (typeof value === 'number' ? (readEpochSeconds(value) ?? value) : value),
  double: (value) => (typeof value === 'string' ? (readNotFinite(value) ?? value) : value),
};

const writing: Scalars = {
  blob: (value) => (value instanceof Uint8Array ? writeBase64(value) : value),
  timestamp: (value) => (value instanceof Date ? writeEpochSeconds(value) : value),
  double: (value) => (typeof value === 'number' && !Number.isFinite(value) ? `${value}` : value),
};

const readers = compiledOnce(reading);
const writers = compiledOnce(writing);

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AwsError } from '../../../src/api/errors.ts';
import { type OperationModel, operationModel, operationNames } from '../../../src/api/model/loader.ts';
import { checkInput } from '../../../src/api/validate.ts';
import { UnreadableAnswer } from '../../../src/wire/codecs/codec.ts';
import { loadCodec } from '../../../src/wire/codecs/load-codec.ts';
import { type AnswerMessage, headerFields } from '../../../src/wire/http/message.ts';
import { valuesOf } from '../../support/shaped-values.ts';

const cbor = await loadCodec('cbor');
const ids = { requestId: '6d2b2b8c-0000-4000-8000-000000000001', hostId: '' };

function modelOf(name: string): OperationModel {
  const model = operationModel('cloudwatch', name);
  if (!model) throw new Error(`CloudWatch has no ${name}`);
  return model;
}

test.each(operationNames('cloudwatch'))('carries what %s says', (name) => {
  const model = modelOf(name);
  const double = fc.double();
  if (model.input) {
    fc.assert(
      fc.property(valuesOf(model.shapes, model.input, { double }), (input) => {
        const sent = cbor.writeInput(model, input);
        expect(cbor.readInput(model, { ...sent, labels: {} })).toEqual(input);
      }),
      { numRuns: 20 },
    );
  }
  if (model.output) {
    fc.assert(
      fc.property(valuesOf(model.shapes, model.output, { double }), (output) => {
        expect(cbor.readOutput(model, cbor.writeOutput(model, output, ids))).toEqual(output);
      }),
      { numRuns: 20 },
    );
  }
});

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const read = (name: string, body: Uint8Array) =>
  cbor.readInput(modelOf(name), {
    method: 'POST',
    target: { rawPath: '/', query: [] },
    headers: headerFields([]),
    body,
    labels: {},
  });

// RFC 8949, appendix A, has the forms of numbers, and of arrays and maps without a length.
test.each<[what: string, body: string, input: unknown]>([
  ['nothing', '', {}],
  ['a map without members', 'a0', {}],
  ['a map without a length', 'bf 63 4e6577 f5 ff', {}],
  ['null, undefined and unknown members', `a3 66 506572696f64 f6 6a 4d65747269634e616d65 f7 61 78 80`, {}],
  ['an integer in eight bytes', 'a1 66 506572696f64 1b 00000000 0000003c', { Period: 60 }],
  ['an integer as a half', 'a1 66 506572696f64 f9 4f80', { Period: 30 }],
  [
    'a time of a whole number',
    'a1 69 537461727454696d65 c1 1a 514b67b0',
    { StartTime: new Date('2013-03-21T20:04:00Z') },
  ],
  [
    'a time of a double',
    'a1 69 537461727454696d65 c1 fb 41d452d9ec200000',
    { StartTime: new Date('2013-03-21T20:04:00.5Z') },
  ],
  ['a list without a length', 'a1 6a 53746174697374696373 9f 63 53756d ff', { Statistics: ['Sum'] }],
  ['a prototype', 'a1 69 5f5f70726f746f5f5f a1 66 506572696f64 01', {}],
])('reads %s', (_, body, input) => {
  const found = read('GetMetricStatistics', hex(body));
  expect(found).toEqual(input);
  expect(Object.getPrototypeOf(found)).toBe(Object.prototype);
});

const deep = (byte: string, times: number) => hex(byte.repeat(times));

test.each<[what: string, body: Uint8Array]>([
  ['JSON', Buffer.from('{}')],
  ['a map that is cut', hex('a1 66 506572696f64')],
  ['more than a map', hex('a0 a0')],
  ['a member twice', hex('a2 66 506572696f64 01 66 506572696f64 02')],
  ['an unknown tag', hex('a1 66 506572696f64 c2 41 01')],
  ['a time that is a text', hex('a1 69 537461727454696d65 c1 61 31')],
  ['text that is not UTF-8, beyond its end', hex('a1 7b ffffffffffffffff 41')],
  ['a list longer than the message', hex('9b 7fffffffffffffff')],
  ['lists in lists', deep('81', 500_000)],
  ['lists without an end', deep('9f', 500_000)],
  ['times of times', deep('c1', 500_000)],
  ['maps in maps', deep('a161', 300_000)],
])('refuses %s', (_, body) => {
  expect(() => read('GetMetricStatistics', body)).toThrow(expect.objectContaining({ code: 'SerializationException' }));
});

// The words are those of the check of inputs, which also sees the command line's.
test.each<[body: string, message: string]>([
  ['80', 'Start of list found where not expected'],
  ['01', 'Expected structure or null'],
  ['a1 66 506572696f64 61 31', 'STRING_VALUE can not be converted to an Integer'],
  ['a1 6a 53746174697374696373 61 31', 'Expected list or null'],
])('refuses %s', (body, message) => {
  const call = () => checkInput('cloudwatch', 'GetMetricStatistics', read('GetMetricStatistics', hex(body)));
  expect(call).toThrow(expect.objectContaining({ code: 'SerializationException', message }));
});

const fieldsOf = ({ headers }: AnswerMessage) => Object.fromEntries(headers);

test('writes a whole number as a double where the model has one', () => {
  const answer = cbor.writeOutput(modelOf('GetMetricStatistics'), { Datapoints: [{ Sum: 5 }] }, ids);
  expect(answer.body).toEqual(Uint8Array.from(hex('a1 6a 44617461706f696e7473 81 a1 63 53756d fb 4014000000000000')));
  expect(fieldsOf(answer)).toEqual({
    'smithy-protocol': ['rpc-v2-cbor'],
    'content-type': ['application/cbor'],
    'x-amzn-requestid': [ids.requestId],
  });
});

test('answers an operation without an output without a body', () => {
  const answer = cbor.writeOutput(modelOf('PutMetricData'), {}, ids);
  expect([answer.status, answer.body, fieldsOf(answer)['content-type']]).toEqual([200, new Uint8Array(), undefined]);
});

test.each<[name: string | undefined, error: AwsError, status: number, type: string]>([
  ['SetAlarmState', new AwsError('ResourceNotFound', 'no alarm'), 404, 'com.amazonaws.cloudwatch#ResourceNotFound'],
  ['SetAlarmState', new AwsError('InvalidFormat', 'no JSON'), 400, 'com.amazonaws.cloudwatch#InvalidFormatFault'],
  [undefined, new AwsError('AccessDenied', 'no'), 403, 'AccessDenied'],
])('words a refusal of %s', (name, error, status, type) => {
  const model = name === undefined ? undefined : modelOf(name);
  const answer = cbor.writeError(error, ids, model, 'cloudwatch');
  expect([answer.status, fieldsOf(answer)['x-amzn-query-error']]).toEqual([status, [`${error.code};Sender`]]);
  expect(cbor.readError(answer)).toMatchObject({ status, code: error.code, message: error.message });
  const bare = { ...answer, headers: headerFields([]) };
  expect(cbor.readError(bare)).toMatchObject({ code: type.replace(/^.*#/, ''), message: error.message });
});

test('makes a request', () => {
  const request = cbor.writeInput(modelOf('ListMetrics'), { Namespace: 'a' });
  expect(request).toMatchObject({
    method: 'POST',
    target: { rawPath: '/service/GraniteServiceVersion20100801/operation/ListMetrics', query: [] },
    body: Uint8Array.from(hex('a1 69 4e616d657370616365 61 61')),
  });
  expect(Object.fromEntries(request.headers)).toMatchObject({ 'smithy-protocol': ['rpc-v2-cbor'] });
});

test.each(['<html>', '80', '01'])('does not take %s for an answer', (body) => {
  const answer = { status: 200, headers: headerFields([]), body: body === '<html>' ? Buffer.from(body) : hex(body) };
  expect(() => cbor.readOutput(modelOf('ListMetrics'), answer)).toThrow(UnreadableAnswer);
  expect(cbor.readError({ ...answer, status: 502 })).toMatchObject({ code: '502', message: '' });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AwsError } from '../../../src/api/errors.ts';
import { type OperationModel, operationModel, operationNames } from '../../../src/api/model/loader.ts';
import type { ServiceName } from '../../../src/api/model/operations.ts';
import { checkInput } from '../../../src/api/validate.ts';
import { loadCodec } from '../../../src/wire/codecs/load-codec.ts';
import { headerFields, headerValue } from '../../../src/wire/http/message.ts';
import { valuesOf } from '../../support/shaped-values.ts';

const json11 = await loadCodec('json');
const json10 = await loadCodec('json-1.0');
const ids = { requestId: '6d2b2b8c-0000-4000-8000-000000000001', hostId: '' };

function modelOf(service: ServiceName, name: string): OperationModel {
  const model = operationModel(service, name);
  if (!model) throw new Error(`${service} has no ${name}`);
  return model;
}

const routed = (body: string | Uint8Array) => ({
  method: 'POST',
  target: { rawPath: '/', query: [] },
  headers: headerFields([]),
  body: typeof body === 'string' ? Buffer.from(body) : body,
  labels: {},
});

const services: readonly ServiceName[] = ['kms', 'cloudtrail', 'organizations', 'service-quotas', 'cloudwatch'];

describe.each(services)('%s', (service) => {
  test.each(operationNames(service))('carries what %s says', (name) => {
    const model = modelOf(service, name);
    const codec = service === 'cloudwatch' ? json10 : json11;
    if (model.input) {
      fc.assert(
        fc.property(valuesOf(model.shapes, model.input), (input) => {
          const sent = codec.writeInput(model, input);
          expect(codec.readInput(model, { ...sent, labels: {} })).toEqual(input);
        }),
        { numRuns: 15 },
      );
    }
    if (model.output) {
      fc.assert(
        fc.property(valuesOf(model.shapes, model.output), (output) => {
          const answer = codec.writeOutput(model, output, ids);
          expect(codec.readOutput(model, answer)).toEqual(output);
          expect([answer.status, headerValue(answer.headers, 'x-amzn-requestid')]).toEqual([200, ids.requestId]);
        }),
        { numRuns: 15 },
      );
    }
  });
});

const encrypt = modelOf('kms', 'Encrypt');
const DEEP = '['.repeat(200_000);

test.each<[what: string, body: string | Uint8Array, input: unknown]>([
  ['a body without anything in it', '', {}],
  ['no members', '{}', {}],
  ['a null, which is no value', '{"KeyId":null,"DryRun":true}', { DryRun: true }],
  ['members of another operation, and those of objects', '{"Nope":1,"toString":2,"KeyId":"k"}', { KeyId: 'k' }],
  ['base64', '{"Plaintext":"AAEC"}', { Plaintext: Buffer.from([0, 1, 2]) }],
  [
    'a prototype as a key',
    '{"EncryptionContext":{"__proto__":"x"}}',
    { EncryptionContext: JSON.parse('{"__proto__":"x"}') },
  ],
  ['a prototype as the input', '{"__proto__":{"KeyId":"k"}}', {}],
])('reads %s', (_, body, input) => {
  const read = json11.readInput(encrypt, routed(body));
  expect(read).toEqual(input);
  expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
});

// The words are those of the check of inputs, which also sees the command line's.
const unreadable: readonly (readonly [body: string | Uint8Array, message: string])[] = [
  ['{', ''],
  ['{"KeyId":"k"} {}', ''],
  [Buffer.from('7b224b65794964223a22ff227d', 'hex'), ''],
  [DEEP, ''],
  [`{"KeyId":${DEEP}`, ''],
  ['[]', 'Start of list found where not expected'],
  [`${DEEP}${DEEP.replaceAll('[', ']')}`, 'Start of list found where not expected'],
  ['5', 'Expected structure or null'],
  ['{"KeyId":5}', 'NUMBER_VALUE can not be converted to a String'],
  ['{"KeyId":["k"]}', 'Start of list found where not expected'],
  [`{"GrantTokens":[${DEEP}${DEEP.replaceAll('[', ']')}]}`, 'Start of list found where not expected'],
  ['{"GrantTokens":"k"}', 'Expected list or null'],
  ['{"EncryptionContext":{"a":{}}}', 'Start of structure or map found where not expected.'],
  ['{"DryRun":"true"}', 'STRING_VALUE can not be converted to a Boolean'],
];

test.each(unreadable.map(([body, message]) => [`${body}`.slice(0, 40), body, message] as const))(
  'refuses %s',
  (_, body, message) => {
    const call = () => {
      checkInput('kms', 'Encrypt', json11.readInput(encrypt, routed(body)));
    };
    expect(call).toThrow(expect.objectContaining({ code: 'SerializationException', message }));
  },
);

test('leaves out what an output has beside the model', () => {
  const { body } = json11.writeOutput(modelOf('kms', 'DescribeKey'), { KeyMetadata: { KeyId: 'k', x: 1 }, y: 2 }, ids);
  expect(`${body}`).toBe(`${Buffer.from('{"KeyMetadata":{"KeyId":"k"}}')}`);
});

test('answers an operation without an output with an empty body', () => {
  expect(json11.writeOutput(modelOf('kms', 'EnableKey'), {}, ids).body).toEqual(Buffer.of());
});

test.each<[service: ServiceName, name: string | undefined, error: AwsError, status: number, body: unknown]>([
  [
    'kms',
    'Encrypt',
    new AwsError('NotFoundException', 'no key'),
    400,
    { __type: 'NotFoundException', message: 'no key' },
  ],
  ['kms', 'Encrypt', new AwsError('SerializationException', ''), 400, { __type: 'SerializationException' }],
  [
    'kms',
    undefined,
    new AwsError('ThrottlingException', 'slow'),
    400,
    { __type: 'ThrottlingException', message: 'slow' },
  ],
  [
    'organizations',
    'CreatePolicy',
    new AwsError('InvalidInputException', 'bad', { Reason: 'INVALID_ENUM', Other: 'x' }),
    400,
    { __type: 'InvalidInputException', Message: 'bad', Reason: 'INVALID_ENUM' },
  ],
  [
    'cloudwatch',
    'SetAlarmState',
    new AwsError('ResourceNotFound', 'no alarm'),
    404,
    { __type: 'ResourceNotFound', message: 'no alarm' },
  ],
  [
    'cloudwatch',
    'SetAlarmState',
    new AwsError('InvalidFormat', 'no JSON'),
    400,
    { __type: 'InvalidFormatFault', message: 'no JSON' },
  ],
])('words a refusal of %s %s', (service, name, error, status, body) => {
  const codec = service === 'cloudwatch' ? json10 : json11;
  const answer = codec.writeError(error, ids, name === undefined ? undefined : modelOf(service, name), service);
  expect([answer.status, JSON.parse(`${answer.body}`)]).toEqual([status, body]);
  expect(codec.readError(answer)).toMatchObject({ status, code: error.code, message: error.message });
});

test.each<[what: string, headers: readonly [string, string][], body: string, code: string, message: string]>([
  ['a namespace', [], '{"__type":"com.amazon.coral.service#A","Message":"m"}', 'A', 'm'],
  ['an address', [['x-amzn-ErrorType', 'A:http://b/']], '{}', 'A', ''],
  ['the query code', [['x-amzn-query-error', 'Q;Sender']], '{"__type":"A","message":"m"}', 'Q', 'm'],
  ['a page of HTML', [], '<html>', '502', ''],
])('reads a refusal with %s', (_, headers, body, code, message) => {
  const answer = { status: 502, headers: headerFields(headers), body: Buffer.from(body) };
  expect(json11.readError(answer)).toMatchObject({ status: 502, code, message });
});

test.each(['<html>', '[]', '{"KeyMetadata"'])('does not take %s for an answer', (body) => {
  const answer = { status: 200, headers: headerFields([]), body: Buffer.from(body) };
  expect(() => json11.readOutput(modelOf('kms', 'DescribeKey'), answer)).toThrow('the answer is not a JSON object');
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AwsError } from '../../../src/api/errors.ts';
import { type OperationModel, operationModel, operationNames } from '../../../src/api/model/loader.ts';
import type { ServiceName } from '../../../src/api/model/operations.ts';
import { checkInput } from '../../../src/api/validate.ts';
import { UnreadableAnswer } from '../../../src/wire/codecs/codec.ts';
import { loadCodec } from '../../../src/wire/codecs/load-codec.ts';
import { headerFields, headerValue } from '../../../src/wire/http/message.ts';
import { parseTarget } from '../../../src/wire/http/request-target.ts';
import { valuesOf } from '../../support/shaped-values.ts';

const query = await loadCodec('query');
const ids = { requestId: '6d2b2b8c-0000-4000-8000-000000000001', hostId: '' };

function modelOf(service: ServiceName, name: string): OperationModel {
  const model = operationModel(service, name);
  if (!model) throw new Error(`${service} has no ${name}`);
  return model;
}

const routed = (body: string | Uint8Array, target = '/') => ({
  method: 'POST',
  target: parseTarget(target),
  headers: headerFields([]),
  body: Buffer.from(body),
  labels: {},
});

/** A value as a form can say it: a structure or a map without members is not there. */
function sayable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sayable).filter((item) => item !== undefined);
  if (typeof value !== 'object' || value === null || value instanceof Date || value instanceof Uint8Array) return value;
  const members = Object.entries(value).flatMap(([key, item]) => {
    const said = sayable(item);
    return said === undefined ? [] : [[key, said] as const];
  });
  return members.length > 0 ? Object.fromEntries(members) : undefined;
}

describe.each<ServiceName>(['iam', 'sts', 'cloudwatch'])('%s', (service) => {
  test.each(operationNames(service))('carries what %s says', (name) => {
    const model = modelOf(service, name);
    if (model.input) {
      fc.assert(
        fc.property(valuesOf(model.shapes, model.input), (drawn) => {
          const input = sayable(drawn) ?? {};
          expect(query.readInput(model, { ...query.writeInput(model, input), labels: {} })).toEqual(input);
        }),
        { numRuns: 10 },
      );
    }
    if (model.output) {
      fc.assert(
        fc.property(valuesOf(model.shapes, model.output), (output) => {
          const answer = query.writeOutput(model, output, ids);
          expect(query.readOutput(model, answer)).toEqual(output);
          expect([answer.status, headerValue(answer.headers, 'x-amzn-requestid')]).toEqual([200, ids.requestId]);
        }),
        { numRuns: 10 },
      );
    }
  });
});

const user = 'Action=CreateUser&Version=2010-05-08';

test.each<[what: string, body: string, target: string, input: unknown]>([
  ['a form', `${user}&UserName=a%20b%2Bc+d`, '/', { UserName: 'a b+c d' }],
  ['a form in the target', '', `/?${user}&UserName=u`, { UserName: 'u' }],
  ['an empty text', `${user}&Path=`, '/', { Path: '' }],
  ['fields that the model does not have', `${user}&Nope=1&toString=2&UserName.x=1&__proto__.a=1`, '/', {}],
  [
    'items in the order of their numbers',
    'Tags.member.10.Key=b&Tags.member.2.Key=a&Tags.member.2.Value=',
    '/',
    { Tags: [{ Key: 'a', Value: '' }, { Key: 'b' }] },
  ],
  ['items that are not numbered', 'Tags.member.x.Key=b&Tags.1.Key=a', '/', { Tags: [] }],
  ['a list without items', 'Tags=', '/', { Tags: [] }],
  ['a field twice', 'UserName=a&UserName=b', '/', { UserName: 'a' }],
  ['a name that is deep', `${'a.'.repeat(100_000)}=1`, '/', {}],
])('reads %s', (_, body, target, input) => {
  expect(query.readInput(modelOf('iam', 'CreateUser'), routed(body, target))).toEqual(input);
});

test.each<[what: string, body: string | Uint8Array]>([
  ['an escape that is none', 'UserName=%zz'],
  ['bytes that are not UTF-8', 'UserName=%ff'],
  ['raw bytes that are not UTF-8', Buffer.from([0x61, 0x3d, 0xff])],
])('refuses a form with %s', (_, body) => {
  expect(() => query.readInput(modelOf('iam', 'CreateUser'), routed(body))).toThrow(
    expect.objectContaining({ code: 'MalformedQueryString' }),
  );
});

// The words are those of the check of inputs, which also sees the command line's.
test.each<[body: string, message: string]>([
  ['MaxItems=ten', 'STRING_VALUE can not be converted to an Integer'],
  ['MaxItems=2147483648', 'STRING_VALUE can not be converted to an Integer'],
  ['MaxItems=1e3', 'STRING_VALUE can not be converted to an Integer'],
])('refuses %s', (body, message) => {
  const call = () => checkInput('iam', 'ListUsers', query.readInput(modelOf('iam', 'ListUsers'), routed(body)));
  expect(call).toThrow(expect.objectContaining({ code: 'MalformedInput', message }));
});

test('passes a text where a list is expected on to the check of inputs', () => {
  const input = query.readInput(modelOf('iam', 'CreateUser'), routed('UserName=u&Tags=x'));
  expect(() => checkInput('iam', 'CreateUser', input)).toThrow('Expected list or null');
});

test('bounds a form with very many fields', () => {
  const body = Array.from({ length: 100_000 }, (_, i) => `Tags.member.${i + 1}.Key=k`).join('&');
  const input = query.readInput(modelOf('iam', 'CreateUser'), routed(body));
  expect(() => checkInput('iam', 'CreateUser', Object.assign(Object(input), { UserName: 'u' }))).toThrow(
    expect.objectContaining({ code: 'ValidationError' }),
  );
});

const IAM = 'xmlns="https://iam.amazonaws.com/doc/2010-05-08/"';
const METADATA = `<ResponseMetadata><RequestId>${ids.requestId}</RequestId></ResponseMetadata>`;

test.each<[service: ServiceName, name: string, output: unknown, body: string]>([
  ['iam', 'DeleteUser', {}, `<DeleteUserResponse ${IAM}>${METADATA}</DeleteUserResponse>`],
  [
    'iam',
    'ListUsers',
    { Users: [{ UserName: 'a<b', CreateDate: new Date('2026-01-02T03:04:05Z') }], IsTruncated: false },
    `<ListUsersResponse ${IAM}><ListUsersResult><Users><member><UserName>a&lt;b</UserName><CreateDate>2026-01-02T03:04:05Z</CreateDate></member></Users><IsTruncated>false</IsTruncated></ListUsersResult>${METADATA}</ListUsersResponse>`,
  ],
  [
    'iam',
    'GetAccountSummary',
    { SummaryMap: { Users: 1 } },
    `<GetAccountSummaryResponse ${IAM}><GetAccountSummaryResult><SummaryMap><entry><key>Users</key><value>1</value></entry></SummaryMap></GetAccountSummaryResult>${METADATA}</GetAccountSummaryResponse>`,
  ],
])('answers %s %s', (service, name, output, body) => {
  const answer = query.writeOutput(modelOf(service, name), output, ids);
  expect([`${answer.body}`, headerValue(answer.headers, 'content-type')]).toEqual([`${Buffer.from(body)}`, 'text/xml']);
});

test.each<[service: ServiceName, name: string | undefined, error: AwsError, status: number, body: string]>([
  [
    'iam',
    'GetUser',
    new AwsError('NoSuchEntity', 'no <u>'),
    404,
    `<ErrorResponse ${IAM}><Error><Type>Sender</Type><Code>NoSuchEntity</Code><Message>no &lt;u&gt;</Message></Error><RequestId>${ids.requestId}</RequestId></ErrorResponse>`,
  ],
  [
    'sts',
    undefined,
    new AwsError('InternalFailure', ''),
    500,
    `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Receiver</Type><Code>InternalFailure</Code><Message/></Error><RequestId>${ids.requestId}</RequestId></ErrorResponse>`,
  ],
])('words a refusal of %s %s', (service, name, error, status, body) => {
  const answer = query.writeError(error, ids, name === undefined ? undefined : modelOf(service, name), service);
  expect([answer.status, `${answer.body}`]).toEqual([status, body]);
  expect(query.readError(answer)).toEqual({
    status,
    code: error.code,
    message: error.message,
    detail: {},
    requestId: ids.requestId,
  });
});

test.each(['<html><p>', '{}', '<ListUsersResponse>', '<DeleteUserResponse/>'])(
  'does not take %s for an answer',
  (body) => {
    const answer = { status: 200, headers: headerFields([]), body: Buffer.from(body) };
    expect(() => query.readOutput(modelOf('iam', 'ListUsers'), answer)).toThrow(UnreadableAnswer);
  },
);

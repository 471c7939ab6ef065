/** Requests as botocore writes them, read here, and answers written here, as botocore reads them. */

import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AwsErrorCode } from '../../../src/api/error-codes.ts';
import { AwsError } from '../../../src/api/errors.ts';
import { type OperationModel, operationModel, operationNames } from '../../../src/api/model/loader.ts';
import type { ServiceName } from '../../../src/api/model/operations.ts';
import type { ShapeRef } from '../../../src/api/model/shapes.ts';
import { loadCodec } from '../../../src/wire/codecs/load-codec.ts';
import { headerFields } from '../../../src/wire/http/message.ts';
import { parseTarget } from '../../../src/wire/http/request-target.ts';
import type { WireProtocol } from '../../../src/wire/routing/route.ts';
import { type Carrier, valuesOf } from '../../support/shaped-values.ts';

const hasBotocore = spawnSync('python3', ['-c', 'import botocore.serialize']).status === 0;

const spoken: readonly (readonly [ServiceName, WireProtocol])[] = [
  ['kms', 'json'],
  ['cloudtrail', 'json'],
  ['organizations', 'json'],
  ['service-quotas', 'json'],
  ['iam', 'query'],
  ['sts', 'query'],
  ['cloudwatch', 'cbor'],
  ['cloudwatch', 'json-1.0'],
  ['cloudwatch', 'query'],
  ['s3', 'rest-xml'],
  ['s3control', 'rest-xml'],
];

const protocolNames: Readonly<Record<WireProtocol, string>> = {
  json: 'json',
  'json-1.0': 'json',
  query: 'query',
  'rest-xml': 'rest-xml',
  cbor: 'smithy-rpc-v2-cbor',
};

const ids = { requestId: '6d2b2b8c-0000-4000-8000-000000000001', hostId: 'aG9zdA==' };
const word = fc.string({ unit: fc.constantFrom(...'abcXYZ019-_.'), minLength: 1, maxLength: 6 });
const text = fc
  .string({ unit: fc.constantFrom(...'aZ0 -_.~/&<>"\'+=%?#äß€😀'), minLength: 1 })
  .map((each) => `a${each}b`);
const double = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);

/** What botocore can say: times since 1970 in seconds, and nothing empty. */
const plain: Carrier = { string: text, key: text, double, precision: 1000, earliest: new Date(0), keepsEmpty: false };
const placed = ({ location }: ShapeRef): Carrier | undefined =>
  location === 'header' || location === 'headers'
    ? { ...plain, string: word, key: word.map((each) => each.toLowerCase()) }
    : undefined;

function modelOf(service: ServiceName, name: string): OperationModel {
  const model = operationModel(service, name);
  if (!model) throw new Error(`${service} has no ${name}`);
  return model;
}

interface Case {
  readonly service: ServiceName;
  readonly protocol: WireProtocol;
  readonly model: OperationModel;
  readonly input: unknown;
  readonly output: unknown;
}

/** botocore reads these by handlers of its own, as streams of events, or not at all: two members with one element. */
const leftOut: ReadonlySet<string> = new Set([
  'GetBucketLocation',
  'GetBucketNotification',
  'PutBucketNotification',
  'SelectObjectContent',
]);

function casesOf(service: ServiceName, protocol: WireProtocol): readonly Case[] {
  return operationNames(service)
    .filter((name) => !leftOut.has(name))
    .flatMap((name, seed) => {
      const model = modelOf(service, name);
      const drawn = (ref: ShapeRef | undefined, isOutput: boolean): readonly unknown[] => {
        const shape = ref && model.shapes[ref.shape];
        if (!ref || shape?.type !== 'structure') return [{}, {}];
        const isRequired = (member: string) => isOutput && member === shape.payload;
        return fc.sample(valuesOf(model.shapes, ref, { ...plain, member: placed, isRequired }), { numRuns: 2, seed });
      };
      const outputs = drawn(model.output, true);
      return drawn(model.input, false).map((input, i) => ({ service, protocol, model, input, output: outputs[i] }));
    });
}

const toJson = (value: unknown): unknown => {
  if (value instanceof Date) return { $time: value.getTime() };
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, toJson(each)]));
};

const fromJson = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(fromJson);
  if (typeof value !== 'object' || value === null) return value;
  if ('$time' in value) return new Date(Number(value.$time));
  if ('$bytes' in value) return Buffer.from(String(value.$bytes), 'base64');
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fromJson(each)]));
};

interface Told {
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly query: readonly (readonly [string, string])[];
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Buffer;
  };
  readonly output: unknown;
}

function askBotocore(cases: readonly unknown[]): readonly Told[] {
  const { stdout, stderr, status } = spawnSync('python3', ['test/support/programs/botocore_messages.py'], {
    input: JSON.stringify(toJson(cases)),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(stderr);
  const told = fromJson(JSON.parse(stdout));
  return Array.isArray(told) ? told : [];
}

const labelsOf = ({ input, shapes }: OperationModel, value: unknown): Readonly<Record<string, string>> => {
  const shape = input && shapes[input.shape];
  if (shape?.type !== 'structure') return {};
  const labels = Object.entries(shape.members).filter(([, { location }]) => location === 'uri');
  return Object.fromEntries(labels.map(([name, { locationName = name }]) => [locationName, `${Object(value)[name]}`]));
};

/** Structures without members are not said by forms, and neither said nor told apart by botocore elsewhere. */
function withoutEmpty(value: unknown): unknown {
  if (value instanceof Date) return value;
  if (value instanceof Uint8Array) return value.length > 0 ? Buffer.from(value) : undefined;
  if (Array.isArray(value)) {
    const items = value.map(withoutEmpty).filter((each) => each !== undefined);
    return items.length > 0 ? items : undefined;
  }
  if (typeof value !== 'object' || value === null) return value === '' ? undefined : value;
  const members = Object.entries(value).flatMap(([key, each]) => {
    const kept = withoutEmpty(each);
    return kept === undefined ? [] : [[key, kept] as const];
  });
  return members.length > 0 ? Object.fromEntries(members) : undefined;
}

test.skipIf(!hasBotocore).each(spoken)(
  'botocore and %s understand each other in %s (skipped without botocore)',
  async (service, protocol) => {
    const codec = await loadCodec(protocol);
    const cases = casesOf(service, protocol);
    const told = askBotocore(
      cases.map(({ model, input, output }) => {
        const { status, headers, body } = codec.writeOutput(model, output, ids);
        const fields = Object.fromEntries([...headers].map(([name, values]) => [name, values.join(',')]));
        return {
          service,
          operation: model.name,
          protocol: protocolNames[protocol],
          input,
          answer: { status, headers: fields, body: body ?? Buffer.of() },
        };
      }),
    );
    expect(told).toHaveLength(cases.length);
    for (const [i, { model, input, output }] of cases.entries()) {
      const { request, output: readOutput } = told[i] ?? {};
      if (!request) throw new Error('botocore has not told of all');
      const target = parseTarget(request.path.split('#').join('%23'));
      const read = codec.readInput(model, {
        method: request.method,
        target: {
          rawPath: target.rawPath,
          query: [...target.query, ...request.query.map(([name, value]) => ({ name, value, hasValue: true }))],
        },
        headers: headerFields(Object.entries(request.headers)),
        body: request.body,
        labels: labelsOf(model, input),
      });
      expect([model.name, withoutEmpty(read)]).toEqual([model.name, withoutEmpty(input)]);
      expect([model.name, withoutEmpty(readOutput)]).toEqual([model.name, withoutEmpty(output)]);
    }
  },
);

const refusals: readonly (readonly [ServiceName, WireProtocol, operation: string, AwsErrorCode])[] = [
  ['kms', 'json', 'DescribeKey', 'NotFoundException'],
  ['organizations', 'json', 'DescribeAccount', 'AccountNotFoundException'],
  ['iam', 'query', 'GetUser', 'NoSuchEntity'],
  ['sts', 'query', 'AssumeRole', 'AccessDenied'],
  ['cloudwatch', 'cbor', 'SetAlarmState', 'InvalidFormat'],
  ['cloudwatch', 'cbor', 'SetAlarmState', 'AccessDenied'],
  ['cloudwatch', 'json-1.0', 'SetAlarmState', 'InvalidFormat'],
  ['cloudwatch', 'query', 'SetAlarmState', 'InvalidFormat'],
  ['s3', 'rest-xml', 'ListBuckets', 'AccessDenied'],
  ['s3control', 'rest-xml', 'ListJobs', 'AccessDenied'],
];

test.skipIf(!hasBotocore)('botocore reads refusals (skipped without botocore)', async () => {
  const message = 'a<b & "ü"';
  const cases = refusals.map(async ([service, protocol, operation, code]) => {
    const codec = await loadCodec(protocol);
    const refusal = new AwsError(code, message, service === 's3' ? { BucketName: 'b' } : {});
    const { status, headers, body } = codec.writeError(refusal, ids, modelOf(service, operation), service);
    const fields = Object.fromEntries([...headers].map(([name, values]) => [name, values.join(',')]));
    const answer = { status, headers: fields, body };
    return { service, operation, protocol: protocolNames[protocol], input: {}, answer };
  });
  const told = askBotocore(await Promise.all(cases));
  expect(told.map(({ output }) => Object(output).Error)).toMatchObject(
    refusals.map(([service, , , code]) => ({
      Code: code,
      Message: message,
      ...(service === 's3' && { BucketName: 'b' }),
    })),
  );
});

/** Every string of every operation's input with values that no one writes by accident: refused as AWS refuses, or taken. */

import { describe, expect, test } from 'vitest';
import { AwsError } from '../src/api/errors.ts';
import { operationModel, operationNames } from '../src/api/model/loader.ts';
import type { ServiceName } from '../src/api/model/operations.ts';
import type { ShapeRef, StructureShape } from '../src/api/model/shapes.ts';
import { partOf, type ShapeIn, shapeOf } from '../src/cli/aws-input/shape-lookup.ts';
import { cloudtrailOperations } from '../src/cloudtrail/operations.ts';
import { iamOperations } from '../src/iam/operations.ts';
import { stsOperations } from '../src/iam/sts-operations.ts';
import { kmsOperations } from '../src/kms/operations.ts';
import { s3Operations } from '../src/s3/operations.ts';
import { makeSample } from '../src/upkeep/sample.ts';
import { ACCOUNT, MINUTE, newWorld, type World } from './support/harness.ts';

const services = {
  kms: kmsOperations,
  s3: s3Operations,
  iam: iamOperations,
  sts: stsOperations,
  cloudtrail: cloudtrailOperations,
} as const;

const deep = (open: string, inner: string, close: string, times: number) =>
  `${open.repeat(times)}${inner}${close.repeat(times)}`;

/** The key of a row in LMDB has at most 1,978 bytes. */
const values: Readonly<Record<string, string>> = {
  'of 9,000 bytes': 'x'.repeat(9000),
  'of 700 letters with three bytes each': '鍵'.repeat(700),
  'with NUL': 'a\0b',
  'with half a character': 'a\ud800b',
  'named __proto__': '__proto__',
  'named constructor': 'constructor',
  'of JSON that is 100,000 deep': deep('[', '', ']', 100_000),
  'of a policy that is deep': `{"Version":"2012-10-17","Statement":${deep('[', '', ']', 5000)}}`,
};

const policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }],
});

/** A value with which a call comes as far as it can, by the member's name. */
const usual: Readonly<Record<string, unknown>> = {
  Bucket: 'photos',
  Key: 'harbour.txt',
  CopySource: 'photos/harbour.txt',
  KeyId: 'alias/app',
  TargetKeyId: 'alias/app',
  DestinationKeyId: 'alias/app',
  AliasName: 'alias/app',
  UserName: 'ana',
  RoleName: 'reader',
  GroupName: 'analysts',
  PolicyName: 'inline',
  PolicyArn: `arn:aws:iam::${ACCOUNT}:policy/ReportsRead`,
  RoleArn: `arn:aws:iam::${ACCOUNT}:role/reader`,
  GranteePrincipal: `arn:aws:iam::${ACCOUNT}:user/ana`,
  PolicyDocument: policy,
  AssumeRolePolicyDocument: policy,
  Policy: policy,
  RoleSessionName: 'session',
  KeyPairSpec: 'ECC_NIST_P256',
};

function usualValue(member: string, place: ShapeIn): unknown {
  if (Object.hasOwn(usual, member)) return usual[member];
  const shape = shapeOf(place);
  switch (shape.type) {
    case 'structure':
      return usualMembers(shape, place);
    case 'list':
      return [usualValue('', partOf(place, shape.member))];
    case 'map':
      return { a: usualValue('', partOf(place, shape.value)) };
    case 'string':
      return shape.enum?.[0] ?? 'x'.repeat(Math.max(1, shape.min ?? 1));
    case 'blob':
      return Buffer.from('x');
    case 'integer':
    case 'long':
    case 'double':
      return Math.max(1, shape.min ?? 1);
    case 'boolean':
      return true;
    case 'timestamp':
      return new Date('2030-01-01T00:00:00Z');
  }
}

function refOf({ members }: StructureShape, name: string): ShapeRef {
  const ref = members[name];
  if (!ref) throw new Error(`the shape has no member ${name}`);
  return ref;
}

function usualMembers(shape: StructureShape, place: ShapeIn): Record<string, unknown> {
  const names = shape.union ? Object.keys(shape.members).slice(0, 1) : (shape.required ?? []);
  return Object.fromEntries(names.map((name) => [name, usualValue(name, partOf(place, refOf(shape, name)))]));
}

/** The inputs in which one string is the value, everything else that is required being usual. */
function* inputsWith(value: string, member: string, place: ShapeIn, path: readonly string[]): Generator<unknown> {
  const shape = shapeOf(place);
  if (path.includes(place.name) || path.length > 8) return;
  const inner = [...path, place.name];
  switch (shape.type) {
    case 'string':
      yield value;
      break;
    case 'blob':
      yield Buffer.from(value);
      break;
    case 'list':
      for (const item of inputsWith(value, member, partOf(place, shape.member), inner)) yield [item];
      break;
    case 'map':
      for (const key of inputsWith(value, '', partOf(place, shape.key), inner))
        yield Object.fromEntries([[String(key), usualValue('', partOf(place, shape.value))]]);
      for (const item of inputsWith(value, '', partOf(place, shape.value), inner)) yield { a: item };
      break;
    case 'structure':
      for (const [name, ref] of Object.entries(shape.members)) {
        const others = shape.union ? {} : usualMembers(shape, place);
        for (const item of inputsWith(value, name, partOf(place, ref), inner)) yield { ...others, [name]: item };
      }
      break;
    default:
  }
}

async function sampleWorld(): Promise<World> {
  const world = newWorld();
  await makeSample(world);
  return world;
}

/** What goes wrong with any of the values in any place of an operation's input. */
async function wrongOf(service: ServiceName, name: string, world: World): Promise<string[]> {
  const model = operationModel(service, name);
  if (!model?.input) return [];
  const place = { shapes: model.shapes, name: model.input.shape };
  const wrong: string[] = [];
  for (const [about, value] of Object.entries(values)) {
    for (const input of inputsWith(value, '', place, [])) {
      const failure = await failureOf(world, service, name, input);
      if (failure !== undefined) wrong.push(`${name} with a text ${about}: ${shortened(input)}: ${failure}`);
    }
  }
  return wrong;
}

/** They leave the sample as it is, so that one is enough for all of them. */
const isReading = (name: string): boolean =>
  /^(?:Describe|Get|Head|List|Lookup|Verify|Generate|Encrypt|Decrypt|Sign)/.test(name);

describe.for(Object.keys(services) as (keyof typeof services)[])('of %s', (service) => {
  const names = operationNames(service).filter((name) => Object.hasOwn(services[service], name));

  test('what reads', async () => {
    const world = await sampleWorld();
    const wrong: string[] = [];
    for (const name of names.filter(isReading)) wrong.push(...(await wrongOf(service, name, world)));
    expect(wrong).toEqual([]);
  });

  test.for(names.filter((name) => !isReading(name)))('%s', async (name) => {
    expect(await wrongOf(service, name, await sampleWorld())).toEqual([]);
  });
});

/** What is neither an answer nor a refusal of the service. */
async function failureOf(
  world: World,
  service: ServiceName,
  name: string,
  input: unknown,
): Promise<string | undefined> {
  world.advance(MINUTE);
  try {
    await world.call(service, name as never, input as never);
    return undefined;
  } catch (error) {
    if (error instanceof AwsError && !/^Internal|^ServiceFailure/.test(error.code)) return undefined;
    return error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 300) : String(error);
  }
}

const shortened = (input: unknown): string =>
  JSON.stringify(input, (_, item: unknown) =>
    typeof item === 'string' && item.length > 40 ? `${item.slice(0, 40)}…` : item,
  );

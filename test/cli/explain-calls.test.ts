import { expect, test } from 'vitest';
import type { Painter } from '../../src/cli/command.ts';
import {
  type Explained,
  type ExplainedCall,
  explainedCall,
  refusalOf,
} from '../../src/cli/commands/explain/explained.ts';
import { explanation } from '../../src/cli/commands/explain/page.ts';
import { paintedLines } from '../../src/cli/output/painted.ts';
import { painterOf } from '../../src/cli/output/painter.ts';
import { plainOf } from '../../src/cli/output/plain.ts';
import { newWorld, type World } from '../support/harness.ts';

const painter: Painter = painterOf({ width: 400, color: false, isTerminal: true });

const options = { all: false, fix: false, 'show-context': false, expect: undefined };

function shown(explained: Explained, expected?: 'allow' | 'deny') {
  const result = explanation(explained, { options: { ...options, expect: expected } });
  if (result.kind !== 'page') throw new Error(`an explanation is a page, not ${result.kind}`);
  const { painted } = paintedLines(result.page(painter));
  return { value: plainOf(result.value), page: painted, failed: result.failed, verdict: result.verdict };
}

async function called(world: World, name: string, Bucket: string, as: string): Promise<ExplainedCall> {
  const input = { Bucket, Key: 'k' };
  const { decisions, skipped, refusal } = await world.explain('s3', name, input, { as });
  return { call: `s3 ${name}`, decisions, skipped, refusal: refusalOf(refusal) };
}

/** A bucket `box` of which bob may write objects, and nothing else. */
async function newBucket(): Promise<World> {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket: 'box' });
  await world.call('iam', 'CreateUser', { UserName: 'bob' });
  const Statement = { Effect: 'Allow', Action: 's3:PutObject', Resource: '*' };
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await world.call('iam', 'PutUserPolicy', { UserName: 'bob', PolicyName: 'put', PolicyDocument });
  return world;
}

test('one call has its trees and its verdict, and no heading', async () => {
  const world = await newBucket();
  const put = await called(world, 'PutObject', 'box', 'user/bob');
  const { value, page } = shown(explainedCall(put));
  expect(page).toMatch(/^✓ ALLOWED: .* may s3:PutObject on arn:aws:s3:::box\/k\n/);
  expect(page).toMatch(/\n\ns3 PutObject would succeed\.\n$/);
  expect(value).toMatchObject({ Call: 's3 PutObject', Allowed: true, Decisions: [{ Operation: 's3 PutObject' }] });
  expect(value).not.toHaveProperty('Calls');
  expect(value).not.toHaveProperty('Decisions.0.Times');
});

test('several calls have a heading each and one verdict', async () => {
  const world = await newBucket();
  const create = await called(world, 'CreateMultipartUpload', 'box', 'user/bob');
  const put = await called(world, 'PutObject', 'box', 'user/bob');
  const title = 's3 cp big s3://box/k';
  const { value, page } = shown({ title, calls: [create, { ...put, times: 2 }], refusal: undefined });
  expect(page).toMatch(/^s3 CreateMultipartUpload\n\n✓ ALLOWED: /);
  expect(page).toMatch(/\n\ns3 PutObject, 2 times\n\n✓ ALLOWED: /);
  expect(page.match(/would succeed/g)).toHaveLength(1);
  expect(page).toMatch(/\n\ns3 cp big s3:\/\/box\/k would succeed\.\n$/);
  expect(value).toMatchObject({
    Call: title,
    Allowed: true,
    Calls: [{ Operation: 's3 CreateMultipartUpload' }, { Operation: 's3 PutObject', Times: 2 }],
    Decisions: [
      { Operation: 's3 CreateMultipartUpload', Action: 's3:PutObject' },
      { Operation: 's3 PutObject', Times: 2, Action: 's3:PutObject' },
    ],
  });
  expect(value).not.toHaveProperty('Refusal');
  expect(value).not.toHaveProperty('Calls.0.Refusal');
});

test('the refusal that ends a command is in its verdict, and another below its call', async () => {
  const world = await newBucket();
  const missing = await called(world, 'HeadObject', 'none', 'user/bob');
  const get = await called(world, 'GetObject', 'box', 'user/bob');
  const refusal = get.refusal && { ...get.refusal, operation: get.call };
  const { value, page, failed } = shown({ title: 's3 cp s3://box/k .', calls: [missing, get], refusal }, 'deny');
  expect(failed).toBe(false);
  expect(page).toContain(
    's3 HeadObject\n\ns3 HeadObject would be refused with NoSuchBucket: The specified bucket does not exist\n',
  );
  expect(page).toMatch(/\ns3 cp s3:\/\/box\/k \. would be refused at s3 GetObject with AccessDenied: User: .*\n$/);
  expect(page.match(/AccessDenied/g)).toHaveLength(1);
  expect(value).toMatchObject({
    Allowed: false,
    Refusal: { Code: 'AccessDenied', Operation: 's3 GetObject' },
    Calls: [
      { Operation: 's3 HeadObject', Refusal: { Code: 'NoSuchBucket' } },
      { Operation: 's3 GetObject', Refusal: { Code: 'AccessDenied' } },
    ],
    Decisions: [{ Operation: 's3 GetObject', Action: 's3:GetObject', Allowed: false }, {}],
  });
});

test('a command that continues after a denied call does not count as allowed', async () => {
  const world = await newBucket();
  const put = await called(world, 'PutObject', 'box', 'user/bob');
  const remove = await called(world, 'DeleteObject', 'box', 'user/bob');
  const { value, page, failed } = shown({ title: 's3 mv', calls: [put, remove], refusal: undefined }, 'deny');
  expect(failed).toBe(false);
  expect(value).toMatchObject({ Allowed: false });
  expect(page).toMatch(/\ns3 mv would succeed, without what is denied\.\n$/);
});

test('a command of one call has no heading, and says which call is refused', async () => {
  const world = await newBucket();
  const remove = await called(world, 'DeleteObject', 'box', 'user/bob');
  const refusal = remove.refusal && { ...remove.refusal, operation: remove.call };
  const { value, page } = shown({ title: 's3 rm s3://box/k', calls: [remove], refusal });
  expect(page).toMatch(/^✗ DENIED: /);
  expect(page).toMatch(/\ns3 rm s3:\/\/box\/k would be refused at s3 DeleteObject with AccessDenied: /);
  expect(value).toMatchObject({ Call: 's3 rm s3://box/k', Calls: [{ Operation: 's3 DeleteObject' }] });
});

test('a command without calls is allowed', () => {
  const { value, page } = shown({ title: 's3 sync a s3://box', calls: [], refusal: undefined });
  expect(page).toBe('s3 sync a s3://box would make no calls.\n');
  expect(value).toEqual({ Call: 's3 sync a s3://box', Allowed: true, Calls: [], Decisions: [] });
});

test('the verdict of --expect is about the call that ends the command, not about one before it', async () => {
  const world = await newBucket();
  const remove = await called(world, 'DeleteObject', 'box', 'user/bob');
  const get = await called(world, 'GetObject', 'box', 'user/bob');
  const refusal = get.refusal && { ...get.refusal, operation: get.call };
  const { verdict } = shown({ title: 's3 mv', calls: [remove, get], refusal }, 'deny');
  expect(verdict).toBe(
    'as expected, denied at s3 GetObject: no identity-based policy of the caller allows s3:GetObject',
  );
});

/** Copies between the store on this machine and an endpoint, and between two endpoints. */

import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { bytesOf, newTwoSides, type TwoSides } from '../../support/two-sides.ts';

const BIG = 9 * 1024 ** 2 + 7;

const sizes = [
  ['one request', 1000],
  ['parts', BIG],
  ['nothing', 0],
] as const;

/** What belongs to an object, and to its copy. */
const told = {
  CacheControl: 'no-cache',
  ContentDisposition: 'inline',
  ContentEncoding: 'br',
  ContentLanguage: 'de',
  ContentType: 'text/x-harbour',
  Metadata: { team: 'blau', empty: '' },
};
const TagSet = [
  { Key: 'team', Value: 'blue: green' },
  { Key: 'ümlaut', Value: '' },
];
const Tagging = TagSet.map(({ Key, Value }) => `${encodeURIComponent(Key)}=${encodeURIComponent(Value)}`).join('&');

async function putNear({ line }: TwoSides, key: string, bytes: Uint8Array): Promise<void> {
  const input = { Bucket: 'near', Key: key, ...told, Tagging };
  const json = ['--cli-input-json', JSON.stringify(input)];
  await line.ok(['s3api', 'put-object', ...json, '--body', '-'], { stdin: bytes });
}

const ofFar = async ({ far }: TwoSides, Key: string) => {
  const { Body, ...facts } = await far.world.call('s3', 'GetObject', { Bucket: 'far', Key, ChecksumMode: 'ENABLED' });
  return {
    bytes: await bytesOf(Body),
    facts,
    tags: await far.world.call('s3', 'GetObjectTagging', { Bucket: 'far', Key }),
  };
};

describe('from the store to the endpoint', () => {
  test.for(sizes)('an object that takes %s arrives with all that belongs to it', async ([, size]) => {
    const two = await newTwoSides();
    const bytes = randomBytes(size);
    await putNear(two, 'k', bytes);
    const { code, out, err } = await two.across(['cp', 's3://near/k', 's3://far/dir/', '--from-store']);
    expect({ code, out, err }).toEqual({ code: 0, out: 'copy: s3://near/k to s3://far/dir/k\n', err: '' });
    const got = await ofFar(two, 'dir/k');
    expect(got.bytes.equals(bytes)).toBe(true);
    expect(got.facts).toMatchObject({ ...told, ChecksumType: 'FULL_OBJECT', ChecksumCRC64NVME: expect.any(String) });
    expect(got.tags).toMatchObject({ TagSet });
  });
});

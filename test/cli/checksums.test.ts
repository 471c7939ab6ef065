import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { newPlace } from '../support/place.ts';

// The library of xxHash is a file of its own beside the program, which only the program finds.
test('the built program takes, checks and shows checksums of xxHash', async () => {
  const place = newPlace();
  await place.ssebox(['s3', 'mb', 's3://photos']);
  writeFileSync(place.path('small'), 'hello world');
  const put = ['s3api', 'put-object', '--bucket', 'photos', '--key', 'small', '--body', place.path('small')];
  const wrong = await place.ssebox([...put, '--checksum-xxhash64', 'AAAAAAAAAAA=']);
  expect(wrong).toMatchObject({
    code: 254,
    err: expect.stringContaining('(BadDigest) when calling the PutObject operation: The XXHASH64 you specified'),
  });
  const right = await place.ssebox([...put, '--checksum-xxhash64', 'RatnNLIeaWg=']);
  expect(JSON.parse(right.out)).toMatchObject({ ChecksumXXHASH64: 'RatnNLIeaWg=', ChecksumType: 'FULL_OBJECT' });

  const [from, to] = ['s3://photos/small', 's3://photos/copy'];
  expect(await place.ssebox(['s3', 'cp', from, to, '--checksum-algorithm', 'XXHASH128'])).toMatchObject({ code: 0 });
  writeFileSync(place.path('large'), Buffer.alloc(9 * 1024 ** 2, 'letters '));
  const parts = ['s3', 'cp', place.path('large'), 's3://photos/large', '--checksum-algorithm', 'XXHASH3'];
  expect(await place.ssebox(parts)).toMatchObject({ code: 0, err: '' });

  const shown = async (key: string) => {
    const words = ['s3api', 'head-object', '--bucket', 'photos', '--key', key, '--checksum-mode', 'ENABLED'];
    return JSON.parse((await place.ssebox(words)).out);
  };
  expect(await shown('copy')).toMatchObject({ ChecksumXXHASH128: '340J6T+HSQCpm4d1zBW2xw==' });
  expect(await shown('large')).toMatchObject({
    ChecksumXXHASH3: expect.stringMatching(/^[A-Za-z0-9+/]{11}=-2$/),
    ChecksumType: 'COMPOSITE',
  });
});

/** A person on a terminal whose command calls an endpoint: the names offered are its own, and questions say where. */

import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { newOutsideWorld } from '../../support/outside-clients.ts';
import { keys, newPlace } from '../../support/place.ts';

test('a key is chosen from those of the endpoint, and the question before it goes says where', async () => {
  const { variables, world, server } = await newOutsideWorld();
  const { KeyMetadata } = await world.call('kms', 'CreateKey', { Description: 'gone soon' });
  const KeyId = KeyMetadata?.KeyId ?? '';
  const place = newPlace();
  const own = { ...variables, HOME: place.path('home'), SSEBOX_STORE: '' };
  const { shows, type, ended } = place.terminal(['kms', 'schedule-key-deletion'], { variables: own, columns: 160 });
  await shows(`❯ ${KeyId}`);
  type(keys.enter);
  const asked = await shows('(y/N)');
  expect(asked).toContain(`Schedule the deletion of the KMS key ${KeyId} at ${server.url}?`);
  type(`y${keys.enter}`);
  const { code, text } = await ended;
  expect(code).toBe(0);
  // What the store on this machine has under the key says nothing here.
  expect(text).not.toContain('object in S3');
  const { KeyMetadata: after } = await world.call('kms', 'DescribeKey', { KeyId });
  expect(after?.KeyState).toBe('PendingDeletion');

  const refused = place.terminal(['s3', 'rb', '--force'], { variables: { ...own, AWS_SECRET_ACCESS_KEY: 'wrong' } });
  // Whoever may not list buckets types one.
  await refused.shows(/bucket: s3:\/\/BUCKET *$/);
  refused.type(`s3://somebodys${keys.enter}`);
  await refused.shows(`s3://somebodys at ${server.url}`);
  refused.type(keys.interrupt);
  expect((await refused.ended).code).toBe(130);
  expect(existsSync(place.path('home'))).toBe(false);
  expect(existsSync(place.store)).toBe(false);
});

import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { Secret } from '../../src/crypto/secret.ts';

const newSecret = () => new Secret(Uint8Array.from([222, 173, 190, 239]));

// Every way in which a value turns into text by accident.
test.for([
  ['JSON.stringify', (s: Secret) => JSON.stringify({ key: s })],
  ['inspect', (s: Secret) => inspect({ key: s }, { showHidden: true, depth: 9 })],
  ['a template', (s: Secret) => `${s}`],
  ['Object.entries', (s: Secret) => JSON.stringify([Object.entries(s), Object.getOwnPropertyNames(s)])],
] as const)('%s reveals nothing of a secret', ([, show]) => {
  expect(show(newSecret())).not.toMatch(/222|173|190|239|dead|beef/i);
});

test('a wiped secret is zeros', () => {
  const bytes = Uint8Array.from([1, 2, 3]);
  const secret = new Secret(bytes);
  expect(secret.bytes).toEqual(Uint8Array.from([1, 2, 3]));
  secret.wipe();
  expect(bytes).toEqual(new Uint8Array(3));
});

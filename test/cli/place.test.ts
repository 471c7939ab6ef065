import { expect, test } from 'vitest';
import { newPlace } from '../support/place.ts';

test('a command that hangs is ended with its children, and reported with its output', async () => {
  const { shell } = newPlace();
  await expect(shell('echo begun; tail -f /dev/null; echo over', {}, 300)).rejects.toThrow(
    /tail -f \/dev\/null; echo over" was ended, as it still ran after 300 ms; it wrote begun\n$/,
  );
});

test('a command that ends by itself is left alone', async () => {
  expect(await newPlace().shell('echo out; echo err >&2; exit 3')).toEqual({ code: 3, out: 'out\n', err: 'err\n' });
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { changePassphrase } from '../../src/store/root-key-file.ts';
import { keys, type Place, samplePlace } from './place.ts';

const PASSPHRASE = 'open sesame';
const OTHER = 'open barley';
const words = ['s3', 'get', 's3://photos/harbour.txt', '-'];

/** The sample store, sealed. */
async function sealedPlace(): Promise<Place> {
  const place = await samplePlace();
  const random = (size: number) => new Uint8Array(size).fill(5);
  changePassphrase(place.store, random, { from: undefined, to: PASSPHRASE });
  return place;
}

const question = ({ store }: Place) => `passphrase of the store "${store}"`;
const wrong = ({ store }: Place) => `the passphrase does not open the root key of the store "${store}"\n`;

/** Whether any file of a place has a text in it. */
const isKept = ({ folder }: Place, text: string): boolean =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).some(
    (entry) => entry.isFile() && readFileSync(join(entry.parentPath, entry.name)).includes(text),
  );

test('the passphrase of a sealed store is asked for on a terminal, and neither shown nor kept', async () => {
  const place = await sealedPlace();
  // As wide as the question is long.
  const { shows, type, ended } = place.terminal(words, { columns: 300 });
  await shows(question(place));
  type(`${PASSPHRASE}${keys.enter}`);
  const { code, text } = await ended;
  expect(code).toBe(0);
  expect(text).toContain(readHarbour(await place.ssebox(words, { variables: { SSEBOX_PASSPHRASE: PASSPHRASE } })));
  expect(text).not.toContain('sesame');
  expect(text).not.toContain('*');
  expect(isKept(place, PASSPHRASE)).toBe(false);
});

const readHarbour = ({ code, out }: { readonly code: number | undefined; readonly out: string }): string => {
  expect(code).toBe(0);
  expect(out).not.toBe('');
  return out.trimEnd();
};

test('a wrong passphrase is told and asked for again, three times at most', async () => {
  const place = await sealedPlace();
  const { shows, type, ended } = place.terminal(words, { columns: 300 });
  await shows(question(place));
  type(`${OTHER}${keys.enter}`);
  await shows(new RegExp(`${wrong(place)}.*${question(place)}`, 's'));
  type(keys.enter);
  await shows(new RegExp(`${wrong(place)}.*${question(place)}`, 's'));
  type(`${OTHER}${keys.enter}`);
  const { code, text } = await ended;
  expect(code).toBe(253);
  expect(text.split(wrong(place))).toHaveLength(4);
  expect(text).not.toContain('barley');
});

test('the right passphrase after a wrong one opens the store', async () => {
  const place = await sealedPlace();
  const { shows, type, ended } = place.terminal(words, { columns: 300 });
  await shows(question(place));
  type(`${OTHER}${keys.enter}`);
  await shows(new RegExp(`${wrong(place)}.*${question(place)}`, 's'));
  type(`${PASSPHRASE}${keys.enter}`);
  expect((await ended).code).toBe(0);
});

test('Ctrl-C at the passphrase ends with 130', async () => {
  const place = await sealedPlace();
  const { shows, type, ended } = place.terminal(words, { columns: 300 });
  await shows(question(place));
  type(`open${keys.interrupt}`);
  expect((await ended).code).toBe(130);
});

test.for<[string, string[], Record<string, string>]>([
  ['--no-input', ['--no-input'], {}],
  ['CI', [], { CI: '1' }],
])('with %s it is not asked for', async ([, more, variables]) => {
  const place = await sealedPlace();
  const { code, text } = await place.terminal([...words, ...more], { variables, columns: 300 }).ended;
  expect(code).toBe(253);
  expect(text).toContain(`the store "${place.store}" is sealed with a passphrase, and none was given\n`);
});

test('it is not asked for where the variable has it, or the store is not sealed', async () => {
  const sealed = await sealedPlace();
  const given = { variables: { SSEBOX_PASSPHRASE: PASSPHRASE }, columns: 300 };
  const plain = await samplePlace();
  for (const { code, text } of [
    await sealed.terminal(words, given).ended,
    await plain.terminal(words, { columns: 300 }).ended,
  ]) {
    expect(code).toBe(0);
    expect(text).not.toContain('passphrase');
  }
});

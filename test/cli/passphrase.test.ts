import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { changePassphrase } from '../../src/store/root-key-change.ts';
import { keys, type Place, samplePlace } from '../support/place.ts';

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

test('a terminal prompts for the passphrase of a sealed store, which is neither shown nor kept', async () => {
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

test('a wrong passphrase is reported and prompted for again, three times at most', async () => {
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

test.for([
  ['iam', 'list-users'],
  ['trail', 'lookup'],
  ['s3', 'sync', 's3://photos', 's3://drafts'],
  ['store', 'verify'],
])('%s %s prompts for it once', async (command) => {
  const place = await sealedPlace();
  const { shows, type, ended } = place.terminal(command, { columns: 300 });
  await shows(question(place));
  type(`${PASSPHRASE}${keys.enter}`);
  // A second question would not be answered.
  expect((await ended).code).toBe(0);
});

test('the choices for what is missing come after the passphrase', async () => {
  const place = await sealedPlace();
  const { shows, type, ended } = place.terminal(['bucket', 'show'], { columns: 300 });
  await shows(question(place));
  type(`${PASSPHRASE}${keys.enter}`);
  await shows(/bucket: .*drafts/s);
  type(keys.enter);
  expect((await ended).code).toBe(0);
});

test.for([
  ['of a mistake', 252, ['s3', 'get', 's3://photos']],
  ['of a caller without a form', 252, ['kms', 'list-keys', '--as', 'garbage']],
  ['of store info', 0, ['store', 'info']],
  ['of store backup', 0, ['store', 'backup', 'copy']],
  ['of completion', 0, ['completion', 'query', '--', 'bucket', 'show', '']],
  ['of help', 0, ['kms', '--help']],
  ['of a skeleton', 0, ['kms', 'encrypt', '--generate-cli-skeleton']],
  ['of a demo in a store of its own', 0, ['demo']],
] as const)('there is no prompt because %s', async ([, expected, command]) => {
  const place = await sealedPlace();
  const { code, text } = await place.terminal(command, { columns: 300 }).ended;
  expect([code, text]).toEqual([expected, expect.not.stringContaining('passphrase of the store')]);
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
])('with %s there is no prompt', async ([, more, variables]) => {
  const place = await sealedPlace();
  const { code, text } = await place.terminal([...words, ...more], { variables, columns: 300 }).ended;
  expect(code).toBe(253);
  expect(text).toContain(`the store "${place.store}" is sealed with a passphrase, and none was given\n`);
});

test('there is no prompt if the variable holds it, or the store is not sealed', async () => {
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

describe('store passphrase', () => {
  const sealed = { variables: { SSEBOX_PASSPHRASE: PASSPHRASE } };
  const rootKey = ({ store }: Place) => readFileSync(join(store, 'root.key'));
  /** The bytes of a key that is not sealed. */
  const bytesOf = (content: Buffer) => (content.length === 32 ? content : content.subarray(20, 52));
  const hasKeyIn = ({ store }: Place, key: Buffer): boolean =>
    readdirSync(store).some((name) => name !== 'blobs' && readFileSync(join(store, name)).includes(key));
  const set = (place: Place, stdin: string, more: { readonly variables?: Record<string, string> } = {}) =>
    place.ssebox(['store', 'passphrase', 'set', '-', '--query', 'Sealed'], { stdin, ...more });

  test('set seals the root key and leaves no unsealed trace, and remove unseals it', async () => {
    const place = await samplePlace();
    const key = bytesOf(rootKey(place));
    // What a process that was killed may have left.
    writeFileSync(join(place.store, 'root.key.0123456789abcdef'), key);
    expect(await set(place, `${PASSPHRASE}\n`)).toEqual({ code: 0, out: 'true\n', err: '' });
    expect(hasKeyIn(place, key)).toBe(false);
    expect((await place.ssebox(words)).code).toBe(253);
    expect((await place.ssebox(words, { variables: { SSEBOX_PASSPHRASE: OTHER } })).code).toBe(253);
    readHarbour(await place.ssebox(words, sealed));
    expect(isKept(place, PASSPHRASE)).toBe(false);

    expect((await place.ssebox(['store', 'passphrase', 'remove'])).code).toBe(253);
    expect((await place.ssebox(['store', 'passphrase', 'remove'], sealed)).code).toBe(0);
    expect(bytesOf(rootKey(place)).equals(key)).toBe(true);
    readHarbour(await place.ssebox(words));
    const again = await place.ssebox(['store', 'passphrase', 'remove', '--query', 'Sealed']);
    expect(again).toEqual({ code: 0, out: 'false\n', err: `the store "${place.store}" has no passphrase\n` });
  });

  test('set replaces another passphrase, which must be known', async () => {
    const place = await sealedPlace();
    expect((await set(place, OTHER)).code).toBe(253);
    expect((await set(place, OTHER, sealed)).code).toBe(0);
    expect((await place.ssebox(words, sealed)).code).toBe(253);
    readHarbour(await place.ssebox(words, { variables: { SSEBOX_PASSPHRASE: OTHER } }));
  });

  test('a terminal prompts for the old passphrase, and twice for the new one', async () => {
    const place = await sealedPlace();
    const { shows, type, ended } = place.terminal(['store', 'passphrase', 'set'], { columns: 300 });
    await shows(question(place));
    type(`${PASSPHRASE}${keys.enter}`);
    await shows('new passphrase');
    type(`${OTHER}${keys.enter}`);
    await shows('repeat the passphrase');
    type(`${OTHER}${keys.enter}`);
    const { code, text } = await ended;
    expect(code).toBe(0);
    expect(text).not.toMatch(/sesame|barley/);
    readHarbour(await place.ssebox(words, { variables: { SSEBOX_PASSPHRASE: OTHER } }));
  });

  test('two passphrases that differ change nothing', async () => {
    const place = await samplePlace();
    const key = rootKey(place);
    const { shows, type, ended } = place.terminal(['store', 'passphrase', 'set']);
    await shows('new passphrase');
    type(`${PASSPHRASE}${keys.enter}`);
    await shows('repeat the passphrase');
    type(`${OTHER}${keys.enter}`);
    const { code, text } = await ended;
    expect([code, text]).toEqual([252, expect.stringContaining('do not match: nothing was changed')]);
    expect(rootKey(place).equals(key)).toBe(true);
  });

  test.for([
    ['on the command line', [PASSPHRASE], 'a passphrase on the command line would be visible to others'],
    ['that is empty', ['-'], 'a passphrase must have at least one character'],
    ['that nobody gives', [], 'the following arguments are required: passphrase'],
    ['in a missing file', ['file://nowhere'], 'Unable to load paramfile file://nowhere'],
  ] as const)('a passphrase %s is refused, and nothing is changed', async ([, more, message]) => {
    const place = await samplePlace();
    const key = rootKey(place);
    const { code, err } = await place.ssebox(['store', 'passphrase', 'set', ...more]);
    expect([code, err]).toEqual([252, expect.stringContaining(message)]);
    expect(rootKey(place).equals(key)).toBe(true);
  });
});

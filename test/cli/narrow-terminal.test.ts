import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { displayWidth } from '../../src/cli/output/display-width.ts';
import { newCommandLine, newSample } from '../support/command-line.ts';

const widths = (out: string): number[] => out.trimEnd().split('\n').map(displayWidth);

test.for([
  ['kms', 'ls'],
  ['trail', 'lookup'],
  ['trail', 'tail'],
])('%s %s fits in a terminal of 80 columns, and marks what is shortened', async (words) => {
  const line = await newSample();
  const { out } = await line.ok(words, { terminal: 80 });
  expect(Math.max(...widths(out))).toBeLessThanOrEqual(80);
  expect(out).toContain('…');
});

test('a wide terminal and a pipe have everything', async () => {
  const line = await newSample();
  for (const words of [
    ['kms', 'ls'],
    ['trail', 'tail'],
  ]) {
    expect((await line.ok(words, { terminal: 300 })).out).not.toContain('…');
    expect((await line.ok(words)).out).not.toContain('…');
  }
});

test("a key's alias and id stay complete if there is room for them", async () => {
  const line = await newSample();
  const { out } = await line.ok(['kms', 'ls'], { terminal: 80 });
  expect(out).toMatch(/^alias\/app +[0-9a-f-]{36} +Enabled /m);
});

test('what tells keys apart is whole in 80 columns, and what has no room is named', async () => {
  const line = await newSample();
  await line.ok(['kms', 'create-key', '--key-spec', 'RSA_2048', '--key-usage', 'SIGN_VERIFY']);
  const { out } = await line.ok(['kms', 'ls'], { terminal: 80 });
  expect(out).toMatch(/^ALIAS +KEY +STATE +SPEC$/m);
  expect(out).toMatch(/^alias\/app +[0-9a-f-]{36} +Enabled +SYMMETRIC$/m);
  expect(out).toMatch(/^- +[0-9a-f-]{36} +Enabled +RSA_2048$/m);
  expect(out).toMatch(/^… and USAGE, DESCRIPTION: /m);
});

test('a key with a long alias has lines of its own, with everything in it', async () => {
  const line = await newSample();
  const alias = `alias/${'long-'.repeat(10)}name`;
  const { json: id } = await line.ok(['kms', 'describe-key', '--key-id', 'alias/app', '--query', 'KeyMetadata.KeyId']);
  await line.ok(['kms', 'create-alias', '--alias-name', alias, '--target-key-id', `${id}`]);
  const { out } = await line.ok(['kms', 'ls'], { terminal: 80 });
  expect(Math.max(...widths(out))).toBeLessThanOrEqual(80);
  expect(out).toMatch(new RegExp(`^alias/app, ${alias}\n {2}[0-9a-f-]{36} +Enabled +SYMMETRIC +ENCRYPT_DECRYPT`, 'm'));
  expect(out).toContain('Application data');
  expect(out).not.toContain('…');
});

test('the material of a rotated key is whole, and can be copied', async () => {
  const line = await newSample();
  const { out } = await line.ok(['kms', 'rotate', 'alias/app'], { terminal: 80 });
  expect(out.match(/^\d +[0-9a-f]{64}$/gm)).toHaveLength(2);
  expect(Math.max(...widths(out))).toBeLessThanOrEqual(80);
});

test('an explained setting is broken between words beside its name', async () => {
  const { out } = await newCommandLine().ok(['config', 'list'], {
    terminal: 80,
    variables: { SSEBOX_STORE: '/store' },
  });
  expect(Math.max(...widths(out))).toBeLessThanOrEqual(80);
  expect(out).toMatch(/^external_id .* the external id with which the role is\n {41}assumed$/m);
});

const explained = ['explain', 's3', 'get', 's3://reports/2026/q1.csv', '--as', 'user/bob', '--fix'];

/** The lines of an explanation without the JSON and the commands, which are there to be copied. */
const prose = (out: string): string[] => out.split('\n').filter((line) => !line.startsWith('    '));

test.for([40, 80, 120])(
  'an explanation is wrapped between words in %i columns, and keeps names whole',
  async (width) => {
    const line = await newSample();
    const { out } = await line.ok(explained, { terminal: width });
    const wide = prose(out).filter((each) => displayWidth(each) > width);
    // A name that is wider than the terminal stands alone behind the strokes.
    for (const each of wide) expect(each).toMatch(/^[│ ]*[^ ]+$/);
    expect(wide.length > 0).toBe(width === 40);
    const key = /arn:aws:kms:[^ \n"]+/.exec((await line.ok(explained, { terminal: 1000 })).out)?.[0] ?? '';
    expect(key).toMatch(/:key\/[0-9a-f-]{36}$/);
    expect(out.split(key).length).toBeGreaterThan(4);
  },
);

// As below script(1) and in some CI systems.
test('a terminal without a size has 80 columns', async () => {
  const line = await newSample();
  const { out } = await line.ok(explained, { terminal: 80 });
  expect((await line.ok(explained, { terminal: 0 })).out).toBe(out);
});

test('a line that is wrapped continues beside the strokes of the tree', async () => {
  const line = await newSample();
  const { out } = await line.ok(explained, { terminal: 80 });
  expect(out).toContain(
    `
✗ DENIED: arn:aws:iam::111122223333:user/bob may not s3:GetObject on
│ arn:aws:s3:::reports/2026/q1.csv
├─ because no identity-based policy of the caller allows s3:GetObject
├─ · resource-based policy: no match
│  ├─ it does not allow this; within one account an identity-based policy is
│  │  enough
│  └─ · bucket policy: no match
│     └─ · statement "OnlyOverTls" (Deny) does not apply: a condition is not met
│        └─ · not met: Bool aws:SecureTransport "false"; the key is "true" in
│             the request
`.trimStart(),
  );
});

test('what is wrapped has the words of a wide terminal', async () => {
  const line = await newSample();
  const words = (out: string) => out.replaceAll(/[│├└]─? ?/g, ' ').split(/\s+/);
  const wide = (await line.ok(explained, { terminal: 1000 })).out;
  for (const terminal of [20, 40, 80]) expect(words((await line.ok(explained, { terminal })).out)).toEqual(words(wide));
});

test('the pages of an object and of its key are broken between words, and have the words of a wide terminal', async () => {
  const line = await newSample();
  for (const words of [
    ['s3', 'inspect', 's3://reports/2026/q1.csv'],
    ['kms', 'ls', 'alias/app'],
  ]) {
    const wide = (await line.ok(words, { terminal: 300 })).out;
    const { out } = await line.ok(words, { terminal: 64 });
    expect(out.split(/\s+/)).toEqual(wide.split(/\s+/));
    // A label, and one word that is wider than the terminal.
    for (const each of out.split('\n').filter((text) => displayWidth(text) > 64)) {
      expect(each).toMatch(/^ {2}(\S+ +)?\S+$/);
    }
  }
});

test('a comparison fits in 80 columns', async () => {
  const line = newCommandLine();
  writeFileSync(line.path('letter.txt'), 'Dear reader,\n'.repeat(9));
  const { out } = await line.ok(['compare', line.path('letter.txt'), '--times', '1'], { terminal: 80 });
  const [, ...lines] = out.split('\n');
  expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(80);
  expect(out).toMatch(/^SSE-S3 +yes +yes +yes$/m);
});

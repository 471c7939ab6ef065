import { expect, test } from 'vitest';
import { command, group } from '../../src/cli/command.ts';
import { manualPages } from '../../src/cli/docs/manual.ts';
import { roffCode, roffText } from '../../src/cli/docs/roff.ts';

const nothing = async () => ({ kind: 'none' }) as const;
const tree = group({
  name: 'ssebox',
  summary: 'keys and objects',
  load: async () => [
    group({
      name: 'bucket',
      summary: 'buckets',
      load: async () => [
        group({
          name: 'policy',
          summary: 'policies',
          load: async () => [
            command({
              name: 'put',
              summary: 'set the policy',
              description: 'First\nparagraph.\n\nSecond one.',
              args: { bucket: { about: 'which bucket' }, file: { about: 'the document', optional: true } },
              options: {
                force: { about: 'do it', type: 'boolean', short: 'f' },
                'bucket-key': { about: 'a key', type: 'boolean-pair' },
                mode: { about: 'how', type: 'string', value: 'MODE', required: true, choices: ['a', 'b'] },
                secret: { about: 'not shown', type: 'string', hidden: true },
              },
              examples: ["ssebox bucket policy put photos 'file://p.json'"],
              run: nothing,
            }),
          ],
        }),
        command({ name: 'freeze', summary: 'freeze', unavailable: true, examples: [], run: nothing }),
      ],
    }),
    command({
      name: 'demo',
      summary: 'the whole story',
      examples: ['ssebox demo', 'ssebox demo photo.jpg'],
      run: nothing,
    }),
  ],
});

const pages = await manualPages(tree, '1.2.3');

test('there is a page for the program and one for each group', () => {
  expect([...pages.keys()]).toEqual(['ssebox.1', 'ssebox-bucket.1']);
});

const sectionsOf = (page: string) => [...page.matchAll(/^\.SH (.*)$/gm)].map(([, name]) => name);

test.for(['ssebox.1', 'ssebox-bucket.1'])('%s has the sections of a manual page', (file) => {
  expect(sectionsOf(pages.get(file) ?? '')).toEqual([
    'NAME',
    'SYNOPSIS',
    'DESCRIPTION',
    'COMMANDS',
    'OPTIONS',
    'EXAMPLES',
    'EXIT STATUS',
    'ENVIRONMENT',
    'SEE ALSO',
  ]);
});

test('a command in a group in a group has its words, its options and its example', () => {
  const page = pages.get('ssebox-bucket.1') ?? '';
  expect(page).toContain('.TH SSEBOX-BUCKET 1 "" "ssebox 1.2.3" "ssebox manual"');
  expect(page).toContain(
    [
      '.SS bucket policy put',
      '\\fBssebox bucket policy put\\fR \\fB\\-\\-mode\\fR \\fIMODE\\fR [\\fIoptions\\fR] \\fIbucket\\fR [\\fIfile\\fR]',
      '.PP',
      'Set the policy.',
      '.PP',
      'First paragraph.',
      '.PP',
      'Second one.',
    ].join('\n'),
  );
  expect(page).toContain('\\fB\\-f\\fR, \\fB\\-\\-force\\fR\ndo it');
  expect(page).toContain('\\fB\\-\\-bucket\\-key\\fR, \\fB\\-\\-no\\-bucket\\-key\\fR');
  expect(page).toContain('how; one of a, b (required)');
  expect(page).toContain("$ ssebox bucket policy put photos 'file://p.json'");
  expect(page).not.toContain('secret');
  expect(page).toContain('In AWS but not part of ssebox: freeze.');
});

test('the program’s page names the groups, its own commands and the pages of the groups', () => {
  const page = pages.get('ssebox.1') ?? '';
  expect(page).toContain('.TP\n\\fBbucket\\fR\nbuckets');
  expect(page).toContain('$ ssebox demo photo.jpg');
  expect(page).toContain('\\fBssebox\\-bucket\\fR(1)');
});

test.for([
  ['.PP is no request', '\\&.PP is no request'],
  ["'tis", "\\&'tis"],
  ['a\\b', 'a\\eb'],
  ['the key’s …', 'the key\\[u2019]s ...'],
  ['one\n.two', 'one\n\\&.two'],
] as const)('%j stays text', ([text, roff]) => {
  expect(roffText(text)).toBe(roff);
});

test('text to be typed has hyphens that can be copied', () => {
  expect(roffCode('--key-id')).toBe('\\-\\-key\\-id');
});

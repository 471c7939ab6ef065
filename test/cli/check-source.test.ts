/** Files of tests in YAML: plain tests are read without a parser, and nobody notices. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readSource } from '../../src/cli/commands/check/source.ts';
import type { PlacedJson } from '../../src/policy/json-places.ts';

const HEAD = 'tests:\n';
/** The same with a space behind it, from which on nothing counts as plain. */
const PARSED_HEAD = 'tests: \n';

/** The values with the places of names and beginnings, those behind an index one less. */
function placed(json: PlacedJson, from: number): unknown {
  const place = (at: number) => (at > from ? at - 1 : at);
  const at = place(json.at);
  if (json.kind === 'scalar') return { at, value: json.value };
  if (json.kind === 'list') return { at, items: json.items.map((item) => placed(item, from)) };
  return {
    at,
    members: json.members.map(({ name, at, value }) => ({ name, at: place(at), value: placed(value, from) })),
  };
}

async function read(text: string, from = Number.POSITIVE_INFINITY): Promise<unknown> {
  try {
    return placed((await readSource('f.yaml', text)).root, from);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return error.message.replace(/^f\.yaml:\d+:\d+: /, '').replace(/ at line.*/s, '');
  }
}

async function expectSame(text: string): Promise<void> {
  const at = text.indexOf(HEAD);
  const parsed = at < 0 ? text : text.replace(HEAD, PARSED_HEAD);
  expect(await read(text)).toEqual(await read(parsed, at < 0 ? undefined : at + HEAD.length - 1));
}

const values = ['user/ana', 's3 ls s3://b', 'a: b', 'a #b', 'a#b', 'a:', 'true', 'Null', '12', '12/3', '1:2', '1e3'];
const oddValues = [
  '"q"',
  "'q",
  '|',
  '|+',
  '>-',
  '&x a',
  '*x',
  '[a, b]',
  '{a: b',
  '',
  'a ',
  'é',
  'a  b',
  '!x y',
  '0x1f',
];
const value = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...values) },
  { weight: 1, arbitrary: fc.constantFrom(...oddValues) },
);
const name = fc.constantFrom('as', 'do', 'expect', 'name', 'true');
const member = fc.tuple(name, value).map(([name, value]) => `${name}: ${value}`);
const line = fc.oneof(
  { weight: 6, arbitrary: member.map((text) => `  - ${text}`) },
  { weight: 6, arbitrary: member.map((text) => `    ${text}`) },
  { weight: 1, arbitrary: member.map((text) => `      ${text}`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', '   ', '# c', '    # c', '      more', '   x', '  - a', '- as: b', '\t', '...'),
  },
  { weight: 1, arbitrary: fc.constantFrom('given:', 'defaults: {as: root}', HEAD.trim(), '---', '"', '    - do: a') },
);
const lines = fc.array(line, { maxLength: 10 });

test('plain tests have the values and places that a parser of YAML gives them', async () => {
  const before = fc.constantFrom('', 'given:\n  a: b\n', '# c\n', 'given: "\n', 'given: |\n  x\n', '  ', 'a: &x b\n');
  await fc.assert(
    fc.asyncProperty(before, lines, fc.constantFrom('', '\n'), async (before, lines, end) => {
      await expectSame(`${before}${HEAD}${lines.join('\n')}${end}`);
    }),
    { numRuns: 3000 },
  );
});

test('a list of plain tests is whole', async () => {
  const text = `${HEAD}${Array.from({ length: 50 }, (_, i) => `- name: test ${i}\n  as: user/u${i}\n`).join('\n# c\n')}`;
  await expectSame(text);
  expect((await readSource('f.yaml', text)).root).toMatchObject({
    members: [{ name: 'tests', value: { kind: 'list', items: { length: 50 } } }],
  });
});

/**
 * The floors of the house: imports, of types too, go down or stay on their floor, and no files import one another in a
 * circle. What a comment names is there.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';

/** From the ground up. A name is a folder of src, or a file in it. */
const floors: readonly (readonly string[])[] = [
  ['api', 'crypto', 'env.ts', 'files.ts', 'folders.ts', 'program-name.ts', 'version.ts'],
  ['policy'],
  ['store'],
  ['call'],
  ['tally', 'quotas'],
  ['cloudtrail', 'cloudwatch', 'cost', 'iam', 'kms', 'organizations', 's3', 's3control', 'service-quotas'],
  ['services.ts'],
  ['assemble.ts'],
  ['upkeep', 'audit', 'labs', 'simulate', 'import'],
  ['wire', 'cli'],
  ['kept-code.ts', 'main.ts', 'start.ts'],
];

/** The rooms of S3, likewise; `operations.ts` is the door. */
const s3Rooms: readonly (readonly string[])[] = [
  ['request'],
  ['content'],
  ['replication'],
  ['objects'],
  ['multipart', 'buckets'],
  ['operations.ts'],
];

/** The rooms of the wire, likewise; what puts them together stands beside them. */
const wireRooms: readonly (readonly string[])[] = [
  ['http', 'tls'],
  ['signature'],
  ['routing'],
  ['codecs'],
  ['client'],
  ['forms'],
  ['credentials'],
  ['bodies'],
  ['background.ts', 'cors.ts', 'exchange.ts', 'long-answer.ts', 'pages.ts', 'request-log.ts', 'server.ts'],
];

/**
 * What services may import of another one: users and roles are what policies of every service are about, and S3 Control
 * is a second door to S3's buckets, which are found and written in one way.
 */
const isOpen = (own: string, other: string, room: string): boolean =>
  other === 'iam' || (own === 's3control' && other === 's3' && room === 'request');

interface Import {
  readonly from: string;
  readonly to: string;
}

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .map((name) => join('src', name))
  .filter((name) => name.endsWith('.ts'));

const imports: readonly Import[] = sources.flatMap(importsOf);

/** Every import of a file of ours: of values, of types, and those on demand. */
function importsOf(from: string): Import[] {
  const text = readFileSync(from, 'utf8');
  const targets = text.matchAll(
    /^(?:import|export)\s[^'";]*?from '(\.[^']+)'|^import '(\.[^']+)'|\bimport\(\s*'(\.[^']+)'/gm,
  );
  return [...targets].map(([, named, bare, onDemand]) => ({
    from,
    to: normalize(join(dirname(from), named ?? bare ?? onDemand ?? '')),
  }));
}

const partsOf = (file: string): readonly string[] => file.split('/');

function floorOf(file: string, plan: readonly (readonly string[])[], depth: number): number {
  const name = partsOf(file)[depth] ?? '';
  const floor = plan.findIndex((rooms) => rooms.includes(name));
  if (floor < 0) throw new Error(`${file}: "${name}" has no floor; give it one in test/house.test.ts`);
  return floor;
}

const upward = (candidates: readonly Import[], plan: readonly (readonly string[])[], depth: number): string[] =>
  candidates
    .filter(({ from, to }) => floorOf(to, plan, depth) > floorOf(from, plan, depth))
    .map(({ from, to }) => `${from} imports ${to}, which is on a higher floor`);

test('every import of a source file names an existing file', () => {
  const missing = imports.filter(({ to }) => !sources.includes(to) && !to.endsWith('.json'));
  expect(missing.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
  expect(imports.length).toBeGreaterThan(1000);
});

test('imports go down the floors, or stay on theirs', () => {
  expect(upward(imports, floors, 1)).toEqual([]);
});

test("imports go down the rooms of S3's floor", () => {
  const inside = imports.filter(({ from, to }) => from.startsWith('src/s3/') && to.startsWith('src/s3/'));
  expect(inside.length).toBeGreaterThan(100);
  expect(upward(inside, s3Rooms, 2)).toEqual([]);
});

test('imports go down the rooms of the wire, or stay in one', () => {
  const inside = imports.filter(({ from, to }) => from.startsWith('src/wire/') && to.startsWith('src/wire/'));
  expect(inside.length).toBeGreaterThan(100);
  expect(upward(inside, wireRooms, 2)).toEqual([]);
});

test('a service uses another one by a call, not by an import', () => {
  const services: ReadonlySet<string> = new Set(floors.find((rooms) => rooms.includes('kms')));
  const across = imports.filter(({ from, to }) => {
    const [, own = ''] = partsOf(from);
    const [, other = '', room = ''] = partsOf(to);
    return services.has(own) && services.has(other) && own !== other && !isOpen(own, other, room);
  });
  expect(across.map(({ from, to }) => `${from} imports ${to}: call it with call.invoke`)).toEqual([]);
});

test('every file that a comment names exists', () => {
  const names = new Set(sources.flatMap((file) => [basename(file), file.replace(/^src\//, ''), file]));
  const gone = sources.flatMap((file) =>
    commentsOf(file).flatMap((comment) =>
      Array.from(comment.matchAll(/`([\w./-]+\.ts)`/g), ([, name = '']) => name)
        .filter((name) => !names.has(name))
        .map((name) => `a comment of ${file} names ${name}`),
    ),
  );
  expect(gone).toEqual([]);
  expect(sources.flatMap(commentsOf).length).toBeGreaterThan(2000);
});

const commentsOf = (file: string): readonly string[] =>
  readFileSync(file, 'utf8').match(/\/\*.*?\*\/|^\s*\/\/[^\n]*/gms) ?? [];

test('no files import one another in a circle', () => {
  expect(circles()).toEqual([]);
});

/** A line for every import that closes a circle: the files on the way, back to the first. */
function circles(): string[] {
  const targets = new Map<string, string[]>();
  for (const { from, to } of imports) targets.set(from, [...(targets.get(from) ?? []), to]);
  const found: string[] = [];
  const way: string[] = [];
  const done = new Set<string>();
  const walk = (file: string): void => {
    if (done.has(file)) return;
    const start = way.indexOf(file);
    if (start >= 0) {
      found.push([...way.slice(start), file].join(' imports '));
      return;
    }
    way.push(file);
    for (const target of targets.get(file) ?? []) walk(target);
    way.pop();
    done.add(file);
  };
  for (const file of sources) walk(file);
  return found;
}

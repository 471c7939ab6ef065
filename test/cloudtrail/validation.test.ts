import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AbsenceError, AwsError } from '../../src/api/errors.ts';
import type { DigestSite } from '../../src/cloudtrail/validation/digest-names.ts';
import { hasFaults, noSums, withFinding } from '../../src/cloudtrail/validation/sums.ts';
import { type Finding, type Validation, validated } from '../../src/cloudtrail/validation/validation.ts';
import {
  type DeliveredChain,
  type DeliveredFile,
  type DigestPlan,
  deliveredChain,
  filesOf,
  newSigner,
} from '../support/digest-chain.ts';
import { ACCOUNT } from '../support/harness.ts';
import { type Answers, callsFrom } from '../support/validated-calls.ts';

const signer = newSigner();
const other = newSigner();
const keys = [other.publicKey, signer.publicKey];

const at = (hour: number): string => `2026-05-04T${String(hour).padStart(2, '0')}:00:00Z`;

const site: DigestSite = {
  bucket: 'logs',
  prefix: undefined,
  organization: undefined,
  account: ACCOUNT,
  region: 'us-east-1',
  trailName: 'main',
  homeRegion: 'us-east-1',
};

const validation = (changes: Partial<Validation> = {}): Validation => ({
  site,
  startMs: Date.parse(at(0)),
  endMs: Date.parse(at(9)),
  isThorough: false,
  ...changes,
});

const chainOf = (...plans: readonly DigestPlan[]): DeliveredChain => deliveredChain({ bucket: 'logs' }, plans, signer);

/** Four hours, the second of which is empty. */
const four = chainOf({ end: at(6), logs: 1 }, { end: at(7) }, { end: at(8), logs: 2 }, { end: at(9), logs: 1 });

async function findings(answers: Partial<Answers>, wanted: Validation = validation()): Promise<Finding[]> {
  const found: Finding[] = [];
  for await (const finding of validated(wanted, callsFrom({ files: filesOf(four), keys, ...answers }))) {
    found.push(finding);
  }
  return found;
}

/** `digest 08: valid`, `log 0755: not found`, `gap 04 07`. */
const lineOf = (finding: Finding): string => {
  const backfill = finding.isBackfill ? 'backfill ' : '';
  if (finding.kind === 'gap') return `${backfill}gap ${finding.start.slice(11, 13)} ${finding.end.slice(11, 13)}`;
  const [, hour = '', minute = ''] = /_\d{8}T(\d\d)(\d\d)/.exec(finding.key) ?? [];
  return `${backfill}${finding.kind} ${hour}${finding.kind === 'log' ? minute : ''}: ${finding.fault ?? 'valid'}`;
};

const linesOf = async (...asked: Parameters<typeof findings>): Promise<string[]> =>
  (await findings(...asked)).map(lineOf);

const keyOf = (chain: DeliveredChain, name: string): string => {
  const found = filesOf(chain).find(({ key }) => key.includes(`_20260504T${name}`));
  return found?.key ?? expect.fail(`no file of ${name}`);
};

const without = (name: string, chain = four): readonly DeliveredFile[] =>
  filesOf(chain).filter(({ key }) => key !== keyOf(chain, name));

const changed = (
  name: string,
  change: (file: DeliveredFile) => Partial<DeliveredFile>,
  chain = four,
): readonly DeliveredFile[] =>
  filesOf(chain).map((file) => (file.key === keyOf(chain, name) ? { ...file, ...change(file) } : file));

const rewritten = (change: (members: Record<string, unknown>) => object) => (file: DeliveredFile) => ({
  body: gzipSync(JSON.stringify(change(JSON.parse(gunzipSync(file.body).toString())))),
});

const fileAt = (name: string): DeliveredFile =>
  filesOf(four).find(({ key }) => key === keyOf(four, name)) ?? expect.fail(name);

const allValid = [
  'digest 09: valid',
  'log 0855: valid',
  'digest 08: valid',
  'log 0755: valid',
  'log 0750: valid',
  'digest 07: valid',
  'digest 06: valid',
  'log 0555: valid',
];

/** The findings where one file has a fault, without those of the log files that an invalid digest file lists. */
const allBut = (file: string, fault: string, ...unread: readonly string[]): string[] =>
  allValid
    .map((line) => (line.startsWith(`${file}:`) ? `${file}: ${fault}` : line))
    .filter((line) => !unread.some((each) => line.startsWith(`${each}:`)));

test('a chain is followed from the newest digest file to its beginning', async () => {
  expect(await linesOf({})).toEqual(allValid);
});

/** AWS CloudTrail User Guide, "CloudTrail log file integrity validation"; what the AWS CLI prints of each. */
const faults: readonly (readonly [string, readonly DeliveredFile[], readonly string[]])[] = [
  ['a missing digest file', without('0800'), allBut('digest 08', 'not found', 'log 0755', 'log 0750')],
  ['a missing first digest file', without('0600'), allBut('digest 06', 'not found', 'log 0555')],
  ['a missing log file', without('0755'), allBut('log 0755', 'not found')],
  [
    'a log file with another record',
    changed(
      '0755',
      rewritten((members) => ({ ...members, more: 1 })),
    ),
    allBut('log 0755', "hash value doesn't match"),
  ],
  [
    'a digest file that leaves out its log files',
    changed(
      '0800',
      rewritten((members) => ({ ...members, logFiles: [] })),
    ),
    allBut('digest 08', 'signature verification failed', 'log 0755', 'log 0750'),
  ],
  ...(
    [
      ['is text', Buffer.from('hello')],
      ['is empty', Buffer.alloc(0)],
      ['is not JSON', gzipSync('hello')],
      ['is a list', gzipSync('[]')],
      ['is null', gzipSync('null')],
      ['lacks its beginning', rewritten(({ digestStartTime, ...rest }) => rest)(fileAt('0800')).body],
      ['lacks the fingerprint', rewritten(({ digestPublicKeyFingerprint, ...rest }) => rest)(fileAt('0800')).body],
      ['lacks the signature before it', rewritten(({ previousDigestSignature, ...rest }) => rest)(fileAt('0800')).body],
      ['is cut off', fileAt('0800').body.subarray(0, 100)],
      ['is cut off behind its content', fileAt('0800').body.subarray(0, -4)],
      ['has a byte too many', Buffer.concat([fileAt('0800').body, Buffer.from('x')])],
      ['has zeros behind it', Buffer.concat([fileAt('0800').body, Buffer.alloc(512)])],
      ['has another gzip file behind it', Buffer.concat([fileAt('0800').body, gzipSync('')])],
    ] as const
  ).map(
    ([what, body]) =>
      [
        `a digest file that ${what}`,
        changed('0800', () => ({ body })),
        allBut('digest 08', 'invalid format', 'log 0755', 'log 0750'),
      ] as const,
  ),
  ...(
    [
      ['is text', Buffer.from('hello'), 'invalid format'],
      ['is not zipped', gunzipSync(fileAt('0755').body), 'invalid format'],
      ['is empty', Buffer.alloc(0), "hash value doesn't match"],
      ['is cut off', fileAt('0755').body.subarray(0, 60), "hash value doesn't match"],
      ['is cut off behind its content', fileAt('0755').body.subarray(0, -4), 'invalid format'],
      [
        'has a byte too many',
        Buffer.concat([fileAt('0755').body, Buffer.from('x')]),
        'unexpected data after end of compressed stream',
      ],
      [
        'has zeros behind it',
        Buffer.concat([fileAt('0755').body, Buffer.alloc(512)]),
        'unexpected data after end of compressed stream',
      ],
      [
        'has another gzip file behind it',
        Buffer.concat([fileAt('0755').body, gzipSync('')]),
        'unexpected data after end of compressed stream',
      ],
    ] as const
  ).map(
    ([what, body, fault]) =>
      [`a log file that ${what}`, changed('0755', () => ({ body })), allBut('log 0755', fault)] as const,
  ),
  ...(
    [
      ['no metadata', () => ({})],
      ['no algorithm', ({ signature = '' }) => ({ signature })],
      ['no signature', ({ signature, ...rest }) => rest],
      ['another algorithm', (metadata) => ({ ...metadata, 'signature-algorithm': 'MD5withRSA' })],
      ['another signature', (metadata) => ({ ...metadata, signature: fileAt('0700').metadata.signature ?? '' })],
      ['a signature in capitals', (metadata) => ({ ...metadata, signature: metadata.signature?.toUpperCase() ?? '' })],
      ['a signature that is not hexadecimal', (metadata) => ({ ...metadata, signature: 'zz' })],
      ['an empty signature', (metadata) => ({ ...metadata, signature: '' })],
    ] as const satisfies readonly (readonly [
      string,
      (metadata: Readonly<Record<string, string>>) => Readonly<Record<string, string>>,
    ])[]
  ).map(
    ([what, change]) =>
      [
        `a digest file with ${what}`,
        changed('0800', ({ metadata }) => ({ metadata: change(metadata) })),
        allBut('digest 08', 'signature verification failed', 'log 0755', 'log 0750'),
      ] as const,
  ),
  [
    'a digest file in the place of another',
    changed('0800', () => ({ body: fileAt('0700').body, metadata: fileAt('0700').metadata })),
    allBut('digest 08', 'has been moved from its original location', 'log 0755', 'log 0750'),
  ],
  [
    'a log file in the place of another',
    changed('0755', () => ({ body: fileAt('0750').body })),
    allBut('log 0755', "hash value doesn't match"),
  ],
];

test.for(faults)('%s', async ([, files, expected]) => {
  expect(await linesOf({ files })).toEqual(expected);
});

test('files in another bucket have been moved', async () => {
  const files = filesOf(four).map((file) => ({ ...file, bucket: 'copy' }));
  const moved = await linesOf({ files }, validation({ site: { ...site, bucket: 'copy' } }));
  expect(moved).toEqual(
    ['09', '08', '07', '06'].map((hour) => `digest ${hour}: has been moved from its original location`),
  );
});

test('digest files are signed with a key of the region', async () => {
  const [newest] = await linesOf({ keys: [other.publicKey] });
  expect(newest).toBe(`digest 09: public key not found in region us-east-1 for fingerprint ${signer.fingerprint}`);
  const impostor = { ...other.publicKey, Fingerprint: signer.fingerprint };
  expect((await linesOf({ keys: [impostor] }))[0]).toBe('digest 09: signature verification failed');
  const unreadable = { ...signer.publicKey, Value: Buffer.from('nonsense') };
  expect((await linesOf({ keys: [unreadable] }))[0]).toBe(
    `digest 09: Unable to load PKCS #1 key with fingerprint ${signer.fingerprint}`,
  );
  const rotated = chainOf({ end: at(7), signer: other }, { end: at(8) });
  expect(await linesOf({ files: filesOf(rotated) })).toEqual(['digest 08: valid', 'digest 07: valid']);
});

test('without public keys nothing can be checked', async () => {
  await expect(findings({ keys: [] })).rejects.toThrow(
    new AbsenceError('No public keys found between 2026-05-04T00:00:00Z and 2026-05-04T11:00:00Z'),
  );
});

test('nothing is found where nothing was delivered', async () => {
  expect(await linesOf({ files: [] })).toEqual([]);
  await expect(findings({ files: [], keys: [] })).rejects.toThrow(AbsenceError);
  expect(await linesOf({ files: [], keys: [] }, validation({ isThorough: true }))).toEqual([]);
});

describe('the time', () => {
  const between = (start: string, end: string) =>
    linesOf({}, validation({ startMs: Date.parse(start), endMs: Date.parse(end) }));

  test('a digest file counts that ends up to an hour after it, and one that begins before it ends the chain', async () => {
    const lines = await between('2026-05-04T06:30:00Z', '2026-05-04T07:30:00Z');
    expect(lines).toEqual(['digest 08: valid', 'log 0755: valid', 'log 0750: valid', 'digest 07: valid']);
  });

  test('one that begins at the start is followed by the one before', async () => {
    expect(await between(at(8), at(8))).toEqual([
      'digest 09: valid',
      'log 0855: valid',
      'digest 08: valid',
      'log 0755: valid',
      'log 0750: valid',
    ]);
  });

  test('names that are not those of digest files of this trail and region are passed over', async () => {
    const foreign = [
      { bucket: 'logs', name: 'other' },
      { bucket: 'logs', region: 'us-east-10', home: 'us-east-1' },
      { bucket: 'logs', home: 'eu-west-1' },
    ].flatMap((trail) => filesOf(deliveredChain(trail, [{ end: at(9), logs: 1 }], signer)));
    const notes = { bucket: 'logs', key: `${keyOf(four, '0900')}.txt`, body: Buffer.from('x'), metadata: {} };
    expect(await linesOf({ files: [...filesOf(four), ...foreign, notes] })).toEqual(allValid);
  });

  test('a name of a trail is not a pattern', async () => {
    const files = filesOf(deliveredChain({ bucket: 'logs', name: 'mXin' }, [{ end: at(9) }], signer));
    expect(await linesOf({ files }, validation({ site: { ...site, trailName: 'm.in' } }))).toEqual([]);
  });
});

describe('between chains', () => {
  const two = chainOf({ end: at(3), logs: 1 }, { end: at(4) }, { end: at(8), starts: true }, { end: at(9) });

  test('is a gap', async () => {
    expect(await linesOf({ files: filesOf(two) })).toEqual([
      'digest 09: valid',
      'digest 08: valid',
      'gap 04 07',
      'digest 04: valid',
      'digest 03: valid',
      'log 0255: valid',
    ]);
  });

  test('what is before an invalid digest file is not one', async () => {
    expect(await linesOf({ files: changed('0800', () => ({ body: gzipSync('x') }), two) })).toEqual([
      'digest 09: valid',
      'digest 08: invalid format',
      'digest 04: valid',
      'digest 03: valid',
      'log 0255: valid',
    ]);
  });
});

describe('digest files that were made later', () => {
  const made = '2026-05-20T00:00:00.000Z';
  const late = (...plans: readonly DigestPlan[]) => [...filesOf(four), ...filesOf(chainOf(...plans))];

  test('are a chain of their own, checked with the keys of that time', async () => {
    const files = late({ end: at(3), logs: 1, backfilled: made }, { end: at(5), backfilled: '2026-05-20T00:30:00Z' });
    const times: string[] = [];
    const lines = await linesOf({
      files,
      keys: (_region, { StartTime, EndTime }) => {
        times.push(`${StartTime?.toISOString()} ${EndTime?.toISOString()}`);
        return keys;
      },
    });
    expect(lines.slice(allValid.length)).toEqual([
      'backfill digest 05: valid',
      'backfill digest 03: valid',
      'backfill log 0255: valid',
    ]);
    expect(times).toEqual([
      '2026-05-04T00:00:00.000Z 2026-05-04T11:00:00.000Z',
      '2026-05-19T23:30:00.000Z 2026-05-20T01:30:00.000Z',
    ]);
  });

  test('have gaps between their chains', async () => {
    const files = late({ end: at(3), backfilled: made }, { end: at(5), starts: true, backfilled: made });
    expect((await linesOf({ files })).slice(allValid.length)).toEqual([
      'backfill digest 05: valid',
      'backfill gap 03 04',
      'backfill digest 03: valid',
    ]);
  });

  test.for([
    ['without a time', {}, 'invalid format'],
    ['with a time that is not one', { 'backfill-generation-timestamp': 'soon' }, 'Unable to parse date value: soon'],
  ] as const)('%s are invalid', async ([, time, fault]) => {
    const files = late({ end: at(5), backfilled: made }).map((file) => {
      if (!file.key.includes('_backfill')) return file;
      const { 'backfill-generation-timestamp': _, ...rest } = file.metadata;
      return { ...file, metadata: { ...rest, ...time } };
    });
    expect((await linesOf({ files })).slice(allValid.length)).toEqual([`backfill digest 05: ${fault}`]);
  });

  test('are invalid if there was no key at that time', async () => {
    const lines = await linesOf({
      files: late({ end: at(5), backfilled: made }),
      keys: (_region, { StartTime }) => (StartTime && StartTime >= new Date('2026-05-10') ? [] : keys),
    });
    expect(lines.slice(allValid.length)).toEqual([
      'backfill digest 05: No public keys found between 2026-05-19T23:00:00Z and 2026-05-20T01:00:00Z',
    ]);
  });
});

describe('calls', () => {
  test("go to each bucket's region, where digest files lie in several", async () => {
    const moved = chainOf({ end: at(7), bucket: 'old', logs: 1 }, { end: at(8), bucket: 'old' }, { end: at(9) });
    const made: string[] = [];
    const call = callsFrom({ files: filesOf(moved), keys, regions: { old: 'eu-west-1', logs: 'EU' } }, made);
    const found: string[] = [];
    for await (const finding of validated(validation(), call)) found.push(lineOf(finding));
    expect(found).toEqual(['digest 09: valid', 'digest 08: valid', 'digest 07: valid', 'log 0655: valid']);
    expect(made).toEqual([
      'GetBucketLocation',
      'ListObjects in eu-west-1',
      'ListPublicKeys',
      'GetObject in eu-west-1',
      'GetBucketLocation',
      'ListObjects in eu-west-1',
      'GetObject in eu-west-1',
      'GetObject in eu-west-1',
      'GetObject in eu-west-1',
    ]);
  });

  test('after a missing digest file of another bucket, the older ones of that bucket follow', async () => {
    const moved = chainOf({ end: at(7), bucket: 'old' }, { end: at(8), bucket: 'old' }, { end: at(9) });
    expect(await linesOf({ files: without('0800', moved) })).toEqual([
      'digest 09: valid',
      'digest 08: not found',
      'digest 07: valid',
    ]);
  });

  test.for(['GetBucketLocation', 'ListObjects', 'ListPublicKeys', keyOf(four, '0800'), keyOf(four, '0755')])(
    'a refusal of %s ends the validation',
    async (denied) => {
      await expect(findings({ denied: [denied] })).rejects.toThrow(AwsError);
    },
  );

  test('prefix, organization and account are parts of the keys', async () => {
    const place = { prefix: 'pre/fix', organization: 'o-abcdefghij', account: '444455556666' };
    const files = filesOf(deliveredChain({ bucket: 'logs', ...place }, [{ end: at(9), logs: 1 }], signer));
    const lines = await linesOf({ files }, validation({ site: { ...site, ...place } }));
    expect(lines).toEqual(['digest 09: valid', 'log 0855: valid']);
  });
});

test('only a check of the hashes finds a digest file that somebody with the private key made anew', async () => {
  const anew = chainOf({ end: at(6), logs: 1 }, { end: at(7) }, { end: at(8) });
  const files = changed('0800', () => ({ ...filesOf(anew).find(({ key }) => key === keyOf(four, '0800')) }));
  expect(await linesOf({ files })).toEqual(allValid.filter((line) => !line.startsWith('log 07')));
  expect(await linesOf({ files }, validation({ isThorough: true }))).toEqual(
    allBut(
      'digest 08',
      'is not the file that the next digest file follows: its hash is another',
      'log 0755',
      'log 0750',
    ),
  );
  expect(await linesOf({}, validation({ isThorough: true }))).toEqual(allValid);
});

describe('no change is overlooked', () => {
  const small = chainOf({ end: at(8), logs: 1 }, { end: at(9) });
  const files = filesOf(small);

  /** What the file says, as zlib reads it; undefined if it is damaged or something is behind it. */
  function contentOf(body: Uint8Array): string | undefined {
    try {
      const { buffer, engine } = gunzipSync(body, { info: true }) as unknown as Inflated;
      return engine.bytesWritten === body.length ? buffer.toString('latin1') : undefined;
    } catch {
      return undefined;
    }
  }

  interface Inflated {
    readonly buffer: Buffer;
    readonly engine: { readonly bytesWritten: number };
  }

  /** Fails unless the changed file is found, or says the same as before. */
  async function expectFound(file: DeliveredFile, change: Partial<DeliveredFile>): Promise<void> {
    const after = { ...file, ...change };
    const found = await findings({ files: files.map((each) => (each === file ? after : each)) });
    const says = contentOf(after.body);
    const isSame = says !== undefined && says === contentOf(file.body) && after.metadata === file.metadata;
    const about = found.filter((each) => each.kind !== 'gap' && each.key === file.key);
    const isValid = about.length > 0 && about.every((each) => each.kind !== 'gap' && each.fault === undefined);
    expect(hasFaults(found.reduce(withFinding, noSums)), describeChange(file, after)).toBe(!isSame);
    if (isValid !== isSame)
      expect.fail(`${file.key} is ${isValid ? 'valid' : 'not valid'} after ${describeChange(file, after)}`);
  }

  const describeChange = (one: DeliveredFile, other: DeliveredFile): string => {
    const byte = one.body.findIndex((each, i) => each !== other.body[i]);
    return byte < 0 ? JSON.stringify(other.metadata) : `byte ${byte} is ${other.body[byte]} and not ${one.body[byte]}`;
  };

  const flipped = (bytes: Uint8Array, bit: number): Uint8Array =>
    bytes.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));

  test.for(files.map((file) => [file.key.slice(-40), file] as const))('in a byte of %s', async ([, file]) => {
    for (let i = 0; i < file.body.length; i++) await expectFound(file, { body: flipped(file.body, i * 8 + (i % 8)) });
  });

  test.for(small.digests.map((file) => [file.key.slice(-40), file] as const))(
    'in a byte of the metadata of %s',
    async ([, file]) => {
      for (const [name, value] of Object.entries(file.metadata)) {
        for (let i = 0; i < value.length; i++) {
          const text = Buffer.from(flipped(Buffer.from(value), i * 8 + (i % 8))).toString('latin1');
          await expectFound(file, { metadata: { ...file.metadata, [name]: text } });
        }
      }
    },
  );

  test('in any bits, at any end, in any file', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files),
        fc.oneof(
          fc.record({ bits: fc.array(fc.nat(), { minLength: 1, maxLength: 4 }) }),
          fc.record({ length: fc.nat() }),
          fc.record({ more: fc.uint8Array({ minLength: 1, maxLength: 40 }) }),
        ),
        async (file, change) => {
          const { body } = file;
          if ('bits' in change) {
            const bits = [...new Set(change.bits.map((bit) => bit % (body.length * 8)))];
            await expectFound(file, { body: bits.reduce(flipped, body) });
          } else if ('length' in change) await expectFound(file, { body: body.slice(0, change.length % body.length) });
          else await expectFound(file, { body: Buffer.concat([body, change.more]) });
        },
      ),
      { numRuns: 300 },
    );
  });
});

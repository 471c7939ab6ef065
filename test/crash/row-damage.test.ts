/**
 * Rows that are not what was written, met by commands: each command ends with 253 and names the row, or answers as if
 * nothing were damaged, since it does not need the row.
 */

import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { declarationOf, type TableName, tableNames } from '../../src/store/databases.ts';
import { getFact, putFact } from '../../src/store/facts.ts';
import { TAG_BYTES } from '../../src/store/row-seal.ts';
import type { Tx } from '../../src/store/tables.ts';
import { type CommandLine, newCommandLine, type RunOptions } from '../support/command-line.ts';
import { damagedTables } from '../support/damaged-tables.ts';
import { DAY, START, testEnvironment } from '../support/harness.ts';
import { ACCOUNT, makeOneOfEverything } from '../support/one-of-everything.ts';
import { openStore } from '../support/open-store.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { openSession, type StoreSession } from '../support/store-session.ts';
import { allRows, onRawTables, type RawTables, type StoredRow, withFlippedBit } from '../support/stored-rows.ts';

/** A command line whose answer is the same each time. */
interface Question {
  readonly words: readonly string[];
  readonly options?: RunOptions;
  /** How long after the store was made it is asked. */
  readonly afterMs?: number;
}

type Questions = Readonly<Record<TableName, readonly Question[]>>;

let folder = '';
let data = Buffer.of();
let rows: readonly StoredRow[] = [];
let questions: Questions;

beforeAll(async () => {
  folder = await makeOneOfEverything();
  const session = await openSession(folder, { environment: testEnvironment(() => START, 'questions') });
  questions = await questionsAbout(session);
  session.assembly.store.transact<void>((tx) => {
    tx.unneededBlobs.put(['cc-to-be-removed'], true);
    tx.facts.put(['clock'], { offsetMs: 0 });
    const alarms = getFact(tx, 'alarms');
    if (alarms) putFact(tx, 'alarms', { ...alarms, readyMessage: 0, pass: { fromMs: START, toMs: START } });
  });
  await session.assembly.store.close();
  rows = await allRows(folder);
  data = readFileSync(join(folder, 'store.mdb'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ask = (...words: string[]): Question => ({ words });
/** Of a list in pages, the call for the second one would otherwise find that for the first among those of its time. */
const askLater = (...words: string[]): Question => ({ words, afterMs: 1000 });
const organizations = (...words: string[]): Question => ask('organizations', ...words);
const ofControl = ['--filter', 'SERVICE_CONTROL_POLICY'];
const askAs = (who: string, ...words: string[]): Question => ({ words: [...words, '--as', who] });

/** For each table commands that read its rows. */
async function questionsAbout({ assembly, call }: StoreSession): Promise<Questions> {
  const found = assembly.store.transact<Found>(idsIn);
  const { CiphertextBlob } = await call('kms', 'Encrypt', { KeyId: 'alias/app', Plaintext: Buffer.from('hi') });
  const decrypt = ['kms', 'decrypt', '--ciphertext-blob', Buffer.from(CiphertextBlob ?? []).toString('base64')];
  const { AccessKey } = await call('iam', 'CreateAccessKey', { UserName: 'Ana' });
  const signed: RunOptions = {
    variables: {
      AWS_ACCESS_KEY_ID: AccessKey?.AccessKeyId ?? '',
      AWS_SECRET_ACCESS_KEY: AccessKey?.SecretAccessKey ?? '',
    },
  };
  const upload = ['--bucket', 'photos', '--key', 'unfinished', '--upload-id', found.uploadId];
  const key = ['--key-id', 'alias/app'];
  const reader = `arn:aws:iam::${ACCOUNT}:role/reader`;
  const later: Omit<Question, 'words'> = { afterMs: 400 * DAY };
  const write = (bucket: string) =>
    ask('s3api', 'put-object', '--bucket', bucket, '--key', 'new', '--query', 'ServerSideEncryption');
  // Each adds to the counts of its operation, and of what it is about.
  const counted = [
    ask('s3', 'ls', 's3://photos'),
    ask('s3', 'get', 's3://photos/small', '-'),
    ask('s3api', 'head-object', '--bucket', 'photos', '--key', 'small'),
    ask('s3', 'get', 's3://photos/under-key', '-'),
    ask('kms', 'describe-key', ...key),
    ask('kms', 'list-keys'),
    ask(...decrypt),
  ];
  return {
    facts: [
      ask('s3api', 'head-object', '--bucket', 'photos', '--key', 'nowhere'),
      ask('clock', 'show'),
      ask('s3', 'ls'),
    ],
    ownEvents: [ask('trail', 'tail')],
    managementCalls: [
      askLater('trail', 'export'),
      askLater('trail', 'lookup'),
      askLater('cloudtrail', 'lookup-events'),
    ],
    dataCalls: found.dataEvents.map((id) => ask('trail', 'show', id)),
    callsOfFormat1: [askLater('trail', 'export'), askLater('trail', 'lookup')],
    callers: [askLater('trail', 'export'), ask('trail', 'tail'), askLater('trail', 'lookup')],
    callerNumbers: [ask('sts', 'get-caller-identity'), ask('s3', 'ls')],
    series: counted,
    seriesNames: counted,
    points: counted,
    levels: [
      ask('s3api', 'create-bucket', '--bucket', 'one-more', '--query', 'Location'),
      ask(
        ...['cloudwatch', 'get-metric-statistics', '--namespace', 'AWS/Usage', '--metric-name', 'ResourceCount'],
        ...['--dimensions', 'Name=Service,Value=S3', 'Name=Type,Value=Resource', 'Name=Class,Value=None'],
        ...['Name=Resource,Value=GeneralPurposeBuckets', '--statistics', 'Maximum', '--period', '60'],
        ...['--start-time', '2026-05-04T09:00:00Z', '--end-time', '2026-05-04T09:10:00Z'],
      ),
    ],
    tallyUpkeep: [ask('s3', 'ls'), ask('kms', 'list-keys')],
    callerUses: [ask('sts', 'get-caller-identity'), ask('s3', 'ls')],
    // Read where old rows are looked for.
    youngCalls: [
      { ...ask('s3', 'ls'), afterMs: DAY / 12 },
      { ...ask('kms', 'list-keys'), afterMs: DAY / 12 },
    ],
    accounts: [ask('s3api', 'list-buckets'), ask('s3', 'ls')],
    users: [ask('iam', 'list-users'), ask('iam', 'get-user', '--user-name', 'Ana'), askAs('user/Ana', 's3', 'ls')],
    roles: [ask('iam', 'list-roles'), ask('iam', 'get-role', '--role-name', 'reader'), ask('s3', 'replicate')],
    iamReports: [
      ask('iam', 'get-credential-report'),
      ask('iam', 'get-service-last-accessed-details', '--job-id', found.jobId),
    ],
    groups: [ask('iam', 'list-groups'), askAs('user/Ana', 's3', 'ls', 's3://photos')],
    groupMembers: [
      ask('iam', 'list-groups-for-user', '--user-name', 'Ana'),
      ask('iam', 'get-group', '--group-name', 'Analysts'),
      askAs('user/Ana', 's3api', 'get-object-tagging', '--bucket', 'photos', '--key', 'small'),
    ],
    organizations: [organizations('describe-organization'), organizations('list-roots')],
    organizationMembers: [organizations('list-accounts'), organizations('list-parents', '--child-id', ACCOUNT)],
    organizationUnits: [organizations('list-organizational-units-for-parent', '--parent-id', found.root)],
    organizationChildren: [
      organizations('list-children', '--parent-id', found.root, '--child-type', 'ORGANIZATIONAL_UNIT'),
      organizations('list-accounts-for-parent', '--parent-id', found.root),
    ],
    organizationPolicies: [organizations('list-policies', '--filter', 'SERVICE_CONTROL_POLICY')],
    organizationAttachments: [
      organizations('list-policies-for-target', '--target-id', found.root, ...ofControl),
      organizations('list-policies-for-target', '--target-id', found.unit, ...ofControl),
      organizations('list-policies-for-target', '--target-id', ACCOUNT, ...ofControl),
    ],
    organizationTargets: [
      organizations('list-targets-for-policy', '--policy-id', 'p-FullAWSAccess'),
      organizations('list-targets-for-policy', '--policy-id', found.policy),
    ],
    accountRequests: [organizations('list-create-account-status')],
    managedPolicies: [
      ask('iam', 'list-policies', '--scope', 'Local'),
      askAs('user/Ana', 's3api', 'get-object-tagging', '--bucket', 'photos', '--key', 'small'),
    ],
    policyUses: [
      ask('iam', 'list-entities-for-policy', '--policy-arn', `arn:aws:iam::${ACCOUNT}:policy/Read`),
      ask('iam', 'get-policy', '--policy-arn', `arn:aws:iam::${ACCOUNT}:policy/Read`),
      ask('iam', 'get-policy', '--policy-arn', 'arn:aws:iam::aws:policy/AdministratorAccess'),
    ],
    accessKeys: [
      { words: ['sts', 'get-caller-identity'], options: signed },
      ask('iam', 'list-access-keys', '--user-name', 'Ana'),
      ask('iam', 'get-access-key-last-used', '--access-key-id', found.accessKeyId),
    ],
    userAccessKeys: [ask('iam', 'list-access-keys', '--user-name', 'Ana')],
    principalIds: [
      ask('kms', 'get-key-policy', ...key),
      { words: ['sts', 'get-caller-identity'], options: signed },
      ask('kms', 'list-grants', ...key),
      ask('iam', 'get-role', '--role-name', 'reader'),
    ],
    refusals: [ask('explain', 'last')],
    quotaValues: [ask('service-quotas', 'list-service-quotas', '--service-code', 'kms')],
    quotaUses: [ask(...decrypt), ask('kms', 'enable-key-rotation', ...key)],
    quotaRequests: [ask('service-quotas', 'list-requested-service-quota-change-history')],
    quotaTags: [
      ask(
        'service-quotas',
        'list-tags-for-resource',
        '--resource-arn',
        `arn:aws:servicequotas:us-east-1:${ACCOUNT}:kms/ListKeys`,
      ),
    ],
    kmsKeys: [
      ...found.keys.map(([region, id]) => ask('kms', 'describe-key', '--key-id', id, '--region', region)),
      ask('kms', 'list-keys'),
      ask(...decrypt),
      ask('s3', 'get', 's3://photos/under-key', '-'),
    ],
    // Refused for its policy, after the keys are counted.
    kmsKeyCounts: ['us-east-1', 'eu-west-1'].map((region) =>
      ask('kms', 'create-key', '--policy', '{}', '--region', region),
    ),
    kmsKeyOwners: [ask(...decrypt)],
    ownPrices: [ask('cost', 'prices', '--service', 'kms')],
    deletedKeys: [ask('cost', 'report', '--month', '2026-05', '--query', 'Rows[0]')],
    kmsDeadlines: [{ ...ask('kms', 'list-keys'), ...later }],
    kmsNextDeadline: [ask('kms', 'list-keys'), ask('s3', 'ls')],
    kmsBackingKeys: [
      ask(...decrypt),
      ask('s3', 'get', 's3://photos/under-key', '-'),
      ...found.keys.map(([region, id]) => ask('kms', 'list-key-rotations', '--key-id', id, '--region', region)),
    ],
    kmsAliases: [ask('kms', 'list-aliases'), ask('kms', 'ls'), ask('kms', 'describe-key', ...key)],
    kmsMultiRegionSets: found.keys.map(([region, id]) =>
      ask('kms', 'describe-key', '--key-id', id, '--region', region),
    ),
    kmsKeyUses: [ask('kms', 'get-key-last-usage', ...key), ask(...decrypt)],
    kmsGrants: [ask('kms', 'list-grants', ...key), askAs('user/Ana', ...decrypt)],
    kmsGrantsByGrantee: [
      ask('kms', 'list-grants', ...key, '--grantee-principal', `arn:aws:iam::${ACCOUNT}:user/Ana`),
      askAs('user/Ana', ...decrypt),
    ],
    kmsGrantsByRetirer: [ask('kms', 'list-retirable-grants', '--retiring-principal', reader)],
    buckets: [
      ask('s3', 'ls'),
      ...['photos', 'private', 'reports', 'reports-copy'].map((name) => ask('bucket', 'show', name)),
      ask('s3', 'get', 's3://photos/small', '-'),
    ],
    bucketsByOwner: [ask('s3', 'ls'), ask('s3api', 'list-buckets')],
    bucketTotals: ['photos', 'private', 'reports'].map((bucket) => write(bucket)),
    bucketDays: ['photos', 'private', 'reports'].map((bucket) => ({ ...write(bucket), afterMs: DAY })),
    accountPublicAccessBlocks: [
      ask('s3api', 'put-bucket-policy', '--bucket', 'photos', '--policy', policyFor('*')),
      ask('s3', 'get', 's3://photos/small', '-'),
    ],
    objects: [
      ask('s3', 'ls', 's3://photos'),
      ask('s3', 'ls', 's3://private'),
      ask('s3', 'get', 's3://photos/small', '-'),
      ask('s3', 'get', 's3://photos/large', '-'),
      ask('s3api', 'list-objects-v2', '--bucket', 'reports'),
      ask('s3', 'inspect', 's3://photos/twice'),
    ],
    olderVersions: [
      ask('s3api', 'list-object-versions', '--bucket', 'photos'),
      ask('s3', 'versions', 's3://photos/small'),
      ask('s3api', 'list-object-versions', '--bucket', 'reports'),
    ],
    versionOrders: found.older.map(([bucket, key, id]) =>
      ask('s3api', 'head-object', '--bucket', bucket, '--key', key, '--version-id', id),
    ),
    objectData: [
      ...found.versions.map(([bucket, key, id]) =>
        ask('s3api', 'get-object', '--bucket', bucket, '--key', key, '--version-id', id, '/dev/null'),
      ),
      ask('s3', 'get', 's3://photos/in-parts', '-'),
    ],
    objectParts: [
      ask(
        's3api',
        'get-object-attributes',
        '--bucket',
        'photos',
        '--key',
        'in-parts',
        '--object-attributes',
        'ObjectParts',
      ),
      ask('s3', 'get', 's3://photos/in-parts', '/dev/null'),
    ],
    multipartUploads: [
      ask('s3api', 'list-multipart-uploads', '--bucket', 'photos'),
      ask('s3api', 'list-multipart-uploads', '--bucket', 'private'),
      ask('s3api', 'list-parts', ...upload),
    ],
    multipartParts: [ask('s3api', 'list-parts', ...upload)],
    resumableUploads: [ask('s3api', 'abort-multipart-upload', ...upload)],
    bucketLevelKeys: [
      ask(
        ...['s3api', 'put-object', '--bucket', 'photos', '--key', 'new', '--query', 'SSEKMSKeyId'],
        ...['--server-side-encryption', 'aws:kms', '--ssekms-key-id', 'alias/app', '--bucket-key-enabled'],
      ),
    ],
    blobWrites: [ask('s3', 'ls')],
    unneededBlobs: [ask('s3', 'ls')],
    bucketConfigurations: [
      ask('s3api', 'get-bucket-metrics-configuration', '--bucket', 'photos', '--id', 'EntireBucket'),
      ask('s3api', 'head-object', '--bucket', 'photos', '--key', 'small'),
    ],
    replicationConfigurations: [
      ask('s3api', 'get-bucket-replication', '--bucket', 'reports'),
      ask('bucket', 'show', 'reports'),
      ask('s3', 'replicate'),
    ],
    replicationTasks: [ask('s3', 'replicate', '--quiet'), ask('bucket', 'show', 'reports')],
    trails: [
      ask('cloudtrail', 'list-trails'),
      ...trails.map((name) => ask('cloudtrail', 'get-trail', '--name', name)),
      ask('s3', 'ls'),
    ],
    trailNames: [
      ask('cloudtrail', 'list-trails'),
      ...trails.map((name) => ask('cloudtrail', 'get-trail', '--name', name)),
    ],
    loggingTrails: [ask('s3', 'ls'), ask('cloudtrail', 'stop-logging', '--name', 'audit', '--yes')],
    trailQueue: [ask('cloudtrail', 'delete-trail', '--name', 'audit', '--yes')],
    trailQueueEnds: [ask('s3', 'ls'), ask('kms', 'list-keys')],
    trailSigningKeys: [ask('cloudtrail', 'list-public-keys')],
    trailDeliveries: [ask('cloudtrail', 'get-trail-status', '--name', 'audit')],
    alarms: [
      ask('cloudwatch', 'describe-alarms'),
      ask('cloudwatch', 'set-alarm-state', '--alarm-name', 'busy', '--state-value', 'OK', '--state-reason', 'done'),
      ask('s3', 'ls'),
    ],
    alarmHistory: [ask('cloudwatch', 'describe-alarm-history')],
    // An evaluation of alarms that was interrupted has not put them in order yet.
    alarmMessages: [ask('cloudwatch', 'describe-alarms'), ask('s3', 'ls')],
    alarmTerms: [ask('cloudwatch', 'delete-alarms', '--alarm-names', 'busy', '--yes'), ask('s3', 'ls')],
  };
}

const trails = ['audit', 'idle'];

const policyFor = (Principal: string): string =>
  JSON.stringify({
    Statement: [{ Effect: 'Allow', Principal, Action: 's3:GetObject', Resource: 'arn:aws:s3:::photos/*' }],
  });

interface Found {
  readonly dataEvents: readonly string[];
  readonly uploadId: string;
  readonly accessKeyId: string;
  readonly jobId: string;
  readonly keys: readonly (readonly [region: string, id: string])[];
  readonly root: string;
  readonly unit: string;
  readonly policy: string;
  readonly older: readonly (readonly [bucket: string, key: string, id: string])[];
  readonly versions: readonly (readonly [bucket: string, key: string, id: string])[];
}

function idsIn(tx: Tx): Found {
  const [upload] = tx.multipartUploads.under(['photos']);
  const [accessKey] = tx.accessKeys.range();
  const job = [...tx.iamReports.range()].find(({ value }) => value.kind === 'last-accessed');
  const [organization] = tx.organizations.range();
  const [unit] = tx.organizationUnits.range();
  const [policy] = tx.organizationPolicies.range();
  const versions = [...tx.objects.range(), ...tx.olderVersions.range()].flatMap(({ key: [bucket, key], value }) =>
    value.kind === 'object' && bucket !== 'private' && value.fixed.size < 10_000
      ? [[bucket, key, value.versionId] as const]
      : [],
  );
  return {
    dataEvents: [...tx.dataCalls.range()].map(({ key }) => key[3]),
    uploadId: upload?.key[2] ?? '',
    accessKeyId: accessKey?.key[0] ?? '',
    jobId: job?.key[1] ?? '',
    root: organization?.value.root ?? '',
    unit: unit?.key[1] ?? '',
    policy: policy?.key[1] ?? '',
    keys: [...tx.kmsKeys.range()].map(({ key: [, region, id] }) => [region, id]),
    older: [...tx.versionOrders.range()].map(({ key }) => key),
    versions,
  };
}

interface Answer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Asks on the line's store, which is as it was made except for its data file. */
async function answerTo({ words, options, afterMs = 0 }: Question, line: CommandLine): Promise<Answer> {
  line.advance(afterMs);
  const { code, out, err } = await line.ssebox(words, options);
  line.advance(-afterMs);
  return { code, out, err };
}

/** A place for trials; its blob files and root key stay. */
function newPlace(): CommandLine {
  const line = newCommandLine();
  mkdirSync(line.store);
  cpSync(folder, line.store, { recursive: true });
  return line;
}

function putBack(line: CommandLine): void {
  writeFileSync(join(line.store, 'store.mdb'), data);
  cpSync(join(folder, 'blobs'), join(line.store, 'blobs'), { recursive: true, force: false });
}

const right = new Map<Question, Answer>();

async function rightAnswer(question: Question, line: CommandLine): Promise<Answer> {
  let known = right.get(question);
  if (!known) {
    putBack(line);
    known = await answerTo(question, line);
    right.set(question, known);
  }
  return known;
}

/** What a refusal for a damaged row of a table says. */
const wordsAbout = (table: TableName): RegExp => {
  const { noun } = declarationOf(table);
  return new RegExp(`cannot use the store "[^"\\n]*": its record of the ${noun} "[^\\n]*" is damaged\\n`);
};

/** Fails unless the answer is right, or a refusal that names a row of the table. @returns whether it is refused */
async function isRefused(table: TableName, question: Question, line: CommandLine, what: string) {
  const answer = await answerTo(question, line);
  const wanted = await rightAnswer(question, line);
  const about = `${what}: ${question.words.join(' ')}`;
  if (answer.code === wanted.code && answer.code !== 253) {
    expect(differenceOf(answer, wanted), about).toBe('');
    return false;
  }
  expect([answer.code, answer.err], about).toEqual([253, expect.stringMatching(wordsAbout(table))]);
  // A list may have begun.
  expect(wanted.out.startsWith(answer.out), about).toBe(true);
  return true;
}

/** Where an answer is another than wanted, in short. */
function differenceOf(answer: Answer, wanted: Answer): string {
  for (const name of ['out', 'err'] as const) {
    const [is, was] = [answer[name], wanted[name]];
    let at = 0;
    while (at < is.length && is[at] === was[at]) at += 1;
    if (is !== was)
      return `${name}: ${JSON.stringify(is.slice(at, at + 200))} for ${JSON.stringify(was.slice(at, at + 200))}`;
  }
  return '';
}

const random = seededRandom('row damage');
const number = (below: number): number => Buffer.from(random(4)).readUInt32LE() % below;
const pick = <T>(from: readonly T[]): T => {
  const picked = from[number(from.length)];
  if (picked === undefined) throw new Error('nothing to pick from');
  return picked;
};

/** Where in a row's bytes a bit is flipped. */
const places: Readonly<Record<string, (value: Buffer) => number>> = {
  'the first byte of the body': () => 0,
  'a byte within the body': (value) => number(value.length - TAG_BYTES),
  'the last byte of the body': (value) => value.length - TAG_BYTES - 1,
  'a byte of the tag': (value) => value.length - 1 - number(TAG_BYTES),
};

/** How often a bit is flipped in each place of a table, and how often a row is replaced in each way. */
const FLIPS = 2;
/** As many where no question has met the flipped row yet: of a table with many rows each is read by few. */
const MOST_FLIPS = 50;
const REPLACED = 3;

test('a flipped bit of a row is refused by name, or does not matter', async () => {
  const line = newPlace();
  const refused = new Set<TableName>();
  for (const [place, at] of Object.entries(places)) {
    for (const table of tableNames) {
      for (let i = 0; i < FLIPS || (i < MOST_FLIPS && !refused.has(table)); i++) {
        const question = pick(questions[table]);
        const row = pick(rows.filter((row) => row.table === table));
        const flipped = withFlippedBit(data, row, at(row.value), number(8));
        await rightAnswer(question, line);
        putBack(line);
        writeFileSync(join(line.store, 'store.mdb'), flipped);
        if (await isRefused(table, question, line, `${place} of ${table}`)) refused.add(table);
      }
    }
  }
  expect(tableNames.filter((table) => !refused.has(table))).toEqual([]);
});

/** What is done to a row as bytes; undefined if it cannot be done to this one. */
type Damage = (row: StoredRow, tables: RawTables) => undefined | (() => void);

const others = (row: StoredRow): readonly StoredRow[] =>
  rows.filter((other) => other.table === row.table && other !== row);

const withLength: Damage = ({ table, key, value }, tables) => {
  const change = pick([
    () => value.subarray(0, -1),
    () => value.subarray(1),
    () => value.subarray(0, TAG_BYTES),
    () => value.subarray(0, TAG_BYTES - 1),
    () => Buffer.of(),
    () => Buffer.concat([value, Buffer.of(0)]),
    () => value.subarray(0, -TAG_BYTES),
    () => value.subarray(-TAG_BYTES),
  ]);
  return () => tables[table].putSync(key, change());
};

const swapped: Damage = (row, tables) => {
  const all = others(row);
  if (all.length === 0) return undefined;
  const other = pick(all);
  return () => {
    tables[row.table].putSync(row.key, other.value);
    tables[row.table].putSync(other.key, row.value);
  };
};

const ofOtherTable: Damage = (row, tables) => {
  const other = pick(rows.filter(({ table }) => table !== row.table));
  return () => tables[row.table].putSync(row.key, other.value);
};

const doubled: Damage = (row, tables) => {
  const key = flippedKey(row.key);
  if (rows.some((other) => other.table === row.table && other.key.equals(key))) return undefined;
  return () => tables[row.table].putSync(key, row.value);
};

const underOtherKey: Damage = (row, tables) => {
  const double = doubled(row, tables);
  return (
    double &&
    (() => {
      tables[row.table].removeSync(row.key);
      double();
    })
  );
};

const removed: Damage = (row, tables) => () => tables[row.table].removeSync(row.key);

function flippedKey(key: Buffer): Buffer {
  const flipped = Buffer.from(key);
  const at = number(key.length);
  flipped[at] = (flipped[at] ?? 0) ^ (1 << number(8));
  return flipped;
}

async function damageRow(row: StoredRow, damage: Damage, line: CommandLine): Promise<boolean> {
  putBack(line);
  return onRawTables(line.store, (tables) => {
    const change = damage(row, tables);
    change?.();
    return change !== undefined;
  });
}

/** Whether the table is what was written, as `store verify` would find. */
async function isWhole(table: TableName, line: CommandLine): Promise<boolean> {
  const store = openStore(line.store);
  const damaged = damagedTables(store, [table]);
  await store.close();
  return damaged.length === 0;
}

test.for([
  ['of another length', withLength],
  ['swapped with another of its table', swapped],
  ['with the bytes of another table', ofOtherTable],
  ['doubled under another key', doubled],
] as const)('a row %s is refused by name, or does not matter, and is noticed', async ([, damage]) => {
  const line = newPlace();
  let refused = 0;
  for (const table of tableNames) {
    for (let i = 0; i < REPLACED; i++) {
      const question = pick(questions[table]);
      await rightAnswer(question, line);
      const row = pick(rows.filter((row) => row.table === table));
      if (!(await damageRow(row, damage, line))) continue;
      expect(await isWhole(table, line), table).toBe(false);
      if (await isRefused(table, question, line, table)) refused += 1;
    }
  }
  expect(refused).toBeGreaterThan(20);
});

test.for([
  ['that is missing', removed],
  ['under another key', underOtherKey],
] as const)('a row %s never makes a bug of a command, and is noticed', async ([, damage]) => {
  const line = newPlace();
  for (const table of tableNames) {
    const own = rows.filter((row) => row.table === table);
    const { isTransient } = declarationOf(table);
    for (let i = 0; i < Math.max(questions[table].length, 4); i++) {
      const question = questions[table][i % questions[table].length] ?? pick(questions[table]);
      const row = pick(own);
      if (!(await damageRow(row, damage, line))) continue;
      // Nobody counts rows about what processes are doing.
      if (damage !== removed || !isTransient) expect(await isWhole(table, line), table).toBe(false);
      await expectNoBug(question, line, `${table} ${row.key.toString('latin1')}`);
    }
  }
});

/** Without a row, the answer may be another. */
async function expectNoBug(question: Question, line: CommandLine, what: string): Promise<void> {
  const { code, out, err } = await answerTo(question, line);
  const about = `${what}: ${question.words.join(' ')}: ${code} ${err}`;
  expect([0, 1, 252, 253, 254], about).toContain(code);
  expect(`${out}${err}`, about).not.toMatch(/bug in ssebox/);
}

test('a row from an older state never makes a bug of a command, and is noticed', async () => {
  const line = newPlace();
  putBack(line);
  await changeMuch(line);
  const later = readFileSync(join(line.store, 'store.mdb'));
  const isSame = (one: StoredRow, other: StoredRow) => one.table === other.table && one.key.equals(other.key);
  const now = await allRows(line.store);
  const older = rows.filter((row) => !now.some((other) => isSame(row, other) && other.value.equals(row.value)));
  expect(new Set(older.map(({ table }) => table)).size).toBeGreaterThan(20);
  for (const row of older.filter(({ table }) => !declarationOf(table).isTransient)) {
    writeFileSync(join(line.store, 'store.mdb'), later);
    await onRawTables(line.store, (tables) => tables[row.table].putSync(row.key, row.value));
    expect(await isWhole(row.table, line), row.table).toBe(false);
    await expectNoBug(pick(questions[row.table]), line, `${row.table} ${row.key.toString('latin1')}`);
  }
});

/** Changes and removes rows of many tables. */
async function changeMuch(line: CommandLine): Promise<void> {
  const session = await openSession(line.store, { environment: testEnvironment(() => START + 1000, 'later') });
  const { call } = session;
  const KeyId = 'alias/app';
  const { KeyMetadata } = await call('kms', 'DescribeKey', { KeyId });
  const keyId = KeyMetadata?.KeyId ?? '';
  await call('kms', 'UpdateKeyDescription', { KeyId: keyId, Description: 'later' });
  const { Grants = [] } = await call('kms', 'ListGrants', { KeyId: keyId });
  for (const { GrantId = '' } of Grants) await call('kms', 'RevokeGrant', { KeyId: keyId, GrantId });
  await call('kms', 'DisableKeyRotation', { KeyId: keyId });
  const other = await call('kms', 'CreateKey', {});
  await call('kms', 'UpdateAlias', { AliasName: KeyId, TargetKeyId: other.KeyMetadata?.KeyId ?? '' });
  await call('kms', 'ScheduleKeyDeletion', { KeyId: keyId, PendingWindowInDays: 7 });
  await call('iam', 'RemoveUserFromGroup', { UserName: 'Ana', GroupName: 'Analysts' });
  const PolicyArn = `arn:aws:iam::${ACCOUNT}:policy/Read`;
  await call('iam', 'DetachGroupPolicy', { GroupName: 'Analysts', PolicyArn });
  await call('iam', 'DeleteGroup', { GroupName: 'Analysts' });
  await call('iam', 'DeleteUserPermissionsBoundary', { UserName: 'Ana' });
  const { AccessKeyMetadata = [] } = await call('iam', 'ListAccessKeys', { UserName: 'Ana' });
  for (const { AccessKeyId = '' } of AccessKeyMetadata)
    await call('iam', 'DeleteAccessKey', { UserName: 'Ana', AccessKeyId });
  await call('iam', 'DeleteUser', { UserName: 'Ana' });
  await call('iam', 'DetachRolePolicy', { RoleName: 'reader', PolicyArn });
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }],
  });
  await call('iam', 'CreatePolicyVersion', { PolicyArn, PolicyDocument, SetAsDefault: true });
  const Bucket = 'photos';
  await call('s3', 'PutBucketTagging', { Bucket, Tagging: { TagSet: [{ Key: 'when', Value: 'later' }] } });
  await call('s3', 'PutObject', { Bucket, Key: 'small', Body: Buffer.from('later') });
  const { Versions = [] } = await call('s3', 'ListObjectVersions', { Bucket, Prefix: 'large' });
  for (const { Key = '', VersionId } of Versions) await call('s3', 'DeleteObject', { Bucket, Key, VersionId });
  const { Uploads = [] } = await call('s3', 'ListMultipartUploads', { Bucket });
  for (const { Key = '', UploadId = '' } of Uploads)
    await call('s3', 'AbortMultipartUpload', { Bucket, Key, UploadId });
  await call('s3', 'DeleteBucketReplication', { Bucket: 'reports' });
  await session.close();
}

const flipFirstByte: Damage =
  ({ table, key, value }, tables) =>
  () => {
    const flipped = Buffer.from(value);
    flipped[0] = (flipped[0] ?? 0) ^ 1;
    tables[table].putSync(key, flipped);
  };

/** A store in which all such rows are damaged. */
async function newDamaged(table: TableName, keyText: string): Promise<CommandLine> {
  const line = newPlace();
  const damaged = rows.filter((row) => row.table === table && row.key.toString('latin1').includes(keyText));
  expect(damaged).not.toEqual([]);
  await onRawTables(line.store, (tables) => {
    for (const row of damaged) flipFirstByte(row, tables)?.();
  });
  return line;
}

test.for([
  [
    'copies',
    ['s3', 'cp', 's3://photos', 'got', '--recursive'],
    /^download failed: .*its record of the bytes of the object "photos\/under-key\//m,
  ],
  [
    'moves',
    ['s3', 'mv', 's3://photos', 'got', '--recursive'],
    /^move failed: .*its record of the bytes of the object "photos\/under-key\//m,
  ],
  [
    'syncs',
    ['s3', 'sync', 's3://photos', 'got'],
    /^download failed: .*its record of the bytes of the object "photos\/under-key\//m,
  ],
] as const)('a command that %s many files does the rest, and ends with 253', async ([, words, failure]) => {
  const line = await newDamaged('objectData', 'under-key');
  const got = line.path('got');
  const { code, err } = await line.ssebox(words.map((word) => (word === 'got' ? got : word)));
  expect(err).toMatch(failure);
  expect(code).toBe(253);
  expect(readdirSync(got).sort()).toEqual(['in-parts', 'small', 'twice']);
});

test('a bucket with damage cannot be emptied, which ends with 253', async () => {
  const line = await newDamaged('objectData', 'private');
  const { code, err } = await line.ssebox(['s3', 'rb', 's3://private', '--force']);
  expect(err).toMatch(/^delete failed: s3:\/\/private\/small .*its record of the bytes of the object/m);
  expect(err).toMatch(/^remove_bucket failed: /m);
  expect(code).toBe(253);
});

test('a damaged bucket or user within a list of deletions is not an error of one of them', async () => {
  const Delete = JSON.stringify({ Objects: [{ Key: 'small' }, { Key: 'twice' }] });
  const words = ['s3api', 'delete-objects', '--bucket', 'photos', '--delete', Delete];
  for (const [table, key] of [
    ['objects', 'twice'],
    ['users', 'admin'],
  ] as const) {
    const line = await newDamaged(table, key);
    const { code, out, err } = await line.ssebox(words);
    expect([code, out]).toEqual([253, '']);
    expect(err).toMatch(wordsAbout(table));
  }
});

test.for([
  ['users', 'admin', ['kms', 'list-keys']],
  ['kmsKeys', 'us-east-1', ['explain', 's3', 'get', 's3://photos/under-key']],
  ['buckets', 'photos', ['explain', 's3', 'get', 's3://photos/under-key']],
] as const)('an explanation does not call damage of %s a denial', async ([table, key, words]) => {
  const line = await newDamaged(table, key);
  const { code, out, err } = await line.ssebox(words);
  expect([code, out]).toEqual([253, '']);
  expect(err).toMatch(wordsAbout(table));
});

test('completion offers nothing where rows are damaged', async () => {
  const offered = async (line: CommandLine) => (await line.ok(['completion', 'query', '--', 's3', 'get', 's3://'])).out;
  expect(await offered(newPlace())).toContain('photos');
  expect(await offered(await newDamaged('bucketsByOwner', 'photos'))).toBe('');
  expect(await offered(await newDamaged('users', 'admin'))).toBe('');
  // What is damaged is not needed for an offer, but for what is done at the end.
  expect(await offered(await newDamaged('blobWrites', 'aa-'))).toContain('photos');
});

/** Commands about the store as a whole; they may also meet damage that a call does not. */
const wholeCommands = (line: CommandLine): readonly (readonly string[])[] => [
  ['store', 'backup', line.path('copy')],
  ['store', 'verify', '--salvage', line.path('copy')],
  ['store', 'compact'],
  ['store', 'info'],
];

test.for([
  ['with a flipped bit', flipFirstByte],
  ['under another key', underOtherKey],
  ['that is missing', removed],
] as const)(
  'a row %s is found by verify and rekey, and is never a bug of a command about the store',
  async ([, damage]) => {
    const line = newPlace();
    for (const table of tableNames.filter((name) => !declarationOf(name).isTransient)) {
      for (const words of [['store', 'verify'], ['store', 'rekey', '--yes'], pick(wholeCommands(line))]) {
        const row = pick(rows.filter((row) => row.table === table));
        cpSync(join(folder, 'root.key'), join(line.store, 'root.key'));
        rmSync(line.path('copy'), { recursive: true, force: true });
        if (!(await damageRow(row, damage, line))) continue;
        const { code, out, err } = await line.ssebox(words);
        const about = `${table} ${words.join(' ')}: ${code} ${err}`;
        expect([0, 1, 253], about).toContain(code);
        expect(`${out}${err}`, about).not.toMatch(/bug in ssebox/);
        if (words.length === 2 && words[1] === 'verify')
          expect([code, err], about).toEqual([253, expect.stringContaining(' is damaged')]);
        if (words[1] === 'rekey') expect(code, about).toBe(253);
      }
    }
  },
);

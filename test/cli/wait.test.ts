import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type WaitingService, waitersOf } from '../../src/api/model/waiters.ts';
import { commandName } from '../../src/cli/aws-input/flags.ts';
import { serviceGroups } from '../../src/cli/service-groups.ts';
import { cloudwatchOperations } from '../../src/cloudwatch/operations.ts';
import { processEnvironment } from '../../src/env.ts';
import { iamOperations } from '../../src/iam/operations.ts';
import { s3Operations } from '../../src/s3/operations.ts';
import { type CommandLine, newCommandLine, newSample } from '../support/command-line.ts';

interface RecordedWaiter {
  readonly operation: string;
  readonly delay: number;
  readonly maxAttempts: number;
  readonly acceptors: readonly {
    readonly state: string;
    readonly matcher: string;
    readonly argument?: string;
    readonly expected: unknown;
  }[];
}

/** The waiters of AWS's SDKs for these services, by the AWS CLI's names. */
const recorded: Readonly<Record<string, Readonly<Record<string, RecordedWaiter>>>> = JSON.parse(
  readFileSync(new URL('waiters.json', import.meta.url), 'utf8'),
);

const operations: Readonly<Record<string, object>> = {
  s3api: s3Operations,
  iam: iamOperations,
  cloudwatch: cloudwatchOperations,
};

/** Waits for what there is none of in ssebox. */
const leftOut = ['composite-alarm-exists'];

/** Those that poll an operation of ssebox, by group and name. */
const rows = Object.entries(recorded).flatMap(([group, waiters]) =>
  Object.entries(waiters)
    .filter(([name, { operation }]) => Object.hasOwn(operations[group] ?? {}, operation) && !leftOut.includes(name))
    .map(([name, waiter]) => ({ group, name, waiter })),
);

const serviceOf = (group: string): WaitingService => (group === 'iam' || group === 'cloudwatch' ? group : 's3');

test('the waiters are those of the SDKs that poll an operation of ssebox, with the same facts', () => {
  const ours = ['s3api', 'iam', 'cloudwatch'].flatMap((group) =>
    Object.entries(waitersOf(serviceOf(group))).map(([name, { operation, delayS, maxAttempts, acceptors }]) => {
      const listed = acceptors.map(({ state, ...on }) => {
        if ('list' in on) return { state, matcher: 'path', expected: true, argument: `length(${on.list}[]) > \`0\`` };
        const [matcher, expected] = Object.entries(on)[0] ?? [];
        return { state, matcher, expected };
      });
      const waiter = { operation, delay: delayS, maxAttempts, acceptors: listed };
      return { group, name: commandName(name), waiter };
    }),
  );
  const byName = (a: { readonly name: string }, b: { readonly name: string }) => a.name.localeCompare(b.name);
  expect(ours.toSorted(byName)).toEqual(rows.toSorted(byName));
  expect(rows).toHaveLength(8);
});

test('the groups with waiters are those of the table', async () => {
  for (const [group, { wait }] of Object.entries(serviceGroups)) {
    const nodes = (await wait?.load({ prose: false })) ?? [];
    const expected = rows.flatMap((row) => (row.group === group ? [row.name] : []));
    expect(nodes.map(({ name }) => name).toSorted()).toEqual(expected.toSorted());
  }
});

interface Scene {
  /** The options that name the thing. */
  readonly named: readonly string[];
  readonly make: readonly string[];
  /** What a waiter for the opposite has to see done. */
  readonly unmake: readonly string[];
}

const bucket = ['--bucket', 'harbour-a'];
const object = ['--bucket', 'photos', '--key', 'new'];
const user = ['--user-name', 'zoe'];
const role = ['--role-name', 'night'];
const alarm = ['--alarm-names', 'night'];
const trust = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":"*"}}';
const document = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}';
const policy = ['--policy-arn', 'arn:aws:iam::111122223333:policy/Night'];

/** What each waiter's operation is asked about, how it comes to be and how it goes. */
const scenes: Readonly<Record<string, Scene>> = {
  HeadBucket: {
    named: bucket,
    make: ['s3api', 'create-bucket', ...bucket],
    unmake: ['s3api', 'delete-bucket', ...bucket],
  },
  HeadObject: {
    named: object,
    make: ['s3api', 'put-object', ...object],
    unmake: ['s3api', 'delete-object', ...object],
  },
  GetUser: { named: user, make: ['iam', 'create-user', ...user], unmake: ['iam', 'delete-user', ...user] },
  GetRole: {
    named: role,
    make: ['iam', 'create-role', ...role, '--assume-role-policy-document', trust],
    unmake: ['iam', 'delete-role', ...role],
  },
  GetPolicy: {
    named: policy,
    make: ['iam', 'create-policy', '--policy-name', 'Night', '--policy-document', document],
    unmake: ['iam', 'delete-policy', ...policy],
  },
  DescribeAlarms: {
    named: alarm,
    make: [
      ...['cloudwatch', 'put-metric-alarm', '--alarm-name', 'night', '--namespace', 'Shop', '--metric-name', 'Orders'],
      ...['--statistic', 'Sum', '--period', '60', '--evaluation-periods', '1', '--threshold', '1'],
      ...['--comparison-operator', 'GreaterThanThreshold'],
    ],
    unmake: ['cloudwatch', 'delete-alarms', ...alarm],
  },
};

const sceneOf = ({ operation }: RecordedWaiter): Scene => scenes[operation] ?? expect.fail(operation);

const isForAbsence = (name: string): boolean => name.endsWith('-not-exists');

/** `bucket-exists` → `BucketExists`. */
const messageName = (name: string): string => name.replace(/(?:^|-)([a-z])/g, (_, letter) => letter.toUpperCase());

const wordsOf = ({ group, name, waiter }: (typeof rows)[number]) => [group, 'wait', name, ...sceneOf(waiter).named];

/** Runs a waiter while its pauses are over at once. @param meanwhile is done in the pause of this number, from 1 */
async function waits(line: CommandLine, words: readonly string[], meanwhile?: (pause: number) => Promise<unknown>) {
  const pauses: number[] = [];
  const ended = await line.ssebox(words, {
    pause: async (ms) => {
      pauses.push(ms);
      await meanwhile?.(pauses.length);
    },
  });
  return { ended, pauses };
}

const silent = { code: 0, out: '', err: '' };

test.for(rows.map((row) => [`${row.group} wait ${row.name}`, row] as const))(
  '%s ends at once where it is so already, and otherwise as soon as it is',
  async ([, row]) => {
    const { make, unmake } = sceneOf(row.waiter);
    const [setup, change] = isForAbsence(row.name) ? [unmake, make] : [make, unmake];
    const line = await newSample();
    await line.ok(make);
    if (setup === unmake) await line.ok(unmake);
    expect(await waits(line, wordsOf(row))).toMatchObject({ ended: silent, pauses: [] });
    await line.ok(change);
    const third = async (pause: number) => pause === 3 && (await line.ok(setup));
    const pauses = Array.from({ length: 3 }, () => row.waiter.delay * 1000);
    expect(await waits(line, wordsOf(row), third)).toMatchObject({ ended: silent, pauses });
  },
);

/** botocore, waiter.py: the state that an attempt was accepted in, if one was. */
function accepted({ acceptors }: RecordedWaiter): string {
  const retry = acceptors.find(({ state }) => state === 'retry');
  if (!retry) return '';
  const kind = retry.matcher === 'status' ? 'HTTP status code' : 'service error code';
  return `. Previously accepted state: Matched expected ${kind}: ${retry.expected}`;
}

test.for(rows.map((row) => [`${row.group} wait ${row.name}`, row] as const))(
  '%s fails after its last attempt, in the words of the AWS CLI',
  async ([, row]) => {
    const line = await newSample();
    if (isForAbsence(row.name)) await line.ok(sceneOf(row.waiter).make);
    const { delay, maxAttempts } = row.waiter;
    expect(await waits(line, wordsOf(row))).toMatchObject({
      ended: {
        code: 255,
        out: '',
        err: `Waiter ${messageName(row.name)} failed: Max attempts exceeded${accepted(row.waiter)}\n`,
      },
      pauses: Array.from({ length: maxAttempts - 1 }, () => delay * 1000),
    });
  },
);

const denied = (row: (typeof rows)[number]) =>
  row.waiter.acceptors.some(({ expected, state }) => expected === 403 && state === 'success');

test.for(rows.map((row) => [`${row.group} wait ${row.name}`, row] as const))(
  '%s takes a denial as its acceptors say',
  async ([, row]) => {
    const line = await newSample();
    await line.ok(sceneOf(row.waiter).make);
    const bob = ['--as', 'user/bob'];
    const once = await line.ssebox([
      row.group,
      commandName(row.waiter.operation),
      ...sceneOf(row.waiter).named,
      ...bob,
    ]);
    const [, code, message] =
      /^An error occurred \((\w+)\) when calling the \w+ operation: (.+)\n$/.exec(once.err) ?? [];
    expect([once.code, code]).toEqual([254, row.group === 's3api' ? '403' : 'AccessDenied']);
    const waited = await waits(line, [...wordsOf(row), ...bob]);
    const refused = {
      code: 255,
      out: '',
      err: `Waiter ${messageName(row.name)} failed: An error occurred (${code}): ${message}\n`,
    };
    expect(waited).toMatchObject({ ended: denied(row) ? silent : refused, pauses: [] });
  },
);

test('Ctrl-C ends a pause at once', async () => {
  const line = newCommandLine();
  const waiting = line.ssebox(['s3api', 'wait', 'bucket-exists', '--bucket', 'nowhere'], {
    pause: async (ms, signal) => {
      const paused = processEnvironment().pause(ms, signal);
      setImmediate(() => process.emit('SIGINT'));
      await paused;
    },
  });
  expect(await waiting).toMatchObject({ code: 130, out: '', err: '' });
});

test('what a waiter waits out is not a refusal that explain last explains', async () => {
  const line = await newSample();
  const before = await line.ssebox(['explain', 'last']);
  await waits(line, ['iam', 'wait', 'user-exists', '--user-name', 'zoe']);
  const after = await line.ssebox(['explain', 'last']);
  expect([after.code, after.out, after.err]).toEqual([before.code, before.out, before.err]);
  await waits(line, ['iam', 'wait', 'user-exists', '--user-name', 'ana', '--as', 'user/bob']);
  const { json } = await line.ok(['explain', 'last']);
  expect(json).toMatchObject({ Call: 'iam GetUser', Allowed: false });
});

test('an explained wait makes one attempt', async () => {
  const line = await newSample();
  const { ended, pauses } = await waits(line, ['explain', '--', 'iam', 'wait', 'user-exists', '--user-name', 'zoe']);
  expect([ended.code, pauses]).toEqual([0, []]);
  expect(ended.json).toMatchObject({
    Call: 'iam wait user-exists',
    Failure: { ExitCode: 255, Lines: [expect.stringContaining('Waiter UserExists failed: Max attempts exceeded')] },
  });
});

test('a wait takes what its operation takes, and refuses the rest', async () => {
  const line = await newSample();
  const json = '{"UserName":"bob"}';
  expect(await line.ssebox(['iam', 'wait', 'user-exists', '--cli-input-json', json])).toMatchObject(silent);
  const skeleton = await line.ok(['iam', 'wait', 'user-exists', '--generate-cli-skeleton']);
  expect(skeleton.json).toEqual({ UserName: '' });
  for (const [words, message] of [
    [['s3api', 'wait', 'bucket-exists'], 'the following arguments are required: --bucket\n'],
    [['s3api', 'wait', 'bucket-exist'], "unknown command 'bucket-exist' (Did you mean bucket-exists?)\n"],
    [['kms', 'wait'], "unknown command 'wait'\n"],
    [['s3api', 'wait', 'bucket-exists', '--bucket', 'b', '--key', 'k'], "unknown option '--key'\n"],
  ] as const) {
    expect(await line.ssebox(words)).toMatchObject({ code: 252, out: '', err: message });
  }
});

test('a wait in vain can be read as JSON', async () => {
  const line = await newSample();
  const words = ['iam', 'wait', 'role-exists', '--role-name', 'night', '--error-format', 'json'];
  const { ended } = await waits(line, words);
  expect(JSON.parse(ended.err)).toEqual({
    Error: {
      Code: 'WaiterError',
      Message:
        'Waiter RoleExists failed: Max attempts exceeded. Previously accepted state: Matched expected service error code: NoSuchEntity',
    },
  });
});

test('on a terminal, a refusal that ends a wait has the hint of a refusal', async () => {
  const line = await newSample();
  const words = ['iam', 'wait', 'user-exists', '--user-name'];
  const refused = await line.ssebox([...words, 'ana', '--as', 'user/bob'], { terminal: 200 });
  expect(refused.err).toMatch(/^Waiter UserExists failed: .+\nhint: ssebox explain last --fix/);
  const inVain = await line.ssebox([...words, 'zoe'], { terminal: 200 });
  expect(inVain.err).not.toContain('hint');
});

test.for([
  [['s3api', 'wai'], ['wait']],
  [
    ['s3api', 'wait', ''],
    ['bucket-exists', 'bucket-not-exists', 'object-exists', 'object-not-exists'],
  ],
  [
    ['iam', 'wait', 'user-exists', '--user-name', ''],
    ['ana', 'bob'],
  ],
] as const)('%s is completed', async ([words, expected]) => {
  const line = await newSample();
  const { out } = await line.ok(['completion', 'query', '--', ...words]);
  expect(out.split('\n').flatMap((each) => each.split('\t')[0] || [])).toEqual(expect.arrayContaining([...expected]));
});

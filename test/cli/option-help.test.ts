import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { operationNames } from '../../src/api/model/loader.ts';
import type { ServiceName } from '../../src/api/model/operations.ts';
import type { ServiceModel, Shape } from '../../src/api/model/shapes.ts';
import { commandName, flagsOf } from '../../src/cli/aws-input/flags.ts';
import { cloudtrailProse } from '../../src/cli/prose/cloudtrail.ts';
import { cloudwatchProse } from '../../src/cli/prose/cloudwatch.ts';
import { iamProse } from '../../src/cli/prose/iam.ts';
import { kmsProse } from '../../src/cli/prose/kms.ts';
import type { OperationProse } from '../../src/cli/prose/operation-prose.ts';
import { cloudtrailOptions } from '../../src/cli/prose/options/cloudtrail.ts';
import { cloudwatchOptions } from '../../src/cli/prose/options/cloudwatch.ts';
import { iamOptions } from '../../src/cli/prose/options/iam.ts';
import { kmsOptions } from '../../src/cli/prose/options/kms.ts';
import { type Meaning, type Meanings, meaningIn } from '../../src/cli/prose/options/meaning.ts';
import { organizationsOptions } from '../../src/cli/prose/options/organizations.ts';
import { s3Options } from '../../src/cli/prose/options/s3.ts';
import { bucketOptions, bucketsWithin } from '../../src/cli/prose/options/s3-buckets.ts';
import { encryptionOptions, encryptionWithin } from '../../src/cli/prose/options/s3-encryption.ts';
import { objectOptions, objectsWithin } from '../../src/cli/prose/options/s3-objects.ts';
import { s3controlOptions } from '../../src/cli/prose/options/s3control.ts';
import { serviceQuotasOptions } from '../../src/cli/prose/options/service-quotas.ts';
import { stsOptions } from '../../src/cli/prose/options/sts.ts';
import { organizationsProse } from '../../src/cli/prose/organizations.ts';
import { s3Prose } from '../../src/cli/prose/s3.ts';
import { s3controlProse } from '../../src/cli/prose/s3control.ts';
import { serviceQuotasProse } from '../../src/cli/prose/service-quotas.ts';
import { stsProse } from '../../src/cli/prose/sts.ts';
import { acceptsAlias } from '../../src/kms/key-id.ts';
import { newCommandLine, newSample } from '../support/command-line.ts';
import { samplePlace } from '../support/place.ts';

type Prose = Readonly<Record<string, OperationProse>>;
const services: readonly (readonly [ServiceName, string, Prose, Meanings])[] = [
  ['kms', 'kms', kmsProse, kmsOptions],
  ['s3', 's3api', s3Prose, s3Options],
  ['iam', 'iam', iamProse, iamOptions],
  ['sts', 'sts', stsProse, stsOptions],
  ['cloudtrail', 'cloudtrail', cloudtrailProse, cloudtrailOptions],
  ['cloudwatch', 'cloudwatch', cloudwatchProse, cloudwatchOptions],
  ['organizations', 'organizations', organizationsProse, organizationsOptions],
  ['service-quotas', 'service-quotas', serviceQuotasProse, serviceQuotasOptions],
  ['s3control', 's3control', s3controlProse, s3controlOptions],
];

const aboutOf = (meaning: Meaning): string => (typeof meaning === 'object' ? meaning.about : meaning);

/** Every option that help shows of a service's operations. */
const shownOf = (service: ServiceName) =>
  operationNames(service).flatMap((operation) =>
    flagsOf(service, operation)
      .filter(({ kind, negated, hidden }) => kind === 'member' && !negated && !hidden)
      .map((flag) => ({ operation, ...flag })),
  );

/** Those of the operations that it has in ssebox; KMS has all, if only to refuse some as AWS does. */
const optionsOf = (service: ServiceName, prose: Prose) =>
  shownOf(service).filter(({ operation }) => service === 'kms' || !prose[operation]?.unavailable);

describe.for(services)('%s', ([service, group, prose, meanings]) => {
  const options = optionsOf(service, prose);
  const texts = [meanings.everywhere, ...Object.values(meanings.within)].flatMap((part) =>
    Object.entries(part).map(([member, meaning]) => ({ member, about: aboutOf(meaning) })),
  );

  test('every option has a meaning', () => {
    const without = options.filter(({ operation, member }) => meaningIn(meanings, operation, member) === undefined);
    expect(without.map(({ operation, flag }) => `${operation} ${flag}`)).toEqual([]);
  });

  test('a meaning is a short sentence of our own style, not the name of a shape', () => {
    for (const { member, about } of texts) {
      expect(about, member).toMatch(/^[a-z][^\n]*[^.\s]$/);
      expect(about, member).not.toMatch(/\((string|list|structure|boolean|integer|long|map|blob|timestamp)\)| {2}/);
      if (/[a-z][A-Z]/.test(member)) expect(about).not.toMatch(new RegExp(`\\b${member}\\b`));
      const words = about.split(' ').length;
      expect(words, about).toBeGreaterThanOrEqual(5);
      expect(words, about).toBeLessThanOrEqual(22);
    }
  });

  test('each text is needed: no operation repeats the general one, and every text is shown', () => {
    for (const [operation, members] of Object.entries(meanings.within)) {
      expect(Object.keys(members).length, operation).toBeGreaterThan(0);
      for (const [member, meaning] of Object.entries(members)) {
        expect(options, `${operation} ${member}`).toContainEqual(expect.objectContaining({ operation, member }));
        expect(meaning, `${operation} ${member}`).not.toEqual(meanings.everywhere[member]);
      }
    }
    // One that is said already is not needed a second time when its operation comes.
    const all = shownOf(service);
    const unused = Object.keys(meanings.everywhere).filter(
      (member) => !all.some((option) => option.member === member && !meanings.within[option.operation]?.[member]),
    );
    expect(unused).toEqual([]);
  });

  test('no two options of an operation say the same', () => {
    const seen = new Map<string, string>();
    for (const { operation, member, flag } of options) {
      const id = `${operation}: ${aboutOf(meaningIn(meanings, operation, member) ?? flag)}`;
      expect(seen.get(id), id).toBeUndefined();
      seen.set(id, flag);
    }
  });

  test('an option that a text refers to is one of the command', () => {
    for (const { operation, member } of options) {
      const about = aboutOf(meaningIn(meanings, operation, member) ?? '');
      for (const [named] of about.matchAll(/--[a-z0-9-]+/g)) {
        expect(
          flagsOf(service, operation).map(({ flag }) => flag),
          `${operation} ${member}`,
        ).toContain(named);
      }
    }
  });

  test('help shows the meaning of each option, with the values of the model, and whether it is required', async () => {
    const model: ServiceModel = JSON.parse(readFileSync(`src/api/model/${service}.json`, 'utf8'));
    const line = newCommandLine();
    const operations = [...new Set(options.map(({ operation }) => operation))];
    for (const operation of operations) {
      const { out } = await line.ok([group, commandName(operation), '--help'], { terminal: 5000 });
      const input = model.shapes[model.operations[operation]?.input?.shape ?? ''];
      if (input?.type !== 'structure') throw new Error(`${operation} has no input`);
      for (const { member, flag, required } of options.filter((option) => option.operation === operation)) {
        const shown = textOf(out, flag);
        const meaning = meaningIn(meanings, operation, member) ?? '';
        expect(shown).toContain(aboutOf(meaning));
        expect(shown.endsWith(' (required)'), `${operation} ${flag}`).toBe(required);
        const ref = input.members[member];
        expect(shown.includes(' (deprecated)'), `${operation} ${flag}`).toBe(ref?.deprecated === true);
        const declared = model.shapes[ref?.shape ?? ''];
        if (!declared) throw new Error(`${operation} has no ${member}`);
        expectValues(shown, meaning, declared, model);
      }
    }
  });
});

test('operations and members are in alphabetical order in their files, so that one is easily found', () => {
  const files: readonly Meanings[] = [
    kmsOptions,
    { everywhere: bucketOptions, within: bucketsWithin },
    { everywhere: encryptionOptions, within: encryptionWithin },
    { everywhere: objectOptions, within: objectsWithin },
    iamOptions,
    stsOptions,
    cloudtrailOptions,
  ];
  for (const { everywhere, within } of files) {
    for (const part of [everywhere, within, ...Object.values(within)]) {
      expect(Object.keys(part)).toEqual(Object.keys(part).toSorted());
    }
  }
});

/** What the AWS CLI makes of these models: its argument tables, command by command. */
type Recorded = Record<string, Record<string, { operation: string; arguments: [flag: string, ...unknown[]][] }>>;
const recorded: Recorded = JSON.parse(readFileSync(new URL('cli-flags.json', import.meta.url), 'utf8'));

test.for(services)('%s: help lists every option that the AWS CLI has, with a text', async ([service, group]) => {
  const line = newCommandLine();
  for (const [command, { operation, arguments: expected }] of Object.entries(recorded[group] ?? {})) {
    const { out } = await line.ok([group, command, '--help'], { terminal: 5000 });
    const flags = expected.map(([flag]) => flag);
    for (const flag of flags) {
      const positive = flag.replace('--no-', '--');
      const shown = textOf(out, flags.includes(positive) ? positive : flag);
      expect(shown, `${service} ${operation} ${flag}`).toMatch(/^[A-Za-z].{6}/);
    }
  }
});

/** The text of an option in a help text whose lines are not wrapped. */
function textOf(help: string, flag: string): string {
  const lines = help.split('\n');
  const at = lines.findIndex((each) => [flag, flag.replace('--', '--[no-]')].includes(each.trim().split(' ')[0] ?? ''));
  const [own = '', next = ''] = lines.slice(at, at + 2);
  const text = own.trim().split(/ {2,}/)[1];
  return text ?? next.trim();
}

/** The values, lengths and forms that the model declares are in a text, and no others. */
function expectValues(text: string, meaning: Meaning, declared: Shape, model: ServiceModel): void {
  const shown = text.replace(aboutOf(meaning), '');
  const item = declared.type === 'list' ? model.shapes[declared.member.shape] : declared;
  const values = item?.type === 'string' ? item.enum : undefined;
  const named = /; (?:one of|any of|only) ([^;]*?)(?: \(required\))?$/.exec(shown)?.[1];
  expect(named?.split(', ')).toEqual(values);
  if (item?.type === 'structure') {
    const form = /; form: (.*?)(?: \(required\))?$/.exec(shown)?.[1] ?? '';
    for (const member of Object.keys(item.members)) expect(form).toContain(`${member}=`);
  }
  if (typeof meaning === 'object') {
    // Only closer limits are worth their own words.
    if (!('max' in declared) || declared.max === undefined) throw new Error(`the model has no limits for ${shown}`);
    expect(meaning.max).toBeLessThanOrEqual(declared.max);
    expect(meaning.min ?? 0).toBeGreaterThanOrEqual(meaning.min === undefined ? 0 : (declared.min ?? 0));
    expect(shown).toMatch(new RegExp(`; (at most|${meaning.min} to) ${meaning.max}\\b`));
  } else if (declared.type === 'integer' || declared.type === 'long') {
    const { min, max } = declared;
    if (min !== undefined && max !== undefined) expect(shown).toContain(`; ${min} to ${max}`);
  } else if (declared.type === 'blob' && declared.max !== undefined) {
    expect(shown).toContain(`; at most ${declared.max} bytes`);
  } else if (declared.type === 'string' && / characters/.test(shown)) {
    expect(shown).toContain(`${declared.max ?? `at least ${declared.min}`} characters`);
  }
}

test('a key is asked for by alias exactly where KMS accepts one', () => {
  for (const { operation, member, flag } of optionsOf('kms', kmsProse)) {
    if (member !== 'KeyId') continue;
    const about = aboutOf(meaningIn(kmsOptions, operation, member) ?? '');
    expect(/or alias|alias ARN|any of its names/.test(about), `${operation} ${flag}`).toBe(acceptsAlias(operation));
  }
});

test('a form has the blanks at which it can be wrapped, unless it is short enough to be copied', async () => {
  const line = newCommandLine();
  const { out } = await line.ok(['s3api', 'put-bucket-encryption', '--help'], { terminal: 5000 });
  expect(textOf(out, '--server-side-encryption-configuration')).toMatch(
    /; form: Rules=\[\{ ApplyServerSideEncryptionByDefault=\{ SSEAlgorithm=AES256 \| .*, KMSMasterKeyID=string \}, /,
  );
  const tags = await line.ok(['kms', 'tag-resource', '--help'], { terminal: 5000 });
  expect(textOf(tags.out, '--tags')).toMatch(/; form: TagKey=string,TagValue=string \(required\)$/);
});

test.for([
  [6, 254],
  [7, 0],
  [30, 0],
  [31, 254],
])('a key can be deleted after as many days as help says: %i', async ([days, code]) => {
  const line = await newSample();
  const created = await line.ok(['kms', 'create-key', '--query', 'KeyMetadata.KeyId', '--output', 'text']);
  const words = ['kms', 'schedule-key-deletion', '--key-id', created.out.trim(), '--pending-window-in-days', `${days}`];
  expect((await line.ssebox(words)).code).toBe(code);
});

test('an operation that ssebox does not have names its options by member and type, with their values', async () => {
  const { out } = await newCommandLine().ok(['s3api', 'select-object-content', '--help'], { terminal: 5000 });
  expect(textOf(out, '--expression-type')).toBe('ExpressionType (string); only SQL (required)');
});

test('help shows the options for the input as a whole and for pages where a command has them', async () => {
  const line = newCommandLine();
  const form = ['--cli-input-json', '--generate-cli-skeleton'];
  const pages = ['--starting-token', '--page-size', '--max-items'];
  for (const [command, has, hasNot] of [
    ['kms list-keys', [...form, ...pages], ['--limit', '--marker']],
    ['kms describe-key', form, pages],
    ['s3api get-object', [], [...form, ...pages]],
    ['s3 ls', [], form],
  ] as const) {
    const { out } = await line.ok([...command.split(' '), '--help']);
    const flags = [...out.matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, flag]) => flag);
    expect(flags).toEqual(expect.arrayContaining([...has]));
    for (const each of hasNot) expect(flags).not.toContain(each);
  }
});

test.for([
  [['kms', 'describe-key'], '--key-id: the KMS key, by key id, key ARN, alias name (alias/app) or alias ARN'],
  [['kms', 'encrypt', '--key-id', 'alias/app'], '--plaintext: the data to encrypt, as a file'],
] as const)('a prompt says what is asked for: %j', async ([words, question]) => {
  const { terminal } = await samplePlace();
  const { shows, type, ended } = terminal([...words], { columns: 140 });
  await shows(question);
  type('\u0003');
  await ended;
});

test('a waiter says what its options mean, in help and prompts', async () => {
  const place = await samplePlace();
  const { out } = await place.ok(['s3api', 'wait', 'bucket-exists', '--help']);
  expect(out).toMatch(/--bucket <VALUE> +the name of the bucket \(required\)/);
  const { shows, type, ended } = place.terminal(['s3api', 'wait', 'bucket-exists']);
  await shows('--bucket: the name of the bucket');
  type('\u0003');
  await ended;
});

/** What a call that works prints, as far as its words alone say it: whether there is a result, and in what form. */

import { expect } from 'vitest';
import { operationModel, operationNames } from '../../src/api/model/loader.ts';
import type { ServiceName } from '../../src/api/model/operations.ts';
import { commandName } from '../../src/cli/aws-input/flags.ts';

type Form = 'nothing' | 'json' | 'json or nothing' | 'text' | 'text or nothing';

const services: Readonly<Record<string, ServiceName>> = {
  kms: 'kms',
  s3api: 's3',
  iam: 'iam',
  sts: 'sts',
  cloudtrail: 'cloudtrail',
  cloudwatch: 'cloudwatch',
  organizations: 'organizations',
  'service-quotas': 'service-quotas',
  s3control: 's3control',
};

/** The operations whose answer is empty when there is nothing to tell: S3 API Reference, their response syntax. */
const maySayNothing: ReadonlySet<string> = new Set([
  'AbortMultipartUpload',
  'DeleteObject',
  'DeleteObjectTagging',
  'DeleteObjects',
  'GetBucketAccelerateConfiguration',
  'GetBucketLogging',
  'GetBucketNotification',
  'GetBucketNotificationConfiguration',
  'GetBucketVersioning',
  'PutObjectAcl',
  'PutObjectTagging',
  'UpdateObjectEncryption',
]);

/** Commands of our own: the longest that the words begin with says it. */
const own: Readonly<Record<string, Form>> = {
  alarm: 'json',
  'alarm delete': 'nothing',
  'alarm watch': 'text',
  bucket: 'nothing',
  'bucket create': 'json',
  'bucket list': 'json',
  'bucket show': 'json',
  'bucket default-encryption get': 'json',
  'bucket policy get': 'json',
  'bucket public-access-block get': 'json',
  'bucket replication add': 'json',
  'bucket replication get': 'json',
  'bucket tags get': 'json',
  'bucket versioning get': 'json',
  clock: 'json',
  'cloudtrail validate-logs': 'text',
  'iam validate': 'json',
  'cloudwatch wait': 'nothing',
  compare: 'json',
  cost: 'json',
  completion: 'text',
  config: 'nothing',
  'config get': 'text',
  check: 'text',
  'config list': 'json',
  'config profiles': 'json',
  configure: 'text',
  'configure ask': 'nothing',
  'configure list-profiles': 'text or nothing',
  'configure set': 'nothing',
  demo: 'text',
  explain: 'json',
  'explain last': 'nothing',
  'iam least-privilege': 'json',
  'iam wait': 'nothing',
  'kms grant': 'json',
  'kms ls': 'json',
  'kms rotate': 'json',
  metrics: 'json',
  'metrics get': 'text',
  'metrics plot': 'text',
  quota: 'json',
  'quota enforce': 'nothing',
  'quota reset --all': 'nothing',
  'quota set --values': 'nothing',
  s3: 'text',
  's3 inspect': 'json',
  's3 replicate': 'nothing',
  's3 versions': 'json',
  's3 website': 'nothing',
  's3api wait': 'nothing',
  simulate: 'json',
  import: 'json',
  'import --print-script': 'text',
  store: 'json',
  trail: 'json',
  'trail tail': 'text',
  'who-can': 'json',
};

/** These say in one line beside their result, or without one, what it is about or that there is nothing to do. */
const withNotice = /ssebox (explain (last|event|\$\(|[0-9a-f]{8}-)|s3 replicate|store passphrase remove)/;

/** What is said on standard error in a line that works. */
export function noticeOf(line: string): RegExp {
  if (line.includes(' --expect ')) return /^as expected, [^\n]+\n$/;
  // The policy goes to where it is used; what a person should know of it stands beside it.
  if (line.includes('ssebox iam least-privilege')) return /^allows the \d[^\n]+\n(?:[^\n]+\n)*$/;
  return withNotice.test(line) ? /^[^\n]+\n$/ : /^$/;
}

/** Fails when a call that works has printed something else than its words promise. */
export function expectPrinted(words: readonly string[], { out, err }: { readonly out: string; readonly err: string }) {
  expect(err).toMatch(noticeOf(`ssebox ${words.join(' ')}`));
  const form = formOf(words);
  if (form === 'nothing') expect(out).toBe('');
  else if (form === 'text') expect(out).not.toBe('');
  else if (form === 'json' || (form === 'json or nothing' && out !== ''))
    expect(() => JSON.parse(out), out.slice(0, 200)).not.toThrow();
  const output = given(words, '--output');
  if (output === 'yaml') expect(out).not.toMatch(/^[{[]/);
  if (output === 'table') expect(out).toMatch(/^-{3,}\n\|/);
}

function formOf(words: readonly string[]): Form {
  if (words.includes('--quiet') || words.includes('--only-show-errors')) return 'nothing';
  if (words.includes('--raw')) return 'text';
  const form = formOfOperation(words) ?? formOfOwn(words.join(' '));
  // A filter can leave nothing.
  if (form === 'text') return words.includes('--exclude') ? 'text or nothing' : form;
  if (form !== 'json' || (given(words, '--output') ?? 'json') === 'json') return form;
  return given(words, '--query')?.includes('[]') ? 'text or nothing' : 'text';
}

/** The value of a flag. */
const given = (words: readonly string[], flag: string): string | undefined => {
  const at = words.indexOf(flag);
  return at < 0 ? undefined : words[at + 1];
};

/** Undefined: the words are of no operation. */
function formOfOperation([group = '', command, ...words]: readonly string[]): Form | undefined {
  const service = services[group];
  const name = service && operationNames(service).find((operation) => commandName(operation) === command);
  const model = service && name && operationModel(service, name);
  if (!model) return undefined;
  const shape = model.output && model.shapes[model.output.shape];
  if (shape?.type !== 'structure' || Object.keys(shape.members).length === 0) return 'nothing';
  if (words.at(-1) === '-') return 'text';
  // A query answers null where there is nothing.
  return name && maySayNothing.has(name) && !words.includes('--query') ? 'json or nothing' : 'json';
}

function formOfOwn(line: string): Form {
  const [longest] = Object.keys(own)
    .filter((path) => `${line} `.startsWith(`${path} `))
    .sort((a, b) => b.length - a.length);
  return own[longest ?? ''] ?? expect.fail(`it is not said what "${line}" prints`);
}

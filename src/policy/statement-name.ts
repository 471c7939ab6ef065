/** Sids that say what a statement allows, for policies that are written by a program. */

import { parseArn } from '../api/arn.ts';

interface Elements {
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined;
}

/** The Sids of a policy's statements, in letters and digits: IAM JSON policy elements, Sid. */
export function statementNames(statements: readonly Elements[]): string[] {
  const used = new Map<string, number>();
  return statements.map((statement) => {
    const name = nameOf(statement);
    const count = (used.get(name) ?? 0) + 1;
    used.set(name, count);
    return count === 1 ? name : `${name}No${count}`;
  });
}

function nameOf({ Action, Resource, Condition }: Elements): string {
  const actions = [Action].flat();
  const resources = [Resource].flat();
  const verbs = [...new Set(verbOrder.filter((verb) => actions.some((action) => verbOf(action) === verb)))];
  const through = Object.values(Condition ?? {}).some((keys) => 'kms:ViaService' in keys) ? 'ThroughS3' : '';
  return `${verbs.join('And')}${nounOf(actions, resources)}${through}`;
}

const verbOrder = [
  'Read',
  'List',
  'Write',
  'Delete',
  'Tag',
  'Encrypt',
  'Decrypt',
  'Sign',
  'Verify',
  'Use',
  'Manage',
  'Pass',
];

/** By the beginning of an action's name, the first that fits. */
const verbs: readonly (readonly [beginning: RegExp, verb: string])[] = [
  [/^kms:(?:Encrypt|GenerateDataKey|ReEncryptTo)/, 'Encrypt'],
  [/^kms:(?:Decrypt|ReEncryptFrom)/, 'Decrypt'],
  [/^kms:(?:Sign|GenerateMac)$/, 'Sign'],
  [/^kms:Verify/, 'Verify'],
  [/^sts:Assume/, 'Use'],
  [/^iam:PassRole$/, 'Pass'],
  [/:(?:Put\w*Tagging|Tag|Untag)/, 'Tag'],
  [/:(?:Get|Describe|Lookup|Head)/, 'Read'],
  [/:List/, 'List'],
  [/^s3:(?:Put\w*Object|PutObject|Replicate|Restore|UpdateObject|InitiateReplication)/, 'Write'],
  [/^s3:(?:Delete|Abort)\w*(?:Object|Upload)/, 'Delete'],
];

const verbOf = (action: string): string => verbs.find(([beginning]) => beginning.test(action))?.[1] ?? 'Manage';

function nounOf(actions: readonly string[], resources: readonly string[]): string {
  const services = new Set(actions.map((action) => action.slice(0, action.indexOf(':'))));
  const [service = ''] = services;
  const several = resources.length > 1 ? 's' : '';
  if (services.size > 1) return 'Resources';
  switch (service) {
    case 'kms':
      return resources[0] === '*' ? 'Keys' : `Key${several}`;
    case 's3':
      return s3Noun(resources);
    default:
      return kindOf(resources) ?? camel(service);
  }
}

/** Objects in one bucket are named after it. */
function s3Noun(resources: readonly string[]): string {
  const names = resources.map((resource) => parseArn(resource)?.resource ?? '');
  if (names.every((name) => name === '')) return 'Buckets';
  const buckets = new Set(names.map((name) => name.split('/', 1)[0] ?? ''));
  const [bucket = ''] = buckets;
  const areObjects = names.every((name) => name.includes('/'));
  const what = areObjects ? 'Objects' : 'Bucket';
  if (buckets.size > 1) return areObjects ? what : `${what}s`;
  return `${what}${areObjects ? 'In' : ''}${camel(bucket)}`;
}

/** `Users` for ARNs that all are of the kind `user/…`. */
function kindOf(resources: readonly string[]): string | undefined {
  const kinds = new Set(resources.map((resource) => /^[a-z-]+(?=[/:])/.exec(parseArn(resource)?.resource ?? '')?.[0]));
  const [kind] = kinds;
  if (kinds.size !== 1 || kind === undefined) return undefined;
  const noun = camel(kind);
  if (resources.length === 1) return noun;
  return noun.endsWith('y') ? `${noun.slice(0, -1)}ies` : `${noun}s`;
}

const camel = (text: string): string =>
  text
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('');

/** `ssebox who-can`: every principal that may do something, and under which conditions. */

import { type AccountId, isAccountId, parseArn } from '../../api/arn.ts';
import { UsageError } from '../../api/errors.ts';
import { callerAccount } from '../../policy/caller.ts';
import { globMatches, parseGlob } from '../../policy/glob.ts';
import { bucketUriChoices, keyChoices, objectChoices, principalChoices } from '../choices.ts';
import { type Check, type Choices, type CommandValues, command, type OptionSpec } from '../command.ts';
import { assumingOptions, proposedIn } from './explain/proposed.ts';
import { statedIn } from './explain/stated.ts';

const resourceChoices: Choices = async (session, at) => {
  const found = await Promise.all([
    keyChoices(session, at),
    bucketUriChoices(session, at),
    ...(at?.typed.startsWith('s3://') ? [objectChoices(session, at)] : []),
  ]);
  return found.flat();
};

const actionChoices: Choices = async () => {
  const { verbs } = await import('./who-can/permissions.ts');
  return [...verbs, 'kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:CreateGrant', 'kms:PutKeyPolicy'].map(
    (value) => ({ value }),
  );
};

const firstChoices: Choices = (session, at) =>
  at?.values.options.matrix === true ? resourceChoices(session, at) : actionChoices(session, at);

const isMatrix = ({ options }: Pick<CommandValues, 'options'>): boolean => options.matrix === true;

const aResource: Check = async (answer, session) => {
  const { targetNamed } = await import('./who-can/target.ts');
  const account = (await session.aws.account('sts')) ?? '';
  await session.store.transact((tx) => void targetNamed(answer, { account, region: session.region, tx }));
};

/** A matrix has the resource in its place. */
const anAction: Check = async (answer, _session, values) => {
  if (isMatrix(values)) return;
  const { requireActions } = await import('./who-can/permissions.ts');
  requireActions(answer);
};

const options = {
  matrix: { about: 'show all customary actions of the resource side by side', type: 'boolean' },
  because: {
    about: 'show the whole decision for this principal, as explain does',
    type: 'string',
    value: 'PRINCIPAL',
    choices: principalChoices,
  },
  principal: {
    about: 'only principals whose name, ARN or account is this; * and ? are wildcards; repeatable',
    type: 'repeat',
    value: 'PATTERN',
    choices: principalChoices,
  },
  answer: {
    about: 'only principals with one of these answers, such as yes,if',
    type: 'string',
    value: 'ANSWERS',
    choices: async () => ['yes,if', 'yes', 'if', 'no'].map((value) => ({ value })),
  },
  ...assumingOptions('s3'),
  all: { about: 'with --because, also show statements and policies that are about something else', type: 'boolean' },
  'show-context': { about: 'with --because, also show every condition key of the request', type: 'boolean' },
} as const satisfies Record<string, OptionSpec>;

export const whoCan = command({
  name: 'who-can',
  hasPage: true,
  summary: 'Show who may read, write, decrypt or do anything else, and under which conditions',
  description:
    'ACTION is read, write, delete or list, which take all permissions of the operation, those of KMS through S3 too, or a permission such as kms:Decrypt alone; several are separated by commas. RESOURCE is a key, a bucket, an object or an ARN. Asked are all users, roles and root users of the store, and whoever else a policy of the resource or a grant names. A request is over TLS; its address, time, MFA and headers and the names of sessions are open unless --context sets them, and where they matter the answer is "if", with what they have to be. The store itself is read, and no caller needs a permission: --as only says whose names and keys the command line means. Bucket-level keys, with which S3 spares calls to KMS for a while, do not count.',
  args: {
    action: {
      about: 'read, write, delete, list, or a permission such as kms:Decrypt; with --matrix the resource itself',
      choices: firstChoices,
      check: anAction,
      mayBeNew: true,
    },
    resource: {
      about: 'a key, s3://BUCKET, s3://BUCKET/KEY or an ARN',
      unneeded: isMatrix,
      choices: resourceChoices,
      check: aResource,
      mayBeNew: true,
    },
  },
  options,
  examples: [
    'ssebox who-can read s3://reports/2026/q1.csv',
    'ssebox who-can kms:Decrypt alias/app --because user/bob',
    'ssebox who-can --matrix alias/app --answer yes,if',
    'ssebox s3api get-bucket-policy --bucket reports --query Policy --output text > bucket-policy.json\nssebox who-can read s3://reports/2026/q1.csv --with bucket-policy.json',
    'ssebox who-can write s3://photos/new.txt --principal "role/*" --context aws:SourceIp=203.0.113.9',
  ],
  async run({ args, options: given }, session) {
    const answers = answersIn(given.answer);
    const stated = await statedIn({ options: given }, 's3');
    const { action, resource } = wordsOf(args, given.matrix);
    const caller = await session.aws.caller('sts');
    const own = callerAccount(caller);
    const { resourcesInQuestion, whoCanAnswers } = await import('./who-can/answers.ts');
    const { because, list, matrix } = await import('./who-can/page.ts');
    const question = { action, resource, own, stated, because: given.because };
    const prepare = await proposedIn({ options: given }, session, {
      principal: async () => onlyPrincipal(given.because, given.principal ?? []),
      resources: () => resourcesInQuestion(question, session),
    });
    const found = await whoCanAnswers(question, session, {
      isWanted: (names) => isWanted(names, given.principal ?? []),
      prepare,
    });
    if (given.because !== undefined) return because(found, { options: given });
    const rows = answers
      ? found.rows.filter(({ cells }) => cells.some(({ answer }) => answers.has(answer)))
      : found.rows;
    const shown = { ...found, rows };
    return action === undefined || found.columns.length > 1 ? matrix(shown) : list(shown);
  },
});

/** The one principal that is asked about, if it is named in full. */
function onlyPrincipal(because: string | undefined, patterns: readonly string[]): string | undefined {
  const [only, ...others] = because === undefined ? patterns : [because];
  if (only === undefined || others.length > 0 || !/^(?:\d{12}:)?(?:user|role)\/[^/*?]+$/.test(only)) return undefined;
  return only;
}

const ANSWERS = ['yes', 'if', 'no'] as const;

function answersIn(text: string | undefined): ReadonlySet<string> | undefined {
  if (text === undefined) return undefined;
  const words: readonly string[] = text.split(',').map((word) => word.trim());
  const names: readonly string[] = ANSWERS;
  const unknown = words.find((word) => !names.includes(word));
  if (unknown !== undefined) throw new UsageError(`--answer takes ${ANSWERS.join(', ')}, not "${unknown}"`);
  return new Set(words);
}

/** The action, which a matrix does not have, and the resource. @throws UsageError if one is missing */
function wordsOf(
  { action, resource }: { readonly action: string; readonly resource: string | undefined },
  hasMatrix: boolean,
): { readonly action: string | undefined; readonly resource: string } {
  if (!hasMatrix) return { action, resource: resource ?? '' };
  if (resource !== undefined) throw new UsageError('--matrix has its own actions: name the resource alone');
  return { action: undefined, resource: action };
}

/** Whether a principal is wanted, by any of its names. */
function isWanted(names: readonly string[], patterns: readonly string[]): boolean {
  if (patterns.length === 0) return true;
  return patterns.some((pattern) => {
    const glob = parseGlob(pattern);
    return names.some((name) => globMatches(glob, name) || accountOf(name) === pattern);
  });
}

function accountOf(name: string): AccountId | undefined {
  const account = parseArn(name)?.account;
  return account !== undefined && isAccountId(account) ? account : undefined;
}

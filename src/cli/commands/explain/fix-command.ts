/** A change that would allow a call as the command, or the options of the call, that make it. */

import { parseArn } from '../../../api/arn.ts';
import { shellWord } from '../../../api/shell-word.ts';
import type { Remedy } from '../../../policy/change.ts';
import type { Decision } from '../../../policy/decision.ts';
import { commandName } from '../../aws-input/flags.ts';

/** The options of an operation that give a condition key its value. */
const OPTIONS: Readonly<Record<string, string>> = {
  's3:x-amz-server-side-encryption': '--server-side-encryption',
  's3:x-amz-server-side-encryption-aws-kms-key-id': '--ssekms-key-id',
  's3:x-amz-acl': '--acl',
  's3:x-amz-storage-class': '--storage-class',
  's3:x-amz-object-ownership': '--object-ownership',
  's3:x-amz-website-redirect-location': '--website-redirect-location',
  's3:if-match': '--if-match',
  's3:if-none-match': '--if-none-match',
  's3:object-lock-mode': '--object-lock-mode',
  's3:object-lock-legal-hold': '--object-lock-legal-hold-status',
  's3:prefix': '--prefix',
  's3:delimiter': '--delimiter',
  's3:max-keys': '--max-keys',
  's3:locationconstraint': '--region',
  'kms:requestalias': '--key-id',
  'kms:keyspec': '--key-spec',
  'kms:keyusage': '--key-usage',
  'kms:schedulekeydeletionpendingwindowindays': '--pending-window-in-days',
  'kms:rotationperiodindays': '--rotation-period-in-days',
  'sts:externalid': '--external-id',
  'sts:rolesessionname': '--role-session-name',
  'sts:sourceidentity': '--source-identity',
};

/** The same in the commands of `ssebox s3`, where they have another name. */
const SHORT_OPTIONS: Readonly<Record<string, string>> = {
  's3:x-amz-server-side-encryption': '--sse',
  's3:x-amz-server-side-encryption-aws-kms-key-id': '--sse-kms-key-id',
};

export type Sent = Extract<Remedy, { kind: 'send' }>;

/** An option of one of AWS's operations. */
interface SentOption {
  readonly option: string;
  /** Undefined: the option is left out. */
  readonly value: string | undefined;
  /** The option of the commands of `ssebox s3`, if it is another. */
  readonly short?: string | undefined;
}

const ALGORITHM = 's3:x-amz-server-side-encryption';

/** The options that give a key its value; none for a key that no option gives one. */
export function sentOptions({ key, value }: Sent, { context }: Decision): readonly SentOption[] {
  const name = key.toLowerCase();
  const option = OPTIONS[name];
  if (option !== undefined) {
    // Amazon S3 refuses a key without the algorithm.
    const isAlone = name === `${ALGORITHM}-aws-kms-key-id` && value !== undefined && context[ALGORITHM] === undefined;
    const algorithm = { option: OPTIONS[ALGORITHM] ?? '', value: 'aws:kms', short: SHORT_OPTIONS[ALGORITHM] };
    return [...(isAlone ? [algorithm] : []), { option, value, short: SHORT_OPTIONS[name] }];
  }
  const [, kind, part = ''] = /^(kms:encryptioncontext:|s3:requestobjecttag\/|aws:requesttag\/)(.+)$/is.exec(key) ?? [];
  const pair = value === undefined ? undefined : `${part}=${value}`;
  switch (kind?.toLowerCase()) {
    case 'kms:encryptioncontext:':
      return [{ option: '--encryption-context', value: pair }];
    case 's3:requestobjecttag/':
      return [{ option: '--tagging', value: pair }];
    case 'aws:requesttag/':
      return [{ option: '--tags', value: value === undefined ? undefined : `TagKey=${part},TagValue=${value}` }];
    default:
      return [];
  }
}

/** The command that makes a change; undefined for a change that is made to a policy's text, or to the call itself. */
export function commandFor(remedy: Remedy, resource: string): string | undefined {
  switch (remedy.kind) {
    case 'tag-principal':
      return tagCommand(remedy);
    case 'widen-grant': {
      const [, operation = ''] = /^kms:(.+)$/.exec(remedy.action) ?? [];
      return grantCommand({ resource, to: remedy.grantee, operations: [operation], pairs: remedy.pairs });
    }
    case 're-encrypt': {
      const [, place] = /^arn:aws:s3:::(.+\/.+)$/s.exec(remedy.object ?? '') ?? [];
      if (place === undefined) return undefined;
      const object = shellWord(`s3://${place}`);
      return `ssebox s3 cp ${object} ${object} --sse aws:kms --sse-kms-key-id KEY`;
    }
    default:
      return undefined;
  }
}

function tagCommand({ principal, tag, value }: Extract<Remedy, { kind: 'tag-principal' }>): string {
  const arn = parseArn(principal)?.resource ?? '';
  const kind = arn.startsWith('role/') ? 'role' : 'user';
  const name = `--${kind}-name ${shellWord(arn.slice(arn.lastIndexOf('/') + 1))}`;
  return value === undefined
    ? `ssebox iam untag-${kind} ${name} --tag-keys ${shellWord(tag)}`
    : `ssebox iam tag-${kind} ${name} --tags ${shellWord(`Key=${tag},Value=${value}`)}`;
}

interface NewGrant {
  /** The key's ARN. */
  readonly resource: string;
  readonly to: string;
  /** As KMS names them. */
  readonly operations: readonly string[];
  /** The encryption context that it is for; none: any. */
  readonly pairs: Readonly<Record<string, string>>;
}

/** The command that creates a grant. */
export function grantCommand({ resource, to, operations, pairs }: NewGrant): string {
  const only = Object.entries(pairs).map(
    ([name, value]) => ` --only-with-exact-context ${shellWord(`${name}=${value}`)}`,
  );
  return `ssebox kms grant ${shellWord(resource)} --to ${shellWord(to)} --may ${operations.map(commandName).join(',')}${only.join('')}`;
}

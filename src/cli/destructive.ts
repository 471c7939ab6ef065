/**
 * The commands that destroy something, or make it unreadable or public. On a terminal a person is asked before one of
 * them runs; a script is not. Nobody is asked about other settings, which one command sets again, or about an object
 * that is named by its key.
 */

import type { ServiceName } from '../api/model/operations.ts';
import type { CommandValues } from './command.ts';
import { isRemote, placeText } from './endpoint/place.ts';
import type { Session } from './session.ts';

interface Destruction {
  /** What is asked, as an imperative; names of options and arguments in braces stand for their values. */
  readonly asks: string;
  /** Destroys only with this option. */
  readonly with?: string;
  /** Says before the question what else is lost. */
  readonly loses?: 'objects under the key';
}

const table: Readonly<Record<string, Destruction>> = {
  'alarm delete': { asks: 'delete the alarms {names}' },
  // `bucket delete --force`, `store restore` and `store rekey` ask by themselves, and take --yes from a script.
  'bucket policy delete': { asks: 'delete the policy of the bucket "{bucket}"' },
  'bucket public-access-block delete': { asks: 'let policies make the bucket "{bucket}" public' },
  'bucket replication delete': { asks: 'delete the replication rules of the bucket "{bucket}"' },
  'cloudtrail delete-trail': { asks: 'delete the trail "{name}"' },
  'cloudtrail stop-logging': { asks: 'stop the trail "{name}" from logging' },
  'cloudwatch delete-alarms': { asks: 'delete these alarms, of which only the history stays for 30 days' },
  'iam delete-access-key': { asks: 'delete the access key {access-key-id}' },
  'iam delete-account-alias': { asks: 'delete the alias "{account-alias}" of the account' },
  'iam delete-group': { asks: 'delete the group "{group-name}"' },
  'iam delete-group-policy': { asks: 'delete the policy "{policy-name}" of the group "{group-name}"' },
  'iam delete-policy': { asks: 'delete the policy {policy-arn}' },
  'iam delete-policy-version': { asks: 'delete the version {version-id} of the policy {policy-arn}' },
  'iam delete-role': { asks: 'delete the role "{role-name}"' },
  'iam delete-role-permissions-boundary': { asks: 'delete the permissions boundary of the role "{role-name}"' },
  'iam delete-role-policy': { asks: 'delete the policy "{policy-name}" of the role "{role-name}"' },
  'iam delete-user': { asks: 'delete the user "{user-name}"' },
  'iam delete-user-permissions-boundary': { asks: 'delete the permissions boundary of the user "{user-name}"' },
  'iam delete-user-policy': { asks: 'delete the policy "{policy-name}" of the user "{user-name}"' },
  'kms delete-alias': { asks: 'delete the alias "{alias-name}"' },
  'kms delete-imported-key-material': {
    asks: 'delete the material of the KMS key {key-id}',
    loses: 'objects under the key',
  },
  'kms disable-key': { asks: 'disable the KMS key {key-id}' },
  'kms schedule-key-deletion': {
    asks: 'schedule the deletion of the KMS key {key-id}',
    loses: 'objects under the key',
  },
  'organizations close-account': { asks: 'close the account {account-id}' },
  'organizations delete-organization': { asks: 'delete the organization, with its units and policies' },
  'organizations delete-organizational-unit': { asks: 'delete the unit {organizational-unit-id}' },
  'organizations delete-policy': { asks: 'delete the policy {policy-id}' },
  'organizations disable-policy-type': { asks: 'detach every policy of the type {policy-type}' },
  'organizations remove-account-from-organization': {
    asks: 'remove the account {account-id} from the organization',
  },
  's3 rb': { asks: 'delete the bucket {bucket} and every object in it', with: 'force' },
  's3 rm': { asks: 'delete every object that fits below {path}', with: 'recursive' },
  's3 sync': { asks: 'delete what is in {target} and not in {source}', with: 'delete' },
  's3api delete-bucket-policy': { asks: 'delete the policy of the bucket "{bucket}"' },
  's3api delete-bucket-replication': { asks: 'delete the replication rules of the bucket "{bucket}"' },
  's3api delete-objects': { asks: 'delete these objects from the bucket "{bucket}"' },
  's3api delete-public-access-block': { asks: 'let policies make the bucket "{bucket}" public' },
};

/** The commands in the table, for a test of their names and options. */
export const destructiveCommands: Readonly<Record<string, Destruction>> = table;

/**
 * What to ask before a command is run; undefined if it destroys nothing. Lines about what it would make unreadable come
 * first.
 * @param path the words that lead to the command
 */
export async function destructionBy(
  path: readonly string[],
  { args, options }: CommandValues,
  session: Session,
): Promise<string | undefined> {
  const row = table[path.join(' ')];
  if (!row || (row.with !== undefined && options[row.with] !== true)) return undefined;
  if (options.dryrun === true || options['dry-run'] === true) return undefined;
  if (session.globals['generate-cli-skeleton'] !== undefined) return undefined;
  const key = options['key-id'];
  // What is lost with a key is counted in the store, where the buckets have to be, too.
  if (row.loses && typeof key === 'string' && !isRemote('kms', session)) {
    const { lossesBy } = await import('./key-losses.ts');
    for (const line of await lossesBy(key, session)) session.tell(line);
  }
  const service = services[path[0] ?? ''];
  const place = service ? placeText(service, session) : '';
  const question = row.asks.replace(/\{([a-z-]+)\}/g, (_braces, name: string) => {
    const value = options[name] ?? args[name];
    if (Array.isArray(value)) return value.map((each) => `"${each}"`).join(', ');
    if (typeof value !== 'string') return 'of --cli-input-json';
    // Of a folder and a bucket, only the bucket is there.
    return value.startsWith('s3://') ? value + place : value;
  });
  return question.includes(place) ? question : question + place;
}

/** The service that the commands of a group destroy something of. */
const services: Readonly<Record<string, ServiceName>> = {
  alarm: 'cloudwatch',
  bucket: 's3',
  cloudtrail: 'cloudtrail',
  cloudwatch: 'cloudwatch',
  iam: 'iam',
  kms: 'kms',
  organizations: 'organizations',
  s3: 's3',
  s3api: 's3',
};

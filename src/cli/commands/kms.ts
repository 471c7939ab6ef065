/** The commands of `ssebox kms` besides the operations of KMS. */

import { AwsError, UsageError } from '../../api/errors.ts';
import type { AliasListEntry, KeyMetadata } from '../../api/model/kms.types.ts';
import { type CommandNode, command, type Painter } from '../command.ts';
import { isRemote, isUnavailable, placeText } from '../endpoint/place.ts';
import type { Shown } from '../output/painted.ts';
import { unlessRefused } from '../overlooked.ts';
import { pages } from '../pages.ts';
import type { Session } from '../session.ts';
import { columns } from './columns.ts';
import { grant } from './kms/grant.ts';
import { key } from './kms/key-argument.ts';
import { rotate } from './kms/rotate.ts';

const ls = command({
  name: 'ls',
  callsEndpoint: true,
  hasPage: true,
  summary: 'List the KMS keys of the region with their aliases and states',
  description:
    'With a key, show how many objects in which buckets are encrypted under it and are lost with it: older versions and unfinished uploads too, in the buckets of all accounts. An endpoint does not say which: there, only the key is shown.',
  args: { key: { ...key, optional: true } },
  options: {
    'aws-managed': { about: 'list the keys that AWS services created, too (default)', type: 'boolean-pair' },
    objects: { about: 'also list the objects that are encrypted under the key', type: 'boolean' },
  },
  examples: ['ssebox kms ls', 'ssebox kms ls --no-aws-managed --region eu-west-1', 'ssebox kms ls alias/app --objects'],
  async run(values, session) {
    const named = values.args.key;
    const lists = values.options.objects;
    if (named !== undefined) {
      if (values.options['aws-managed'] !== undefined)
        throw new UsageError('--aws-managed and --no-aws-managed are for the list of all keys: leave out the key');
      if (lists && isRemote('kms', session))
        throw new UsageError(
          `--objects looks into the store on this machine, and the key is${placeText('kms', session)}`,
        );
      const { keyCard } = await import('./kms/key-card.ts');
      return keyCard(named, { lists }, session);
    }
    if (lists)
      throw new UsageError('--objects lists the objects under one key: name the key', 'ssebox kms ls KEY --objects');
    const aliases = await aliasesByKey(session);
    const keys: KeyRow[] = [];
    for (const KeyId of await keyIds(session)) {
      const metadata = await described(KeyId, session);
      if (metadata?.KeyManager === 'AWS' && values.options['aws-managed'] === false) continue;
      const { KeyState, KeySpec, KeyUsage, Description, KeyManager } = metadata ?? {};
      keys.push({ KeyId, Aliases: aliases?.get(KeyId) ?? [], KeyState, KeySpec, KeyUsage, KeyManager, Description });
    }
    return { kind: 'page', value: { Keys: keys }, page: (painter) => keysPage(keys, session, painter) };
  },
});

interface KeyRow
  extends Partial<Pick<KeyMetadata, 'KeyState' | 'KeySpec' | 'KeyUsage' | 'KeyManager' | 'Description'>> {
  readonly KeyId: string;
  readonly Aliases: readonly string[];
}

async function keyIds(session: Session): Promise<string[]> {
  const found: string[] = [];
  for await (const { Keys = [] } of pages(session.aws, 'kms', 'ListKeys', { Limit: 1000 })) {
    for (const { KeyId } of Keys) if (KeyId !== undefined) found.push(KeyId);
  }
  return found;
}

/** Undefined if there are no aliases at an endpoint. */
async function aliasesByKey(session: Session): Promise<Map<string, string[]> | undefined> {
  const found = new Map<string, string[]>();
  try {
    for await (const { Aliases = [] } of pages(session.aws, 'kms', 'ListAliases', { Limit: 100 }))
      addAliases(Aliases, found);
  } catch (error) {
    if (!(error instanceof AwsError) || !isRemote('kms', session) || !isUnavailable(error)) throw error;
    return undefined;
  }
  return found;
}

function addAliases(aliases: readonly AliasListEntry[], found: Map<string, string[]>): void {
  for (const { AliasName, TargetKeyId } of aliases) {
    if (AliasName === undefined || TargetKeyId === undefined) continue;
    found.set(TargetKeyId, [...(found.get(TargetKeyId) ?? []), AliasName]);
  }
}

/** A caller may list a key without being allowed to describe it, or it has just been deleted. */
async function described(KeyId: string, { aws }: Session): Promise<KeyMetadata | undefined> {
  return (await unlessRefused(isUndescribed, aws, 'kms', 'DescribeKey', { KeyId }))?.KeyMetadata;
}

const isUndescribed = (refusal: AwsError): boolean =>
  refusal.code === 'AccessDeniedException' || refusal.code === 'NotFoundException' || isUnavailable(refusal);

function keysPage(keys: readonly KeyRow[], { region }: Session, painter: Painter): Shown[] {
  const rows = keys.map(({ Aliases, KeyId, KeyState = '?', KeySpec = '?', KeyUsage = '?', Description = '' }) => [
    Aliases.join(', ') || '-',
    KeyId,
    KeyState,
    specText(KeySpec),
    KeyUsage,
    Description,
  ]);
  const headers = ['ALIAS', 'KEY', 'STATE', 'SPEC', 'USAGE', 'DESCRIPTION'];
  const empty = `there are no keys in ${region}: create one with ssebox kms create-key`;
  return columns(headers, rows, empty, painter, GIVE_WAY);
}

/** What tells keys apart stays: alias, id, state and spec. */
const GIVE_WAY = [
  [5, 'shortened', 20],
  [4, 'dropped'],
  [5, 'dropped'],
] as const;

/** The one symmetric spec for data is as telling without its second half. */
const specText = (spec: string): string => (spec === 'SYMMETRIC_DEFAULT' ? 'SYMMETRIC' : spec);

export const kmsCommands: readonly CommandNode[] = [ls, grant, rotate];

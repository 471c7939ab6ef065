/** What holds between the rows of KMS. */

import { type AccountId, keyArn } from '../../api/arn.ts';
import { StoreError } from '../../api/errors.ts';
import type { Region } from '../../api/regions.ts';
import { backingKeys, materialId, openBackingKey } from '../../kms/backing-key.ts';
import { indexName } from '../../kms/grant.ts';
import { nextDeadline } from '../../kms/key.ts';
import { customerKeys } from '../../kms/key-count.ts';
import type { BackingKeyRecord, KeyRecord, MultiRegionSet } from '../../store/records/kms.ts';
import type { Tx } from '../../store/tables.ts';
import { type Rule, rule } from './rule.ts';

const keyAt = (account: AccountId, region: Region, keyId: string): string =>
  `the KMS key "${keyArn(region, account, keyId)}"`;

const generationAt = (account: AccountId, region: Region, keyId: string, generation: number): string =>
  `generation ${generation} of ${keyArn(region, account, keyId)}`;

export const keyRules: readonly Rule[] = [
  rule('kmsKeys', 'every key stands under its own name', [], function* ({ key, value }) {
    if (isSame(key, [value.account, value.region, value.keyId])) return;
    yield `${keyAt(...key)} is stored under the name of another key`;
  }),
  rule('kmsKeys', 'every key is found by its id', ['kmsKeyOwners'], function* ({ key }, { tx }) {
    const [account, region, keyId] = key;
    if (tx.kmsKeyOwners.get([region, keyId]) !== account) yield `${keyAt(...key)} is not found by its id`;
  }),
  rule('kmsKeyOwners', 'every id is that of a key', ['kmsKeys'], function* ({ key: [region, keyId], value }, { tx }) {
    if (!tx.kmsKeys.get([value, region, keyId])) yield `${keyAt(value, region, keyId)} is missing`;
  }),
  rule('kmsKeys', 'every key has the material of its state', ['kmsBackingKeys'], function* ({ key, value }, { tx }) {
    const [account, region, keyId] = key;
    const lack = materialLack(value, backingKeys(tx, { account, region, keyId }));
    if (lack !== undefined) yield `${keyAt(...key)} ${lack}`;
  }),
  rule('kmsBackingKeys', 'all material belongs to a key', ['kmsKeys'], function* ({ key, value }, { tx }) {
    const [account, region, keyId, generation] = key;
    if (!tx.kmsKeys.get([account, region, keyId])) yield `${generationAt(...key)} belongs to a key that does not exist`;
    else if (value.generation !== generation) yield `${generationAt(...key)} is stored under another one's number`;
  }),
  rule('kmsBackingKeys', 'all material opens under the root key', [], function* (row, { rootKey, onOpened }) {
    const { key, value } = row;
    const [account, region, keyId] = key;
    // Imported material that has expired or was deleted is not damage.
    if (!value.wrapped) return;
    try {
      const secret = openBackingKey({ rootKey }, { account, region, keyId }, value);
      if (value.materialId === materialId(rootKey, keyId, secret)) {
        onOpened();
        return;
      }
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
    }
    yield generationAt(...key);
  }),
  rule('kmsKeys', 'every change that time brings has its deadline', ['kmsDeadlines'], function* (row, { tx }) {
    const { dueMs } = row.value;
    const isListed = dueMs === undefined || tx.kmsDeadlines.get([dueMs, ...row.key]) !== undefined;
    if (dueMs !== nextDeadline(row.value) || !isListed) yield `${keyAt(...row.key)} is not in the list of what is due`;
  }),
  rule('kmsDeadlines', 'every deadline is that of a key', ['kmsKeys'], function* ({ key }, { tx }) {
    const [dueMs, ...place] = key;
    if (tx.kmsKeys.get(place)?.dueMs === dueMs) return;
    yield `${keyAt(...place)} has a deadline, ${timeText(dueMs)}, that is not its own`;
  }),
  rule('kmsDeadlines', 'no deadline comes before the next one', ['kmsNextDeadline'], function* ({ key }, { tx }) {
    const [first] = tx.kmsDeadlines.range({ limit: 1 });
    const nextMs = tx.kmsNextDeadline.get(['next']);
    // One finding for all keys.
    if (!isSame(key, first?.key ?? []) || (nextMs !== undefined && nextMs <= key[0])) return;
    yield `the time of the next deadline of KMS keys is ${nextMs === undefined ? 'missing' : 'too late'}`;
  }),
  rule('kmsKeys', 'every alias of a key points to it', ['kmsAliases'], function* ({ key, value }, { tx }) {
    const [account, region, keyId] = key;
    for (const name of value.aliases) {
      if (tx.kmsAliases.get([account, region, name])?.keyId === keyId) continue;
      yield `${keyAt(...key)} has the alias "${name}", which does not point to it`;
    }
  }),
  rule('kmsAliases', 'every alias points to a key that has it', ['kmsKeys'], function* ({ key, value }, { tx }) {
    const [account, region, name] = key;
    if (tx.kmsKeys.get([account, region, value.keyId])?.aliases.includes(name)) return;
    yield `the alias "${name}" in ${region} of account ${account} points to a key that does not have it`;
  }),
  rule('kmsKeys', 'every key has as many grants as it counts', ['kmsGrants'], function* ({ key, value }, { tx }) {
    const count = countOf(tx.kmsGrants.under([...key]));
    if (count !== value.grantCount) yield `${keyAt(...key)} has ${count} grants instead of ${value.grantCount}`;
  }),
  rule('kmsGrants', 'every grant is for a key', ['kmsKeys'], function* ({ key, value }, { tx }) {
    const [account, region, keyId] = key;
    const isOwn = isSame(key, [value.account, value.region, value.keyId, value.grantId]);
    if (!tx.kmsKeys.get([account, region, keyId])) yield `${grantAt(...key)} is for a key that does not exist`;
    else if (!isOwn) yield `${grantAt(...key)} is stored under the name of another one`;
  }),
  rule(
    'kmsGrants',
    'every grant is found by its principals',
    ['kmsGrantsByGrantee', 'kmsGrantsByRetirer'],
    function* ({ key, value }, { tx }) {
      const [account, region, keyId, grantId] = key;
      const { name, grantee, retiring } = value;
      const byGrantee = tx.kmsGrantsByGrantee.get([account, region, keyId, indexName(grantee), name, grantId]);
      if (!byGrantee) yield `${grantAt(...key)} is not found by its grantee`;
      if (retiring && !tx.kmsGrantsByRetirer.get([indexName(retiring), region, account, keyId, grantId])) {
        yield `${grantAt(...key)} is not found by its retiring principal`;
      }
    },
  ),
  rule('kmsGrantsByGrantee', 'every entry by grantee is that of a grant', ['kmsGrants'], function* ({ key }, { tx }) {
    const [account, region, keyId, grantee, name, grantId] = key;
    const grant = tx.kmsGrants.get([account, region, keyId, grantId]);
    if (grant && indexName(grant.grantee) === grantee && grant.name === name) return;
    yield `${grantAt(account, region, keyId, grantId)} is found by the grantee "${grantee}", who does not have it`;
  }),
  rule('kmsGrantsByRetirer', 'every entry by retirer is that of a grant', ['kmsGrants'], function* ({ key }, { tx }) {
    const [retirer, region, account, keyId, grantId] = key;
    const retiring = tx.kmsGrants.get([account, region, keyId, grantId])?.retiring;
    if (retiring && indexName(retiring) === retirer) return;
    yield `${grantAt(account, region, keyId, grantId)} is found by "${retirer}", who may not retire it`;
  }),
  rule('kmsKeys', 'every multi-Region key is in its set', ['kmsMultiRegionSets'], function* ({ key, value }, { tx }) {
    const [account, region, keyId] = key;
    const set = tx.kmsMultiRegionSets.get([account, keyId]);
    const isIn = set !== undefined && [set.primary, ...set.replicas].includes(region);
    if (value.multiRegion !== isIn) yield `${keyAt(...key)} is not among the related multi-Region keys`;
  }),
  rule('kmsMultiRegionSets', 'every set is of multi-Region keys', ['kmsKeys'], function* ({ key, value }, { tx }) {
    const [account, keyId] = key;
    for (const region of [value.primary, ...value.replicas]) {
      if (tx.kmsKeys.get([account, region, keyId])?.multiRegion || isElsewhere(account, keyId, value, tx)) continue;
      yield `${keyAt(account, region, keyId)} is missing among the related multi-Region keys`;
    }
  }),
  rule('kmsKeyCounts', 'every number of keys is that of the keys', ['kmsKeys'], function* ({ key, value }, { tx }) {
    const [account, region] = key;
    const is = customerKeys({ account, region }, tx);
    if (value !== is) yield `the number of KMS keys of ${account} in ${region} is ${value} instead of ${is}`;
  }),
  rule('kmsKeyUses', 'every last use is that of a key', ['kmsKeys'], function* ({ key }, { tx }) {
    if (!tx.kmsKeys.get(key)) yield `${keyAt(...key)} has a last use and does not exist`;
  }),
];

/** Of an imported multi-Region key, only some of the related keys may have been imported. */
const isElsewhere = (account: AccountId, keyId: string, { primary, replicas }: MultiRegionSet, tx: Tx): boolean =>
  [primary, ...replicas].some((region) => tx.kmsKeys.get([account, region, keyId])?.materialIsElsewhere);

const grantAt = (account: AccountId, region: Region, keyId: string, grantId: string): string =>
  `the grant ${grantId} of ${keyAt(account, region, keyId)}`;

const isSame = (one: readonly unknown[], other: readonly unknown[]): boolean =>
  one.length === other.length && one.every((part, i) => part === other[i]);

function countOf(rows: Iterable<unknown>): number {
  let count = 0;
  for (const _ of rows) count += 1;
  return count;
}

const timeText = (ms: number): string => new Date(ms).toISOString();

/** What is wrong with a key's material: the generations that it has, and its state. */
function materialLack(key: KeyRecord, generations: readonly BackingKeyRecord[]): string | undefined {
  if (key.materialIsElsewhere) return generations.length > 0 ? 'has material, which is elsewhere' : undefined;
  const numbers = generations.map(({ generation }) => generation);
  const current = key.current?.generation ?? 0;
  if (current > 0 && !numbers.includes(current)) return 'lacks its current material';
  // Material is imported into a replica in any order: AWS KMS Developer Guide, "Importing key material into
  // multi-Region keys".
  const mayHaveGaps = key.origin === 'EXTERNAL' && key.multiRegion;
  if (!mayHaveGaps && numbers.some((number, i) => number !== i + 1)) return 'lacks a generation of its material';
  const pending = numbers.filter((number) => number > current);
  if (key.origin === 'AWS_KMS' && pending.length > 0) return 'has material that it does not know of';
  const lasting = generations.filter(({ generation }) => generation <= current);
  const isComplete = lasting.length > 0 && lasting.every(({ wrapped }) => wrapped);
  if (key.origin === 'AWS_KMS') return isComplete ? undefined : 'has no material';
  if (isComplete !== (key.expiration !== undefined)) return 'does not know whether its material is complete';
  const { state } = key.lifecycle;
  const needsAll = state === 'Enabled' || state === 'Disabled' || state === 'Updating';
  if (needsAll && !isComplete) return `is ${state} without its material`;
  return state === 'PendingImport' && isComplete ? 'waits for material that it has' : undefined;
}

import type { Tx } from '../../../src/store/tables.ts';
import { ACCOUNT } from '../../support/one-of-everything.ts';
import { type Breaks, change, rowIn } from './break.ts';

const US = 'us-east-1';
const keyName = ([account, region, keyId]: readonly [string, string, string, ...unknown[]]) =>
  `the KMS key "arn:aws:kms:${region}:${account}:key/${keyId}"`;

/** A key with an alias, under which objects are encrypted. */
const appKey = (tx: Tx) => rowIn(tx.kmsKeys, ({ value }) => value.aliases.includes('alias/app'));
/** A key that encrypts nothing. */
const relatedKey = (tx: Tx) => rowIn(tx.kmsKeys, ({ value }) => value.multiRegion && value.region === US);

export const keyBreaks: Breaks = {
  'every key stands under its own name': (tx) => {
    const row = relatedKey(tx);
    change(tx.kmsKeys, row, { keyId: appKey(tx).value.keyId });
    return [`${keyName(row.key)} is stored under the name of another key`];
  },
  'every key is found by its id': (tx) => {
    const { key } = relatedKey(tx);
    tx.kmsKeyOwners.remove([US, key[2]]);
    return [`${keyName(key)} is not found by its id`];
  },
  'every id is that of a key': (tx) => {
    tx.kmsKeyOwners.put([US, 'gone'], ACCOUNT);
    return [`${keyName([ACCOUNT, US, 'gone'])} is missing`];
  },
  'every key has the material of its state': [
    (tx) => {
      const { key } = relatedKey(tx);
      tx.kmsBackingKeys.remove([...key, 1]);
      return [`${keyName(key)} lacks its current material`];
    },
    (tx) => {
      const { key, value } = rowIn(tx.kmsBackingKeys, (row) => row.key[2] === relatedKey(tx).key[2]);
      tx.kmsBackingKeys.put([key[0], key[1], key[2], 3], { ...value, generation: 3 });
      return [
        `generation 3 of arn:aws:kms:${key[1]}:${ACCOUNT}:key/${key[2]}`,
        `${keyName(key)} lacks a generation of its material`,
      ];
    },
    (tx) => {
      const row = relatedKey(tx);
      const { value } = rowIn(tx.kmsBackingKeys, ({ key }) => key[2] === row.key[2] && key[1] === US);
      const { wrapped: _, ...rest } = value;
      tx.kmsBackingKeys.put([...row.key, 1], rest);
      return [`${keyName(row.key)} has no material`];
    },
    (tx) => {
      const row = rowIn(tx.kmsKeys, ({ value }) => value.origin === 'EXTERNAL');
      change(tx.kmsKeys, row, { expiration: { model: 'KEY_MATERIAL_DOES_NOT_EXPIRE' } });
      return [`${keyName(row.key)} does not know whether its material is complete`];
    },
    (tx) => {
      const row = rowIn(tx.kmsKeys, ({ value }) => value.origin === 'EXTERNAL');
      if (row.value.dueMs !== undefined) tx.kmsDeadlines.remove([row.value.dueMs, ...row.key]);
      change(tx.kmsKeys, row, { lifecycle: { state: 'Enabled' }, dueMs: undefined });
      return [`${keyName(row.key)} is Enabled without its material`];
    },
  ],
  'all material belongs to a key': [
    (tx) => {
      const row = rowIn(tx.kmsBackingKeys, ({ key }) => key[2] === relatedKey(tx).key[2] && key[1] === US);
      const { wrapped: _, ...value } = row.value;
      tx.kmsBackingKeys.put([ACCOUNT, US, 'gone', 1], value);
      return [`generation 1 of arn:aws:kms:${US}:${ACCOUNT}:key/gone belongs to a key that does not exist`];
    },
    (tx) => {
      const row = rowIn(tx.kmsBackingKeys, ({ key }) => key[2] === relatedKey(tx).key[2] && key[1] === US);
      tx.kmsBackingKeys.put(row.key, { ...row.value, generation: 2 });
      const name = `generation 1 of arn:aws:kms:${US}:${ACCOUNT}:key/${row.key[2]}`;
      return [`${name} is stored under another one's number`, name, `${keyName(row.key)} lacks its current material`];
    },
  ],
  'all material opens under the root key': (tx) => {
    const row = rowIn(tx.kmsBackingKeys, ({ key }) => key[2] === relatedKey(tx).key[2]);
    change(tx.kmsBackingKeys, row, { wrapped: new Uint8Array(60) });
    return [`generation 1 of arn:aws:kms:${row.key[1]}:${ACCOUNT}:key/${row.key[2]}`];
  },
  'every change that time brings has its deadline': [
    (tx) => {
      const { key } = rowIn(tx.kmsDeadlines);
      tx.kmsDeadlines.remove(key);
      return [`${keyName([key[1], key[2], key[3]])} is not in the list of what is due`];
    },
    (tx) => {
      const row = rowIn(tx.kmsKeys, ({ value }) => value.origin === 'EXTERNAL');
      change(tx.kmsKeys, row, { lifecycle: { state: 'PendingDeletion', deletionMs: 1 } });
      return [`${keyName(row.key)} is not in the list of what is due`];
    },
  ],
  'every deadline is that of a key': (tx) => {
    const { key } = appKey(tx);
    tx.kmsDeadlines.put([Date.parse('2030-01-01T00:00:00Z'), ...key], true);
    return [`${keyName(key)} has a deadline, 2030-01-01T00:00:00.000Z, that is not its own`];
  },
  'no deadline comes before the next one': [
    (tx) => {
      tx.kmsNextDeadline.put(['next'], Date.parse('2040-01-01T00:00:00Z'));
      return ['the time of the next deadline of KMS keys is too late'];
    },
    (tx) => {
      tx.kmsNextDeadline.remove(['next']);
      return ['the time of the next deadline of KMS keys is missing'];
    },
  ],
  'every alias of a key points to it': (tx) => {
    const row = relatedKey(tx);
    change(tx.kmsKeys, row, { aliases: ['alias/app'] });
    return [`${keyName(row.key)} has the alias "alias/app", which does not point to it`];
  },
  'every alias points to a key that has it': (tx) => {
    const { value } = rowIn(tx.kmsAliases, ({ key }) => key[2] === 'alias/app');
    tx.kmsAliases.put([ACCOUNT, US, 'alias/other'], value);
    return [`the alias "alias/other" in ${US} of account ${ACCOUNT} points to a key that does not have it`];
  },
  'every key has as many grants as it counts': (tx) => {
    const row = appKey(tx);
    change(tx.kmsKeys, row, { grantCount: 2 });
    return [`${keyName(row.key)} has 1 grants instead of 2`];
  },
  'every grant is for a key': [
    (tx) => {
      const row = rowIn(tx.kmsGrants);
      change(tx.kmsGrants, row, { account: '444455556666' });
      return [`the grant ${row.key[3]} of ${keyName(row.key)} is stored under the name of another one`];
    },
  ],
  'every grant is found by its principals': [
    (tx) => {
      const { key } = rowIn(tx.kmsGrantsByGrantee);
      tx.kmsGrantsByGrantee.remove(key);
      return [`the grant ${key[5]} of ${keyName(key)} is not found by its grantee`];
    },
    (tx) => {
      const { key } = rowIn(tx.kmsGrantsByRetirer);
      tx.kmsGrantsByRetirer.remove(key);
      return [`the grant ${key[4]} of ${keyName([key[2], key[1], key[3]])} is not found by its retiring principal`];
    },
  ],
  'every entry by grantee is that of a grant': (tx) => {
    const { key } = rowIn(tx.kmsGrantsByGrantee);
    tx.kmsGrantsByGrantee.put([key[0], key[1], key[2], 'somebody', key[4], key[5]], true);
    return [`the grant ${key[5]} of ${keyName(key)} is found by the grantee "somebody", who does not have it`];
  },
  'every entry by retirer is that of a grant': (tx) => {
    const { key } = rowIn(tx.kmsGrantsByRetirer);
    tx.kmsGrantsByRetirer.put(['somebody', key[1], key[2], key[3], key[4]], true);
    const name = keyName([key[2], key[1], key[3]]);
    return [`the grant ${key[4]} of ${name} is found by "somebody", who may not retire it`];
  },
  'every multi-Region key is in its set': (tx) => {
    const row = rowIn(tx.kmsMultiRegionSets);
    change(tx.kmsMultiRegionSets, row, { replicas: [] });
    return [`${keyName([ACCOUNT, 'eu-west-1', row.key[1]])} is not among the related multi-Region keys`];
  },
  'every set is of multi-Region keys': (tx) => {
    const row = rowIn(tx.kmsMultiRegionSets);
    change(tx.kmsMultiRegionSets, row, { replicas: ['eu-west-1', 'eu-west-2'] });
    return [`${keyName([ACCOUNT, 'eu-west-2', row.key[1]])} is missing among the related multi-Region keys`];
  },
  'every number of keys is that of the keys': (tx) => {
    const { key, value } = rowIn(tx.kmsKeyCounts);
    tx.kmsKeyCounts.put(key, value + 1);
    return [`the number of KMS keys of ${key[0]} in ${key[1]} is ${value + 1} instead of ${value}`];
  },
  'every last use is that of a key': (tx) => {
    tx.kmsKeyUses.put([ACCOUNT, US, 'gone'], rowIn(tx.kmsKeyUses).value);
    return [`${keyName([ACCOUNT, US, 'gone'])} has a last use and does not exist`];
  },
};

import { ACCOUNT } from '../../support/one-of-everything.ts';
import { type Breaks, change, rowIn } from './break.ts';

export const bucketBreaks: Breaks = {
  'every bucket is found by its owner': [
    (tx) => {
      tx.bucketsByOwner.remove([ACCOUNT, 'reports-copy']);
      return ['the bucket "reports-copy" is not found by its owner'];
    },
    (tx) => {
      change(
        tx.buckets,
        rowIn(tx.buckets, ({ key }) => key[0] === 'reports-copy'),
        { name: 'photos' },
      );
      return ['the bucket "reports-copy" is stored under the name of another one'];
    },
  ],
  'every key of a bucket opens under the root key': (tx) => {
    change(
      tx.buckets,
      rowIn(tx.buckets, ({ key }) => key[0] === 'reports-copy'),
      { s3Key: new Uint8Array(60) },
    );
    return ['the key of the bucket "reports-copy"'];
  },
  'every bucket-level key opens under the root key': (tx) => {
    const row = rowIn(tx.bucketLevelKeys);
    change(tx.bucketLevelKeys, row, { expiresMs: row.value.expiresMs + 1 });
    return [`a bucket-level key of ${row.value.keyArn}`];
  },
  'every bucket of an owner is there': (tx) => {
    tx.bucketsByOwner.put([ACCOUNT, 'gone'], true);
    return [`the bucket "gone" of account ${ACCOUNT} is missing`];
  },
  'every replication is of a bucket': (tx) => {
    tx.replicationConfigurations.put(['gone'], rowIn(tx.replicationConfigurations).value);
    return ['the replication configuration of "gone" is in a bucket that does not exist'];
  },
  'every configuration is of a bucket': (tx) => {
    tx.bucketConfigurations.put(['gone', 'cors', ''], rowIn(tx.bucketConfigurations).value);
    return ['the cors configuration of "gone" is in a bucket that does not exist'];
  },
  'every bucket says whether it has metrics configurations': [
    (tx) => {
      tx.bucketConfigurations.remove(['photos', 'metrics', 'EntireBucket']);
      return ['the bucket "photos" says that it has metrics configurations'];
    },
    (tx) => {
      tx.bucketConfigurations.put(['reports-copy', 'metrics', 'all'], rowIn(tx.bucketConfigurations).value);
      return ['the bucket "reports-copy" does not say that it has metrics configurations'];
    },
  ],
  'everything to replicate is in a bucket': [
    (tx) => {
      tx.replicationTasks.put(['gone', 1], rowIn(tx.replicationTasks).value);
      return ['the replication of s3://gone/q1 is in a bucket that does not exist'];
    },
    (tx) => {
      change(tx.replicationTasks, rowIn(tx.replicationTasks), { bucketId: 'of-a-bucket-before' });
      return ['the replication of s3://reports/q1 is in a bucket that does not exist'];
    },
  ],
};

/** What holds between the rows of buckets and of what is stored about each. */

import { unwrapLevelKey } from '../../s3/content/bucket-level-key.ts';
import { openS3Key } from '../../s3/content/envelope.ts';
import { withoutBucket } from './object-name.ts';
import { opens, type Rule, rule } from './rule.ts';

export const bucketRules: readonly Rule[] = [
  rule('buckets', 'every bucket is found by its owner', ['bucketsByOwner'], function* ({ key: [name], value }, { tx }) {
    if (value.name !== name) yield `the bucket "${name}" is stored under the name of another one`;
    else if (!tx.bucketsByOwner.get([value.owner, name])) yield `the bucket "${name}" is not found by its owner`;
  }),
  rule(
    'buckets',
    'every key of a bucket opens under the root key',
    [],
    function* ({ key: [name], value }, { rootKey }) {
      if (!opens(() => openS3Key(value, { rootKey }))) yield `the key of the bucket "${name}"`;
    },
  ),
  rule('bucketLevelKeys', 'every bucket-level key opens under the root key', [], function* ({ key, value }, evidence) {
    // Nothing is lost with one, since S3 gets another from KMS.
    if (!unwrapLevelKey(value, key, evidence)) yield `a bucket-level key of ${value.keyArn}`;
  }),
  rule('bucketsByOwner', 'every bucket of an owner is there', ['buckets'], function* ({ key: [owner, name] }, { tx }) {
    if (tx.buckets.get([name])?.owner !== owner) yield `the bucket "${name}" of account ${owner} is missing`;
  }),
  rule(
    'replicationConfigurations',
    'every replication is of a bucket',
    ['buckets'],
    function* ({ key: [name] }, { tx }) {
      if (!tx.buckets.get([name])) yield withoutBucket(`the replication configuration of "${name}"`);
    },
  ),
  rule('bucketConfigurations', 'every configuration is of a bucket', ['buckets'], function* ({ key }, { tx }) {
    const [name, subresource] = key;
    if (!tx.buckets.get([name])) yield withoutBucket(`the ${subresource} configuration of "${name}"`);
  }),
  rule(
    'buckets',
    'every bucket says whether it has metrics configurations',
    ['bucketConfigurations'],
    function* ({ key: [name], value }, { tx }) {
      const [one] = tx.bucketConfigurations.under([name, 'metrics'], { limit: 1 });
      if ((one !== undefined) === (value.metricsRevision !== undefined)) return;
      yield `the bucket "${name}" ${one ? 'does not say that it has' : 'says that it has'} metrics configurations`;
    },
  ),
  rule('replicationTasks', 'everything to replicate is in a bucket', ['buckets'], function* ({ key, value }, { tx }) {
    const [name] = key;
    // The version itself may be gone: whoever works on the queue notices.
    if (tx.buckets.get([name])?.id === value.bucketId) return;
    yield withoutBucket(`the replication of s3://${name}/${value.key}`);
  }),
];

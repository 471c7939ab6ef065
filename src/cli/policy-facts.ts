/** What the store knows that bears on what a policy says: principals, aliases, bucket keys. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bucketArn, isAccountId, keyArn, parseArn } from '../api/arn.ts';
import { UsageError } from '../api/errors.ts';
import { isRegion } from '../api/regions.ts';
import { passphraseIn } from '../env.ts';
import { principalCheck } from '../iam/principal-bindings.ts';
import { keyNamed } from '../kms/account-keys.ts';
import type { PolicyFacts } from '../policy/finding.ts';
import type { PrincipalCheck } from '../policy/principal-pattern.ts';
import { accountOfCanonicalId } from '../s3/request/owner.ts';
import { DATA_FILE } from '../store/placing.ts';
import { isSealed } from '../store/root-key-file.ts';
import type { Tx } from '../store/tables.ts';
import { storeFolder } from './open-assembly.ts';
import type { Session } from './session.ts';

/**
 * Works with what the store knows, or without it where there is no store, or none that opens without a question.
 * @param resource the key or bucket that a policy belongs to, as a person names it
 * @throws UsageError for a resource that only a store could tell
 */
export async function withFacts<T>(
  resource: string | undefined,
  session: Session,
  work: (facts: PolicyFacts) => T,
): Promise<T> {
  const state = storeState(session);
  if (state !== 'usable') {
    if (state === 'sealed') session.tell('the store is not looked at: it needs a passphrase, which was not given');
    return work(resource === undefined ? {} : { resource: plainArn(resource) ?? unknown(resource) });
  }
  const account = resource === undefined ? undefined : await session.aws.account('sts');
  return session.store.transact<unknown>((tx) => {
    const facts = factsIn(tx);
    if (resource === undefined) return work(facts);
    const key = account === undefined ? undefined : keyNamed(resource, account, session.region, tx);
    const arn = key ? keyArn(key.region, key.account, key.keyId) : plainArn(resource);
    return work({ ...facts, resource: arn ?? bucketNamed(resource, tx) ?? unknown(resource) });
  }) as Promise<T>;
}

/** Whether the store can be looked at without a question. */
function storeState({ globals, environment, settings }: Session): 'usable' | 'absent' | 'sealed' {
  const folder = storeFolder(globals, environment, settings);
  if (!existsSync(join(folder, DATA_FILE))) return 'absent';
  return isSealed(folder) && passphraseIn(environment) === undefined ? 'sealed' : 'usable';
}

/** An ARN, or a bucket as `s3://BUCKET`. */
function plainArn(text: string): string | undefined {
  const [, bucket] = /^s3:\/\/([^/]+)\/?$/.exec(text) ?? [];
  if (bucket !== undefined) return bucketArn(bucket);
  return text.startsWith('arn:') && !text.includes(':alias/') ? text : undefined;
}

const bucketNamed = (name: string, tx: Tx): string | undefined =>
  tx.buckets.get([name]) === undefined ? undefined : bucketArn(name);

function unknown(resource: string): never {
  throw new UsageError(
    `--resource takes an ARN, s3://BUCKET, or the name of a key or bucket in the store, not "${resource}"`,
  );
}

/** What is in the store, for as long as the transaction lasts. */
export function factsIn(tx: Tx): PolicyFacts {
  return {
    exists: existsIn(tx),
    hasBucketKey: (name) => {
      const encryption = tx.buckets.get([name])?.encryption;
      return encryption && encryption.kind !== 'SSE-S3'
        ? encryption.kind === 'SSE-KMS' && encryption.bucketKey
        : undefined;
    },
    regionOfBucket: (name) => tx.buckets.get([name])?.region,
    keyOfAlias: (aliasArn) => {
      const arn = parseArn(aliasArn);
      if (!arn || !isRegion(arn.region) || !isAccountId(arn.account)) return undefined;
      const key = keyNamed(aliasArn, arn.account, arn.region, tx);
      return key && keyArn(key.region, key.account, key.keyId);
    },
  };
}

/** The users and roles of an account that the store does not have may all exist. */
function existsIn(tx: Tx): PrincipalCheck {
  const check = principalCheck(tx, (id) => accountOfCanonicalId(id, tx));
  return (type, name) => {
    const arn = parseArn(name);
    const isElsewhere = arn !== undefined && isAccountId(arn.account) && tx.accounts.get([arn.account]) === undefined;
    return check(type, name) || (type === 'AWS' && isElsewhere && !/[*?]/.test(name));
  };
}

/** What a check has made at an endpoint, noted call by call, so that it can be removed even where lists do not work. */

/** Names of what is there, by kind. */
export interface Made {
  /** The keys of the objects, by bucket. */
  readonly buckets: Map<string, Set<string>>;
  readonly aliases: Set<string>;
  /** The ARNs of KMS keys, by their ids. */
  readonly kmsKeys: Map<string, string>;
  readonly roles: Set<string>;
}

export const nothingMade = (): Made => ({
  buckets: new Map(),
  aliases: new Set(),
  kmsKeys: new Map(),
  roles: new Set(),
});

/** Notes what a call may make, before it is made: one that fails may have made it all the same. */
export function noteCalled(made: Made, name: string, input: unknown): void {
  const { Bucket, Key, AliasName, RoleName } = (input ?? {}) as Readonly<Record<string, unknown>>;
  if (name === 'CreateBucket' && typeof Bucket === 'string') made.buckets.set(Bucket, new Set());
  if (name === 'CreateAlias' && typeof AliasName === 'string') made.aliases.add(AliasName);
  if (name === 'CreateRole' && typeof RoleName === 'string') made.roles.add(RoleName);
  if (MAKES_OBJECTS.has(name) && typeof Bucket === 'string' && typeof Key === 'string') {
    made.buckets.get(Bucket)?.add(Key);
  }
}

/** A call was refused, so that it has made nothing. */
export function noteRefused(made: Made, name: string, input: unknown): void {
  const { Bucket, AliasName, RoleName } = (input ?? {}) as Readonly<Record<string, unknown>>;
  if (name === 'CreateBucket' && typeof Bucket === 'string') made.buckets.delete(Bucket);
  if (name === 'CreateAlias' && typeof AliasName === 'string') made.aliases.delete(AliasName);
  if (name === 'CreateRole' && typeof RoleName === 'string') made.roles.delete(RoleName);
}

const MAKES_OBJECTS = new Set(['PutObject', 'CopyObject', 'CreateMultipartUpload']);

/** A KMS key has the name that the answer says. */
export function noteAnswered(made: Made, name: string, output: unknown): void {
  if (name !== 'CreateKey') return;
  const { KeyMetadata } = (output ?? {}) as { readonly KeyMetadata?: { Arn?: string; KeyId?: string } };
  const { Arn, KeyId } = KeyMetadata ?? {};
  const id = KeyId ?? Arn;
  if (id !== undefined) made.kmsKeys.set(id, Arn ?? id);
}

/** A version that waits to be replicated: written in the same transaction as the version itself. */

export interface ReplicationTask {
  readonly v: 1;
  readonly bucketId: string;
  readonly key: string;
  readonly versionId: string;
  /** Tells apart two writes of one version id, as `null` can have. */
  readonly writeId: string;
  readonly kind: 'object' | 'delete-marker';
  /** The rules that matched, one a destination. */
  readonly ruleIds: readonly string[];
  readonly queuedMs: number;
  readonly attempts: number;
  /** Why the last attempt failed. */
  readonly failure?: { readonly reason: string; readonly message: string } | undefined;
}

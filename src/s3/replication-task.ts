/** A version that waits to be replicated: written in the same transaction as the version itself. */

export interface ReplicationTask {
  readonly v: 1;
  readonly bucketId: string;
  readonly key: string;
  readonly versionId: string;
  /** Tells apart two writes of one version id, as `null` can have. */
  readonly writeId: string;
  /** `tags`: of an object that is there already, its new tags alone. */
  readonly kind: 'object' | 'delete-marker' | 'tags';
  /** The rules that matched and are not done, one a destination. */
  readonly ruleIds: readonly string[];
  /** Whether a destination failed for good. */
  readonly hasFailed: boolean;
  readonly queuedMs: number;
  /** Attempts that came to nothing for the time being. */
  readonly attempts: number;
}

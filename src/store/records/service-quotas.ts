/** The rows of Service Quotas. */

/** A request for a higher quota, which was granted at once. */
export interface QuotaRequest {
  readonly v: 1;
  readonly service: 'cloudtrail' | 'kms' | 's3';
  /** Our own name of the quota. */
  readonly quota: string;
  readonly desired: number;
  /** In milliseconds. */
  readonly createdMs: number;
  /** The ARN of who asked. */
  readonly requesterArn: string;
}

/** The tags of a quota, by their keys. */
export interface QuotaTags {
  readonly v: 1;
  readonly tags: Readonly<Record<string, string>>;
}

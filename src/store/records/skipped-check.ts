/** A decision that KMS was not asked for, since S3 had a bucket-level key: an explanation tells why it is not there. */

export interface SkippedCheck {
  /** What KMS would have been asked for: `kms:Decrypt`. */
  readonly action: string;
  /** The ARN of the KMS key. */
  readonly resource: string;
  readonly bucket: string;
  /** From when on KMS is asked again. */
  readonly untilMs: number;
}

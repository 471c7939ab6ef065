/** A KMS decision that was skipped because S3 had a bucket-level key; an explanation states this. */

export interface SkippedCheck {
  /** The KMS permission that was not checked: `kms:Decrypt`. */
  readonly action: string;
  /** The ARN of the KMS key. */
  readonly resource: string;
  readonly bucket: string;
  /** When KMS is asked again. */
  readonly untilMs: number;
}

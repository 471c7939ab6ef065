/** Dry runs: AWS KMS Developer Guide, "Test your permissions", DryRun. */

import { AwsError } from '../api/errors.ts';

/** @throws DryRunOperationException for a dry run, once everything else has passed. */
export function endDryRun({ DryRun = false }: { readonly DryRun?: boolean | undefined }): void {
  if (!DryRun) return;
  throw new AwsError('DryRunOperationException', 'The request would have succeeded, but the DryRun option is set.');
}

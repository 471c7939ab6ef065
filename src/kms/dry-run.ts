/** Calls that are only tried: AWS KMS Developer Guide, "Test your permissions", DryRun. */

import { AwsError } from '../api/errors.ts';

/** @throws DryRunOperationException once a call that was only to be tried has passed everything else. */
export function endDryRun({ DryRun = false }: { readonly DryRun?: boolean | undefined }): void {
  if (!DryRun) return;
  throw new AwsError('DryRunOperationException', 'The request would have succeeded, but the DryRun option is set.');
}

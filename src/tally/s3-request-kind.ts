/** The kinds of S3's requests, as its metrics tell them apart: Amazon S3 User Guide, "Metrics and dimensions". */

const posts: ReadonlySet<string> = new Set([
  'CompleteMultipartUpload',
  'CreateMultipartUpload',
  'DeleteObjects',
  'RestoreObject',
]);

/** The metric that counts requests of an operation beside `AllRequests`. */
export function s3RequestKind(operation: string): string {
  if (posts.has(operation)) return 'PostRequests';
  if (operation.startsWith('Select')) return 'SelectRequests';
  if (operation.startsWith('Head')) return 'HeadRequests';
  if (/^List(?:Objects|ObjectsV2|ObjectVersions|MultipartUploads|Parts)$/.test(operation)) return 'ListRequests';
  if (/^(?:Delete|Abort)/.test(operation)) return 'DeleteRequests';
  return /^(?:Get|List|Create(?:Session))/.test(operation) ? 'GetRequests' : 'PutRequests';
}

/** Sizes as the AWS CLI's S3 settings write them: AWS CLI S3 Configuration, multipart_threshold. */

const units: Readonly<Record<string, number>> = {
  '': 1,
  K: 1024,
  M: 1024 ** 2,
  G: 1024 ** 3,
  T: 1024 ** 4,
};

/**
 * Bytes: `1024`, `64MB`, `64MiB`; both kinds of units are powers of 1024. Undefined for text that is not a size, or is
 * missing.
 */
export function parseByteSize(text: string): number | undefined {
  const [, count = '', unit = ''] = /^(\d+)(?:([KMGT])I?B)?$/.exec(text.toUpperCase()) ?? [];
  const bytes = Number(count) * (units[unit] ?? 0);
  return count !== '' && bytes > 0 && Number.isSafeInteger(bytes) ? bytes : undefined;
}

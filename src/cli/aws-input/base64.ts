/** Base64 as the AWS CLI v2 takes binary values. AWS CLI User Guide, "AWS CLI binary format". */

import { UsageError } from '../../api/errors.ts';

const HINT =
  'binary values are base64; pass raw bytes with fileb://FILE, from a pipe with -, or as text with --cli-binary-format raw-in-base64-out';

/**
 * The bytes of a base64 text, which may be broken into lines. The AWS CLI skips characters that are not base64 and
 * sends the rest, which nobody wants; here they are refused like wrong padding.
 * @throws UsageError with the AWS CLI's message, and a hint when the text looks as if it was meant literally.
 */
export function bytesOfBase64(text: string): Uint8Array {
  const digits = text.replace(/[\t\r\n]+/g, '').trim();
  if (/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(digits)) {
    return new Uint8Array(Buffer.from(digits, 'base64'));
  }
  throw new UsageError(`Invalid base64: "${text}"`, HINT);
}

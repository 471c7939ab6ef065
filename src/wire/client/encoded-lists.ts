/**
 * Lists of keys, which a client asks for in their URL encoding and decodes, since XML has no way to write every character
 * that a key may have: botocore, handlers.py, `set_list_objects_encoding_type_url`, `decode_list_object`.
 */

import { isRecord } from '../../api/message.ts';

type Members = Readonly<Record<string, unknown>>;

const TEXTS = [
  'Delimiter',
  'Key',
  'KeyMarker',
  'Marker',
  'NextKeyMarker',
  'NextMarker',
  'Prefix',
  'StartAfter',
] as const;

/** What of a list has keys in it, beside the list itself. */
const ITEMS = ['CommonPrefixes', 'Contents', 'DeleteMarkers', 'Uploads', 'Versions'] as const;

const OPERATIONS: ReadonlySet<string> = new Set([
  'ListMultipartUploads',
  'ListObjectVersions',
  'ListObjects',
  'ListObjectsV2',
]);

/** Whether the client encodes a list on its own account: its caller has not asked for it. */
export const isEncodedList = (operation: string, input: unknown): boolean =>
  OPERATIONS.has(operation) && !(isRecord(input) && input.EncodingType !== undefined);

export const askedEncoded = (input: unknown): Members => ({ ...(isRecord(input) && input), EncodingType: 'url' });

/** The list as it would be without an encoding. A service that says nothing of one has not used it. */
export function decodedList(output: unknown): unknown {
  if (!isRecord(output) || output.EncodingType !== 'url') return output;
  const { EncodingType: _, ...list } = output;
  const decoded = withDecodedTexts(list);
  for (const name of ITEMS) {
    const items = decoded[name];
    if (Array.isArray(items)) decoded[name] = items.map((item) => (isRecord(item) ? withDecodedTexts(item) : item));
  }
  return decoded;
}

function withDecodedTexts(members: Members): Record<string, unknown> {
  const decoded: Record<string, unknown> = { ...members };
  for (const name of TEXTS) {
    const text = decoded[name];
    if (typeof text === 'string') decoded[name] = decodedText(text);
  }
  return decoded;
}

/** A space is a plus sign, as in a form. */
function decodedText(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

/** A browser's form as the PutObject that it asks for, and the answer to it as the form wants it. */

import { AwsError } from '../../api/errors.ts';
import { operationModel } from '../../api/model/loader.ts';
import type { PutObjectTaggingRequest } from '../../api/model/s3.types.ts';
import { MAX_ROW_BYTES } from '../../store/records/s3.ts';
import type { Codec } from '../codecs/codec.ts';
import { escaped, textElement, XML_DECLARATION } from '../codecs/xml-writer.ts';
import { checkForm, formAnswer, type PostForm, putHeaders, sizedFile } from '../forms/post-form.ts';
import { type AnswerMessage, type HeaderFields, type HttpRequest, headerFields, headerValue } from '../http/message.ts';
import { encodeText } from '../signature/uri-encoding.ts';
import type { TakenBody } from './request-body.ts';

/**
 * What the form has of a PutObject. What is wrong with it refuses the call once its caller is known, and then nothing of
 * its file is read.
 * @param nowMs the machine's clock
 */
export async function formBody(form: PostForm, bucket: string, codec: Codec, nowMs: number): Promise<TakenBody> {
  try {
    const headers = formHeaders(form, codec);
    const range = checkForm(form, bucket, nowMs);
    const file = sizedFile(form, range);
    const isShort = form.expectedBytes !== undefined && form.expectedBytes <= MAX_ROW_BYTES;
    return { headers, body: isShort ? await whole(file) : file };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { headers: new Map(), body: new Uint8Array(), fault: error };
  }
}

async function whole(file: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of file) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Tags are XML in a form, and the query of a URL in a header. @throws AwsError MalformedXML */
function formHeaders({ fields }: PostForm, codec: Codec): HeaderFields {
  const headers = putHeaders(fields);
  const tagging = fields.get('tagging');
  const model = operationModel('s3', 'PutObjectTagging');
  if (!tagging || !model) return headers;
  const target = { rawPath: '/', query: [] };
  const message = { method: 'PUT', target, headers: new Map(), body: Buffer.from(tagging.value), labels: {} };
  // The codec reads it by the model.
  const { Tagging } = codec.readInput(model, message) as Partial<PutObjectTaggingRequest>;
  const tags = Tagging?.TagSet ?? [];
  const query = tags.map(({ Key, Value }) => `${encodeText(Key)}=${encodeText(Value)}`).join('&');
  return new Map([...headers, ['x-amz-tagging', [query]]]);
}

/**
 * The answer to a form.
 * @param stored the answer to its PutObject
 */
export function formResponse(
  { fields }: PostForm,
  place: { readonly bucket: string; readonly key: string },
  request: HttpRequest,
  stored: AnswerMessage,
): AnswerMessage {
  const etag = headerValue(stored.headers, 'etag') ?? '';
  const answer = formAnswer(fields, { ...place, etag });
  const location = answer.status === 303 ? answer.location : objectUrl(place, request);
  const headers = new Map([...stored.headers, ...headerFields([['location', location]])]);
  if (answer.status !== 201) return { status: answer.status, headers, body: new Uint8Array() };
  const elements = [
    textElement('Location', escaped(location)),
    textElement('Bucket', escaped(place.bucket)),
    textElement('Key', escaped(place.key)),
    // S3 leaves its quotation marks as they are.
    textElement('ETag', escaped(etag).replaceAll('&quot;', '"')),
  ];
  return {
    status: answer.status,
    headers: new Map([...headers, ['content-type', ['application/xml']]]),
    body: Buffer.from(`${XML_DECLARATION}${textElement('PostResponse', elements.join(''))}`),
  };
}

/** Where the object is, by the way that the form took. Slashes in keys are encoded, too. */
function objectUrl(
  { bucket, key }: { readonly bucket: string; readonly key: string },
  { headers, target, connection }: HttpRequest,
): string {
  const origin = `${connection.tls ? 'https' : 'http'}://${headerValue(headers, 'host')}`;
  const isInPath = target.rawPath !== '/';
  return `${origin}${isInPath ? `/${encodeText(bucket)}` : ''}/${encodeText(key)}`;
}

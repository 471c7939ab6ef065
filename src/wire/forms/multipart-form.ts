/**
 * A form as browsers send it, `multipart/form-data`: RFC 7578 and RFC 2046, section 5.1. The parts are read in the order
 * in which they come, and the file at the pace of its reader: nothing of a form is kept but its fields, which are few.
 */

import { AwsError } from '../../api/errors.ts';
import { type HeaderFields, headerValue } from '../http/message.ts';
import { notAForm } from '../routing/no-route.ts';

/** What comes before the content of the file. */
export interface MultipartForm {
  /** In order; the names as they were sent. */
  readonly fields: readonly FormField[];
  readonly file: FormFile | undefined;
}

export interface FormField {
  readonly name: string;
  readonly value: string;
}

export interface FormFile {
  /** The last part of the path that the client sent; undefined if it sent none. */
  readonly name: string | undefined;
  /** How many bytes of the body come before the content. */
  readonly startBytes: number;
  /**
   * Read once. It ends when the form has ended as it must, so that whoever has read all of it has a whole form.
   * @throws AwsError MalformedPOSTRequest if the form is cut, or InvalidArgument for another file.
   */
  readonly content: AsyncGenerator<Uint8Array, void, undefined>;
}

/**
 * What a form may have besides the content of its file: Amazon S3 API Reference, "HTML form declaration"; S3's answer
 * to more has this number.
 */
export const MAX_FORM_BYTES = 20_480;

/** The bytes that end a form whose last part is the file. */
export const closingBytes = (boundary: string): number => boundary.length + '\r\n----\r\n'.length;

/**
 * The text between the parts of a form.
 * @throws AwsError PreconditionFailed if the body is of another type, MalformedPOSTRequest without such a text.
 */
export function formBoundary(headers: HeaderFields): string {
  const type = headerValue(headers, 'content-type') ?? '';
  const [essence = '', ...parameters] = type.split(';');
  if (essence.trim().toLowerCase() !== 'multipart/form-data') throw notAForm();
  for (const parameter of parameters) {
    const [, quoted, bare] = /^\s*boundary=(?:"([^"]*)"|([^\s"]*))\s*$/i.exec(parameter) ?? [];
    const boundary = quoted ?? bare;
    if (boundary === undefined) continue;
    if (!/^[\w'()+,\-./:=? ]{0,69}[\w'()+,\-./:=?]$/.test(boundary)) break;
    return boundary;
  }
  throw malformedForm();
}

/**
 * Reads a form up to the content of its file. The rest of the body is not touched if this throws.
 * @throws AwsError MalformedPOSTRequest, MaxPostPreDataLengthExceeded.
 */
export async function readMultipart(body: AsyncIterable<Uint8Array>, boundary: string): Promise<MultipartForm> {
  const input = newInput(body, boundary);
  await input.skipPreamble();
  const fields: FormField[] = [];
  while (await input.hasPart()) {
    const part = await input.readHeader();
    if (part.name.toLowerCase() === FILE) {
      const file = { name: part.fileName, startBytes: input.readBytes(), content: contentOf(input) };
      return { fields, file };
    }
    fields.push({ name: part.name, value: utf8(await input.readContent()) });
  }
  return { fields, file: undefined };
}

const FILE = 'file';

async function* contentOf(input: Input): AsyncGenerator<Uint8Array, void, undefined> {
  yield* input.content();
  // S3 ignores fields behind the file, such as the button that sent the form.
  for (let files = 1; await input.hasPart(); ) {
    const { name } = await input.readHeader();
    await input.readContent();
    if (name.toLowerCase() !== FILE) continue;
    files += 1;
    throw notOneFile(files);
  }
  await input.skipEpilogue();
}

/** The body of a form, read part by part. */
interface Input {
  skipPreamble(): Promise<void>;
  /** Whether another part follows; to be asked after each. */
  hasPart(): Promise<boolean>;
  readHeader(): Promise<PartHeader>;
  /** The whole content of a part that is small. */
  readContent(): Promise<Buffer>;
  /** The content of a part of any size. */
  content(): AsyncGenerator<Uint8Array, void, undefined>;
  skipEpilogue(): Promise<void>;
  /** How many bytes were read. */
  readBytes(): number;
}

function newInput(body: AsyncIterable<Uint8Array>, boundary: string): Input {
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  // `for await` would end the connection when a form is refused, and the client would not hear why.
  const chunks = body[Symbol.asyncIterator]();
  // The first delimiter need not follow a line.
  let held: Buffer = Buffer.from('\r\n');
  /** Counts what is not the content of the file. */
  let formBytes = -held.length;
  let fileBytes = 0;

  /** Reads on. @returns false at the end of the body */
  async function fill(): Promise<boolean> {
    const { done, value } = await chunks.next();
    if (done) return false;
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    held = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
    return true;
  }

  /** Takes bytes of the form, of which there may be few. */
  function take(size: number): Buffer {
    const taken = held.subarray(0, size);
    held = held.subarray(size);
    formBytes += size;
    if (formBytes > MAX_FORM_BYTES) throw formTooLarge();
    return taken;
  }

  /** Everything up to a text, and the text itself. */
  async function takeThrough(text: Buffer): Promise<Buffer> {
    for (let from = 0; ; ) {
      const at = held.indexOf(text, from);
      if (at >= 0) return take(at + text.length);
      if (formBytes + held.length > MAX_FORM_BYTES) throw formTooLarge();
      from = Math.max(0, held.length - text.length + 1);
      if (!(await fill())) throw malformedForm();
    }
  }

  async function atLeast(size: number): Promise<void> {
    while (held.length < size) if (!(await fill())) throw malformedForm();
  }

  return {
    async skipPreamble() {
      await takeThrough(delimiter);
    },
    async hasPart() {
      await atLeast(2);
      if (held.subarray(0, 2).equals(DASHES)) {
        take(2);
        return false;
      }
      // White space that a gateway may have added.
      if (!/^[ \t]*\r\n$/.test((await takeThrough(LINE_END)).toString('latin1'))) throw malformedForm();
      return true;
    },
    async readHeader() {
      const lines: string[] = [];
      for (;;) {
        const line = utf8(await takeThrough(LINE_END)).slice(0, -2);
        if (line === '') return partHeader(lines);
        lines.push(line);
      }
    },
    async readContent() {
      const content = await takeThrough(delimiter);
      return content.subarray(0, -delimiter.length);
    },
    async *content() {
      for (;;) {
        const at = held.indexOf(delimiter);
        const size = at >= 0 ? at : held.length - beginning(delimiter, held);
        if (size > 0) {
          const content = held.subarray(0, size);
          held = held.subarray(size);
          fileBytes += size;
          yield content;
        }
        if (at >= 0) {
          take(delimiter.length);
          return;
        }
        if (!(await fill())) throw malformedForm();
      }
    },
    async skipEpilogue() {
      do take(held.length);
      while (await fill());
    },
    readBytes: () => formBytes + fileBytes,
  };
}

const DASHES = Buffer.from('--');
const LINE_END = Buffer.from('\r\n');

/** How many of the last bytes may be the beginning of a text. */
function beginning(text: Buffer, bytes: Buffer): number {
  for (let size = Math.min(text.length - 1, bytes.length); size > 0; size--) {
    if (bytes.subarray(bytes.length - size).equals(text.subarray(0, size))) return size;
  }
  return 0;
}

/** What the header of a part says. */
interface PartHeader {
  readonly name: string;
  readonly fileName: string | undefined;
}

function partHeader(lines: readonly string[]): PartHeader {
  const [disposition, ...others] = lines
    .map((line) => /^content-disposition[ \t]*:[ \t]*(.*)$/is.exec(line)?.[1])
    .filter((value) => value !== undefined);
  if (disposition === undefined || others.length > 0) throw malformedForm();
  const [, type = '', parameters = ''] = /^([^\s;]*)[ \t]*(.*)$/s.exec(disposition) ?? [];
  if (type.toLowerCase() !== 'form-data') throw malformedForm();
  const values = parametersOf(parameters);
  const name = values.get('name');
  if (name === undefined) throw malformedForm();
  return { name, fileName: lastSegment(values.get('filename')) };
}

/** `; name="value"` and so on. A name that stands twice could be read in two ways. */
function parametersOf(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  const parameter = /[ \t]*;[ \t]*(?:([^\s=;"]+)=(?:"((?:[^"\\]|\\"|\\(?!"))*)"|([^\s;"]*))[ \t]*)?/sy;
  while (parameter.lastIndex < text.length) {
    const match = parameter.exec(text);
    if (!match) throw malformedForm();
    const [, name, quoted, bare = ''] = match;
    if (name === undefined) continue;
    const key = name.toLowerCase();
    if (values.has(key)) throw malformedForm();
    // Only a quotation mark is escaped: older browsers send paths with single backslashes.
    values.set(key, quoted?.replaceAll('\\"', '"') ?? bare);
  }
  return values;
}

/** Some browsers send the whole path of the file on the user's machine. */
const lastSegment = (path: string | undefined): string | undefined =>
  path?.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function utf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw malformedForm();
  }
}

/** S3's answer to a body that is not a form, or to one that is cut. */
const malformedForm = (): AwsError =>
  new AwsError('MalformedPOSTRequest', 'The body of your POST request is not well-formed multipart/form-data.');

/** The spelling is S3's. */
export const formTooLarge = (): AwsError =>
  new AwsError(
    'MaxPostPreDataLengthExceeded',
    'Your POST request fields preceeding the upload file was too large.',
    { MaxPostPreDataLengthBytes: String(MAX_FORM_BYTES) },
    `the fields of a form and the lines between them may have ${MAX_FORM_BYTES} bytes; the file has to be in the part named "file"`,
  );

/** S3's answer to a form with no file, or several. */
export const notOneFile = (files: number): AwsError =>
  new AwsError('InvalidArgument', 'POST requires exactly one file upload per request.', {
    ArgumentName: 'file',
    ArgumentValue: String(files),
  });

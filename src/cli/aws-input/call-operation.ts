/** Runs one 1:1 command: its flags become the operation's input, its pages are followed, its bytes go to their file. */

import { CallRefused, UsageError } from '../../api/errors.ts';
import { isRereadable, isStream } from '../../api/message.ts';
import { type OperationModel, operationModel } from '../../api/model/loader.ts';
import type { ServiceName } from '../../api/model/operations.ts';
import { operationFacts } from '../../api/operation-facts.ts';
import { noBytes, settleBody } from '../body.ts';
import type { CommandValues, Result } from '../command.ts';
import { isRemote } from '../endpoint/place.ts';
import type { Globals } from '../globals.ts';
import { nothingBinary } from '../output/raw.ts';
import type { Session } from '../session.ts';
import type { Flag } from './flags.ts';
import { givenFlags, givenShortcuts } from './given-flags.ts';
import { inputFiles } from './param-file.ts';
import { inputForm, readInput } from './values.ts';

/** An operation, and what was typed for it. */
export interface TypedOperation {
  readonly service: ServiceName;
  readonly operation: string;
  readonly flags: readonly Flag[];
  readonly values: CommandValues;
}

/** @throws UsageError when the values are not a valid input of the operation, AwsError when the call is refused. */
export const callOperation = (typed: TypedOperation, session: Session): Promise<Result> =>
  withInput(typed, session, (model, input) => performed(model, input, typed.values, session));

/**
 * Reads the input of an operation and works on it, unless only its skeleton is wanted.
 * @throws UsageError when the values are not a valid input
 */
export async function withInput(
  { service, operation, flags, values }: TypedOperation,
  session: Session,
  work: (model: OperationModel, input: Message) => Promise<Result>,
): Promise<Result> {
  const model = operationModel(service, operation);
  if (!model) throw new Error(`the model of ${service} has no operation ${operation}`);
  const { globals } = session;
  if (globals['generate-cli-skeleton'] !== undefined) {
    const { skeleton } = await import('./skeleton.ts');
    const text = await skeleton(model, globals['generate-cli-skeleton']);
    return { kind: 'lines', lines: text.split('\n') };
  }
  checkOptions(model, globals);
  const read = withChecksumMode(
    model,
    session,
    await readInput({
      shape: model.input && { shapes: model.shapes, name: model.input.shape },
      given: givenFlags(flags, values.options),
      shortcuts: givenShortcuts(flags, values.options),
      form: inputForm(globals),
      binaryFormat: globals['cli-binary-format'],
      service,
      files: inputFiles(session.stdin),
      uuid: session.environment.uuid,
    }),
  );
  return work(model, await withSettledBody(model, read, session));
}

async function performed(
  model: OperationModel,
  input: Message,
  values: CommandValues,
  session: Session,
): Promise<Result> {
  const { service, name: operation } = model;
  const call = async (request: unknown) => {
    try {
      return await session.aws.callByName(service, operation, request);
    } catch (error) {
      throw withHint(error, input);
    }
  };
  const shape = { service, operation };
  if (model.pages) {
    const { answersOf, listing, textPages, wholeList } = await import('./paging.ts');
    const found = await listing(model.pages, input, session.globals, call);
    if (operation === 'GetMetricData')
      await hintAtNoValues(found.kind === 'page' ? found.output : wholeList(found.pages), session);
    if (found.kind === 'page') return { kind: 'value', shape, value: withEncodingType(operation, input, found.output) };
    const pages = { text: [...textPages(found.pages)], 'yaml-stream': answersOf(found.pages) };
    return { kind: 'value', shape, value: wholeList(found.pages), pages };
  }
  const output = await call(input);
  if (operation === 'GetMetricStatistics') await hintAtNoValues(output, session);
  if (operation === 'GetCallerIdentity') hintAtIgnoredKey(session);
  if (operationFacts(service, operation).isWithoutEffect && !isRemote(service, session)) hintAtNoEffect(session);
  const { outfile } = values.args;
  if (typeof outfile !== 'string') return { kind: 'value', shape, value: withLocation(operation, output) };
  return storeBody(model, output, outfile, session);
}

/** Whoever asks who is calling may have expected the owner of the access key in the environment. */
function hintAtIgnoredKey({ aws, terminal, tell }: Session): void {
  const ignoredKey = aws.ignoredKey();
  if (ignoredKey !== undefined && terminal) tell(`hint: ${ignoredKey}`);
}

/** Tells a person that what was put does nothing. */
export function hintAtNoEffect({ terminal, tell }: Session): void {
  if (terminal) tell('hint: ssebox keeps this configuration and shows it, and it has no effect here');
}

/** Tells a person where the names of metrics are. */
async function hintAtNoValues(answer: unknown, { terminal, tell }: Session): Promise<void> {
  if (!terminal) return;
  const { hasNoValues, NO_VALUES } = await import('./no-values.ts');
  if (hasNoValues(answer)) tell(NO_VALUES);
}

/** Refuse an option that has no effect here, since it would look as if it had one. */
function checkOptions({ pages, shapes, output }: OperationModel, globals: Globals): void {
  const paging = (['max-items', 'page-size', 'starting-token'] as const).find((name) => globals[name] !== undefined);
  if (paging !== undefined && !pages)
    throw new UsageError(`--${paging} only works with operations that return pages, and this one does not`);
  const shape = output && shapes[output.shape];
  const members = shape?.type === 'structure' ? Object.values(shape.members) : [];
  if (globals.raw && !members.some((member) => shapes[member.shape]?.type === 'blob')) throw nothingBinary();
}

/** Base64 or JSON passed as bytes is not a ciphertext, but KMS's answer does not say why. */
function withHint(error: unknown, input: Message): unknown {
  const isText = (value: unknown) =>
    value instanceof Uint8Array && /^[\s\w+/={}",:.-]+$/.test(Buffer.from(value).toString());
  if (!(error instanceof CallRefused) || error.code !== 'InvalidCiphertextException') return error;
  if (!Object.values(input).some(isText)) return error;
  const hint =
    'the bytes look like text: pass base64 directly or with file://, or write the bytes of a result with --raw';
  return error.withHint(hint);
}

/** The member of a message that is streamed. */
function streamingMember(model: OperationModel, name: string | undefined): string | undefined {
  const shape = name === undefined ? undefined : model.shapes[name];
  if (shape?.type !== 'structure') return undefined;
  return Object.keys(shape.members).find((member) => shape.members[member]?.streaming);
}

type Message = Readonly<Record<string, unknown>>;

/**
 * A read requests checksums, as the AWS CLI does: AWS SDKs and Tools Reference Guide, "Data Integrity Protections for
 * Amazon S3", response_checksum_validation.
 */
function withChecksumMode({ httpChecksum }: OperationModel, { settings }: Session, input: Message): Message {
  const member = httpChecksum?.requestValidationModeMember;
  const isAsked = member !== undefined && settings.response_checksum_validation !== 'when_required';
  return isAsked ? { [member]: 'ENABLED', ...input } : input;
}

async function withSettledBody(model: OperationModel, input: Message, session: Session): Promise<Message> {
  const member = streamingMember(model, model.input?.shape);
  const body = member === undefined ? undefined : input[member];
  if (member === undefined || !isStream(body)) return input;
  if (!isRemote(model.service, session)) return { ...input, [member]: await settleBody(body) };
  if (input.ContentLength !== undefined) return input;
  const settled = await settleBody(body, MOST_HELD_BYTES);
  if (isRereadable(settled)) return { ...input, ContentLength: settled.size, [member]: settled };
  if (settled instanceof Uint8Array) return { ...input, [member]: settled };
  throw new UsageError(
    `--${member.toLowerCase()} has more than ${MOST_HELD_BYTES} bytes of unknown length, and a request to an endpoint says how many: add --content-length, or use ssebox s3 cp`,
  );
}

/** A body of unknown length is held in memory up to this size, so that a request can say how long it is. */
const MOST_HELD_BYTES = 64 * 1024 * 1024;

/**
 * The AWS CLI lists keys in their URL encoding, of which it shows only that it asked for it: botocore, handlers.py,
 * `set_list_objects_encoding_type_url`.
 */
const withEncodingType = (operation: string, input: Message, output: Message): Message =>
  ENCODED_LISTS.has(operation) && input.EncodingType === undefined ? { ...output, EncodingType: 'url' } : output;

const ENCODED_LISTS: ReadonlySet<string> = new Set(['ListObjects', 'ListObjectsV2', 'ListObjectVersions']);

/** us-east-1, for which S3 returns no constraint, is null: botocore, handlers.py, `parse_get_bucket_location`. */
const withLocation = (operation: string, output: unknown): unknown =>
  operation === 'GetBucketLocation' ? { LocationConstraint: null, ...(output as Message) } : output;

/** Writes the streaming member to the file and shows the others; with `-` the bytes are the result. */
async function storeBody(model: OperationModel, output: unknown, outfile: string, session: Session): Promise<Result> {
  const member = streamingMember(model, model.output?.shape) ?? '';
  const { [member]: body, ...others } = output as Record<string, unknown>;
  const bytes = isStream(body) ? body : noBytes();
  if (outfile === '-') return { kind: 'bytes', bytes };
  const { saverOf } = await import('../save-bytes.ts');
  await saverOf(session)({ path: outfile }, bytes);
  return { kind: 'value', shape: { service: model.service, operation: model.name }, value: others };
}

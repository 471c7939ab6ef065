/**
 * From the words of a command line to an operation's input: each flag's text is read as its shape asks, laid over
 * `--cli-input-json` or `--cli-input-yaml`, and checked as the AWS CLI checks it. AWS CLI User Guide, "Specifying
 * parameter values".
 */

import { UsageError } from '../../api/errors.ts';
import type { Globals } from '../globals.ts';
import { bytesOfBase64 } from './base64.ts';
import { type GivenFlag, parseJson, readFlag } from './flag-value.ts';
import { type InputFiles, loadParamFile, parameterError } from './param-file.ts';
import { checkParameters } from './parameter-check.ts';
import { pythonType } from './python-text.ts';
import { preparedForS3 } from './s3-input.ts';
import { partOf, type ShapeIn, shapeOf } from './shape-lookup.ts';
import { parseTimestamp } from './timestamps.ts';

type Message = Readonly<Record<string, unknown>>;

/** The option that gives the input as a whole, and its text. */
export interface InputForm {
  readonly flag: '--cli-input-json' | '--cli-input-yaml';
  readonly text: string;
}

/** @throws UsageError in the AWS CLI's words if there are two. */
export function inputForm(globals: Globals): InputForm | undefined {
  const { 'cli-input-json': json, 'cli-input-yaml': yaml } = globals;
  if (json !== undefined && yaml !== undefined) {
    throw new UsageError('Only one --cli-input- parameter may be specified.');
  }
  if (json !== undefined) return { flag: '--cli-input-json', text: json };
  return yaml === undefined ? undefined : { flag: '--cli-input-yaml', text: yaml };
}

export interface InputRequest {
  /** The operation's input shape; absent: it takes nothing. */
  readonly shape: ShapeIn | undefined;
  readonly given: readonly GivenFlag[];
  /** Options that set part of a member, with their texts. */
  readonly shortcuts?: readonly (readonly [flag: string, text: string])[] | undefined;
  /** The input as a whole. */
  readonly form?: InputForm | undefined;
  /** How binary values are written as text: `--cli-binary-format`. */
  readonly binaryFormat?: 'base64' | 'raw-in-base64-out' | undefined;
  /** Whether to complete the input as the AWS CLI completes those of S3. */
  readonly service?: string | undefined;
  readonly files: InputFiles;
  /** Fills in the members that the AWS CLI generates, so that a retry is recognized as one. */
  readonly uuid: () => string;
}

/**
 * The input of an operation, checked.
 * @throws UsageError in the AWS CLI's words.
 */
export async function readInput(request: InputRequest): Promise<Message> {
  const input = await readFlags(request);
  if (request.shape && shapeOf(request.shape).type === 'structure') checkParameters(input, request.shape);
  return input;
}

/**
 * The input that the flags describe, checked only for how each flag is written. Flags win over the input as a
 * whole, member by member.
 * @throws UsageError in the AWS CLI's words.
 */
export async function readFlags(request: InputRequest): Promise<Message> {
  const { shape, given, files, uuid, binaryFormat = 'base64' } = request;
  const form = request.form === undefined ? {} : await readForm(request.form, files);
  const whole = shape && shapeOf(shape);
  if (!shape || whole?.type !== 'structure') return form;
  const order = Object.keys(whole.members);
  const flags = given.toSorted((a, b) => order.indexOf(a.member) - order.indexOf(b.member));
  const input: Record<string, unknown> = {};
  for (const { flag, member, value } of flags) {
    const ref = whole.members[member];
    if (ref) input[member] = await readFlag(flag, value, shape, ref, files);
  }
  if (request.shortcuts?.length) {
    const { withDatum } = await import('./metric-datum.ts');
    const texts = request.shortcuts.map(([flag, text]) => [flag, textOf(flag, text, files)] as const);
    input.MetricData = withDatum(input.MetricData, texts);
  }
  for (const [member, value] of Object.entries(form)) input[member] ??= value;
  for (const [member, { idempotencyToken }] of Object.entries(whole.members)) {
    if (idempotencyToken) input[member] ??= uuid();
  }
  const prepared = request.service === 's3' ? preparedForS3(input, shape.name) : input;
  return decode(prepared, shape, binaryFormat) as Message;
}

async function readForm({ flag, text }: InputForm, files: InputFiles): Promise<Record<string, unknown>> {
  const whole = textOf(flag, text, files);
  const form =
    flag === '--cli-input-json' ? parseJson(flag, whole) : (await import('./yaml-form.ts')).parseYaml(flag, whole);
  if (typeof form !== 'object' || form === null || Array.isArray(form)) {
    throw parameterError(flag, `Invalid type: expecting map, received ${pythonType(form)}`);
  }
  return { ...form };
}

function textOf(flag: string, text: string, files: InputFiles): string {
  const loaded = loadParamFile(flag, text, files);
  return typeof loaded === 'string' ? loaded : new TextDecoder().decode(loaded);
}

/** Converts binary text to bytes and timestamps to dates, at any depth; anything else is left for the check. */
function decode(value: unknown, place: ShapeIn, binaryFormat: 'base64' | 'raw-in-base64-out'): unknown {
  const shape = shapeOf(place);
  if (value === null || typeof value === 'boolean') return value;
  switch (shape.type) {
    case 'structure':
      return decodeEach(value, (item, key) => {
        const ref = Object.hasOwn(shape.members, key) ? shape.members[key] : undefined;
        return ref ? decode(item, partOf(place, ref), binaryFormat) : item;
      });
    case 'map':
      return decodeEach(value, (item) => decode(item, partOf(place, shape.value), binaryFormat));
    case 'list':
      return Array.isArray(value)
        ? value.map((item) => decode(item, partOf(place, shape.member), binaryFormat))
        : value;
    case 'blob':
      if (typeof value !== 'string') return value;
      return binaryFormat === 'base64' ? bytesOfBase64(value) : new TextEncoder().encode(value);
    case 'timestamp':
      return typeof value === 'string' || typeof value === 'number' ? (parseTimestamp(value) ?? value) : value;
    default:
      return value;
  }
}

function decodeEach(value: unknown, change: (item: unknown, key: string) => unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, change(item, key)]));
}

/**
 * What an answer has beyond the model of its operation, which is passed over when the answer is read: services are newer
 * than the model, and other systems have members of their own. It is for --debug, and loaded only there.
 */

import { isRecord } from '../../api/message.ts';
import type { OperationModel } from '../../api/model/loader.ts';
import type { ShapeRef } from '../../api/model/shapes.ts';
import { readCbor } from '../codecs/cbor-bytes.ts';

/**
 * Where it stands, and what it is if that is a text or a number, in the order of the answer: `Owner.Team: blue`. In XML
 * an element counts as known wherever in the answer it may be.
 * @param body of an answer that could be read
 */
export function beyondModel(model: OperationModel, body: Uint8Array): readonly string[] {
  const { output, metadata } = model;
  if (!output || body.length === 0) return [];
  switch (metadata.protocol) {
    case 'json':
      return [...new Set(beyondIn(JSON.parse(Buffer.from(body).toString()), output, model))];
    case 'smithy-rpc-v2-cbor':
      return [...new Set(beyondIn(readCbor(body), output, model))];
    default:
      return [...new Set(beyondInXml(Buffer.from(body).toString(), elementsOf(model, output)))];
  }
}

function* beyondIn(value: unknown, { shape: id }: ShapeRef, model: OperationModel, path = ''): Generator<string> {
  const shape = model.shapes[id];
  if (shape?.type === 'list' && Array.isArray(value)) {
    for (const each of value) yield* beyondIn(each, shape.member, model, path);
  }
  if (!isRecord(value)) return;
  if (shape?.type === 'map') {
    for (const each of Object.values(value)) yield* beyondIn(each, shape.value, model, path);
  }
  if (shape?.type !== 'structure') return;
  const members = new Map(Object.entries(shape.members));
  for (const [name, inner] of Object.entries(value)) {
    const member = members.get(name);
    if (member) yield* beyondIn(inner, member, model, `${path}${name}.`);
    else yield line(path + name, ['string', 'number', 'boolean'].includes(typeof inner) ? `${inner}` : '');
  }
}

/** A tag, and the text behind it. */
const TAG = /<(\/?)([A-Za-z_][\w.:-]*)[^>]*?(\/?)>([^<]*)/g;

function* beyondInXml(text: string, known: ReadonlySet<string>): Generator<string> {
  const open: string[] = [];
  /** How deep the unknown element is that is being passed. */
  let unknownAt = Number.POSITIVE_INFINITY;
  for (const [, end, name = '', isEmpty, content = ''] of text.matchAll(TAG)) {
    if (!end) {
      open.push(name);
      // The first one is the answer itself.
      if (open.length > 1 && open.length < unknownAt && !known.has(name)) {
        unknownAt = open.length;
        yield line(open.slice(1).join('.'), content.trim());
      }
    }
    if (end || isEmpty) {
      if (open.length === unknownAt) unknownAt = Number.POSITIVE_INFINITY;
      open.pop();
    }
  }
}

/** All elements that an answer of an operation may have. */
function elementsOf({ name, shapes }: OperationModel, output: ShapeRef): ReadonlySet<string> {
  const names = new Set([`${name}Result`, 'ResponseMetadata', 'RequestId', 'member', 'entry', 'key', 'value']);
  const seen = new Set<string>();
  const visit = ({ shape: id, locationName }: ShapeRef): void => {
    if (locationName !== undefined) names.add(locationName);
    const shape = shapes[id];
    if (!shape || seen.has(id)) return;
    seen.add(id);
    if (shape.type === 'list') visit(shape.member);
    if (shape.type === 'map') for (const part of [shape.key, shape.value]) visit(part);
    if (shape.type !== 'structure') return;
    for (const [member, ref] of Object.entries(shape.members)) {
      names.add(member);
      visit(ref);
    }
  };
  visit(output);
  return names;
}

/** Nobody has said which of what is unknown is secret: by its own name, or by that of what it is in. */
const SECRET = /(key|password|plaintext|token)[^.]*$|credential|secret/i;

/** In characters. */
const LONGEST = 200;

const line = (path: string, text: string): string =>
  text === '' ? path : `${path}: ${SECRET.test(path) ? '(not shown)' : text.slice(0, LONGEST)}`;

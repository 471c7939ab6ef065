/**
 * The document of a request as the audit log shows it, which is made from the request's XML: elements instead of
 * members, an element that is there once without a list around it. CloudTrail User Guide, "CloudTrail log file examples".
 */

import { isRecord } from '../../api/message.ts';
import { operationModel } from '../../api/model/loader.ts';
import type { ListShape, MessageRef, Shape, ShapeRef, StructureShape, XmlNamespace } from '../../api/model/shapes.ts';

type Fields = Readonly<Record<string, unknown>>;
type Shapes = Readonly<Record<string, Shape>>;

/** The document of an input under the name of its root element; nothing if the input has none. */
export function requestDocument(operation: string, input: object, service: 's3' | 's3control' = 's3'): Fields {
  const model = operationModel(service, operation);
  const shape = model?.input && model.shapes[model.input.shape];
  if (!model?.input || shape?.type !== 'structure') return {};
  if (shape.payload === undefined) return wholeDocument(model.input, shape, input, model.shapes);
  const ref = shape.members[shape.payload];
  const value = (input as Fields)[shape.payload];
  if (!ref || !isRecord(value)) return {};
  const content = elements(value, model.shapes[ref.shape], model.shapes);
  return { [ref.locationName ?? shape.payload]: { ...namespaceOf(ref), ...(isRecord(content) && content) } };
}

/** The document that has all members of an input that are neither in headers nor in the URI. */
function wholeDocument(root: MessageRef, shape: StructureShape, input: object, shapes: Shapes): Fields {
  if (root.locationName === undefined) return {};
  const members = Object.fromEntries(Object.entries(shape.members).filter(([, ref]) => ref.location === undefined));
  const content = elements(input, { ...shape, members }, shapes);
  return { [root.locationName]: { ...namespaceOf(root), ...(isRecord(content) && content) } };
}

/** The content of an element; an empty element has an empty text. The input may break the model, since refusals are logged too. */
function elements(value: unknown, shape: Shape | undefined, shapes: Shapes): unknown {
  if (value instanceof Date) return value.toISOString();
  if (shape?.type !== 'structure' || !isRecord(value)) return isRecord(value) || Array.isArray(value) ? '' : value;
  const fields: Record<string, unknown> = { ...namespaceOf(shape) };
  for (const [member, ref] of Object.entries(shape.members)) {
    const part = value[member];
    const target = shapes[ref.shape];
    const name = ref.locationName ?? member;
    if (part === undefined || part === null) continue;
    if (target?.type !== 'list') fields[name] = elements(part, target, shapes);
    else if (Array.isArray(part)) Object.assign(fields, listElements(part, { name, ref, list: target }, shapes));
  }
  return Object.keys(fields).length > 0 ? fields : '';
}

interface ListElement {
  readonly name: string;
  readonly ref: ShapeRef;
  readonly list: ListShape;
}

/** The elements of a list stand in an element of their own, unless the list is flat. */
function listElements(items: readonly unknown[], { name, ref, list }: ListElement, shapes: Shapes): Fields {
  const shown = items.map((item) => elements(item, shapes[list.member.shape], shapes));
  const content = shown.length === 1 ? shown[0] : shown;
  if (list.flattened ?? ref.flattened) return shown.length > 0 ? { [name]: content } : {};
  return { [name]: shown.length > 0 ? { [list.member.locationName ?? 'member']: content } : '' };
}

function namespaceOf({ xmlNamespace }: Pick<ShapeRef | StructureShape, 'xmlNamespace'>): Fields {
  if (xmlNamespace === undefined) return {};
  const { uri, prefix }: Exclude<XmlNamespace, string> =
    typeof xmlNamespace === 'string' ? { uri: xmlNamespace } : xmlNamespace;
  return { [prefix === undefined ? 'xmlns' : `xmlns:${prefix}`]: uri };
}

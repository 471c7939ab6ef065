/**
 * A bucket's configuration as S3's schema has it: what the model says of the document, and what XML keeps of it. The
 * model stands for the schema, which AWS does not publish.
 */

import { AwsError } from '../../api/errors.ts';
import { operationModel } from '../../api/model/loader.ts';
import type { Shape } from '../../api/model/shapes.ts';
import { rulesOf } from '../../api/shape-rules.ts';
import { malformedXml } from '../request/malformed-xml.ts';

/** A document, or a part of one, by the model's members. */
export type Document = Readonly<Record<string, unknown>>;

/**
 * A document without what its XML does not have: a list without elements, if its elements stand beside those of other
 * members. Types and required members were checked before.
 * @param operation the operation that puts it
 * @param shape the name of its shape in the model
 * @throws AwsError for a value that is not in the schema
 */
export function inSchema(document: Document, operation: string, shape: string): Document {
  const model = operationModel('s3', operation);
  if (!model) throw new Error(`the model of s3 has no operation ${operation}`);
  // A structure stays a structure.
  return valueInSchema(document, shape, model.shapes) as Document;
}

function valueInSchema(value: unknown, name: string, shapes: Readonly<Record<string, Shape>>): unknown {
  const shape = shapes[name];
  if (shape?.type === 'structure') {
    const kept: Record<string, unknown> = {};
    for (const [member, ref] of Object.entries(shape.members)) {
      const part = (value as Document)[member];
      const target = shapes[ref.shape];
      const isFlat = target?.type === 'list' && (target.flattened ?? ref.flattened ?? false);
      if (part !== undefined && !(isFlat && isEmpty(part))) kept[member] = valueInSchema(part, ref.shape, shapes);
      else if (shape.required?.includes(member)) throw malformedXml();
    }
    return kept;
  }
  if (shape?.type === 'list') {
    return (value as readonly unknown[]).map((each) => valueInSchema(each, shape.member.shape, shapes));
  }
  if (shape && isBroken(shape, name, value)) throw (refusals[name] ?? malformedXml)();
  return value;
}

const isEmpty = (list: unknown): boolean => Array.isArray(list) && list.length === 0;

/** S3 also takes the names of filter rules with a capital letter, as its documentation spells them in XML. */
const isBroken = (shape: Shape, name: string, value: unknown): boolean => {
  const compared = name === 'FilterRuleName' ? String(value).toLowerCase() : value;
  return rulesOf(shape)?.broken(compared) !== undefined;
};

/** Values that S3 itself refuses, in words of its own, by the name of their shape. */
const refusals: Readonly<Record<string, () => AwsError>> = {
  Event: () => new AwsError('InvalidArgument', 'The event is not supported for notifications'),
  FilterRuleName: () => new AwsError('InvalidArgument', 'filter rule name must be either prefix or suffix'),
  Protocol: () =>
    new AwsError(
      'InvalidRequest',
      'Invalid protocol, protocol can be http or https. If not defined the protocol will be selected automatically.',
    ),
};

/** An id as S3 makes them for rules without one: the text of a UUID in base64. */
export const newRuleId = (uuid: string): string => Buffer.from(uuid).toString('base64');

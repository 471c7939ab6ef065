/**
 * A bucket's configuration as S3's schema has it: what the model says of the document, and what XML keeps of it. The
 * model stands for the schema, which AWS does not publish.
 */

import { AwsError } from '../../api/errors.ts';
import { operationModel } from '../../api/model/loader.ts';
import type { Shape } from '../../api/model/shapes.ts';
import { rulesOf } from '../../api/shape-rules.ts';
import { type Constraint, constraintText } from '../../api/validation-failure.ts';
import { invalidArgument } from '../request/invalid-argument.ts';
import { malformedXml, notInList } from '../request/malformed-xml.ts';

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
  return valueInSchema(document, shape, { path: '', shapes: model.shapes }) as Document;
}

interface Schema {
  /** The member that has the value, from the document on: `Rules[0].Status`. */
  readonly path: string;
  readonly shapes: Readonly<Record<string, Shape>>;
}

function valueInSchema(value: unknown, name: string, { path, shapes }: Schema): unknown {
  const shape = shapes[name];
  if (shape?.type === 'structure') {
    const kept: Record<string, unknown> = {};
    for (const [member, ref] of Object.entries(shape.members)) {
      const part = (value as Document)[member];
      const below = path === '' ? member : `${path}.${member}`;
      const target = shapes[ref.shape];
      const isFlat = target?.type === 'list' && (target.flattened ?? ref.flattened ?? false);
      if (part !== undefined && !(isFlat && isEmpty(part)))
        kept[member] = valueInSchema(part, ref.shape, { path: below, shapes });
      else if (shape.required?.includes(member)) throw malformedXml(`${below} is missing`);
    }
    return kept;
  }
  if (shape?.type === 'list') {
    const { shape: member } = shape.member;
    return (value as readonly unknown[]).map((each, index) =>
      valueInSchema(each, member, { path: `${path}[${index}]`, shapes }),
    );
  }
  const broken = shape && brokenBy(shape, name, value);
  if (broken) throw refusals[name]?.(String(value)) ?? notInSchema(path, String(value), broken);
  return value;
}

const isEmpty = (list: unknown): boolean => Array.isArray(list) && list.length === 0;

/** S3 also takes the names of filter rules with a capital letter, as its documentation spells them in XML. */
const brokenBy = (shape: Shape, name: string, value: unknown): Constraint | undefined => {
  const compared = name === 'FilterRuleName' ? String(value).toLowerCase() : value;
  return rulesOf(shape)?.broken(compared)?.[0];
};

const notInSchema = (path: string, value: string, broken: Constraint): AwsError =>
  broken.kind === 'enum'
    ? notInList(path, value, broken.values)
    : malformedXml(`${path} cannot be "${value}": ${constraintText(broken)}`);

/** Values that S3 itself refuses, in words of its own, by the name of their shape. */
const refusals: Readonly<Record<string, (value: string) => AwsError>> = {
  Event: (value) => invalidArgument('The event is not supported for notifications', 'Event', value),
  FilterRuleName: (value) => invalidArgument('filter rule name must be either prefix or suffix', 'Name', value),
  Protocol: () =>
    new AwsError(
      'InvalidRequest',
      'Invalid protocol, protocol can be http or https. If not defined the protocol will be selected automatically.',
    ),
};

/** An id as S3 makes them for rules without one: the text of a UUID in base64. */
export const newRuleId = (uuid: string): string => Buffer.from(uuid).toString('base64');

/** Which member of an input or output stands where in an HTTP message: put together once for each operation. */

import type { OperationModel } from '../../api/model/loader.ts';
import type { ShapeRef, StructureShape, XmlNamespace } from '../../api/model/shapes.ts';
import { type TextForm, type TimeFormat, textForm } from './text-form.ts';
import { type XmlPlan, XmlPlans } from './xml-plan.ts';

export interface HttpBindings {
  readonly labels: readonly BoundMember[];
  readonly query: readonly BoundMember[];
  readonly headers: readonly BoundMember[];
  /** Maps whose entries are fields of their own: `x-amz-meta-`. */
  readonly prefixes: readonly { readonly name: string; readonly prefix: string }[];
  readonly body: BodyBinding;
}

/** A member in the path, in the query or in a header field. */
export interface BoundMember {
  readonly name: string;
  /** The label, the parameter or the field. */
  readonly at: string;
  readonly form: TextForm;
  /** Whether it is a list of values of that form. */
  readonly isList: boolean;
  /** Whether it is a number, or a list of them. */
  readonly isNumber: boolean;
}

export type BodyBinding =
  | { readonly kind: 'none' }
  /** Bytes, or a stream of them. */
  | { readonly kind: 'bytes'; readonly name: string }
  | { readonly kind: 'text'; readonly name: string }
  /** One member, which is the root element. */
  | PayloadBinding
  /** All members without a place of their own, in a root element. */
  | { readonly kind: 'members'; readonly plan: XmlPlan };

export interface PayloadBinding {
  readonly kind: 'payload';
  readonly name: string;
  readonly isRequired: boolean;
  readonly plan: XmlPlan;
  readonly element: string;
  readonly namespace: XmlNamespace | undefined;
}

/**
 * The bindings of a shape that is an input or an output.
 * @param iso how times are written that are ISO 8601
 */
export function httpBindings(
  model: OperationModel,
  shapeName: string | undefined,
  iso: 'iso8601' | 'iso8601-short' = 'iso8601',
): HttpBindings {
  const plans = new XmlPlans(model, iso);
  const shape = shapeName === undefined ? undefined : plans.shape(shapeName);
  if (shape?.type !== 'structure') return { labels: [], query: [], headers: [], prefixes: [], body: { kind: 'none' } };
  const at = (location: ShapeRef['location'], time: TimeFormat): BoundMember[] =>
    Object.entries(shape.members).flatMap(([name, ref]) =>
      ref.location === location ? [boundMember(plans, name, ref, isIso(plans, ref) ? iso : time)] : [],
    );
  return {
    labels: at('uri', iso),
    query: at('querystring', iso),
    headers: at('header', 'rfc822'),
    prefixes: Object.entries(shape.members).flatMap(([name, { location, locationName }]) =>
      location === 'headers' ? [{ name, prefix: locationName ?? '' }] : [],
    ),
    body: bodyBinding(plans, shape),
  };
}

function isIso(plans: XmlPlans, ref: ShapeRef): boolean {
  const shape = plans.shape(ref.shape);
  return shape.type === 'timestamp' && shape.timestampFormat === 'iso8601';
}

function boundMember(plans: XmlPlans, name: string, ref: ShapeRef, time: TimeFormat): BoundMember {
  const shape = plans.shape(ref.shape);
  const item = shape.type === 'list' ? plans.shape(shape.member.shape) : shape;
  return {
    name,
    at: ref.locationName ?? name,
    form: textForm(item, time),
    isList: shape.type === 'list',
    isNumber: item.type === 'integer' || item.type === 'long',
  };
}

function bodyBinding(plans: XmlPlans, shape: StructureShape): BodyBinding {
  const { payload: name } = shape;
  if (name === undefined) {
    const plan = plans.body(shape);
    return plan.members.length === 0 ? { kind: 'none' } : { kind: 'members', plan };
  }
  const ref = shape.members[name];
  if (!ref) throw new Error(`the payload ${name} is not a member`);
  const target = plans.shape(ref.shape);
  if (target.type === 'blob') return { kind: 'bytes', name };
  if (target.type === 'string') return { kind: 'text', name };
  const isRequired = shape.required?.includes(name) === true;
  const element = ref.locationName ?? ref.shape;
  return { kind: 'payload', name, isRequired, plan: plans.plan(ref.shape), element, namespace: ref.xmlNamespace };
}

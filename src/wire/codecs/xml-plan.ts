/** Shapes as elements of XML: what a reader and a writer need of the model, put together once for each operation. */

import type { OperationModel } from '../../api/model/loader.ts';
import type { ListShape, MapShape, Shape, ShapeRef, StructureShape, XmlNamespace } from '../../api/model/shapes.ts';
import { type TextForm, type TimeFormat, textForm } from './text-form.ts';

export type XmlPlan = XmlStructure | XmlList | XmlMap | XmlScalar;

export interface XmlStructure {
  readonly kind: 'structure';
  /** In the model's order. */
  readonly members: readonly XmlMember[];
  /**
   * By the names of their elements. Of two members with one element, such as `Event` and `Events`, it is the one that
   * is not deprecated.
   */
  readonly elements: ReadonlyMap<string, XmlMember>;
  readonly attributes: readonly XmlAttribute[];
  /** Required lists without an element of their own: without items they cannot be told from absent ones. */
  readonly bareLists: readonly string[];
  readonly namespace: XmlNamespace | undefined;
}

export interface XmlMember {
  readonly name: string;
  readonly element: string;
  readonly plan: XmlPlan;
  /** Whether the items of a list or map stand where the list would. */
  readonly isFlat: boolean;
}

export interface XmlAttribute {
  readonly name: string;
  /** With its prefix. */
  readonly attribute: string;
  /** Without the prefix, and the namespace that the prefix stands for. */
  readonly local: string;
  readonly uri: string;
}

export interface XmlList {
  readonly kind: 'list';
  readonly element: string;
  readonly item: XmlPlan;
}

export interface XmlMap {
  readonly kind: 'map';
  readonly key: string;
  readonly value: string;
  readonly item: XmlPlan;
}

export interface XmlScalar {
  readonly kind: 'scalar';
  readonly form: TextForm;
}

/** Element of a map: botocore and Smithy agree that no model renames it. */
export const ENTRY = 'entry';

/** Plans of one operation. No shape of the models contains itself. */
export class XmlPlans {
  readonly #model: OperationModel;
  readonly #time: TimeFormat;
  readonly #made = new Map<string, XmlPlan>();

  /** @param time how times are written whose shape does not say so */
  constructor(model: OperationModel, time: TimeFormat = 'iso8601') {
    this.#model = model;
    this.#time = time;
  }

  plan(name: string): XmlPlan {
    const known = this.#made.get(name);
    if (known) return known;
    const plan = this.#make(this.shape(name));
    this.#made.set(name, plan);
    return plan;
  }

  shape(name: string): Shape {
    const shape = this.#model.shapes[name];
    if (!shape) throw new Error(`the model of ${this.#model.name} has no shape ${name}`);
    return shape;
  }

  /** The members of an input or output that are in its body, one element each. */
  body(shape: StructureShape): XmlStructure {
    return this.#structure(shape, ([, { location }]) => location === undefined);
  }

  #make(shape: Shape): XmlPlan {
    switch (shape.type) {
      case 'structure':
        return this.#structure(shape, () => true);
      case 'list':
        return this.#list(shape);
      case 'map':
        return this.#map(shape);
      default:
        return { kind: 'scalar', form: textForm(shape, this.#time) };
    }
  }

  #structure(shape: StructureShape, isIn: (member: [string, ShapeRef]) => boolean): XmlStructure {
    const members: XmlMember[] = [];
    const elements = new Map<string, XmlMember>();
    const attributes: XmlAttribute[] = [];
    for (const [name, ref] of Object.entries(shape.members).filter(isIn)) {
      const target = this.shape(ref.shape);
      if (ref.xmlAttribute) {
        const attribute = ref.locationName ?? name;
        attributes.push({ name, attribute, local: attribute.replace(/^.*:/, ''), uri: uriOf(shape.xmlNamespace) });
      } else {
        const isFlat = (ref.flattened ?? ('flattened' in target && target.flattened)) === true;
        const element = ref.locationName ?? name;
        const member: XmlMember = { name, element, plan: this.plan(ref.shape), isFlat };
        members.push(member);
        if (!ref.deprecated || !elements.has(element)) elements.set(element, member);
      }
    }
    const bareLists = members
      .filter(({ name, plan, isFlat }) => isFlat && plan.kind === 'list' && shape.required?.includes(name))
      .map(({ name }) => name);
    return { kind: 'structure', members, elements, attributes, bareLists, namespace: shape.xmlNamespace };
  }

  #list({ member }: ListShape): XmlList {
    return { kind: 'list', element: member.locationName ?? 'member', item: this.plan(member.shape) };
  }

  #map({ key, value }: MapShape): XmlMap {
    return {
      kind: 'map',
      key: key.locationName ?? 'key',
      value: value.locationName ?? 'value',
      item: this.plan(value.shape),
    };
  }
}

const uriOf = (namespace: XmlNamespace | undefined): string =>
  typeof namespace === 'object' ? namespace.uri : (namespace ?? '');

/**
 * XML read by the model as it is parsed: no tree of the document is made. saxes refuses what is not well-formed, an
 * undefined entity and a second root; a document type is refused here, and so is what is too deep, too wide or too many.
 */

import { SaxesParser, type SaxesTagNS } from 'saxes';
import { ENTRY, type XmlMap, type XmlPlan, type XmlStructure } from './xml-plan.ts';

/** What is wrong with a document, for people. It is not an answer of AWS's. */
export class XmlFault extends Error {}

/** No request that S3 takes is nearly as deep. */
const MAX_DEPTH = 32;

/** The 10,000 parts of an upload, with every checksum there is, are some 100,000. */
const MAX_ELEMENTS = 200_000;

const MAX_ATTRIBUTES = 64;

export interface XmlReading {
  /** Whether an element that the model does not have, one that stands twice and text beside elements are faults. */
  readonly isStrict: boolean;
}

/**
 * Reads a document.
 * @param planOf the plan for a root element of this name; undefined if the document must not begin with it
 * @throws XmlFault
 */
export function readXml(
  text: string,
  planOf: (root: string) => XmlPlan | undefined,
  { isStrict }: XmlReading,
): unknown {
  let result: unknown;
  const stack: Frame[] = [
    rootFrame(planOf, (value) => {
      result = value;
    }),
  ];
  let elements = 0;
  let attributes = 0;
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', (error) => {
    throw new XmlFault(error.message);
  });
  parser.on('doctype', () => {
    throw new XmlFault('a document type is not allowed');
  });
  parser.on('attribute', () => {
    attributes += 1;
    if (attributes > MAX_ATTRIBUTES) throw new XmlFault(`an element has more than ${MAX_ATTRIBUTES} attributes`);
  });
  parser.on('opentag', (tag) => {
    attributes = 0;
    elements += 1;
    if (elements > MAX_ELEMENTS) throw new XmlFault(`there are more than ${MAX_ELEMENTS} elements`);
    if (stack.length > MAX_DEPTH) throw new XmlFault(`elements are nested deeper than ${MAX_DEPTH}`);
    const parent = stack.at(-1);
    const child = parent?.open(tag);
    if (!child && isStrict) throw new XmlFault(`the element ${tag.name.slice(0, 100)} is not expected here`);
    if (child === 'again' && isStrict) throw new XmlFault(`the element ${tag.name} stands here twice`);
    stack.push(child === undefined || child === 'again' ? skipped : child);
  });
  const onText = (piece: string) => {
    const frame = stack.at(-1);
    if (frame?.text) frame.text(piece);
    else if (isStrict && frame !== skipped && piece.trim() !== '') throw new XmlFault('there is text between elements');
  };
  parser.on('text', onText);
  parser.on('cdata', onText);
  parser.on('closetag', () => {
    stack.pop()?.close();
  });
  try {
    parser.write(text).close();
  } catch (error) {
    throw error instanceof XmlFault ? error : new XmlFault('the XML cannot be read');
  }
  return result;
}

/** An element that is open. */
interface Frame {
  /** The frame of an element in this one; undefined if it cannot have this one. */
  readonly open: (tag: SaxesTagNS) => Frame | 'again' | undefined;
  /** Undefined for an element of elements. */
  readonly text?: (piece: string) => void;
  readonly close: () => void;
}

type Deliver = (value: unknown) => void;

/** An element that the model does not have. */
const skipped: Frame = { open: () => undefined, close: () => undefined };

const rootFrame = (planOf: (root: string) => XmlPlan | undefined, deliver: Deliver): Frame => ({
  open(tag) {
    const plan = planOf(tag.local);
    if (!plan) throw new XmlFault(`the document does not begin as expected, but with ${tag.name.slice(0, 100)}`);
    return frameOf(plan, tag, deliver);
  },
  close: () => undefined,
});

function frameOf(plan: XmlPlan, tag: SaxesTagNS, deliver: Deliver): Frame {
  switch (plan.kind) {
    case 'structure':
      return structureFrame(plan, tag, deliver);
    case 'list': {
      const items: unknown[] = [];
      return {
        open: (child) =>
          child.local === plan.element ? frameOf(plan.item, child, (item) => items.push(item)) : undefined,
        close: () => deliver(items),
      };
    }
    case 'map': {
      const entries: [string, unknown][] = [];
      return {
        open: (child) => (child.local === ENTRY ? entryFrame(plan, (entry) => entries.push(entry)) : undefined),
        // Also right for a key named __proto__.
        close: () => deliver(Object.fromEntries(entries)),
      };
    }
    case 'scalar': {
      let text = '';
      return {
        open: () => undefined,
        text(piece) {
          text += piece;
        },
        // The check of inputs words a text that stands for no value of its type.
        close: () => deliver(plan.form.read(text) ?? text),
      };
    }
  }
}

function structureFrame({ elements, attributes, bareLists }: XmlStructure, tag: SaxesTagNS, deliver: Deliver): Frame {
  const found: Record<string, unknown> = {};
  for (const { name, local, uri } of attributes) {
    const given = Object.values(tag.attributes).find((each) => each.local === local && each.uri === uri);
    if (given) found[name] = given.value;
  }
  return {
    open(child) {
      const member = elements.get(child.local);
      if (!member) return undefined;
      const { name, plan, isFlat } = member;
      const known = found[name];
      if (isFlat && plan.kind === 'list') {
        const items: unknown[] = Array.isArray(known) ? known : [];
        found[name] = items;
        return frameOf(plan.item, child, (item) => items.push(item));
      }
      if (known !== undefined) return 'again';
      return frameOf(plan, child, (value) => {
        found[name] = value;
      });
    },
    close() {
      for (const name of bareLists) found[name] ??= [];
      deliver(found);
    },
  };
}

function entryFrame(plan: XmlMap, deliver: (entry: [string, unknown]) => void): Frame {
  let key: string | undefined;
  let value: unknown;
  return {
    open(tag) {
      if (tag.local === plan.key) {
        return textFrame((text) => {
          key = text;
        });
      }
      if (tag.local === plan.value) {
        return frameOf(plan.item, tag, (item) => {
          value = item;
        });
      }
      return undefined;
    },
    close() {
      if (key === undefined) throw new XmlFault('an entry does not have a key');
      deliver([key, value]);
    },
  };
}

function textFrame(deliver: (text: string) => void): Frame {
  let text = '';
  return {
    open: () => undefined,
    text(piece) {
      text += piece;
    },
    close: () => deliver(text),
  };
}

/** XML written from the model. */

import { isRecord } from '../../api/message.ts';
import { orderOf } from '../../api/mixed-lists.ts';
import type { XmlNamespace } from '../../api/model/shapes.ts';
import { ENTRY, type XmlPlan, type XmlStructure } from './xml-plan.ts';

export const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** A document with one element at its root. @param namespace the default one */
export const xmlDocument = (root: string, plan: XmlPlan, value: unknown, namespace: XmlNamespace | undefined): string =>
  XML_DECLARATION + xmlElement(root, plan, value, namespaceAttribute(namespace));

/** One element, with what is in it; members that are undefined are not there. */
export function xmlElement(name: string, plan: XmlPlan, value: unknown, attributes = ''): string {
  switch (plan.kind) {
    case 'structure':
      return textElement(name, xmlMembers(plan, value), attributes + ownAttributes(plan, value));
    case 'list': {
      const items = Array.isArray(value) ? value.map((item) => xmlElement(plan.element, plan.item, item)) : [];
      return textElement(name, items.join(''), attributes);
    }
    case 'map': {
      const entries = Object.entries(isRecord(value) ? value : {}).map(([key, item]) =>
        textElement(ENTRY, textElement(plan.key, escaped(key)) + xmlElement(plan.value, plan.item, item)),
      );
      return textElement(name, entries.join(''), attributes);
    }
    case 'scalar':
      return textElement(name, escaped(plan.form.write(value)), attributes);
  }
}

/** The elements of a structure's members, one after the other; items that have an order among one another come last. */
function xmlMembers({ members }: XmlStructure, value: unknown): string {
  if (!isRecord(value)) return '';
  const order = orderOf(value);
  const ordered = new Map<unknown, string>();
  let text = '';
  for (const { name, element, plan, isFlat } of members) {
    const member = value[name];
    if (member === undefined || member === null) continue;
    if (isFlat && plan.kind === 'list' && Array.isArray(member)) {
      for (const item of member) {
        const written = xmlElement(element, plan.item, item);
        if (order?.has(item)) ordered.set(item, written);
        else text += written;
      }
    } else text += xmlElement(element, plan, member);
  }
  for (const item of order ?? []) text += ordered.get(item) ?? '';
  return text;
}

/** An element around what is XML already. */
export const textElement = (name: string, content: string, attributes = ''): string =>
  content === '' ? `<${name}${attributes}/>` : `<${name}${attributes}>${content}</${name}>`;

export function namespaceAttribute(namespace: XmlNamespace | undefined): string {
  if (namespace === undefined) return '';
  if (typeof namespace === 'string') return ` xmlns="${escaped(namespace)}"`;
  return ` xmlns${namespace.prefix === undefined ? '' : `:${namespace.prefix}`}="${escaped(namespace.uri)}"`;
}

function ownAttributes({ attributes, namespace }: XmlStructure, value: unknown): string {
  if (!isRecord(value)) return '';
  const written = attributes
    .filter(({ name }) => value[name] !== undefined)
    .map(({ name, attribute }) => ` ${attribute}="${escaped(String(value[name]))}"`);
  return namespaceAttribute(namespace) + written.join('');
}

const REFERENCES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/**
 * Text as content or as an attribute's value. What a reader would change, and what XML 1.0 does not have, is written by
 * its number, as S3 does.
 */
export const escaped = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the characters that XML does not have
  text.replace(/[&<>"\u0000-\u001f\u007f\ufffe\uffff]/g, (char) =>
    char === '\n' || char === '\t' ? char : (REFERENCES[char] ?? `&#x${char.charCodeAt(0).toString(16)};`),
  );

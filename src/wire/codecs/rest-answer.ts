/** Answers of REST-XML: written by a server, read by a client. */

import { isRecord, isStream } from '../../api/message.ts';
import type { OperationModel } from '../../api/model/loader.ts';
import { type AnswerMessage, type Body, headerFields, headerValue } from '../http/message.ts';
import { RefusedAnswer, UnreadableAnswer } from './codec.ts';
import { decodeWords } from './encoded-words.ts';
import { fieldList, memberFields, prefixedFields } from './header-members.ts';
import { type HttpBindings, httpBindings } from './http-bindings.ts';
import { textOf, toBytes } from './message-body.ts';
import { restNamespace } from './rest-namespace.ts';
import { textForm } from './text-form.ts';
import { readXmlError } from './xml-errors.ts';
import type { XmlPlan } from './xml-plan.ts';
import { readXml, XmlFault } from './xml-reader.ts';
import { escaped, namespaceAttribute, textElement, XML_DECLARATION, xmlDocument } from './xml-writer.ts';

type Members = Readonly<Record<string, unknown>>;

const NO_CONTENT = 204;
const PARTIAL_CONTENT = 206;

/** Its root element holds the text itself, and nothing for us-east-1: Amazon S3 API Reference, GetBucketLocation. */
const LOCATION = { operation: 'GetBucketLocation', member: 'LocationConstraint' } as const;

const answers = new WeakMap<OperationModel, HttpBindings>();

function bindingsOf(model: OperationModel): HttpBindings {
  const bindings = answers.get(model) ?? httpBindings(model, model.output?.shape);
  answers.set(model, bindings);
  return bindings;
}

/** The answer with an output. @param ids the fields that identify it */
export function restAnswer(
  model: OperationModel,
  output: unknown,
  ids: readonly (readonly [string, string])[],
): AnswerMessage {
  const bindings = bindingsOf(model);
  const members = isRecord(output) ? output : {};
  const fields = [...ids, ...memberFields(bindings, members)];
  // No model says so: RFC 9110, section 15.3.7.
  const status = members.ContentRange === undefined ? (model.http.responseCode ?? 200) : PARTIAL_CONTENT;
  if (status === NO_CONTENT || model.http.method === 'HEAD') {
    return { status, headers: headerFields(fields), body: undefined };
  }
  const [body, type] = writeBody(model, bindings, members);
  return { status, headers: headerFields(type === undefined ? fields : [...fields, ['content-type', type]]), body };
}

function writeBody(
  model: OperationModel,
  { body: binding }: HttpBindings,
  members: Members,
): readonly [body: Body, contentType: string | undefined] {
  const namespace = restNamespace(model.service);
  const root = model.output?.root;
  switch (binding.kind) {
    case 'none':
      return [new Uint8Array(), undefined];
    case 'bytes': {
      const bytes = members[binding.name];
      return [bytes instanceof Uint8Array || isStream(bytes) ? bytes : new Uint8Array(), undefined];
    }
    case 'text':
      return [toBytes(String(members[binding.name] ?? '')), 'application/json'];
    case 'payload': {
      const document = xmlDocument(root ?? binding.element, binding.plan, members[binding.name] ?? {}, namespace);
      return [toBytes(document), XML];
    }
    case 'members': {
      if (model.name === LOCATION.operation) return [toBytes(location(members[LOCATION.member], namespace)), XML];
      return [toBytes(xmlDocument(root ?? model.output?.shape ?? '', binding.plan, members, namespace)), XML];
    }
  }
}

const XML = 'application/xml';

const location = (region: unknown, namespace: string): string =>
  XML_DECLARATION +
  textElement(LOCATION.member, escaped(typeof region === 'string' ? region : ''), namespaceAttribute(namespace));

/** The output that an answer has. @throws UnreadableAnswer, RefusedAnswer */
export function readRestAnswer(model: OperationModel, answer: AnswerMessage): unknown {
  const bindings = bindingsOf(model);
  const output: Record<string, unknown> = {};
  for (const { name, at, form, isList } of bindings.headers) {
    const value = headerValue(answer.headers, at.toLowerCase());
    if (value === undefined) continue;
    const read = isList ? fieldList(value).map(form.read) : form.read(value);
    if (read !== undefined) output[name] = read;
  }
  for (const { name, prefix } of bindings.prefixes) {
    const entries = prefixedFields(answer.headers, prefix).map(([key, value]) => [key, decodeWords(value)] as const);
    // Also right for a key named __proto__. Without entries it is empty, not missing: botocore, parsers.py, `_parse_header_map`.
    output[name] = Object.fromEntries(entries);
  }
  if (model.http.method === 'HEAD') return output;
  return Object.assign(output, readBody(model, bindings, answer));
}

function readBody({ name }: OperationModel, { body: binding }: HttpBindings, answer: AnswerMessage): Members {
  switch (binding.kind) {
    case 'none':
      return {};
    case 'bytes':
      return { [binding.name]: answer.body ?? new Uint8Array() };
    case 'text':
      return { [binding.name]: wholeText(answer) };
    case 'payload':
      return { [binding.name]: documentIn(answer, binding.plan) };
    case 'members': {
      if (name === LOCATION.operation) {
        const region = documentIn(answer, TEXT);
        return typeof region === 'string' && region !== '' ? { [LOCATION.member]: region } : {};
      }
      const members = documentIn(answer, binding.plan);
      return isRecord(members) ? members : {};
    }
  }
}

/** An element with text in it. */
const TEXT: XmlPlan = { kind: 'scalar', form: textForm({ type: 'string' }, 'iso8601') };

/**
 * The root element, whatever it is called, unless the document is a page: services other than AWS's do not agree on
 * that. S3 answers 200 before it knows how a long operation ends, so that what begins as a success may be a refusal:
 * Amazon S3 API Reference, CompleteMultipartUpload.
 */
function documentIn(answer: AnswerMessage, plan: XmlPlan): unknown {
  // What a service sends to keep the connection busy may come first.
  const text = wholeText(answer).trimStart();
  if (text === '' && answer.status !== NO_CONTENT) throw new UnreadableAnswer('the answer is empty');
  if (text === '') return undefined;
  try {
    return readXml(text, (root) => (root === 'Error' || root === 'html' ? undefined : plan), { isStrict: false });
  } catch (error) {
    if (!(error instanceof XmlFault)) throw error;
    const refusal = readXmlError(answer);
    throw refusal.code === `${refusal.status}`
      ? new UnreadableAnswer(`the answer is not XML: ${error.message}`)
      : new RefusedAnswer(refusal);
  }
}

function wholeText({ body }: AnswerMessage): string {
  const text = textOf(body);
  if (text === undefined) throw new UnreadableAnswer('the answer is not UTF-8');
  return text;
}

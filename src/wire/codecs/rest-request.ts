/** Requests of REST-XML: read by a server, written by a client. */

import { AwsError, UsageError } from '../../api/errors.ts';
import { isRecord, isStream } from '../../api/message.ts';
import type { OperationModel } from '../../api/model/loader.ts';
import type { XmlNamespace } from '../../api/model/shapes.ts';
import { malformedXml } from '../../api/validate.ts';
import { type Body, headerFields, headerValue, type RequestMessage } from '../http/message.ts';
import type { QueryParameter } from '../http/request-target.ts';
import { encodePath, encodeText } from '../signature/uri-encoding.ts';
import type { RoutedMessage } from './codec.ts';
import { decodeWords } from './encoded-words.ts';
import { fieldList, memberFields, prefixedFields } from './header-members.ts';
import { fieldText, isToken } from './header-text.ts';
import { type BodyBinding, type BoundMember, type HttpBindings, httpBindings } from './http-bindings.ts';
import { bytesOf, textOf, toBytes } from './message-body.ts';
import type { XmlPlan } from './xml-plan.ts';
import { readXml, XmlFault } from './xml-reader.ts';
import { namespaceAttribute, XML_DECLARATION, xmlElement } from './xml-writer.ts';

interface Request {
  readonly bindings: HttpBindings;
  /** The root element of a body without a payload. */
  readonly root: string;
  readonly namespace: XmlNamespace | undefined;
  /** The segments of the path, and the query that stands in it. */
  readonly path: string;
  readonly query: readonly QueryParameter[];
}

const requests = new WeakMap<OperationModel, Request>();

function requestOf(model: OperationModel): Request {
  const known = requests.get(model);
  if (known) return known;
  const [path = '', query = ''] = model.http.requestUri.split('?');
  const request: Request = {
    bindings: httpBindings(model, model.input?.shape, 'iso8601-short'),
    root: model.input?.locationName ?? model.input?.shape ?? model.name,
    namespace: model.input?.xmlNamespace,
    path,
    query: query.split('&').flatMap((pair) => {
      const [name = '', value] = pair.split('=');
      return name === '' ? [] : [{ name, value: value ?? '', hasValue: value !== undefined }];
    }),
  };
  requests.set(model, request);
  return request;
}

/** The input of an operation. @throws AwsError MalformedXML, InvalidArgument, MissingRequestBodyError */
export function readRestRequest(model: OperationModel, message: RoutedMessage): unknown {
  const { bindings, root } = requestOf(model);
  return Object.assign(readRestHead(model, message), readBody(bindings.body, message.body, root));
}

/** What an input has in path, query and header fields. @throws AwsError InvalidArgument */
export function readRestHead(model: OperationModel, message: RoutedMessage): Record<string, unknown> {
  const { bindings } = requestOf(model);
  const input: Record<string, unknown> = {};
  for (const { name, at, form } of bindings.labels) {
    const label = Object.hasOwn(message.labels, at) ? message.labels[at] : undefined;
    if (label !== undefined) input[name] = form.read(label) ?? label;
  }
  for (const member of bindings.query) {
    const values = message.target.query.filter(({ name }) => name === member.at).map(({ value }) => value);
    if (values.length > 0) input[member.name] = memberValue(member, values);
  }
  const { headers } = message;
  for (const member of bindings.headers) {
    const value = headerValue(headers, member.at.toLowerCase());
    if (value !== undefined) input[member.name] = memberValue(member, member.isList ? fieldList(value) : [value]);
  }
  for (const { name, prefix } of bindings.prefixes) {
    const entries = prefixedFields(headers, prefix).map(([key, value]) => [key, decodeWords(value)] as const);
    // Also right for a key named __proto__.
    if (entries.length > 0) input[name] = Object.fromEntries(entries);
  }
  return input;
}

/** RFC 9110, section 13.1.3: a time that cannot be read is ignored. */
const IGNORED = /if-(un)?modified-since$/i;

/** S3 keeps whatever it says. */
const EXPIRES = 'expires';

function memberValue(member: BoundMember, texts: readonly string[]): unknown {
  const values = texts.map((text) => readText(member, text));
  return member.isList ? values : values[0];
}

function readText({ at, form, isNumber }: BoundMember, text: string): unknown {
  const value = form.read(text);
  if (value !== undefined || text === '' || IGNORED.test(at)) return value;
  if (at.toLowerCase() === EXPIRES) return text;
  // As S3 answers to page sizes, and to values of x-amz-object-ownership.
  const message = isNumber ? `Provided ${at} not an integer or within integer range` : `Invalid ${at} header: ${text}`;
  throw new AwsError('InvalidArgument', message, { ArgumentName: at, ArgumentValue: text });
}

/** The members that a body holds. */
function readBody(binding: BodyBinding, body: Body | undefined, root: string): Readonly<Record<string, unknown>> {
  switch (binding.kind) {
    case 'none':
      return {};
    case 'bytes':
      return body === undefined ? {} : { [binding.name]: body };
    case 'text':
      return { [binding.name]: wholeText(body) };
    case 'payload': {
      if (bytesOf(body).length > 0) return { [binding.name]: documentIn(body, binding.element, binding.plan) };
      if (binding.isRequired) throw new AwsError('MissingRequestBodyError', 'Request Body is empty');
      return {};
    }
    case 'members': {
      const value = documentIn(body, root, binding.plan);
      return isRecord(value) ? value : {};
    }
  }
}

/** @throws AwsError MalformedXML */
function documentIn(body: Body | undefined, root: string, plan: XmlPlan): unknown {
  try {
    return readXml(wholeText(body), (name) => (name === root ? plan : undefined), { isStrict: true });
  } catch (error) {
    throw error instanceof XmlFault ? malformedXml(error.message) : error;
  }
}

/** @throws AwsError MalformedXML */
function wholeText(body: Body | undefined): string {
  const text = textOf(body);
  if (text === undefined) throw malformedXml('the body of the request is not UTF-8');
  return text;
}

/**
 * The request for an input, without a host and without a signature.
 * @throws UsageError for what no header field can carry, rather than sending something else
 */
export function restRequest(model: OperationModel, input: unknown): RequestMessage {
  const { bindings, root, namespace, path, query } = requestOf(model);
  const members = isRecord(input) ? input : {};
  const [body, type] = writeBody(bindings.body, members, root, namespace);
  requireFields(bindings, members);
  const fields = memberFields(bindings, members);
  const hasType = fields.some(([name]) => name.toLowerCase() === 'content-type');
  return {
    method: model.http.method,
    target: {
      rawPath: path.replace(/\{([^}+]+)(\+?)\}/g, (_, label: string, greedy: string) => {
        const member = bindings.labels.find(({ at }) => at === label);
        const text = member ? member.form.write(members[member.name] ?? '') : '';
        return greedy === '' ? encodeText(text) : encodePath(text);
      }),
      query: [...query, ...bindings.query.flatMap((member) => parameters(member, members[member.name]))],
    },
    headers: headerFields(type === undefined || hasType ? fields : [...fields, ['content-type', type]]),
    body,
  };
}

/** @throws UsageError */
function requireFields({ headers, prefixes }: HttpBindings, members: Readonly<Record<string, unknown>>): void {
  for (const { name, form } of headers) {
    const values: readonly unknown[] = [members[name] ?? []].flat();
    const wrong = values.map(form.write).find((text) => fieldText(text) !== text);
    if (wrong !== undefined) throw unfit(name, JSON.stringify(wrong), 'characters beyond ISO 8859-1 and line breaks');
  }
  for (const { name } of prefixes) {
    const wrong = Object.keys(members[name] ?? {}).find((key) => !isToken(key));
    if (wrong !== undefined)
      throw unfit(`a name in ${name}`, JSON.stringify(wrong), 'spaces, or characters beyond ASCII');
  }
}

const unfit = (what: string, text: string, without: string): UsageError =>
  new UsageError(`${what} is sent in a header field, which cannot have ${without}: ${text}`);

function parameters({ at, form, isList }: BoundMember, value: unknown): readonly QueryParameter[] {
  if (value === undefined || value === null) return [];
  const values: readonly unknown[] = isList && Array.isArray(value) ? value : [value];
  return values.map((each) => ({ name: at, value: form.write(each), hasValue: true }));
}

function writeBody(
  binding: BodyBinding,
  members: Readonly<Record<string, unknown>>,
  root: string,
  namespace: XmlNamespace | undefined,
): readonly [body: Body | undefined, contentType: string | undefined] {
  switch (binding.kind) {
    case 'none':
      return [undefined, undefined];
    case 'bytes': {
      const bytes = members[binding.name];
      return [bytes instanceof Uint8Array || isStream(bytes) ? bytes : undefined, undefined];
    }
    case 'text':
      return [toBytes(String(members[binding.name] ?? '')), 'text/plain'];
    case 'payload': {
      const value = members[binding.name];
      if (value === undefined) return [undefined, XML];
      return [toBytes(xmlInput(binding.element, binding.plan, value, binding.namespace)), XML];
    }
    case 'members':
      return [toBytes(xmlInput(root, binding.plan, members, namespace)), XML];
  }
}

const XML = 'application/xml';

/** On one line, as AWS's SDKs send it. */
const xmlInput = (root: string, plan: XmlPlan, value: unknown, namespace: XmlNamespace | undefined): string =>
  XML_DECLARATION.trimEnd() + xmlElement(root, plan, value, namespaceAttribute(namespace));

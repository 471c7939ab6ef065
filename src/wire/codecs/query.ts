/**
 * The query protocol: inputs are forms, outputs are XML. IAM and STS, and CloudWatch for SDKs that know no other. Smithy
 * specification, "AWS query protocol".
 */

import { httpStatusOf } from '../../api/error-codes.ts';
import { type OperationModel, serviceMetadata } from '../../api/model/loader.ts';
import type { ServiceName } from '../../api/model/operations.ts';
import { type AnswerMessage, headerFields } from '../http/message.ts';
import { type Codec, type MessageIds, UnreadableAnswer } from './codec.ts';
import { errorBody, faultOf } from './error-shape.ts';
import { malformedForm, parseForm, writeForm } from './form.ts';
import { readFormMembers, writeFormMembers } from './form-members.ts';
import { textOf, toBytes } from './message-body.ts';
import { readXmlError } from './xml-errors.ts';
import { type XmlMember, type XmlPlan, XmlPlans, type XmlStructure } from './xml-plan.ts';
import { readXml, XmlFault } from './xml-reader.ts';
import { escaped, namespaceAttribute, textElement, xmlElement } from './xml-writer.ts';

export const query: Codec = {
  /** A form may also stand in the query of the target, as in the presigned URLs of GetCallerIdentity. */
  readInput(model, { target, body }) {
    const text = textOf(body);
    if (text === undefined) throw malformedForm();
    return readFormMembers(plansOf(model).input, [...target.query, ...parseForm(text)]);
  },
  writeOutput(model, output, ids) {
    const { result } = plansOf(model);
    const content = result && output !== undefined ? xmlElement(result.element, result.plan, output) : '';
    const metadata = textElement('ResponseMetadata', textElement('RequestId', ids.requestId));
    return answer(200, `${model.name}Response`, content + metadata, model.service, ids);
  },
  writeError(error, ids, model, service) {
    const status = httpStatusOf(error.code, service);
    const { Message, message = Message ?? '', ...members } = errorBody(error, model).members;
    const said = Object.entries({ Type: faultOf(status), Code: error.code, Message: message, ...members });
    const content = said.map(([name, text]) => textElement(name, escaped(text))).join('');
    const elements = textElement('Error', content) + textElement('RequestId', ids.requestId);
    return answer(status, 'ErrorResponse', elements, service, ids, error.headers);
  },
  writeInput: (model, input) => ({
    method: 'POST',
    target: { rawPath: '/', query: [] },
    headers: headerFields([['content-type', 'application/x-www-form-urlencoded']]),
    body: toBytes(
      writeForm([
        ['Action', model.name],
        ['Version', model.metadata.apiVersion],
        ...writeFormMembers(plansOf(model).input, input),
      ]),
    ),
  }),
  readOutput(model, { body }) {
    const { result, response } = plansOf(model);
    const text = textOf(body);
    if (text === undefined) throw new UnreadableAnswer('the answer is not UTF-8');
    try {
      const read = readXml(text, (root) => (root === `${model.name}Response` ? response : undefined), {
        isStrict: false,
      });
      return (result && Object(read)[result.name]) ?? {};
    } catch (error) {
      throw error instanceof XmlFault ? new UnreadableAnswer(`the answer is not XML: ${error.message}`) : error;
    }
  },
  readError: readXmlError,
};

function answer(
  status: number,
  root: string,
  content: string,
  service: ServiceName,
  { requestId }: MessageIds,
  headers: Readonly<Record<string, string>> = {},
): AnswerMessage {
  return {
    status,
    headers: headerFields([['content-type', 'text/xml'], ['x-amzn-requestid', requestId], ...Object.entries(headers)]),
    body: toBytes(textElement(root, content, namespaceAttribute(serviceMetadata(service).xmlNamespace))),
  };
}

interface QueryPlans {
  readonly input: XmlPlan;
  /** The root element of an answer, and the element in it that has the output; undefined if there is none. */
  readonly response: XmlStructure;
  readonly result: XmlMember | undefined;
}

const known = new WeakMap<OperationModel, QueryPlans>();

function plansOf(model: OperationModel): QueryPlans {
  const plans = known.get(model) ?? makePlans(model);
  known.set(model, plans);
  return plans;
}

function makePlans(model: OperationModel): QueryPlans {
  const plans = new XmlPlans(model, 'iso8601-short');
  const { input, output } = model;
  const result: XmlMember | undefined = output && {
    name: 'result',
    element: output.resultWrapper ?? `${model.name}Result`,
    plan: plans.plan(output.shape),
    isFlat: false,
  };
  return {
    input: input ? plans.plan(input.shape) : structureOf([]),
    response: structureOf(result ? [result] : []),
    result,
  };
}

const structureOf = (members: readonly XmlMember[]): XmlStructure => ({
  kind: 'structure',
  members,
  elements: new Map(members.map((member) => [member.element, member])),
  attributes: [],
  bareLists: [],
  namespace: undefined,
});

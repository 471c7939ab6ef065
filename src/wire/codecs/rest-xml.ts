/**
 * REST-XML: an operation is a method and a path, and its input and output are spread over path, query, header fields and
 * a body. S3 and S3 Control. Smithy specification, "AWS restXml protocol".
 */

import { httpStatusOf } from '../../api/error-codes.ts';
import type { AwsError } from '../../api/errors.ts';
import type { OperationModel } from '../../api/model/loader.ts';
import type { ServiceName } from '../../api/model/operations.ts';
import { type AnswerMessage, headerFields } from '../http/message.ts';
import type { Codec, MessageIds } from './codec.ts';
import { toBytes } from './message-body.ts';
import { readRestAnswer, restAnswer } from './rest-answer.ts';
import { restNamespace } from './rest-namespace.ts';
import { readRestHead, readRestRequest, restRequest } from './rest-request.ts';
import { readXmlError } from './xml-errors.ts';
import { escaped, namespaceAttribute, textElement, XML_DECLARATION } from './xml-writer.ts';

export const restXml: Codec = {
  readInput: readRestRequest,
  readHead: readRestHead,
  writeOutput: (model, output, ids) => restAnswer(model, output, idFields(ids)),
  writeError: restRefusal,
  writeInput: restRequest,
  readOutput: readRestAnswer,
  readError: readXmlError,
};

const NOT_MODIFIED = 304;

/** Amazon S3 API Reference, "Error responses", REST error responses. S3 Control has one more element around it. */
function restRefusal(
  { code, message, detail, headers }: AwsError,
  ids: MessageIds,
  _model: OperationModel | undefined,
  service: ServiceName,
): AnswerMessage {
  const status = httpStatusOf(code, service);
  const fields = [...idFields(ids), ...Object.entries(headers)];
  if (status === NOT_MODIFIED) return { status, headers: headerFields(fields), body: undefined };
  const said = Object.entries({ Code: code, Message: message, ...detail });
  const elements = said.map(([name, text]) => textElement(name, escaped(text))).join('');
  const idElements = textElement('RequestId', ids.requestId) + textElement('HostId', ids.hostId);
  const root =
    service === 's3control'
      ? textElement(
          'ErrorResponse',
          textElement('Error', elements) + idElements,
          namespaceAttribute(restNamespace(service)),
        )
      : textElement('Error', elements + idElements);
  return {
    status,
    headers: headerFields([...fields, ['content-type', 'application/xml']]),
    body: toBytes(XML_DECLARATION + root),
  };
}

const idFields = ({ requestId, hostId }: MessageIds): readonly [string, string][] => [
  ['x-amz-request-id', requestId],
  ['x-amz-id-2', hostId],
];

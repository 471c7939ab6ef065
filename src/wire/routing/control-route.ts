/** The operation that a request to S3 Control is one to, found by the method and path that its model binds it to. */

import { AwsError } from '../../api/errors.ts';
import { operationRoutes } from '../../api/model/loader.ts';
import type { HttpRequest } from '../http/message.ts';
import { decoded } from '../http/request-target.ts';
import type { RestRoute } from './s3-route.ts';

interface Template {
  readonly name: string;
  readonly method: string;
  readonly segments: readonly string[];
}

let templates: readonly Template[] | undefined;

/**
 * The operation of S3 Control.
 * @throws AwsError MethodNotAllowed for a path that its model has for another method, NotImplemented for any other
 */
export function controlRoute({ method, target }: HttpRequest): RestRoute {
  templates ??= operationRoutes('s3control').map(({ name, method, path }) => ({
    name,
    method,
    segments: path.split('/'),
  }));
  const segments = target.rawPath.replace(/(.)\/$/, '$1').split('/');
  const matches = templates.flatMap((template) => {
    const labels = match(template.segments, segments, target.rawPath);
    return labels ? [{ template, labels }] : [];
  });
  const found = matches.find(({ template }) => template.method === method);
  if (found) return { operation: found.template.name, labels: found.labels };
  if (matches.length === 0) throw absent(method, target.rawPath);
  const allowed = [...new Set(matches.map(({ template }) => template.method))];
  throw new AwsError(
    'MethodNotAllowed',
    'The specified method is not allowed against this resource.',
    { Method: method },
    undefined,
    { allow: allowed.join(', ') },
  );
}

/** The labels of a path that a template has; undefined for another path. A label with a plus sign takes all the rest. */
function match(
  template: readonly string[],
  segments: readonly string[],
  path: string,
): Readonly<Record<string, string>> | undefined {
  const labels: Record<string, string> = {};
  for (const [i, part] of template.entries()) {
    const segment = segments[i];
    if (segment === undefined) return undefined;
    const label = /^\{(\w+)(\+?)\}$/.exec(part);
    if (label?.[1] === undefined) {
      if (part !== segment) return undefined;
      continue;
    }
    const text = label[2] === '+' ? segments.slice(i).join('/') : segment;
    if (text === '') return undefined;
    labels[label[1]] = decoded(text, path);
    if (label[2] === '+') return labels;
  }
  return template.length === segments.length ? labels : undefined;
}

/** The model has fewer operations than AWS, so that a path that it does not have may be one of these. */
const absent = (method: string, path: string): AwsError =>
  new AwsError('NotImplemented', `${method} ${path} of S3 Control is not part of ssebox`);

/**
 * Input as YAML: `--cli-input-yaml`, and the template of it. AWS CLI User Guide, "Using skeletons and input files".
 */

import { Document, isMap, isNode, isScalar, isSeq, parse } from 'yaml';
import type { OperationModel } from '../../api/model/loader.ts';
import type { Plain } from '../output/plain.ts';
import { parameterError } from './param-file.ts';
import { partOf, type ShapeIn, shapeOf } from './shape-lookup.ts';

/** Binary values are text as in JSON, or have the tag `!!binary`. @throws UsageError if the text is not YAML */
export function parseYaml(flag: string, text: string): unknown {
  try {
    return parse(text, { customTags: ['binary'], logLevel: 'error' });
  } catch (error) {
    // The parser shows the lines around the place.
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw parameterError(flag, `Invalid YAML: ${reason.replace(/:$/, '')}`);
  }
}

/** The skeleton of an input, in which comments say what is required and which values an enum has. */
export function yamlSkeleton({ shapes, input }: OperationModel, form: Plain): string {
  const document = new Document(form);
  if (input) annotate(document.contents, { shapes, name: input.shape });
  return document.toString({ indent: 2, indentSeq: false, lineWidth: 0, singleQuote: true }).trimEnd();
}

/** Comments stand behind a value of one line, and before the lines of any other. */
function annotate(form: unknown, place: ShapeIn): void {
  const shape = shapeOf(place);
  if (isSeq(form) && shape.type === 'list') {
    for (const item of form.items) annotate(item, partOf(place, shape.member));
  }
  if (!isMap(form)) return;
  for (const { key, value } of form.items) {
    if (shape.type === 'map') annotate(value, partOf(place, shape.value));
    const member = isScalar(key) ? String(key.value) : '';
    const ref = shape.type === 'structure' ? shape.members[member] : undefined;
    if (shape.type !== 'structure' || !ref || !isNode(value)) continue;
    const inner = partOf(place, ref);
    annotate(value, inner);
    const comment = commentOf(shape.required?.includes(member) === true, shapeOf(inner));
    if (comment === '') continue;
    if (isScalar(value)) value.comment = comment;
    else value.commentBefore = comment;
  }
}

function commentOf(isRequired: boolean, shape: ReturnType<typeof shapeOf>): string {
  const values = shape.type === 'string' && shape.enum ? [`Valid values are: ${shape.enum.join(', ')}.`] : [];
  const parts = [...(isRequired ? ['[REQUIRED]'] : []), ...values];
  return parts.length === 0 ? '' : ` ${parts.join(' ')}`;
}

/**
 * `--cli-error-format`: a refusal in one of the formats of results. AWS CLI User Guide, "Structured error output in the
 * AWS CLI".
 */

import type { AwsError } from '../api/errors.ts';
import type { Globals } from './globals.ts';
import type { Screen } from './io.ts';
import { type Form, forms, render } from './output/render.ts';
import { shownRefusal } from './refusal-line.ts';

/** The format that was asked for, unless it is a line of text as usual. */
export const errorForm = (globals: Globals): Form | undefined =>
  forms.find((form) => form === globals['cli-error-format']);

/** Code and message, and what else AWS says of the error. */
export function refusalIn(form: Form, error: AwsError, operation: string | undefined, screen: Screen): Promise<string> {
  const { code, message } = shownRefusal(error, operation);
  return render(form, { Code: code, Message: message, ...error.detail }, 'error', screen);
}

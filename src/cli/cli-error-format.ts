/**
 * `--cli-error-format`: a refusal in one of the formats of results. AWS CLI User Guide, "Structured error output in the
 * AWS CLI".
 */

import type { AwsError } from '../api/errors.ts';
import type { Environment } from '../env.ts';
import type { Globals } from './globals.ts';
import type { Screen } from './io.ts';
import { type Form, forms, render } from './output/render.ts';
import { loadSettings } from './profiles.ts';
import { shownRefusal } from './refusal-line.ts';

/** The format that the option or a setting asks for, unless it is a line of text as usual. */
export async function errorForm(globals: Globals, environment: Environment): Promise<Form | undefined> {
  const asked = globals['cli-error-format'] ?? (await formOfSettings(globals, environment));
  return forms.find((form) => form === asked);
}

/** The format of ssebox's own, --error-format, comes before the setting. */
async function formOfSettings(globals: Globals, environment: Environment): Promise<string | undefined> {
  if (globals['error-format'] !== undefined) return undefined;
  return (await loadSettings(globals, environment, { profileMayLack: true })).cli_error_format;
}

/** Code and message, and what else AWS says of the error. */
export function refusalIn(form: Form, error: AwsError, operation: string | undefined, screen: Screen): Promise<string> {
  const { code, message } = shownRefusal(error, operation);
  return render(form, { Code: code, Message: message, ...error.detail }, 'error', screen);
}

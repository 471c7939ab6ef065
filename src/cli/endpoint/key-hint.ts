/** What there is to say to a person whose credentials an endpoint refuses: where they came from, and where they went. */

import { type CallRefused, ReceivedRefusal } from '../../api/errors.ts';
import { serviceFacts } from '../../api/service-facts.ts';
import type { AwsSources } from '../aws.ts';
import { namedProfile } from '../profiles.ts';
import type { ChosenEndpoint } from './chosen.ts';
import { endpointPlace } from './place.ts';

/** The error, with a hint if it is a refusal of credentials; any other error unchanged. */
export function withKeyHint(error: unknown, chosen: ChosenEndpoint, sources: AwsSources): unknown {
  if (!(error instanceof ReceivedRefusal) || error.hint !== undefined) return error;
  return isAboutCredentials(error) ? error.withHint(hintFor(chosen, sources)) : error;
}

function isAboutCredentials({ code }: CallRefused): boolean {
  const known = Object.values(serviceFacts).some(({ credentialErrors }) =>
    Object.values(credentialErrors).some(([each]) => each === code),
  );
  return known || OTHERS.has(code);
}

/** Of services that ssebox does not have, and of storage that is not AWS's. */
const OTHERS: ReadonlySet<string> = new Set(['AuthFailure', 'ExpiredToken', 'ExpiredTokenException', 'InvalidToken']);

function hintFor(chosen: ChosenEndpoint, { globals, environment: { variables } }: AwsSources): string {
  const { by, isByOption } = chosen;
  const there = `${endpointPlace(chosen)}${isByOption ? '' : ` (${by})`}`;
  if (globals['no-sign-request']) return `the call ${there} was not signed: leave out --no-sign-request`;
  return `the credentials come from ${originOf({ globals, variables })}, and the call was made ${there}`;
}

/** A profile that is named counts more than variables, and these more than the profile `default`. */
function originOf({ globals, variables }: Pick<AwsSources, 'globals'> & Pick<AwsSources['environment'], 'variables'>) {
  if (globals.profile === undefined && variables.AWS_ACCESS_KEY_ID) return 'AWS_ACCESS_KEY_ID';
  const profile = namedProfile(globals, variables)?.name;
  return profile === undefined ? 'the default profile, or what this machine is given' : `the profile "${profile}"`;
}

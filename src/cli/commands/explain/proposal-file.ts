/** Reads a file with a proposed policy. */

import { UsageError } from '../../../api/errors.ts';
import { isRecord } from '../../../api/message.ts';
import { readWhole } from '../../../files.ts';
import { parseJson } from '../../../policy/json-text.ts';
import { reasonOf, textFlaw } from '../../../policy/policy-fault.ts';
import { fileBytes } from '../../text-file.ts';

/** A policy in a file, and whose it is to be. */
export interface Proposal {
  readonly file: string;
  readonly text: string;
  /** Undefined if that follows from the document and what is asked. */
  readonly target: string | undefined;
  /** Whether a statement names principals, as in the policy of a resource. */
  readonly namesPrincipals: boolean;
}

/** @throws UsageError for a file that cannot be read, or that does not contain JSON */
export function readProposal(given: string): Proposal {
  const at = given.indexOf('=');
  const whole = at <= 0 ? undefined : tryRead(given);
  const target = at <= 0 || whole !== undefined ? undefined : given.slice(0, at);
  const file = target === undefined ? given : given.slice(at + 1);
  const text = whole ?? read(file);
  let document: unknown;
  try {
    document = parseJson(text);
  } catch {
    const flaw = textFlaw(text);
    throw new UsageError(`the policy in "${file}" is not JSON: ${reasonOf(flaw, text)}`);
  }
  return { file, text, target, namesPrincipals: hasPrincipals(document) };
}

/** A name may contain an equals sign. */
function tryRead(path: string): string | undefined {
  try {
    return Buffer.from(readWhole(path)).toString('utf8');
  } catch {
    return undefined;
  }
}

function read(file: string): string {
  if (file === '') throw new UsageError('--with takes [TARGET=]FILE, and the file is missing');
  return Buffer.from(fileBytes(file)).toString('utf8');
}

/** Whether a statement of a document names principals. */
const hasPrincipals = (document: unknown): boolean =>
  isRecord(document) &&
  [document.Statement].flat().some((one) => isRecord(one) && ('Principal' in one || 'NotPrincipal' in one));

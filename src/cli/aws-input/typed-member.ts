/** Checks what a person typed for one member of an operation's input, before the others are known. */

import { UsageError } from '../../api/errors.ts';
import { operationModel } from '../../api/model/loader.ts';
import type { ServiceName } from '../../api/model/operations.ts';
import { checkGivenInput } from '../../api/validate.ts';
import type { Session } from '../session.ts';
import { inputFiles } from './param-file.ts';
import { checkGiven } from './parameter-check.ts';
import { readFlags } from './values.ts';

/** A member, and the flag that sets it. */
export interface TypedMember {
  readonly service: ServiceName;
  readonly operation: string;
  readonly flag: string;
  readonly member: string;
}

/** @throws UsageError in the AWS CLI's words, or the service's refusal, for a value that the member cannot have. */
export async function checkTyped(
  { service, operation, flag, member }: TypedMember,
  value: string,
  session: Session,
): Promise<void> {
  const model = operationModel(service, operation);
  // Standard input is read when the call is made.
  if (!model?.input || value === '-') return;
  const shape = { shapes: model.shapes, name: model.input.shape };
  const input = await readFlags({
    shape,
    given: [{ flag, member, value }],
    binaryFormat: session.globals['cli-binary-format'],
    service,
    files: inputFiles(session.stdin),
    uuid: session.environment.uuid,
  });
  checkGiven(input, shape);
  checkGivenInput(model, input);
  const typed = input[member];
  if (typeof typed === 'string') await rules[`${service} ${operation} ${member}`]?.(typed);
}

/** What an operation asks of a member beyond its model, and can be said of it alone. */
const rules: Readonly<Record<string, (value: string) => void | Promise<void>>> = {
  'kms CreateAlias AliasName': aliasName,
  's3 CreateBucket Bucket': async (name) => (await import('../../s3/request/bucket-name.ts')).requireBucketName(name),
  ...Object.fromEntries(
    [
      'iam CreatePolicy PolicyDocument',
      'iam CreatePolicyVersion PolicyDocument',
      'iam PutGroupPolicy PolicyDocument',
      'iam PutRolePolicy PolicyDocument',
      'iam PutUserPolicy PolicyDocument',
    ].map((each) => [each, identityPolicy]),
  ),
  'iam CreateRole AssumeRolePolicyDocument': jsonObject,
  'iam UpdateAssumeRolePolicy PolicyDocument': jsonObject,
  'kms PutKeyPolicy Policy': jsonObject,
  's3 PutBucketPolicy Policy': jsonObject,
};

/** KMS API Reference, CreateAlias, AliasName: "This value must begin with alias/ followed by a name". */
function aliasName(name: string): void {
  if (!/^alias\/(?!aws\/)./.test(name))
    throw new UsageError(`an alias begins with alias/, but not with alias/aws/: it cannot be "${name}"`);
}

async function identityPolicy(text: string): Promise<void> {
  (await import('../../policy/identity-policy-check.ts')).checkIdentityPolicy(text);
}

async function jsonObject(text: string): Promise<void> {
  const { documentObject } = await import('../../policy/document-shape.ts');
  if (!documentObject(text)) throw new UsageError('a policy is a JSON object, or file://PATH of one');
}

import { expect, test } from 'vitest';
import { operationModel } from '../../../src/api/model/loader.ts';
import type { ServiceName } from '../../../src/api/model/operations.ts';
import { plainOf } from '../../../src/cli/output/plain.ts';

function answerOf(service: ServiceName, operation: string, value: unknown) {
  const model = operationModel(service, operation);
  return plainOf(value, model?.output && { shapes: model.shapes, name: model.output.shape });
}

const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] };
const text = JSON.stringify(document);

// AWS CLI Command Reference, examples of iam get-role, get-policy-version, get-user-policy, list-roles.
test.for([
  ['GetRole', { Role: { RoleName: 'r', AssumeRolePolicyDocument: text } }],
  ['GetPolicyVersion', { PolicyVersion: { Document: text } }],
  ['GetUserPolicy', { UserName: 'u', PolicyDocument: text }],
  ['ListRoles', { Roles: [{ RoleName: 'r', AssumeRolePolicyDocument: text }] }],
] as const)('the documents of iam %s are JSON, not text', ([operation, value]) => {
  expect(answerOf('iam', operation, value)).toEqual(
    JSON.parse(JSON.stringify(value), (_name, it) => (it === text ? document : it)),
  );
});

// AWS CLI Command Reference, examples of kms get-key-policy and s3api get-bucket-policy.
test.for([
  ['kms', 'GetKeyPolicy'],
  ['s3', 'GetBucketPolicy'],
] as const)('the document of %s %s is text', ([service, operation]) => {
  expect(answerOf(service, operation, { Policy: text })).toEqual({ Policy: text });
});

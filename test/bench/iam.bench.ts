/** How many decisions a second: the aim is 200,000. */

import { bench, describe } from 'vitest';
import { evaluate } from '../../src/iam/evaluate.ts';
import type { Policies } from '../../src/iam/gates.ts';
import { RequestContext } from '../../src/iam/global-context.ts';
import { loadPolicy } from '../../src/iam/policy-document.ts';
import { A, alice } from '../iam/callers.ts';

const KEY = `arn:aws:kms:us-east-1:${A}:key/11111111-2222-3333-4444-555555555555`;
const now = new Date('2026-05-04T09:00:00Z');
const text = (...statements: unknown[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });

const keyPolicy = text({
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${A}:root` },
  Action: 'kms:*',
  Resource: '*',
});
const throughS3 = text({
  Effect: 'Allow',
  Principal: { AWS: '*' },
  Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:GenerateDataKey*'],
  Resource: '*',
  Condition: { StringEquals: { 'kms:CallerAccount': A, 'kms:ViaService': 's3.us-east-1.amazonaws.com' } },
});
const administrator = text({ Effect: 'Allow', Action: '*', Resource: '*' });
const ownFolder = text(
  { Effect: 'Allow', Action: ['s3:Get*', 's3:Put*'], Resource: `arn:aws:s3:::b/\${aws:username}/*` },
  { Effect: 'Deny', Action: 's3:*', Resource: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
);

const extra = {
  'kms:CallerAccount': A,
  'kms:ViaService': 's3.us-east-1.amazonaws.com',
  'kms:KeySpec': 'SYMMETRIC_DEFAULT',
};
const circumstances = { caller: alice, owner: A, region: 'us-east-1', now } as const;
const identity = (document: string): Policies['identity'] => [{ name: 'p', document: loadPolicy(document) }];
const key = (document: string): Policies['resource'] => ({
  kind: 'key-policy',
  name: 'key policy',
  document: loadPolicy(document),
});

function decide(action: string, resource: string, policies: Policies): void {
  const context = new RequestContext(circumstances, extra);
  if (!evaluate({ caller: alice, action, resource, owner: A, context }, policies).allowed) throw new Error('denied');
}

describe('decisions', () => {
  bench('an administrator and the default key policy', () => {
    decide('kms:Decrypt', KEY, { identity: identity(administrator), resource: key(keyPolicy) });
  });
  bench('a key policy with two conditions', () => {
    decide('kms:Decrypt', KEY, { identity: identity(ownFolder), resource: key(throughS3) });
  });
  bench('a variable in the resource and a condition', () => {
    const resource: Policies['resource'] = { kind: 'bucket-policy', name: 'bucket policy' };
    decide('s3:GetObject', 'arn:aws:s3:::b/alice/report.txt', { identity: identity(ownFolder), resource });
  });
});

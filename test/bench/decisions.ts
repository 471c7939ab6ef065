/** How many policy decisions a second. */

import { evaluate } from '../../src/policy/evaluate.ts';
import type { Policies } from '../../src/policy/gates.ts';
import { RequestContext } from '../../src/policy/global-context.ts';
import { loadPolicy } from '../../src/policy/policy-document.ts';
import { A, alice } from '../policy/callers.ts';
import { decisionSizes } from './decision-sizes.ts';
import type { Figure } from './figure.ts';
import { inTurns, least } from './measure.ts';

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

const kinds = {
  'an administrator and the default key policy': () =>
    decide('kms:Decrypt', KEY, { identity: identity(administrator), resource: key(keyPolicy) }),
  'a key policy with two conditions': () =>
    decide('kms:Decrypt', KEY, { identity: identity(ownFolder), resource: key(throughS3) }),
  'a variable in the resource': () =>
    decide('s3:GetObject', 'arn:aws:s3:::b/alice/report.txt', {
      identity: identity(ownFolder),
      resource: { kind: 'bucket-policy', name: 'bucket policy' },
    }),
};

const DECISIONS = 100_000;

export async function decisions(): Promise<Figure[]> {
  const works = Object.fromEntries(
    Object.entries(kinds).map(([name, work]) => [
      name,
      () => {
        for (let i = 0; i < DECISIONS; i++) work();
      },
    ]),
  );
  const times = await inTurns(5, works);
  const figures = Object.entries(times).map(
    ([name, seconds]): Figure => ({
      name: `policy decisions: ${name}`,
      value: DECISIONS / least(seconds),
      unit: '/s',
      aim: { atLeast: 200_000 },
    }),
  );
  return [...figures, ...(await decisionSizes())];
}

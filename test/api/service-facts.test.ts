import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { serviceNames } from '../../src/api/model/service-names.ts';
import type { ServiceModel } from '../../src/api/model/shapes.ts';
import { serviceFacts, serviceFactsOf } from '../../src/api/service-facts.ts';

const metadataOf = (service: string) => {
  const model: ServiceModel = JSON.parse(readFileSync(`src/api/model/${service}.json`, 'utf8'));
  return model.metadata;
};

test.for(serviceNames)('the codes of %s are those of its protocol', (service) => {
  const { deniedCode, invalidCode, anonymousCode, throttledCode, unreadableCode } = serviceFacts[service];
  const codes = [deniedCode, invalidCode, unreadableCode, anonymousCode, throttledCode];
  expect(codes).toEqual(
    {
      // IAM API Reference, "Common errors".
      query: ['AccessDenied', 'ValidationError', 'MalformedInput', 'MissingAuthenticationToken', 'Throttling'],
      // Amazon S3 API Reference, "Error responses"; S3 itself answers requests without a signature.
      'rest-xml': [
        'AccessDenied',
        'MalformedXML',
        'MalformedXML',
        service === 's3' ? undefined : 'MissingAuthenticationTokenException',
        'SlowDown',
      ],
      // AWS KMS API Reference, "Common errors"; AWS Organizations API Reference, "Common errors".
      json: [
        'AccessDeniedException',
        service === 'organizations' ? 'InvalidInputException' : 'ValidationException',
        'SerializationException',
        'MissingAuthenticationTokenException',
        'ThrottlingException',
      ],
      // Amazon CloudWatch API Reference, "Common errors".
      'smithy-rpc-v2-cbor': [
        'AccessDenied',
        'ValidationError',
        'SerializationException',
        'MissingAuthenticationToken',
        'Throttling',
      ],
    }[metadataOf(service).protocol],
  );
});

// AWS General Reference, "Service endpoints".
test("a host is the first label of the endpoint, except that S3 Control's begins with an account", () => {
  for (const service of serviceNames) {
    const { endpointPrefix } = metadataOf(service);
    expect(serviceFacts[service].host).toBe(service === 's3control' ? 's3' : endpointPrefix);
  }
});

test('IAM and Organizations are global', () => {
  expect(serviceNames.filter((service) => serviceFacts[service].isGlobal)).toEqual(['iam', 'organizations']);
});

test.for([
  ['kms', 'key/1234abcd', 'AWS::KMS::Key'],
  ['kms', 'alias/app', 'AWS::KMS::Key'],
  ['kms', '*', undefined],
  ['s3', 'photos', 'AWS::S3::Bucket'],
  ['s3', 'photos/a/b.txt', 'AWS::S3::Object'],
  ['s3', '*', undefined],
  ['iam', 'user/ops/ana', 'AWS::IAM::User'],
  ['iam', 'policy/read', 'AWS::IAM::ManagedPolicy'],
  ['iam', 'root', undefined],
  ['sts', 'assumed-role/app/s1', undefined],
] as const)('%s names %s in the audit log as %s', ([service, resource, type]) => {
  expect(serviceFactsOf(service)?.resourceType(resource)).toBe(type);
});

test('a service that does not exist has no facts', () => {
  expect(serviceFactsOf('ec2')).toBeUndefined();
  expect(serviceFactsOf('toString')).toBeUndefined();
});

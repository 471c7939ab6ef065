/** What the options of AWS STS mean. AWS STS API Reference, by operation. */

import type { MeaningsOf } from './meaning.ts';

export const stsOptions = {
  everywhere: {
    AccessKeyId: 'the id of the access key whose account to show; not its secret',
    EncodedMessage: 'the encoded message from a refusal, as the service returned it',
    ExternalId: 'the id that the trust policy of the role may require from another account',
    Name: 'a name for the federated user, in the ARN and in the audit log',
    Policy: 'a session policy, as JSON or from a file, that limits the permissions of the role further',
    PolicyArns: 'managed policies, at most 10 and by their ARNs, that limit the permissions of the role further',
    ProvidedContexts: 'signed statements of an identity centre about its user, for the trust policy to read',
    RoleArn: 'the role to assume, by its ARN; its trust policy has to allow the caller',
    RoleSessionName: 'a name that tells this session from others, in its ARN and in the audit log',
    SerialNumber: 'the serial number or ARN of the MFA device of the caller; no user in ssebox has one',
    SourceIdentity: 'who is really behind the session, kept in the audit log through further roles',
    Tags: 'session tags, which policies can refer to and which the trust policy has to allow',
    TokenCode: 'the code that the MFA device shows, together with --serial-number',
    TransitiveTagKeys: 'the keys of the session tags that sessions assumed from this one will have too',
  },
  within: {
    AssumeRole: {
      DurationSeconds: 'how long the credentials are valid, in seconds and up to what the role allows (default 3600)',
    },
    GetFederationToken: {
      DurationSeconds: 'how long the credentials are valid, in seconds (default 43200)',
      Policy: {
        about:
          'a session policy, as JSON or from a file, that says what of the permissions of the caller the session has',
        max: 2048,
      },
      PolicyArns:
        'managed policies, at most 10 and by their ARNs, that say what of the permissions of the caller the session has',
      Tags: 'session tags, which policies can refer to',
    },
    GetSessionToken: { DurationSeconds: 'how long the credentials are valid, in seconds (default 43200)' },
  },
} as const satisfies MeaningsOf<'sts'>;

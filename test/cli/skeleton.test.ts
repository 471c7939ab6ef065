import { expect, test } from 'vitest';
import { operationModel } from '../../src/api/model/loader.ts';
import type { ServiceName } from '../../src/api/model/operations.ts';
import { skeleton } from '../../src/cli/aws-input/skeleton.ts';

const formOf = (service: ServiceName, operation: string, kind: string) => {
  const model = operationModel(service, operation);
  if (!model) throw new Error(`there is no ${operation}`);
  return skeleton(model, kind);
};

test('the skeleton of an input is the AWS CLI’s, with the first value of each enum', () => {
  expect(formOf('kms', 'Encrypt', 'input')).toBe(
    [
      '{',
      '    "KeyId": "",',
      '    "Plaintext": null,',
      '    "EncryptionContext": {',
      '        "KeyName": ""',
      '    },',
      '    "GrantTokens": [',
      '        ""',
      '    ],',
      '    "EncryptionAlgorithm": "SYMMETRIC_DEFAULT",',
      '    "DryRun": true',
      '}',
    ].join('\n'),
  );
});

test('the skeleton of an output has the members’ names as values', () => {
  expect(JSON.parse(formOf('kms', 'CreateGrant', 'output'))).toEqual({ GrantToken: 'GrantToken', GrantId: 'GrantId' });
  expect(JSON.parse(formOf('kms', 'ScheduleKeyDeletion', 'output'))).toEqual({
    KeyId: 'KeyId',
    DeletionDate: '1970-01-01T00:00:00',
    KeyState: 'KeyState',
    PendingWindowInDays: 0,
  });
});

test('an operation without output has an empty skeleton, and there is no third kind', () => {
  expect(formOf('kms', 'DeleteAlias', 'output')).toBe('{}');
  expect(() => formOf('kms', 'ListKeys', 'both')).toThrow('--generate-cli-skeleton takes input or output, not "both"');
});

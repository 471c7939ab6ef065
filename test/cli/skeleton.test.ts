import { expect, test } from 'vitest';
import { operationModel } from '../../src/api/model/loader.ts';
import type { ServiceName } from '../../src/api/model/operations.ts';
import { skeleton } from '../../src/cli/aws-input/skeleton.ts';

const formOf = (service: ServiceName, operation: string, kind: string) => {
  const model = operationModel(service, operation);
  if (!model) throw new Error(`there is no ${operation}`);
  return skeleton(model, kind);
};

test('the skeleton of an input is the AWS CLI’s, with the first value of each enum', async () => {
  expect(await formOf('kms', 'Encrypt', 'input')).toBe(
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

test('the skeleton of an output has the members’ names as values', async () => {
  expect(JSON.parse(await formOf('kms', 'CreateGrant', 'output'))).toEqual({
    GrantToken: 'GrantToken',
    GrantId: 'GrantId',
  });
  expect(JSON.parse(await formOf('kms', 'ScheduleKeyDeletion', 'output'))).toEqual({
    KeyId: 'KeyId',
    DeletionDate: '1970-01-01T00:00:00',
    KeyState: 'KeyState',
    PendingWindowInDays: 0,
  });
});

test('an operation without output has an empty skeleton, and there is no fourth kind', async () => {
  expect(await formOf('kms', 'DeleteAlias', 'output')).toBe('{}');
  await expect(formOf('kms', 'ListKeys', 'both')).rejects.toThrow(
    '--generate-cli-skeleton takes input, yaml-input or output, not "both"',
  );
});

test('the skeleton as YAML says what is required and which values there are', async () => {
  expect(await formOf('kms', 'Decrypt', 'yaml-input')).toMatch(
    /^CiphertextBlob: ''\nEncryptionContext:\n {2}KeyName: ''\nGrantTokens:\n- ''\nKeyId: ''\nEncryptionAlgorithm: SYMMETRIC_DEFAULT # Valid values are: SYMMETRIC_DEFAULT, RSAES_OAEP_SHA_1, /,
  );
  expect(await formOf('kms', 'TagResource', 'yaml-input')).toBe(
    "KeyId: '' # [REQUIRED]\nTags:\n# [REQUIRED]\n- TagKey: '' # [REQUIRED]\n  TagValue: '' # [REQUIRED]",
  );
  expect(await formOf('iam', 'GetUser', 'yaml-input')).toBe("UserName: ''");
});

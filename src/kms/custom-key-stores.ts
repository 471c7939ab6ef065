/** Custom key stores need an AWS CloudHSM cluster or an external key manager, which a single machine does not have. */

import { AwsError } from '../api/errors.ts';
import type { KmsOperations } from '../api/model/kms.types.ts';
import { loggable } from '../call/loggable.ts';
import { operation } from '../call/operation.ts';
import { accountAccess, callContext } from './permissions.ts';

type Name = Extract<keyof KmsOperations, `${string}CustomKeyStore${string}`>;

/** The request in the audit log, which shortens the cluster's name: AWS KMS Developer Guide, "CreateCustomKeyStore" log entry. */
function parameters(name: Name, input: unknown) {
  const { cloudHsmClusterId: clusterId, ...shown } = loggable('kms', name, input);
  const fields = { ...shown, ...(clusterId !== undefined && { clusterId }) };
  return Object.keys(fields).length > 0 ? fields : null;
}

const refused = (name: Name) =>
  operation('kms', name, {
    resolve: () => undefined,
    authorize: (_target, _input, call) => [accountAccess(name, call, callContext(call))],
    run: () => {
      throw new AwsError('UnsupportedOperationException', 'ssebox has no custom key stores.');
    },
    parameters: (input) => parameters(name, input),
  });

export const ConnectCustomKeyStore = refused('ConnectCustomKeyStore');
export const CreateCustomKeyStore = refused('CreateCustomKeyStore');
export const DeleteCustomKeyStore = refused('DeleteCustomKeyStore');
export const DescribeCustomKeyStores = refused('DescribeCustomKeyStores');
export const DisconnectCustomKeyStore = refused('DisconnectCustomKeyStore');
export const UpdateCustomKeyStore = refused('UpdateCustomKeyStore');

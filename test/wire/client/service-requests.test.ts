/** Requests of IAM, KMS and STS beside those of the AWS SDK for JavaScript, for the same inputs. */

import * as iam from '@aws-sdk/client-iam';
import * as kms from '@aws-sdk/client-kms';
import * as sts from '@aws-sdk/client-sts';
import { describe, expect, test } from 'vitest';
import { operationModel, operationNames } from '../../../src/api/model/loader.ts';
import { agreed, catching, clientCredentials, ourRequest, verifySignature } from '../../support/client-requests.ts';
import { type Extent, modelInput } from '../../support/model-inputs.ts';

const { handler, caughtFrom } = catching();

interface Sender {
  send(command: never): Promise<unknown>;
}

const services = [
  ['iam', iam, iam.IAMClient],
  ['kms', kms, kms.KMSClient],
  ['sts', sts, sts.STSClient],
] as const;

const GATEWAY = 'https://gateway.example:8443/base';

describe.each(services)('%s', (service, sdk, Client) => {
  const clientAt = (endpoint: string | undefined): Sender =>
    new Client({
      region: 'us-east-1',
      credentials: clientCredentials,
      maxAttempts: 1,
      requestHandler: handler as never,
      ...(endpoint !== undefined && { endpoint }),
    });
  const clients = { aws: clientAt(undefined), [GATEWAY]: clientAt(GATEWAY) };
  const commands = sdk as unknown as Readonly<Record<string, new (input: unknown) => never>>;
  const compared = async (name: string, extent: Extent, endpoint: 'aws' | typeof GATEWAY) => {
    const model = operationModel(service, name);
    const Command = commands[`${name}Command`];
    if (!model || !Command) throw new Error(`no operation ${name}`);
    const input = modelInput(model, extent);
    const request = await ourRequest({ service, name, input }, endpoint);
    if (request.headers.authorization !== undefined) verifySignature(request, service);
    const theirs = await caughtFrom(() => clients[endpoint].send(new Command(structuredClone(input))));
    return { ours: agreed(request), theirs: agreed(theirs) };
  };

  test.for(operationNames(service))('%s', async (name) => {
    for (const extent of ['least', 'full'] as const) {
      const { ours, theirs } = await compared(name, extent, GATEWAY);
      expect(ours).toEqual(theirs);
    }
  });

  test('at AWS itself', async () => {
    const [name = ''] = operationNames(service);
    const { ours, theirs } = await compared(name, 'least', 'aws');
    expect(ours).toEqual(theirs);
  });
});

/** What AWS has and ssebox does not: operations, services and partitions are known by name, a typo is not. */

import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { operationNames } from '../../src/api/model/loader.ts';
import type { ServiceName } from '../../src/api/model/operations.ts';
import { serviceNames } from '../../src/api/model/service-names.ts';
import { loadService, nothingLoaded } from '../../src/services.ts';
import { newCommandLine } from '../support/command-line.ts';
import { leastInput } from '../support/least-input.ts';

/** Every operation of AWS's full models, by the AWS CLI's names for service and command. */
const directory: Record<string, Record<string, string>> = JSON.parse(
  readFileSync('src/api/model/operations.json', 'utf8'),
);

const serviceOf = (group: string) => (group === 's3api' ? 's3' : group) as ServiceName;

async function isBuilt(service: ServiceName): Promise<(operation: string) => boolean> {
  const loaded = nothingLoaded();
  await loadService(service, loaded);
  return (operation) => Object.hasOwn(loaded.operations[service] ?? {}, operation);
}

const inOneLine = (text: string): string => text.replace(/\s+/g, ' ');

test('the full models have every service, and every operation that is in a model here', () => {
  expect(Object.keys(directory).map(serviceOf).toSorted()).toEqual([...serviceNames].sort());
  for (const [group, commands] of Object.entries(directory)) {
    expect(Object.values(commands)).toEqual(expect.arrayContaining([...operationNames(serviceOf(group))]));
  }
});

describe.for(Object.entries(directory))('%s', ([group, commands]) => {
  const service = serviceOf(group);

  test('an operation that is not built answers NotImplemented', async () => {
    const line = newCommandLine();
    const body = line.path('body');
    writeFileSync(body, 'x');
    const built = await isBuilt(service);
    const missing = Object.entries(commands).filter(([, operation]) => !built(operation));
    for (const [command, operation] of missing) {
      // The options of an operation without a model are not known.
      const hasModel = operationNames(service).includes(operation);
      const options = hasModel ? leastInput(service, operation, body) : ['--option', 'value'];
      const { code, out, err } = await line.ssebox([group, command, ...options]);
      expect({ code, out, err }, command).toEqual({
        code: 254,
        out: '',
        err: `An error occurred (NotImplemented) when calling the ${operation} operation: ${operation} exists in AWS and is not part of ssebox\n`,
      });
    }
  });

  test('help lists every operation, and says which ones are not part of ssebox', async () => {
    const { out } = await newCommandLine().ok([group, '--help']);
    const built = await isBuilt(service);
    const [list = '', missing = ''] = out.split('In AWS and not part of ssebox:');
    const names = missing.trim().split(/,\s+/);
    for (const [command, operation] of Object.entries(commands)) {
      if (names.includes(command)) expect(built(operation), command).toBe(false);
      else expect(list, command).toContain(`\n  ${command}`);
    }
  });

  test('a word that is no operation is an unknown command', async () => {
    const line = newCommandLine();
    for (const word of ['describe-everything', 'constructor']) {
      const { code, err } = await line.ssebox([group, word, '--key-id', 'x']);
      expect({ code, err }).toEqual({ code: 252, err: expect.stringMatching(`^unknown command '${word}'`) });
    }
  });
});

test('a mistyped operation suggests one that is not part of ssebox, too', async () => {
  const { code, err } = await newCommandLine().ssebox(['sts', 'assume-role-with-sam']);
  expect([code, err]).toEqual([252, "unknown command 'assume-role-with-sam' (Did you mean assume-role-with-saml?)\n"]);
});

test('an operation without a model has a page of help', async () => {
  const { out } = await newCommandLine().ok(['sts', 'assume-role-with-saml', '--help']);
  expect(inOneLine(out)).toContain('Call AssumeRoleWithSAML AWS has this operation; ssebox does not, and refuses it.');
});

test.for([
  ['explain', '--', 'iam', 'get-ssh-public-key', '--user-name', 'ana'],
  ['explain', '--', 'organizations', 'list-handshakes-for-account'],
  ['explain', 'iam', 'get-ssh-public-key'],
])('%s %s %s %s says that it is not implemented', async (words) => {
  const { json } = await newCommandLine().ok(words);
  expect(json).toMatchObject({ Allowed: false, Refusal: { Code: 'NotImplemented' } });
});

const ELSEWHERE =
  'they are cloudtrail, cloudwatch, iam, kms, organizations, s3, s3api, s3control, service-quotas, sts\n';

test.for([
  ['ec2 describe-instances --filters Name=x', `ec2 is not one of ssebox's services: ${ELSEWHERE}`],
  ['ec2 --help', `ec2 is not one of ssebox's services: ${ELSEWHERE}`],
  ['help ec2', `ec2 is not one of ssebox's services: ${ELSEWHERE}`],
  ['lambda', `lambda is not one of ssebox's services: ${ELSEWHERE}`],
  ['deploy push', `deploy is not one of ssebox's services: ${ELSEWHERE}`],
  ['--region us-east-1 sqs list-queues', `sqs is not one of ssebox's services: ${ELSEWHERE}`],
  ['cloudtrail create-subscription --name x', 'the AWS CLI has cloudtrail create-subscription, and ssebox does not\n'],
  ['login', 'the AWS CLI has login, and ssebox does not\n'],
  ['ec3 describe-instances', "unknown command 'ec3'"],
  ['organisations list-roots', "unknown command 'organisations' (Did you mean organizations?)"],
] as const)('%s: %s', async ([words, said]) => {
  const { code, out, err } = await newCommandLine().ssebox(words.split(' '));
  expect([code, out]).toEqual([252, '']);
  expect(err.startsWith(said), err).toBe(true);
});

test.for([
  ['us-gov-west-1', 'aws-us-gov'],
  ['us-gov-east-1', 'aws-us-gov'],
  ['cn-north-1', 'aws-cn'],
  ['cn-northwest-1', 'aws-cn'],
  ['us-iso-east-1', 'aws-iso'],
  ['us-isob-east-1', 'aws-iso-b'],
  ['eu-isoe-west-1', 'aws-iso-e'],
  ['us-isof-south-1', 'aws-iso-f'],
  ['eusc-de-east-1', 'aws-eusc'],
] as const)('%s is in a partition that is not here', async ([region, partition]) => {
  const line = newCommandLine();
  const said = `${region} is in the partition ${partition}, which ssebox does not have: it has the partition aws\n`;
  expect(await line.ssebox(['kms', 'list-keys', '--region', region])).toMatchObject({ code: 252, out: '', err: said });
  for (const variable of ['AWS_REGION', 'AWS_DEFAULT_REGION']) {
    const ended = await line.ssebox(['kms', 'list-keys'], { variables: { [variable]: region } });
    expect(ended).toMatchObject({ code: 252, out: '', err: `${variable}: ${said}` });
  }
  expect(await line.ssebox(['config', 'set', 'region', region])).toMatchObject({ code: 252, err: `region: ${said}` });
});

test('a caller of another partition is not taken for one of this', async () => {
  const as = 'arn:aws-us-gov:iam::111122223333:user/admin';
  expect(await newCommandLine().ssebox(['kms', 'list-keys', '--as', as])).toMatchObject({
    code: 252,
    err: `"${as}" is in the partition aws-us-gov, which ssebox does not have: write arn:aws:…\n`,
  });
});

/**
 * `ssebox explain SERVICE OPERATION …`: any operation with its own flags, explained instead of done. Those of KMS take
 * the key as a plain word, and bytes that were not given are made up, since no decision depends on them.
 */

import { parseArn } from '../../../api/arn.ts';
import { type OperationModel, operationModel, operationNames } from '../../../api/model/loader.ts';
import type { ServiceName } from '../../../api/operation.ts';
import { sealBlob } from '../../../crypto/kms-blob.ts';
import { keyChoices, memberChoices } from '../../choices.ts';
import { type CommandSpec, type CommandValues, command, type OptionSpec, type Result } from '../../command.ts';
import { commandName, type Flag, flagsOf } from '../../flags.ts';
import { machineFiles } from '../../param-file.ts';
import type { Session } from '../../session.ts';
import { readInput } from '../../values.ts';
import { optionalArgument } from '../given.ts';
import { type Explained, explanation, refusalOf, showOptions } from './page.ts';

type Input = Readonly<Record<string, unknown>>;

/** The operations of a service, each as a command that explains. */
export function explainedOperations(service: ServiceName, name: string): readonly CommandSpec[] {
  return operationNames(service).map((operation) => {
    const command_ = commandName(operation);
    return {
      ...command({
        name: command_,
        summary: `May ${operation} be called, and why`,
        examples: examplesOf(name, command_),
        hidden: service !== 'kms' || !shown.has(operation),
        run: (values, session) => run(service, operation, values, session),
      }),
      get options() {
        return { ...optionsOf(service, operation), ...showOptions };
      },
      get args() {
        const takesKey = service === 'kms' && flagsOf(service, operation).some(({ member }) => isKey(member));
        return takesKey ? { key: { about: 'the KMS key: id, ARN or alias', optional: true, choices: keyChoices } } : {};
      },
    };
  });
}

/** Listed in help; the others are called by their names, with their own flags. */
const shown: ReadonlySet<string> = new Set([
  'Decrypt',
  'DescribeKey',
  'DisableKey',
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
  'ScheduleKeyDeletion',
]);

const isKey = (member: string): boolean => member === 'KeyId' || member === 'SourceKeyId';

const examplesOf = (group: string, operation: string): readonly string[] =>
  group === 'kms'
    ? [
        `ssebox explain kms ${operation} alias/app --as user/bob`,
        `ssebox explain kms ${operation} alias/app --expect allow`,
      ]
    : [`ssebox explain ${group} ${operation} --as user/bob`, `ssebox explain ${group} ${operation} --all`];

function optionsOf(service: ServiceName, operation: string): Record<string, OptionSpec> {
  const flags = flagsOf(service, operation).filter(({ kind, negated }) => kind === 'member' && !negated);
  return Object.fromEntries(
    flags.map(({ flag, member, type, hidden }) => {
      const kind = type === 'boolean' ? 'boolean-pair' : type === 'list' ? 'list' : 'string';
      return [
        flag.slice(2),
        { about: `${member} (${type})`, type: kind, hidden, choices: memberChoices(service, operation, member) },
      ];
    }),
  );
}

async function run(service: ServiceName, operation: string, values: CommandValues, session: Session): Promise<Result> {
  const call = `${service} ${operation}`;
  const model = operationModel(service, operation);
  if (!model) throw new Error(`the model of ${service} has no operation ${operation}`);
  const flags = flagsOf(service, operation);
  const key = optionalArgument(values, 'key');
  const made = await madeUp(model, flags, key, values, session);
  if ('explained' in made) return explanation(made.explained, values);
  const { decisions, refusal } = await session.explain(service, operation, made.input);
  const isMade = made.hasMadeBytes && refusal !== undefined && complaintsOfBytes.has(refusal.code);
  return explanation({ call, decisions, refusal: isMade ? undefined : refusalOf(refusal) }, values);
}

/** What KMS says of bytes that are not its own; by then it has decided everything. */
const complaintsOfBytes: ReadonlySet<string> = new Set([
  'ExpiredImportTokenException',
  'IncorrectKeyMaterialException',
  'InvalidCiphertextException',
  'InvalidImportTokenException',
  'KMSInvalidMacException',
  'KMSInvalidSignatureException',
]);

type Made = { readonly input: Input; readonly hasMadeBytes: boolean } | { readonly explained: Explained };

async function madeUp(
  model: OperationModel,
  flags: readonly Flag[],
  key: string | undefined,
  values: CommandValues,
  session: Session,
): Promise<Made> {
  const { service, name } = model;
  const given = flags.flatMap(({ flag, member, kind, negated }) => {
    const value = values.options[flag.slice(2)];
    return kind === 'member' && !negated && value !== undefined ? [{ flag, member, value }] : [];
  });
  const isGiven = (member: string) => given.some((each) => each.member === member);
  const keyFlag = flags.find(({ member }) => isKey(member));
  if (key !== undefined && keyFlag && !isGiven(keyFlag.member)) given.push({ ...keyFlag, value: key });
  if (service === 'kms') {
    for (const [member, value] of Object.entries(defaults[name] ?? {})) {
      const flag = flags.find((each) => each.member === member);
      const isSaid = member === 'KeySpec' && isGiven('NumberOfBytes');
      if (flag && !isGiven(member) && !isSaid) given.push({ ...flag, value });
    }
  }
  // The model does not require the ciphertext, which a dry run may do without.
  const isNeeded = ({ member, required }: Flag) => required || member === 'CiphertextBlob';
  const missing = flags.filter((flag) => flag.type === 'blob' && isNeeded(flag) && !isGiven(flag.member));
  for (const flag of missing) given.push({ ...flag, value: Buffer.from('ssebox').toString('base64') });
  const input = readInput({
    shape: model.input && { shapes: model.shapes, name: model.input.shape },
    given,
    cliInputJson: session.globals['cli-input-json'],
    binaryFormat: missing.length > 0 ? 'base64' : session.globals['cli-binary-format'],
    service,
    files: machineFiles,
    uuid: session.environment.uuid,
  });
  const hasMadeBytes = missing.length > 0;
  if (!missing.some(({ member }) => member === 'CiphertextBlob')) return { input, hasMadeBytes };
  // A ciphertext names its key, so that one has to be made for the key that is meant.
  const keyId = input.KeyId ?? input.SourceKeyId;
  const found = await session.explain('kms', 'DescribeKey', { KeyId: keyId });
  const arn = parseArn(found.decisions[0]?.resource ?? '');
  if (!arn) {
    return { explained: { call: `kms ${name}`, decisions: found.decisions, refusal: refusalOf(found.refusal) } };
  }
  const { random } = session.environment;
  const header = { keyId: arn.resource.replace(/^key\//, ''), generation: 1 };
  return {
    input: { ...input, CiphertextBlob: sealBlob(random(32), random(32), header, undefined, random) },
    hasMadeBytes,
  };
}

/** What has to be said and does not matter for who may. */
const defaults: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  GenerateDataKey: { KeySpec: 'AES_256' },
  GenerateDataKeyWithoutPlaintext: { KeySpec: 'AES_256' },
  GenerateDataKeyPair: { KeyPairSpec: 'ECC_NIST_P256' },
  GenerateDataKeyPairWithoutPlaintext: { KeyPairSpec: 'ECC_NIST_P256' },
  GenerateRandom: { NumberOfBytes: '32' },
};

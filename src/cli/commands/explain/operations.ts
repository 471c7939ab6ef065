/**
 * `ssebox explain SERVICE OPERATION …`: any operation with its own flags, explained instead of performed. Those of KMS
 * take the key as a plain argument, and bytes that were not given are made up, since no decision depends on them.
 */

import { parseArn } from '../../../api/arn.ts';
import type { AwsError } from '../../../api/errors.ts';
import { type OperationModel, operationModel, operationNames } from '../../../api/model/loader.ts';
import type { ServiceName } from '../../../api/model/operations.ts';
import { sealBlob } from '../../../crypto/kms-blob.ts';
import { commandName, type Flag, flagsOf } from '../../aws-input/flags.ts';
import { givenFlags, givenShortcuts } from '../../aws-input/given-flags.ts';
import { inputFiles } from '../../aws-input/param-file.ts';
import { inputForm, readInput } from '../../aws-input/values.ts';
import { keyChoices } from '../../choices.ts';
import { type CommandSpec, command, type OptionSpec, type Result, type ValuesOf } from '../../command.ts';
import { memberChoices } from '../../member-choices.ts';
import type { Session } from '../../session.ts';
import { refusedCall } from './cause.ts';
import { completed } from './completed.ts';
import { requireContents } from './expectation.ts';
import { type ExplainedCall, explainedCall, refusalOf } from './explained.ts';
import { tryCall } from './one-call.ts';
import { showOptions } from './page.ts';
import { assumingOptions, explainedInQuestion, proposedIn } from './proposed.ts';
import { statedIn } from './stated.ts';

type Input = Readonly<Record<string, unknown>>;

type Args = { readonly key: { readonly about: string; readonly optional: true } };

/** Beside these it has the operation's own. */
type Options = ReturnType<typeof assumingOptions> & typeof showOptions;

type Values = ValuesOf<Args, Options>;

/** The operations of a service, each as a command that explains it. */
export function explainedOperations(service: ServiceName): readonly CommandSpec[] {
  return operationNames(service).map((operation) => {
    const name = commandName(operation);
    const isShown = service === 'kms' && shown.has(operation);
    return {
      ...command<Args, Options>({
        name,
        summary: `Explain whether ${operation} may be called`,
        examples: isShown ? examplesOf(name) : [],
        hidden: !isShown,
        isOperation: true,
        hasPage: true,
        run: (values, session) => run(service, operation, values, session),
      }),
      get options() {
        return { ...optionsOf(service, operation), ...assumingOptions(service), ...showOptions };
      },
      get args() {
        const flags = flagsOf(service, operation);
        // The command itself takes it, and `explain` before a command has to be enough.
        if (flags.some(({ kind }) => kind === 'outfile')) {
          return { outfile: { about: 'a file, which is not written', optional: true } };
        }
        const takesKey = service === 'kms' && flags.some(({ member }) => isKey(member));
        return takesKey ? { key: { about: 'the KMS key: id, ARN or alias', optional: true, choices: keyChoices } } : {};
      },
    };
  });
}

/** Listed in help; the others can be called by name, with their own flags. */
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

const examplesOf = (operation: string): readonly string[] => [
  `ssebox explain kms ${operation} alias/app --as user/bob`,
  `ssebox explain kms ${operation} alias/app --expect allow`,
  `ssebox explain kms ${operation} alias/app --as user/ana --context aws:MultiFactorAuthPresent=true`,
];

function optionsOf(service: ServiceName, operation: string): Record<string, OptionSpec> {
  const flags = flagsOf(service, operation).filter(
    ({ kind, negated }) => (kind === 'member' || kind === 'shortcut') && !negated,
  );
  return Object.fromEntries(
    flags.map(({ flag, about, member, type, hidden }) => {
      const kind = type === 'boolean' ? 'boolean-pair' : type === 'list' ? 'list' : 'string';
      return [
        flag.slice(2),
        {
          about: about ?? `${member} (${type})`,
          type: kind,
          hidden,
          choices: memberChoices(service, operation, member),
        },
      ];
    }),
  );
}

async function run(service: ServiceName, operation: string, values: Values, session: Session): Promise<Result> {
  const model = operationModel(service, operation);
  if (!model) throw new Error(`the model of ${service} has no operation ${operation}`);
  requireContents(values, session);
  const key = values.args.key;
  const explained = await explainedWith(model, key, values, session);
  // Some KMS operations do not take an alias; explain them for the key that the alias points to.
  const { refusal, decisions } = explained.call;
  const isAliasRefused = key?.includes('alias/') && refusal !== undefined && decisions.length === 0;
  const arn = isAliasRefused ? await keyArnOf(key, session) : undefined;
  const { call, error } = arn === undefined ? explained : await explainedWith(model, arn, values, session);
  return completed(explainedCall(call), error, values, session);
}

/** A call, and the error that refused it. */
interface Tried {
  readonly call: ExplainedCall;
  readonly error: AwsError | undefined;
}

async function explainedWith(
  model: OperationModel,
  key: string | undefined,
  values: Values,
  session: Session,
): Promise<Tried> {
  const { service, name } = model;
  const stated = await statedIn(values, service);
  const { input, hasMadeBytes, needsCiphertext } = await madeUp(model, flagsOf(service, name), key, values, session);
  const call = `${service} ${name}`;
  let sent = input;
  if (needsCiphertext) {
    // A ciphertext names its key, so one must be made for the intended key.
    const found = await tryCall('kms', 'DescribeKey', { KeyId: input.KeyId ?? input.SourceKeyId }, session);
    const [decision] = found.decisions;
    if (!decision) {
      const refusal = refusalOf(found.refusal);
      return { call: { call, decisions: [], skipped: [], refusal }, error: refusedCall(found) };
    }
    sent = { ...input, CiphertextBlob: madeCiphertext(decision.resource, session) };
  }
  const decided = async () => (await tryCall(service, name, sent, session, { stated })).decisions;
  const prepare = await proposedIn(values, session, explainedInQuestion(session, decided));
  const tried = await tryCall(service, name, sent, session, { stated, prepare });
  const { decisions, skipped, ...refused } = tried;
  const isMade = (error: AwsError | undefined) =>
    hasMadeBytes && error !== undefined && complaintsOfBytes.has(error.code);
  const [refusal, afterwards] = [refused.refusal, refused.afterwards].map((error) =>
    isMade(error) ? undefined : refusalOf(error),
  );
  return { call: { call, decisions, skipped, refusal, afterwards }, error: refusedCall(tried) };
}

/** The ARN of a key, found without checking permissions; undefined if there is no such key. */
async function keyArnOf(KeyId: unknown, session: Session): Promise<string | undefined> {
  const { decisions } = await tryCall('kms', 'DescribeKey', { KeyId }, session);
  return decisions[0]?.resource;
}

/** KMS's answer to bytes that are not its own ciphertext; by then it has made every decision. */
const complaintsOfBytes: ReadonlySet<string> = new Set([
  'ExpiredImportTokenException',
  'IncorrectKeyMaterialException',
  'InvalidCiphertextException',
  'InvalidImportTokenException',
  'KMSInvalidMacException',
  'KMSInvalidSignatureException',
]);

interface Made {
  readonly input: Input;
  readonly hasMadeBytes: boolean;
  readonly needsCiphertext: boolean;
}

async function madeUp(
  model: OperationModel,
  flags: readonly Flag[],
  key: string | undefined,
  values: Values,
  session: Session,
): Promise<Made> {
  const { service, name } = model;
  const given = givenFlags(flags, values.options);
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
  // The model does not require the ciphertext, since a dry run works without it.
  const isNeeded = ({ member, required }: Flag) => required || member === 'CiphertextBlob';
  const missing = flags.filter((flag) => flag.type === 'blob' && isNeeded(flag) && !isGiven(flag.member));
  for (const flag of missing) given.push({ ...flag, value: Buffer.from('ssebox').toString('base64') });
  const input = await readInput({
    shape: model.input && { shapes: model.shapes, name: model.input.shape },
    given,
    shortcuts: givenShortcuts(flags, values.options),
    form: inputForm(session.globals),
    binaryFormat: missing.length > 0 ? 'base64' : session.globals['cli-binary-format'],
    service,
    files: inputFiles(session.stdin),
    uuid: session.environment.uuid,
  });
  const needsCiphertext = missing.some(({ member }) => member === 'CiphertextBlob');
  return { input, hasMadeBytes: missing.length > 0, needsCiphertext };
}

/** A ciphertext that nobody can open, under the key with this ARN. */
function madeCiphertext(arn: string, { environment: { random } }: Session): Uint8Array {
  const keyId = parseArn(arn)?.resource.replace(/^key\//, '') ?? '';
  return sealBlob(random(32), random(32), { keyId, generation: 1 }, undefined, random);
}

/** Required values that do not affect any decision. */
const defaults: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  GenerateDataKey: { KeySpec: 'AES_256' },
  GenerateDataKeyWithoutPlaintext: { KeySpec: 'AES_256' },
  GenerateDataKeyPair: { KeyPairSpec: 'ECC_NIST_P256' },
  GenerateDataKeyPairWithoutPlaintext: { KeyPairSpec: 'ECC_NIST_P256' },
  GenerateRandom: { NumberOfBytes: '32' },
};

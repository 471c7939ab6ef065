/** `ssebox kms grant`: CreateGrant in plain words. AWS KMS Developer Guide, "Grants in AWS KMS". */

import { UsageError } from '../../../api/errors.ts';
import type { CreateGrantRequest, GrantOperation } from '../../../api/model/kms.types.ts';
import { operationModel } from '../../../api/model/loader.ts';
import { shellWord } from '../../../api/shell-word.ts';
import { commandName } from '../../aws-input/flags.ts';
import { namesFor, principalChoices } from '../../choices.ts';
import { type Check, command, type Painter } from '../../command.ts';
import type { Shown } from '../../output/painted.ts';
import { pairOf } from '../../pair.ts';
import { principalArn } from '../../principal-arn.ts';
import type { Session } from '../../session.ts';
import { key, keyIdOf } from './key-argument.ts';

const fitting: Check = async (answer, session) => {
  if (!answer.endsWith('.amazonaws.com')) await principalArn(answer, session, 'kms');
};

export const grant = command({
  name: 'grant',
  callsEndpoint: true,
  hasPage: true,
  summary: 'Let somebody use a KMS key, with a grant',
  description:
    'A grant allows and never denies. It works alongside the key policy, which stays unchanged, and ends when it is retired or revoked.',
  args: { key },
  options: {
    to: {
      about: 'who receives it: user/NAME, role/NAME, root, ACCOUNT:…, an ARN, or a service such as rds.amazonaws.com',
      type: 'string',
      value: 'PRINCIPAL',
      required: true,
      choices: namesFor('kms', principalChoices),
      check: fitting,
    },
    may: {
      about: 'what it allows, by command name: decrypt,generate-data-key,describe-key',
      type: 'string',
      value: 'OPERATIONS',
      required: true,
      choices: async () => grantOperations().map((name) => ({ value: commandName(name) })),
      joinedBy: ',',
    },
    'only-with-context': {
      about: 'only when the encryption context contains this pair; repeatable',
      type: 'repeat',
      value: 'KEY=VALUE',
    },
    'only-with-exact-context': {
      about: 'only when the encryption context is exactly this pair; repeatable',
      type: 'repeat',
      value: 'KEY=VALUE',
    },
    'only-for-source': {
      about: 'only when the call is made for this resource; a service needs this and --retired-by',
      type: 'string',
      value: 'ARN',
    },
    'retired-by': {
      about: 'who may retire it',
      type: 'string',
      value: 'PRINCIPAL',
      choices: namesFor('kms', principalChoices),
    },
    name: { about: 'a name, so that a retry does not create the grant again', type: 'string', value: 'NAME' },
  },
  examples: [
    'ssebox kms grant alias/app --to user/bob --may decrypt',
    'ssebox kms grant alias/app --to role/reader --may decrypt,generate-data-key --only-with-context team=finance --name reports',
  ],
  async run(values, session) {
    const retiredBy = values.options['retired-by'];
    const Name = values.options.name;
    const Operations = operationsOf(values.options.may);
    const subset = pairsOf(values.options['only-with-context'], 'only-with-context');
    const exact = pairsOf(values.options['only-with-exact-context'], 'only-with-exact-context');
    const SourceArn = values.options['only-for-source'];
    const request: CreateGrantRequest = {
      KeyId: await keyIdOf(values, session),
      ...(await named(values.options.to, 'Grantee', session)),
      ...(retiredBy !== undefined && (await named(retiredBy, 'Retiring', session))),
      Operations,
      ...((subset || exact || SourceArn !== undefined) && {
        Constraints: {
          ...(subset && { EncryptionContextSubset: subset }),
          ...(exact && { EncryptionContextEquals: exact }),
          ...(SourceArn !== undefined && { SourceArn }),
        },
      }),
      ...(Name !== undefined && { Name }),
    };
    const value = await session.aws.call('kms', 'CreateGrant', request);
    const made = { key: values.args.key, request, id: value.GrantId ?? '' };
    return { kind: 'page', value, page: (painter) => grantPage(made, painter) };
  },
});

/** A service is given in a member of its own. */
async function named(
  text: string,
  role: 'Grantee' | 'Retiring',
  session: Session,
): Promise<Partial<CreateGrantRequest>> {
  if (text.endsWith('.amazonaws.com')) return { [`${role}ServicePrincipal`]: text };
  return { [`${role}Principal`]: await principalArn(text, session, 'kms') };
}

/** @throws UsageError that lists what a grant can allow. */
function operationsOf(text: string): GrantOperation[] {
  const known = grantOperations();
  return text.split(',').map((word) => {
    const operation = known.find((name) => word === commandName(name) || word === name);
    if (operation) return operation;
    throw new UsageError(`a grant cannot allow "${word}": it can allow ${known.map(commandName).join(', ')}`);
  });
}

/** The names in the model are those of the type. */
function grantOperations(): readonly GrantOperation[] {
  const shape = operationModel('kms', 'CreateGrant')?.shapes.GrantOperation;
  if (shape?.type !== 'string' || !shape.enum) throw new Error('the model of kms has no grant operations');
  return shape.enum as readonly GrantOperation[];
}

function pairsOf(texts: readonly string[] | undefined, option: string): Record<string, string> | undefined {
  if (texts === undefined || texts.length === 0) return undefined;
  return Object.fromEntries(
    texts.map((text) => {
      const pair = pairOf(text);
      if (!pair) throw new UsageError(`--${option} takes KEY=VALUE, not "${text}"`);
      return pair;
    }),
  );
}

interface Made {
  readonly key: string;
  readonly request: CreateGrantRequest;
  readonly id: string;
}

function grantPage({ key, request, id }: Made, { good, faint }: Painter): Shown[] {
  const { Operations, Constraints, RetiringPrincipal, RetiringServicePrincipal } = request;
  const who = request.GranteePrincipal ?? request.GranteeServicePrincipal ?? '';
  const { EncryptionContextSubset: subset, EncryptionContextEquals: exact, SourceArn: source } = Constraints ?? {};
  const retirer = RetiringPrincipal ?? RetiringServicePrincipal;
  return [
    good(`${who} may now ${Operations.map(commandName).join(', ')} with ${key}`),
    ...(subset ? [`  only when the encryption context contains ${pairsText(subset)}`] : []),
    ...(exact ? [`  only when the encryption context is ${pairsText(exact)}`] : []),
    ...(source === undefined ? [] : [`  only when the call is made for ${source}`]),
    ...(retirer === undefined ? [] : [`  until ${retirer} retires the grant`]),
    `  grant ${id}`,
    faint(`  to end it: ssebox kms revoke-grant --key-id ${shellWord(request.KeyId)} --grant-id ${id}`),
  ];
}

const pairsText = (pairs: Readonly<Record<string, string>>): string =>
  Object.entries(pairs)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');

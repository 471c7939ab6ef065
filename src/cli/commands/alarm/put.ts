/** `ssebox alarm put`: PutMetricAlarm in plain words, or by a preset. */

import { durationMs } from '../../../api/duration.ts';
import { UsageError } from '../../../api/errors.ts';
import type { PutMetricAlarmInput } from '../../../api/model/cloudwatch.types.ts';
import type { KeyMetadata } from '../../../api/model/kms.types.ts';
import { alarmArn } from '../../../cloudwatch/alarm-arn.ts';
import { keyChoices, keyIdsWhere } from '../../choices.ts';
import { type Choices, command, type Needed, type OptionSpec, type WithOptions } from '../../command.ts';
import { paintedJson } from '../../output/painted.ts';
import { onPage } from '../../output/wrap.ts';
import type { Session } from '../../session.ts';
import { usualStatistic } from '../metrics/statistic.ts';
import {
  alarmInput,
  comparisons,
  type Labels,
  missingTreatments,
  type Rule,
  statistics,
  type Watched,
} from './alarm-input.ts';
import { sentence } from './alarm-words.ts';
import { metricChoices, metricNamed, otherDimensions } from './named-metric.ts';
import { type Preset, presetNamed, presetNames, presets } from './presets.ts';

/** Of a key that the preset can be about. */
const keysOfPreset: Choices = (session, at) => {
  const name = presetNames.find((each) => each === at?.values.options.preset);
  const preset: Preset | undefined = name && presets[name];
  if (!preset?.isAboutImports) return keyChoices(session, at);
  return keyIdsWhere(
    ({ origin }) => origin === 'EXTERNAL',
    session,
    at ?? { typed: '', values: { args: {}, options: {} } },
  );
};

const needsPreset: Needed = ({ options }) => options.preset === undefined && options.metric === undefined;

const needsKey: Needed = ({ options }) =>
  presetNames.some((each) => each === options.preset && presets[each].key === 'required');

const needsLimit: Needed = ({ options }) =>
  options.metric !== undefined && [...limitNames, 'threshold'].every((name) => options[name] === undefined);

const limits = {
  above: 'GreaterThanThreshold',
  'at-least': 'GreaterThanOrEqualToThreshold',
  below: 'LessThanThreshold',
  'at-most': 'LessThanOrEqualToThreshold',
} as const;

const limitNames = Object.keys(limits) as readonly (keyof typeof limits)[];

const number = (about: string) =>
  ({ about, type: 'string', value: 'NUMBER', check: (text: string) => numberOf('this', text) }) as const;

const options = {
  preset: {
    about: `a customary alarm: ${presetNames.join(', ')}`,
    type: 'string',
    value: 'NAME',
    choices: async () => presetNames.map((value) => ({ value, about: `when ${presets[value].about}` })),
    check: presetNamed,
    needed: needsPreset,
  },
  key: {
    about: 'the KMS key that a preset is about, or that is a dimension of the metric',
    type: 'string',
    value: 'KEY',
    choices: keysOfPreset,
    needed: needsKey,
  },
  metric: {
    about: 'the metric to look at, such as Duration or AWS/S3/NumberOfObjects',
    type: 'string',
    value: 'NAME',
    choices: metricChoices,
    mayBeNew: true,
  },
  namespace: { about: 'its namespace, where the name alone is not enough', type: 'string', value: 'NAME' },
  dimensions: {
    about: 'all of its dimensions, such as BucketName=photos; CloudWatch does not add up over others',
    type: 'list',
    value: 'NAME=VALUE',
  },
  stat: {
    about: `how its values become one a period: ${statistics.join(', ')}, p99, … (default: Sum of counts and bytes, else Average)`,
    type: 'string',
    value: 'STATISTIC',
  },
  above: { ...number('go off where a value is above this'), needed: needsLimit },
  'at-least': number('go off where it is at least this'),
  below: number('go off where it is below this'),
  'at-most': number('go off where it is at most this'),
  threshold: number('the same for --comparison, or another threshold for a preset'),
  comparison: {
    about: "AWS's name for how values are compared (default: that of the preset, else GreaterThanOrEqualToThreshold)",
    type: 'string',
    choices: comparisons,
  },
  period: {
    about: 'the length of a period: 10s, 60s, 5m, 1h (default: that of the preset, else 60s)',
    type: 'string',
    value: 'DURATION',
  },
  periods: {
    about: 'in how many periods a value has to be beyond the threshold (default 1)',
    type: 'integer',
    value: 'N',
  },
  of: {
    about: 'of how many of the last periods that is (default: as many as --periods says)',
    type: 'integer',
    value: 'M',
  },
  missing: {
    about: 'what a period without values counts as (default: that of the preset, else missing)',
    type: 'string',
    choices: missingTreatments,
  },
  action: { about: 'the ARN to send a message to when it goes off; repeatable', type: 'repeat', value: 'ARN' },
  'ok-action': { about: 'the ARN to send a message to when it is OK again; repeatable', type: 'repeat', value: 'ARN' },
  description: { about: 'what the message says about it (default: that of the preset)', type: 'string', value: 'TEXT' },
  'dry-run': { about: 'show the input of PutMetricAlarm, without calling it', type: 'boolean' },
} as const satisfies Record<string, OptionSpec>;

type Options = WithOptions<typeof options>['options'];

export const put = command({
  name: 'put',
  hasPage: true,
  summary: 'Create an alarm, or change one: a customary one by its preset, or one on any metric',
  description:
    'A preset without --key is about the whole account; material-expiring needs a key, and kms-throttling, bucket-policy-changed and trail-changed do not take one. Every other option changes the preset. An alarm of the same name gets the new settings and keeps its state. Actions never run by themselves: a change of state leaves a message in the store, which ssebox alarm watch shows.',
  args: {
    name: { about: 'the name of the alarm (default: that of the preset, with the id of the key)', optional: true },
  },
  options,
  examples: [
    'ssebox alarm put --preset kms-throttling',
    'ssebox alarm put --preset access-denied --key alias/app --at-least 5 --period 1m',
    'ssebox alarm put slow-keys --metric Duration --dimensions Service=kms Operation=GenerateDataKey --stat p99 --above 20 --periods 3 --of 5',
    'ssebox alarm put --preset trail-changed --dry-run --output json > alarm.json',
  ],
  async run({ args: { name }, options: typed }, session) {
    const input = await (typed.preset === undefined
      ? ownInput(name, typed, session)
      : presetInput(name, presetNamed(typed.preset), typed, session));
    const says = `${input.AlarmName} ${sentence(input)}`;
    if (typed['dry-run']) {
      return {
        kind: 'page',
        value: input,
        page: (painter) => [...onPage(says, painter).map(painter.strong), paintedJson(input, 4)],
      };
    }
    await session.aws.call('cloudwatch', 'PutMetricAlarm', input);
    const account = (await session.aws.account('cloudwatch')) ?? '';
    const AlarmArn = alarmArn({ account, region: session.region }, input.AlarmName);
    return {
      kind: 'page',
      value: { AlarmName: input.AlarmName, AlarmArn, Rule: sentence(input) },
      page: (painter) => [
        painter.strong(AlarmArn),
        ...onPage(says, painter),
        ...onPage('its messages: ssebox alarm watch', painter).map(painter.faint),
      ],
    };
  },
});

/** @throws UsageError for options that only fit a metric, and for a key that does not fit the preset */
async function presetInput(
  name: string | undefined,
  preset: Preset,
  typed: Options,
  session: Session,
): Promise<PutMetricAlarmInput> {
  const isOfMetric = (['metric', 'namespace', 'dimensions', 'stat'] as const).find((each) => typed[each] !== undefined);
  if (isOfMetric !== undefined)
    throw new UsageError(`the preset ${typed.preset} says which metric it is about: leave out --${isOfMetric}`);
  if (typed.key !== undefined && preset.key === 'none')
    throw new UsageError(`the preset ${typed.preset} is about the whole account: leave out --key`);
  if (typed.key === undefined && preset.key === 'required')
    throw new UsageError(`the preset ${typed.preset} is about one KMS key: name it with --key`);
  const key = typed.key === undefined ? undefined : await keyNamed(typed.key, session);
  if (preset.isAboutImports && key?.Origin !== 'EXTERNAL')
    throw new UsageError(
      `the preset ${typed.preset} is about imported key material, and the material of ${typed.key} comes from ${key?.Origin}`,
      'ssebox kms create-key --origin EXTERNAL',
    );
  const labels = {
    name: name ?? [typed.preset, ...(key ? [key.KeyId] : [])].join('-'),
    description: preset.description,
  };
  return inputOf(labels, preset.watched(key), preset.rule, typed);
}

/** @throws UsageError for what is missing, and for a metric that does not exist */
async function ownInput(name: string | undefined, typed: Options, session: Session): Promise<PutMetricAlarmInput> {
  if (typed.metric === undefined)
    throw new UsageError(
      `an alarm needs --metric or --preset, which is one of ${presetNames.join(', ')}`,
      'ssebox alarm put --preset access-denied',
    );
  const named = await metricNamed(typed.metric, typed.namespace, session);
  const rule = { seconds: 60, periods: 1, outOf: 1, comparison: 'GreaterThanOrEqualToThreshold' } as const;
  const threshold = thresholdOf(typed, rule);
  if (threshold === undefined)
    throw new UsageError('an alarm needs a threshold: give one of --above, --at-least, --below and --at-most a number');
  const dimensions = { ...pairsOf(typed.dimensions), ...(await keyDimension(typed.key, named.metric, session)) };
  const statistic = statisticOf(typed.stat) ?? usualStatistic({ ...named, name: named.metric });
  const watched: Watched = { kind: 'metric', ...named, dimensions, statistic };
  const others = await otherDimensions(named, dimensions, session);
  const input = inputOf({ name: name ?? (await askedName(session)) }, watched, { ...rule, ...threshold }, typed);
  if (others) {
    const there = others.length === 0 ? '' : `; it has values with ${others.join(', or with ')}`;
    session.tell(`note: ${named.namespace} ${named.metric} has no values with these dimensions so far${there}`);
  }
  return input;
}

async function askedName({ askText }: Session): Promise<string> {
  if (!askText) throw new UsageError('the name of the alarm is missing', 'ssebox alarm put NAME --metric METRIC');
  return askText('Name of the alarm:', (text) => (text === '' ? 'an alarm has a name' : undefined));
}

/** The input with what the options change of it. */
function inputOf(labels: Labels, watched: Watched, rule: Rule, typed: Options): PutMetricAlarmInput {
  const periods = typed.periods ?? (typed.of === undefined ? rule.periods : undefined);
  if (periods === undefined)
    throw new UsageError('--of says of how many periods, and --periods how many of them: give both');
  for (const [option, count] of [
    ['periods', periods],
    ['of', typed.of ?? periods],
  ] as const)
    if (count < 1) throw new UsageError(`--${option} takes a number from 1, not "${count}"`);
  return alarmInput(
    {
      ...labels,
      description: typed.description ?? labels.description,
      actions: typed.action,
      okActions: typed['ok-action'],
    },
    watched,
    {
      ...rule,
      ...thresholdOf(typed, rule),
      seconds: typed.period === undefined ? rule.seconds : secondsOf(typed.period),
      periods,
      outOf: typed.of ?? periods,
      missing: typed.missing ?? rule.missing,
    },
  );
}

/** What the options say about the threshold; undefined if nothing. @throws UsageError if two do. */
function thresholdOf(
  typed: Options,
  { comparison }: Pick<Rule, 'comparison'>,
): Pick<Rule, 'comparison' | 'threshold'> | undefined {
  const given = ([...limitNames, 'threshold'] as const).filter((each) => typed[each] !== undefined);
  const [name, other] = given;
  if (name === undefined) {
    if (typed.comparison === undefined) return undefined;
    throw new UsageError('--comparison says how values are compared with --threshold: give both');
  }
  if (other !== undefined) throw new UsageError(`--${name} and --${other} both set the threshold: use one of them`);
  const threshold = numberOf(`--${name}`, typed[name] ?? '');
  if (name === 'threshold') return { threshold, comparison: typed.comparison ?? comparison };
  if (typed.comparison !== undefined)
    throw new UsageError(`--${name} and --comparison both say how values are compared: use one of them`);
  return { threshold, comparison: limits[name] };
}

/** @throws UsageError */
function numberOf(option: string, text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isFinite(value)) return value;
  throw new UsageError(`${option} takes a number, not "${text}"`);
}

/** Whole seconds. @throws UsageError */
function secondsOf(text: string): number {
  const ms = durationMs(/^\d+$/.test(text) ? `${text}s` : text);
  if (ms !== undefined && ms % 1000 === 0) return ms / 1000;
  throw new UsageError(`--period takes a duration such as 10s, 60s, 5m or 1h, not "${text}"`);
}

/** A statistic whatever its capitals; others are for CloudWatch to check. */
const statisticOf = (text: string | undefined): string | undefined =>
  statistics.find((each) => each.toLowerCase() === text?.toLowerCase()) ?? text;

/** `BucketName=photos`, or `Name=BucketName,Value=photos` as the AWS CLI writes it. @throws UsageError */
function pairsOf(words: readonly string[] = []): Readonly<Record<string, string>> {
  return Object.fromEntries(
    words.map((word) => {
      const [, name, value] = /^Name=([^,]+),Value=(.*)$/s.exec(word) ?? /^([^=]+)=(.*)$/s.exec(word) ?? [];
      if (name !== undefined && value !== undefined) return [name, value] as const;
      throw new UsageError(`--dimensions takes pairs such as BucketName=photos, not "${word}"`);
    }),
  );
}

/** The dimension that a key is of a metric. */
async function keyDimension(key: string | undefined, metric: string, session: Session) {
  if (key === undefined) return {};
  const { Arn = '', KeyId } = await keyNamed(key, session);
  return metric === 'SecondsUntilKeyMaterialExpiration' ? { KeyId } : { KeyArn: Arn };
}

async function keyNamed(KeyId: string, session: Session): Promise<KeyMetadata> {
  const { KeyMetadata } = await session.aws.call('kms', 'DescribeKey', { KeyId });
  if (KeyMetadata) return KeyMetadata;
  throw new Error('DescribeKey answered without a key');
}

/** Names of alarms: Service Authorization Reference, "Amazon CloudWatch", resource types. */

import { type Arn, parseArn } from '../api/arn.ts';
import type { Region } from '../api/regions.ts';
import type { AlarmKey } from '../store/tables.ts';
import type { Place } from './access.ts';

export const alarmArn = ({ account, region }: Place, name: string): string =>
  `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`;

export const keyOf = ({ account, region }: Place, name: string): AlarmKey => [account, region, name];

export const placeOfKey = ([account, region]: AlarmKey): Place => ({ account, region });

/** The name of the alarm that an ARN of this region names; undefined for any other text. */
export function alarmIn(text: string, { account, region }: Place): string | undefined {
  const arn = parseArn(text);
  return arn && isOfAlarm(arn, account, region) ? arn.resource.slice(KIND.length) : undefined;
}

const KIND = 'alarm:';

const isOfAlarm = (arn: Arn, account: string, region: Region): boolean =>
  arn.service === 'cloudwatch' &&
  arn.account === account &&
  arn.region === region &&
  arn.resource.startsWith(KIND) &&
  arn.resource.length > KIND.length;

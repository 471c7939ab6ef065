/** The tags of alarms, the only resources of CloudWatch here: Amazon CloudWatch API Reference, TagResource. */

import { parseArn } from '../api/arn.ts';
import { AwsError } from '../api/errors.ts';
import type { Tag } from '../api/model/cloudwatch.types.ts';
import { type Call, operation } from '../call/operation.ts';
import type { AlarmRecord } from '../store/records/alarm.ts';
import type { AlarmKey } from '../store/tables.ts';
import { type Place, placeOf } from './access.ts';
import { alarmIn, keyOf } from './alarm-arn.ts';
import { withTags } from './alarm-input.ts';
import { alarmAccess, tagContext } from './alarms.ts';

interface TaggedAlarm {
  readonly place: Place;
  readonly name: string;
  readonly key: AlarmKey;
  readonly alarm: AlarmRecord;
}

/** @throws InvalidParameterValue for text that is not an ARN, ResourceNotFoundException for that of nothing here */
function findTagged(arn: string, call: Call): TaggedAlarm {
  if (!parseArn(arn)) throw new AwsError('InvalidParameterValue', `Invalid ARN: ${arn}`);
  const place = placeOf(call);
  const name = alarmIn(arn, place);
  const key = name === undefined ? undefined : keyOf(place, name);
  const alarm = key && call.tx.alarms.get(key);
  if (name !== undefined && key && alarm) return { place, name, key, alarm };
  throw new AwsError('ResourceNotFoundException', `Unknown resource: ${arn}`);
}

const putTags = ({ key, alarm }: TaggedAlarm, tags: readonly Tag[], { tx }: Call): void =>
  tx.alarms.put(key, { ...alarm, tags });

export const TagResource = operation('cloudwatch', 'TagResource', {
  resolve: ({ ResourceARN }, call) => findTagged(ResourceARN, call),
  authorize: (found, { Tags }, call) => [alarmAccess('TagResource', found, call, tagContext(Tags))],
  run(found, { Tags }, call) {
    putTags(found, withTags(found.alarm.tags, Tags), call);
    return {};
  },
});

export const UntagResource = operation('cloudwatch', 'UntagResource', {
  resolve: ({ ResourceARN }, call) => findTagged(ResourceARN, call),
  authorize: (found, { TagKeys }, call) => [
    alarmAccess('UntagResource', found, call, TagKeys.length === 0 ? {} : { 'aws:TagKeys': TagKeys }),
  ],
  run(found, { TagKeys }, call) {
    putTags(
      found,
      found.alarm.tags.filter(({ Key }) => !TagKeys.includes(Key)),
      call,
    );
    return {};
  },
});

export const ListTagsForResource = operation('cloudwatch', 'ListTagsForResource', {
  resolve: ({ ResourceARN }, call) => findTagged(ResourceARN, call),
  authorize: (found, _input, call) => [alarmAccess('ListTagsForResource', found, call)],
  run: ({ alarm }) => ({ Tags: alarm.tags }),
});

/** What help and manual say of the operations of AWS CloudTrail. */

import type { OperationName } from '../../api/model/operations.ts';
import type { OperationProse } from './operation-prose.ts';

export const cloudtrailProse = {
  AddTags: { summary: 'Set tags on a trail', unavailable: true },
  CreateTrail: { summary: 'Create a trail, which delivers events to a bucket', unavailable: true },
  DeleteTrail: { summary: 'Delete a trail; what it has delivered stays', unavailable: true },
  DescribeTrails: { summary: 'Show the settings of trails', unavailable: true },
  GetEventSelectors: { summary: 'Show which events a trail records', unavailable: true },
  GetTrail: { summary: 'Show the settings of one trail', unavailable: true },
  GetTrailStatus: { summary: 'Show whether a trail is recording, and its last delivery', unavailable: true },
  ListPublicKeys: { summary: 'List the keys that check the signatures of digest files', unavailable: true },
  ListTags: { summary: 'List the tags of trails', unavailable: true },
  ListTrails: { summary: 'List the trails of the account', unavailable: true },
  LookupEvents: {
    summary: 'List the management events of the last 90 days, newest first',
    description: `At most one attribute can be given. Reading and writing objects are data events, which are not
included; S3's own calls to KMS for an object are.`,
    examples: [
      'ssebox cloudtrail lookup-events --max-items 3',
      'ssebox cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=GenerateDataKey --query "Events[].Username"',
      'ssebox cloudtrail lookup-events --lookup-attributes AttributeKey=ResourceName,AttributeValue=reports --output table',
    ],
  },
  PutEventSelectors: { summary: 'Choose which events a trail records', unavailable: true },
  RemoveTags: { summary: 'Remove tags from a trail', unavailable: true },
  StartLogging: { summary: 'Start recording and delivering with a trail', unavailable: true },
  StopLogging: { summary: 'Stop a trail from recording and delivering', unavailable: true },
  UpdateTrail: { summary: 'Change the settings of a trail', unavailable: true },
} as const satisfies Record<OperationName<'cloudtrail'>, OperationProse>;

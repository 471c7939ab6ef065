/** What the options of AWS CloudTrail mean. AWS CloudTrail API Reference, by operation. */

import type { MeaningsOf } from './meaning.ts';

const otherDelivery = 'to which AWS delivers besides the bucket; ssebox does not, and refuses it';

export const cloudtrailOptions = {
  everywhere: {
    AdvancedEventSelectors:
      'up to 500 conditions on the fields of events, instead of --event-selectors; an event that fits one selector is logged',
    CloudWatchLogsLogGroupArn: `the log group of CloudWatch Logs ${otherDelivery}`,
    CloudWatchLogsRoleArn:
      'the role for the log group of CloudWatch Logs; ssebox does not deliver there, and refuses it',
    EnableLogFileValidation: 'deliver a signed digest of the log files every hour, for validate-logs (default: no)',
    EndTime: 'list only events up to this time, which must not be before the start (default: now)',
    EventCategory: 'look for Insights events, which ssebox does not make, instead of management events',
    EventSelectors:
      'up to 5 selectors of management events, and of data events by the beginnings of the ARNs of their objects',
    IncludeGlobalServiceEvents:
      'log the events of global services such as IAM, which happen in us-east-1 (default: yes)',
    IsMultiRegionTrail: 'log the events of all regions, not only of the home region (default: no)',
    IsOrganizationTrail: 'log the events of an organization; ssebox does not, and refuses it',
    KmsKeyId: "the KMS key of its files, in the bucket's region, by key id, key ARN, alias name or alias ARN",
    LookupAttributes: 'one name and value that events must have (default: all events of the last 90 days)',
    Name: 'the trail, by its name in the region or by its ARN',
    ResourceId: 'the trail, by its ARN',
    ResourceIdList: 'the trails, by their ARNs; at most 20',
    S3BucketName: 'the bucket that its files are delivered to, whose policy lets CloudTrail in',
    S3KeyPrefix: 'the beginning of the keys of its files, before AWSLogs/; at most 200 characters',
    SnsTopicName: `the topic of SNS ${otherDelivery}`,
    StartTime: 'list only events from this time on (default: the last 90 days)',
    TagsList: 'its tags, each with a key and a value; at most 50',
    TrailName: 'the trail, by its name in the region or by its ARN',
    includeShadowTrails: "also show trails of other regions that log this region's events, too (default: yes)",
    trailNameList: 'the trails to show, by name or ARN (default: all of the region)',
  },
  within: {
    CreateTrail: {
      Name: 'a name of 3 to 128 letters, digits, and single periods, hyphens and underscores',
    },
    ListPublicKeys: {
      EndTime: 'list the keys that were valid at some time up to this one (default: now)',
      StartTime: 'list the keys that were valid at some time from this one on (default: now)',
    },
    RemoveTags: { TagsList: 'the keys of the tags to remove' },
  },
} as const satisfies MeaningsOf<'cloudtrail'>;

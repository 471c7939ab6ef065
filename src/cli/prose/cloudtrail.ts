/** What help and manual say of the operations of AWS CloudTrail. */

import type { OperationName } from '../../api/model/operations.ts';
import type { OperationProse } from './operation-prose.ts';

/** Makes a trail named ssebox, which the examples are about. */
const WITH_TRAIL = 'ssebox trail data-events enable photos';

const NEW_BUCKET = `ssebox s3 mb s3://audit-logs && ssebox s3api put-bucket-policy --bucket audit-logs --policy '{"Statement":[{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":["s3:GetBucketAcl","s3:PutObject"],"Resource":["arn:aws:s3:::audit-logs","arn:aws:s3:::audit-logs/*"]}]}'`;

export const cloudtrailProse = {
  AddTags: {
    summary: 'Set tags on a trail',
    description: 'A trail has at most 50 tags. It is tagged in its home region, by its ARN.',
    examples: [
      `${WITH_TRAIL} && ssebox cloudtrail add-tags --resource-id $(ssebox cloudtrail list-trails --query 'Trails[0].TrailARN' --output text) --tags-list Key=team,Value=audit`,
      `TRAIL=$(${WITH_TRAIL} --query TrailARN --output text)
ssebox cloudtrail add-tags --resource-id $TRAIL --tags-list Key=team,Value=audit Key=stage,Value=test && ssebox cloudtrail list-tags --resource-id-list $TRAIL`,
    ],
  },
  CreateTrail: {
    summary: 'Create a trail, which delivers events to a bucket',
    description: `The policy of the bucket must let cloudtrail.amazonaws.com call GetBucketAcl, and PutObject with the ACL
bucket-owner-full-control; that of a KMS key must let it call DescribeKey and GenerateDataKey. A new trail does not log
until start-logging. A region has at most 5 trails; one of all regions counts in each.`,
    examples: [
      `${NEW_BUCKET} && ssebox cloudtrail create-trail --name audit --s3-bucket-name audit-logs`,
      `${NEW_BUCKET} && ssebox cloudtrail create-trail --name audit --s3-bucket-name audit-logs --is-multi-region-trail --enable-log-file-validation --query TrailARN --output text`,
    ],
  },
  DeleteTrail: {
    summary: 'Delete a trail; what it has delivered stays',
    examples: [
      `${WITH_TRAIL} && ssebox cloudtrail delete-trail --name ssebox`,
      `ssebox cloudtrail delete-trail --name $(${WITH_TRAIL} --query TrailARN --output text)`,
    ],
  },
  DescribeTrails: {
    summary: 'Show the settings of trails',
    description: `Without names, those of the region, with the shadows of other regions' trails of all regions. The trail
of another region is found by its ARN.`,
    examples: [
      'ssebox cloudtrail describe-trails',
      `${WITH_TRAIL} && ssebox cloudtrail describe-trails --trail-name-list ssebox --query 'trailList[].S3BucketName'`,
    ],
  },
  GetEventSelectors: {
    summary: 'Show which events a trail records',
    examples: [
      `${WITH_TRAIL} && ssebox cloudtrail get-event-selectors --trail-name ssebox`,
      `${WITH_TRAIL} && ssebox cloudtrail get-event-selectors --trail-name ssebox --query 'EventSelectors[].DataResources[].Values[]' --output text`,
    ],
  },
  GetTrail: {
    summary: 'Show the settings of one trail',
    examples: [
      `${WITH_TRAIL} && ssebox cloudtrail get-trail --name ssebox`,
      `${WITH_TRAIL} && ssebox cloudtrail get-trail --name ssebox --query Trail.LogFileValidationEnabled`,
    ],
  },
  GetTrailStatus: {
    summary: 'Show whether a trail is recording, and its last delivery',
    description: `In another region than its home, a trail of all regions is named by its ARN; then its deliveries are
those of that region's events.`,
    examples: [
      `${WITH_TRAIL} && ssebox cloudtrail get-trail-status --name ssebox`,
      `${WITH_TRAIL} && ssebox cloudtrail get-trail-status --name ssebox --query IsLogging`,
    ],
  },
  ListPublicKeys: {
    summary: 'List the keys that check the signatures of digest files',
    description: `Each region has keys of its own, each valid for 30 days; one is made when the first digest of that
time is delivered. A key is the DER of PKCS #1; its fingerprint, which digests name, is the MD5 of it.`,
    examples: [
      'ssebox cloudtrail list-public-keys --start-time 2026-01-01',
      "ssebox cloudtrail list-public-keys --query 'PublicKeyList[].Fingerprint' --output text",
    ],
  },
  ListTags: {
    summary: 'List the tags of trails',
    examples: [
      `ssebox cloudtrail list-tags --resource-id-list $(${WITH_TRAIL} --query TrailARN --output text)`,
      `${WITH_TRAIL} && ssebox cloudtrail list-tags --resource-id-list $(ssebox cloudtrail get-trail --name ssebox --query Trail.TrailARN --output text) --query 'ResourceTagList[].TagsList[]'`,
    ],
  },
  ListTrails: {
    summary: 'List the trails of the account',
    description: 'Those of all regions, each once.',
    examples: ['ssebox cloudtrail list-trails', "ssebox cloudtrail list-trails --query 'Trails[].Name' --output text"],
  },
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
  PutEventSelectors: {
    summary: 'Choose which events a trail records',
    description: `They replace all selectors that the trail had. At most 5 event selectors, with 250 data resources, or
advanced event selectors with 500 values. An advanced selector wants an event if all its fields do; of a field, one of
Equals, StartsWith and EndsWith has to fit and none of NotEquals, NotStartsWith and NotEndsWith may.`,
    examples: [
      `${WITH_TRAIL} && ssebox cloudtrail put-event-selectors --trail-name ssebox --event-selectors '[{"ReadWriteType":"WriteOnly","DataResources":[{"Type":"AWS::S3::Object","Values":["arn:aws:s3:::photos/"]}]}]'`,
      `${WITH_TRAIL} && ssebox cloudtrail put-event-selectors --trail-name ssebox --advanced-event-selectors '[{"FieldSelectors":[{"Field":"eventCategory","Equals":["Data"]},{"Field":"resources.type","Equals":["AWS::S3::Object"]},{"Field":"resources.ARN","NotStartsWith":["arn:aws:s3:::drafts/"]}]}]'`,
    ],
  },
  RemoveTags: {
    summary: 'Remove tags from a trail',
    examples: [
      `ssebox cloudtrail remove-tags --resource-id $(${WITH_TRAIL} --query TrailARN --output text) --tags-list Key=team`,
      `TRAIL=$(${WITH_TRAIL} --query TrailARN --output text)
ssebox cloudtrail add-tags --resource-id $TRAIL --tags-list Key=team,Value=audit && ssebox cloudtrail remove-tags --resource-id $TRAIL --tags-list Key=team`,
    ],
  },
  StartLogging: {
    summary: 'Start recording and delivering with a trail',
    examples: [
      `${WITH_TRAIL} && ssebox cloudtrail start-logging --name ssebox`,
      `${WITH_TRAIL} && ssebox cloudtrail stop-logging --name ssebox && ssebox cloudtrail start-logging --name ssebox`,
    ],
  },
  StopLogging: {
    summary: 'Stop a trail from recording and delivering',
    description: 'Events from before are still delivered.',
    examples: [
      `${WITH_TRAIL} && ssebox cloudtrail stop-logging --name ssebox`,
      `${WITH_TRAIL} && ssebox cloudtrail stop-logging --name ssebox && ssebox cloudtrail get-trail-status --name ssebox --query IsLogging`,
    ],
  },
  UpdateTrail: {
    summary: 'Change the settings of a trail',
    description: 'What is not named stays as it is. An empty --kms-key-id or --s3-key-prefix takes it away.',
    examples: [
      `${WITH_TRAIL} && ssebox cloudtrail update-trail --name ssebox --is-multi-region-trail`,
      `${WITH_TRAIL} && ssebox cloudtrail update-trail --name ssebox --no-enable-log-file-validation`,
    ],
  },
} as const satisfies Record<OperationName<'cloudtrail'>, OperationProse>;

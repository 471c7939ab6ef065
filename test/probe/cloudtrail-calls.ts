/** What CloudTrail is asked: AWS CloudTrail API Reference. The bucket of the trail has no policy at first. */

import { callsOf, policy } from './probe-call.ts';

const Name = '<name>';
const bucket = { S3BucketName: '<name>-trail' };
const service = { Effect: 'Allow', Principal: { Service: 'cloudtrail.amazonaws.com' } };
const delivery = policy(
  { ...service, Action: 's3:GetBucketAcl', Resource: 'arn:aws:s3:::<name>-trail' },
  { ...service, Action: 's3:PutObject', Resource: 'arn:aws:s3:::<name>-trail/AWSLogs/<caller.Account>/*' },
);
const attribute = { AttributeKey: 'EventName', AttributeValue: 'CreateKey' };

export const cloudtrailCalls = callsOf([
  ['by the name of an event', 'cloudtrail LookupEvents', { LookupAttributes: [attribute], MaxResults: 1 }, '200'],
  [
    'two attributes',
    'cloudtrail LookupEvents',
    { LookupAttributes: [attribute, attribute] },
    '400 InvalidLookupAttributesException',
  ],
  ['51 events', 'cloudtrail LookupEvents', { MaxResults: 51 }, '400 InvalidMaxResultsException'],
  [
    'a token that CloudTrail did not make',
    'cloudtrail LookupEvents',
    { NextToken: 'nonsense' },
    '400 InvalidNextTokenException',
  ],
  [
    'a time that ends before it starts',
    'cloudtrail LookupEvents',
    { StartTime: new Date('2026-01-02'), EndTime: new Date('2026-01-01') },
    '400 InvalidTimeRangeException',
  ],
  ['a session that may not', 'cloudtrail LookupEvents', {}, '400 AccessDeniedException', { as: 'idler' }],
  ['a name with a space', 'cloudtrail CreateTrail', { Name: 'a trail', ...bucket }, '400 InvalidTrailNameException'],
  [
    'to a bucket that does not exist',
    'cloudtrail CreateTrail',
    { Name, S3BucketName: '<name>-none' },
    '400 S3BucketDoesNotExistException',
  ],
  ['a bucket', 's3 CreateBucket', { Bucket: '<name>-trail' }, '200'],
  [
    'to a bucket that does not let it',
    'cloudtrail CreateTrail',
    { Name, ...bucket },
    '400 InsufficientS3BucketPolicyException',
  ],
  ['a policy that lets it', 's3 PutBucketPolicy', { Bucket: '<name>-trail', Policy: delivery }, '204'],
  ['a trail', 'cloudtrail CreateTrail', { Name, ...bucket }, '200', { kept: 'trail', mayLag: true }],
  ['the same trail', 'cloudtrail CreateTrail', { Name, ...bucket }, '400 TrailAlreadyExistsException'],
  ['by its name', 'cloudtrail GetTrail', { Name }, '200'],
  ['a trail that does not exist', 'cloudtrail GetTrail', { Name: '<name>-none' }, '400 TrailNotFoundException'],
  ['a trail', 'cloudtrail StartLogging', { Name }, '200'],
  ['a trail', 'cloudtrail GetTrailStatus', { Name }, '200'],
  ['a trail', 'cloudtrail GetEventSelectors', { TrailName: Name }, '200'],
  [
    'no selectors',
    'cloudtrail PutEventSelectors',
    { TrailName: Name, EventSelectors: [{ ReadWriteType: 'Sometimes' }] },
    '400 InvalidEventSelectorsException',
  ],
  ['a trail', 'cloudtrail StopLogging', { Name }, '200'],
  ['a trail', 'cloudtrail DeleteTrail', { Name }, '200'],
  ['a trail that is gone', 'cloudtrail DeleteTrail', { Name }, '400 TrailNotFoundException'],
]);

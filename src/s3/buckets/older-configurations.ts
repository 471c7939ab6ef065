/**
 * The first forms of lifecycle rules and notifications, which AWS keeps for older programs: S3 API Reference,
 * PutBucketLifecycle and PutBucketNotification. Both forms are the same XML on the wire, read by different shapes, so a
 * configuration in one form is also one in the other, as far as that can say it.
 */

import type {
  BucketLifecycleConfiguration,
  LifecycleConfiguration,
  LifecycleRule,
  NotificationConfiguration,
  NotificationConfigurationDeprecated,
} from '../../api/model/s3.types.ts';

export function newerLifecycle({ Rules }: LifecycleConfiguration): BucketLifecycleConfiguration {
  return {
    Rules: Rules.map(
      ({ Transition, NoncurrentVersionTransition, ...rule }): LifecycleRule => ({
        ...rule,
        ...(Transition && { Transitions: [Transition] }),
        ...(NoncurrentVersionTransition && { NoncurrentVersionTransitions: [NoncurrentVersionTransition] }),
      }),
    ),
  };
}

/** A filter is left out, and of several transitions all but the first, as the AWS CLI reads them. */
export function olderLifecycle({ Rules }: BucketLifecycleConfiguration) {
  return {
    Rules: Rules.map(({ Filter: _filter, Transitions = [], NoncurrentVersionTransitions = [], ...rule }) => ({
      ...rule,
      ...(Transitions[0] && { Transition: Transitions[0] }),
      ...(NoncurrentVersionTransitions[0] && { NoncurrentVersionTransition: NoncurrentVersionTransitions[0] }),
    })),
  };
}

/** Without the role of a function, which newer functions do not need. */
export function newerNotification(older: NotificationConfigurationDeprecated): NotificationConfiguration {
  const { TopicConfiguration: topic, QueueConfiguration: queue, CloudFunctionConfiguration: func } = older;
  return {
    ...(topic && { TopicConfigurations: [{ ...newerEvents(topic), TopicArn: topic.Topic ?? '' }] }),
    ...(queue && { QueueConfigurations: [{ ...newerEvents(queue), QueueArn: queue.Queue ?? '' }] }),
    ...(func && {
      LambdaFunctionConfigurations: [{ ...newerEvents(func), LambdaFunctionArn: func.CloudFunction ?? '' }],
    }),
  };
}

type Events = NonNullable<NotificationConfigurationDeprecated['TopicConfiguration']>['Events'] & {};

const newerEvents = ({ Id, Event, Events = [] }: OlderEvents) => ({
  ...(Id !== undefined && { Id }),
  Events: Event === undefined ? Events : [...Events, Event],
});

interface OlderEvents {
  readonly Id?: string | undefined;
  readonly Event?: Events[number] | undefined;
  readonly Events?: Events | undefined;
}

/** The first of each kind, without filters. */
export function olderNotification(newer: NotificationConfiguration): NotificationConfigurationDeprecated {
  const [topic] = newer.TopicConfigurations ?? [];
  const [queue] = newer.QueueConfigurations ?? [];
  const [func] = newer.LambdaFunctionConfigurations ?? [];
  return {
    ...(topic && { TopicConfiguration: { ...olderEvents(topic), Topic: topic.TopicArn } }),
    ...(queue && { QueueConfiguration: { ...olderEvents(queue), Queue: queue.QueueArn } }),
    ...(func && { CloudFunctionConfiguration: { ...olderEvents(func), CloudFunction: func.LambdaFunctionArn } }),
  };
}

const olderEvents = ({ Id, Events }: { readonly Id?: string | undefined; readonly Events: Events }) => ({
  ...(Id !== undefined && { Id }),
  Events,
  ...(Events.length === 1 && { Event: Events[0] }),
});

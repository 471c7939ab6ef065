/** What the options of AWS CloudTrail mean. AWS CloudTrail API Reference, by operation. */

import type { MeaningsOf } from './meaning.ts';

export const cloudtrailOptions = {
  everywhere: {
    EndTime: 'list only events up to this time, which must not be before the start (default: now)',
    EventCategory: 'look for Insights events, which ssebox does not make, instead of management events',
    LookupAttributes: 'one name and value that events must have (default: all events of the last 90 days)',
    StartTime: 'list only events from this time on (default: the last 90 days)',
  },
  within: {},
} as const satisfies MeaningsOf<'cloudtrail'>;

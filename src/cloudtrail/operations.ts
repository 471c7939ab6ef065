/** Every CloudTrail operation that ssebox has, by AWS's name. */

import type { OperationTable } from '../call/operation.ts';
import { GetEventSelectors, PutEventSelectors } from './event-selectors.ts';
import { GetTrailStatus, StartLogging, StopLogging } from './logging.ts';
import { LookupEvents } from './lookup-events.ts';
import { ListPublicKeys } from './public-keys.ts';
import { AddTags, ListTags, RemoveTags } from './trail-tags.ts';
import { CreateTrail, DeleteTrail, DescribeTrails, GetTrail, ListTrails, UpdateTrail } from './trails.ts';

export const cloudtrailOperations: OperationTable = {
  AddTags,
  CreateTrail,
  DeleteTrail,
  DescribeTrails,
  GetEventSelectors,
  GetTrail,
  GetTrailStatus,
  ListPublicKeys,
  ListTags,
  ListTrails,
  LookupEvents,
  PutEventSelectors,
  RemoveTags,
  StartLogging,
  StopLogging,
  UpdateTrail,
};

/** A bucket's replication configuration as the store keeps it. */

import type { ReplicationConfiguration as Configuration } from '../api/model/s3.types.ts';

export interface ReplicationConfiguration {
  readonly v: 1;
  /** As it was put, every rule with an id. */
  readonly configuration: Configuration;
}

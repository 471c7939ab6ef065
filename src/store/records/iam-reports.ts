/** The rows of IAM's reports, which say what was so when they were made. */

import type { AccountId } from '../../api/arn.ts';

/** An account's newest credential report. */
export interface CredentialReportRecord {
  readonly v: 1;
  readonly kind: 'credentials';
  readonly account: AccountId;
  readonly generatedMs: number;
  /** CSV. */
  readonly content: string;
}

/** What a job found of the services that an entity, or those with a policy, can use and did use. */
export interface LastAccessedRecord {
  readonly v: 1;
  readonly kind: 'last-accessed';
  readonly account: AccountId;
  readonly jobId: string;
  readonly granularity: 'SERVICE_LEVEL' | 'ACTION_LEVEL';
  /** By the store's clock. */
  readonly createdMs: number;
  /** By the machine's clock; absent if the store's was the same. */
  readonly machineMs?: number | undefined;
  /** Users and roles. */
  readonly entities: readonly ReportedEntity[];
  readonly services: readonly ReportedService[];
}

export interface ReportedEntity {
  readonly kind: 'user' | 'role';
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly path: string;
}

/** A service that policies allow, with the last use by each entity that used it. */
export interface ReportedService {
  readonly namespace: string;
  readonly uses: readonly ReportedUse[];
  /** The last use of each of its operations, by whomever. */
  readonly actions: readonly (ReportedUse & { readonly name: string })[];
}

export interface ReportedUse {
  /** The unique id of the user or role. */
  readonly id: string;
  readonly timeMs: number;
  readonly region: string;
}

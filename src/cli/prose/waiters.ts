/** What help and manual say of the AWS CLI's waiters. */

import type { WaiterName, WaitingService } from '../../api/model/waiters.ts';

interface WaiterProse {
  /** One line in the imperative. */
  readonly summary: string;
  /** Whole command lines that run as they stand on the sample store (`ssebox store init --sample`). */
  readonly examples: readonly [string, string, ...string[]];
}

const putBusy =
  'ssebox cloudwatch put-metric-alarm --alarm-name busy --namespace SSEBox --metric-name Calls --statistic Sum --period 60 --evaluation-periods 1 --threshold 10 --comparison-operator GreaterThanThreshold';

const reportsRead = 'arn:aws:iam::111122223333:policy/ReportsRead';

export const waiterProse = {
  s3: {
    BucketExists: {
      summary: 'Wait until a bucket exists',
      examples: [
        'ssebox s3api wait bucket-exists --bucket photos',
        'ssebox s3api create-bucket --bucket archive && ssebox s3api wait bucket-exists --bucket archive',
      ],
    },
    BucketNotExists: {
      summary: 'Wait until a bucket does not exist',
      examples: [
        'ssebox s3api wait bucket-not-exists --bucket no-such-photos',
        'ssebox s3api delete-bucket --bucket drafts && ssebox s3api wait bucket-not-exists --bucket drafts',
      ],
    },
    ObjectExists: {
      summary: 'Wait until an object exists',
      examples: [
        'ssebox s3api wait object-exists --bucket photos --key harbour.txt',
        'ssebox s3api wait object-exists --bucket reports --key 2026/q1.csv && ssebox s3 cp s3://reports/2026/q1.csv .',
      ],
    },
    ObjectNotExists: {
      summary: 'Wait until an object does not exist',
      examples: [
        'ssebox s3api wait object-not-exists --bucket photos --key no-such.txt',
        'ssebox s3 rm s3://photos/harbour.txt && ssebox s3api wait object-not-exists --bucket photos --key harbour.txt',
      ],
    },
  },
  iam: {
    PolicyExists: {
      summary: 'Wait until a managed policy exists',
      examples: [
        `ssebox iam wait policy-exists --policy-arn ${reportsRead}`,
        `ssebox iam wait policy-exists --policy-arn ${reportsRead} && ssebox iam attach-user-policy --user-name bob --policy-arn ${reportsRead}`,
      ],
    },
    RoleExists: {
      summary: 'Wait until a role exists',
      examples: [
        'ssebox iam wait role-exists --role-name reader',
        'ssebox iam wait role-exists --role-name reader && ssebox iam get-role --role-name reader --query Role.Arn',
      ],
    },
    UserExists: {
      summary: 'Wait until a user exists',
      examples: [
        'ssebox iam wait user-exists --user-name bob',
        'ssebox iam create-user --user-name carol && ssebox iam wait user-exists --user-name carol',
      ],
    },
  },
  cloudwatch: {
    AlarmExists: {
      summary: 'Wait until an alarm exists',
      examples: [
        `${putBusy} && ssebox cloudwatch wait alarm-exists --alarm-names busy`,
        `${putBusy} && ssebox cloudwatch wait alarm-exists --alarm-name-prefix bu && ssebox cloudwatch describe-alarms`,
      ],
    },
  },
} satisfies { readonly [S in WaitingService]: Readonly<Record<WaiterName<S>, WaiterProse>> };

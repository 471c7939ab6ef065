/** The commercial AWS regions (partition `aws`): AWS General Reference, "AWS service endpoints". */

export const regions = [
  'af-south-1',
  'ap-east-1',
  'ap-east-2',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-south-2',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-southeast-3',
  'ap-southeast-4',
  'ap-southeast-5',
  'ap-southeast-6',
  'ap-southeast-7',
  'ca-central-1',
  'ca-west-1',
  'eu-central-1',
  'eu-central-2',
  'eu-north-1',
  'eu-south-1',
  'eu-south-2',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'il-central-1',
  'me-central-1',
  'me-south-1',
  'mx-central-1',
  'sa-east-1',
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
] as const;

export type Region = (typeof regions)[number];

/** The partitions besides `aws`, by their regions: AWS General Reference, "Amazon Resource Names", partitions. */
const otherPartitions: Readonly<Record<string, RegExp>> = {
  'aws-cn': /^cn-[a-z]+-\d+$/,
  'aws-us-gov': /^us-gov-[a-z]+-\d+$/,
  'aws-iso': /^us-iso-[a-z]+-\d+$/,
  'aws-iso-b': /^us-isob-[a-z]+-\d+$/,
  'aws-iso-e': /^eu-isoe-[a-z]+-\d+$/,
  'aws-iso-f': /^us-isof-[a-z]+-\d+$/,
  'aws-eusc': /^eusc-[a-z]+-[a-z]+-\d+$/,
};

/** What to say of the region of another partition, which the form of its name tells; undefined for any other name. */
export function saidOfPartition(region: string): string | undefined {
  const partition = Object.entries(otherPartitions).find(([, form]) => form.test(region))?.[0];
  return (
    partition && `${region} is in the partition ${partition}, which ssebox does not have: it has the partition aws`
  );
}

/**
 * Whether a text could name a region: an endpoint other than AWS's may have regions of its own, such as Garage's `garage`
 * and Ceph's zone groups. It is what can be part of a host's name: botocore, utils.py, `validate_region_name`.
 */
export const isRegionName = (text: string): boolean => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(text);

/** Whether a text names a region that ssebox knows. */
export function isRegion(text: string): text is Region {
  return (regions as readonly string[]).includes(text);
}

/**
 * A script for the AWS CLI that writes down the configuration of an account, by calls that only read: each answer in a
 * record that says what was asked.
 */

export const dumpScript = `#!/bin/sh
# Writes down the configuration of an AWS account that decides about access: IAM, KMS, S3 and, where it may be read,
# the organization. It only reads: every call below lists, gets or describes. It needs the AWS CLI, version 1 or 2, and
# the permissions of AWS's policy SecurityAudit. Neither secrets nor objects are read.
#
#   sh dump.sh FOLDER              all regions that the account uses
#   sh dump.sh FOLDER REGION ...   KMS keys of these regions only
#   ssebox import FOLDER
set -u

if [ $# -lt 1 ]; then
  echo "usage: sh dump.sh FOLDER [REGION ...]" >&2
  exit 2
fi
folder=$1
shift
regions=$*
AWS_PAGER=
export AWS_PAGER
umask 077
mkdir -p "$folder/kms" "$folder/s3" || exit 1
unfinished=$folder/unfinished
echo "the script that makes this dump has not come to its end" >"$unfinished" || exit 1
errors=$folder/.errors

if [ -z "$regions" ]; then
  if ! regions=$(aws ec2 describe-regions --query 'Regions[].[RegionName]' --output text); then
    echo "the regions of the account cannot be listed: name them, as in sh dump.sh $folder us-east-1 eu-west-1" >&2
    exit 1
  fi
fi

# The text of a JSON string, on one line.
quoted() {
  printf '%s' "$1" | tr '\\n\\r\\t' '   ' | sed 's/\\\\/\\\\\\\\/g; s/"/\\\\"/g'
}

# SERVICE OPERATION REGION INPUT ARGUMENT...: asks, and prints the answer in a record.
ask() {
  service=$1 operation=$2 region=$3 input=$4
  shift 4
  if answer=$(aws "$service" "$operation" "$@" --region "$region" --output json 2>"$errors"); then
    result="\\"Output\\":\${answer:-null}"
  else
    result="\\"Error\\":\\"$(quoted "$(cat "$errors")")\\""
  fi
  printf '{"Operation":"%s","Region":"%s","Input":%s,\\n%s}\\n' "$operation" "$region" "$input" "$result"
}

# FILE: what follows in its place is whole.
keep() {
  cat >"$1.part" && mv "$1.part" "$1"
}

home=us-east-1
for region in $regions; do
  home=$region
  break
done
global=us-east-1

echo "identity and policies" >&2
{
  ask sts get-caller-identity "$home" '{}'
  ask iam get-account-authorization-details "$global" '{}'
  for policy in $(aws iam list-policies --region "$global" --scope Local --query 'Policies[].[Arn]' --output text 2>"$errors"); do
    ask iam list-policy-tags "$global" "{\\"PolicyArn\\":\\"$policy\\"}" --policy-arn "$policy"
  done
} | keep "$folder/iam.json"

for region in $regions; do
  echo "keys in $region" >&2
  {
    ask kms list-keys "$region" '{}'
    ask kms list-aliases "$region" '{}'
    for key in $(aws kms list-keys --region "$region" --query 'Keys[].[KeyId]' --output text 2>"$errors"); do
      input="{\\"KeyId\\":\\"$key\\"}"
      ask kms describe-key "$region" "$input" --key-id "$key"
      ask kms get-key-policy "$region" "$input" --key-id "$key" --policy-name default
      ask kms list-grants "$region" "$input" --key-id "$key"
      ask kms list-resource-tags "$region" "$input" --key-id "$key"
      ask kms get-key-rotation-status "$region" "$input" --key-id "$key"
    done
  } | keep "$folder/kms/$region.json"
done

echo "buckets" >&2
account=$(aws sts get-caller-identity --region "$home" --query Account --output text 2>"$errors")
{
  ask s3api list-buckets "$home" '{}'
  ask s3control get-public-access-block "$home" "{\\"AccountId\\":\\"$account\\"}" --account-id "$account"
} | keep "$folder/s3.json"
for bucket in $(aws s3api list-buckets --region "$home" --query 'Buckets[].[Name]' --output text 2>"$errors"); do
  echo "bucket $bucket" >&2
  region=$(aws s3api get-bucket-location --region "$home" --bucket "$bucket" --query LocationConstraint --output text 2>"$errors")
  case $region in
    EU) region=eu-west-1 ;;
    None | '') region=us-east-1 ;;
  esac
  input="{\\"Bucket\\":\\"$bucket\\"}"
  for operation in get-bucket-location get-bucket-policy get-bucket-encryption get-bucket-versioning \\
    get-bucket-ownership-controls get-public-access-block get-bucket-replication get-bucket-tagging; do
    ask s3api "$operation" "$region" "$input" --bucket "$bucket"
  done | keep "$folder/s3/$bucket.json"
done

# The units below a root or a unit, and what is below them.
units() {
  ask organizations list-organizational-units-for-parent "$global" "{\\"ParentId\\":\\"$1\\"}" --parent-id "$1"
  for unit in $(aws organizations list-organizational-units-for-parent --region "$global" --parent-id "$1" \\
    --query 'OrganizationalUnits[].[Id]' --output text 2>"$errors"); do
    units "$unit"
  done
}

echo "organization" >&2
{
  ask organizations describe-organization "$global" '{}'
  if aws organizations describe-organization --region "$global" >"$errors" 2>&1; then
    ask organizations list-roots "$global" '{}'
    ask organizations list-accounts "$global" '{}'
    for root in $(aws organizations list-roots --region "$global" --query 'Roots[].[Id]' --output text 2>"$errors"); do
      units "$root"
    done
    for member in $(aws organizations list-accounts --region "$global" --query 'Accounts[].[Id]' --output text 2>"$errors"); do
      ask organizations list-parents "$global" "{\\"ChildId\\":\\"$member\\"}" --child-id "$member"
    done
    for type in SERVICE_CONTROL_POLICY RESOURCE_CONTROL_POLICY; do
      ask organizations list-policies "$global" "{\\"Filter\\":\\"$type\\"}" --filter "$type"
      for policy in $(aws organizations list-policies --region "$global" --filter "$type" --query 'Policies[].[Id]' --output text 2>"$errors"); do
        input="{\\"PolicyId\\":\\"$policy\\"}"
        ask organizations describe-policy "$global" "$input" --policy-id "$policy"
        ask organizations list-targets-for-policy "$global" "$input" --policy-id "$policy"
      done
    done
  fi
} | keep "$folder/organization.json"

rm -f "$errors" "$unfinished"
echo "ssebox import $folder reads it" >&2
`;

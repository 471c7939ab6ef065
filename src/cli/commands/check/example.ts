/** A file of tests to begin with, as `--example` prints it: it has one of everything that most files need. */

export const EXAMPLE = `# Policy tests for "ssebox check". What is given is all that there is: no store is needed.
given:
  account: "111122223333"
  users:
    ana:
      policies:
        - Version: "2012-10-17"
          Statement:
            - {Sid: ReadReports, Effect: Allow, Action: s3:GetObject, Resource: "arn:aws:s3:::reports/*"}
            - {Sid: UseKey, Effect: Allow, Action: kms:Decrypt, Resource: "*"}
    bob:
      attached: [arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess]
  keys:
    alias/reports:
      # Without "policy", the key has the default key policy. A policy can also be the path of a file.
      policy:
        Version: "2012-10-17"
        Statement:
          - Sid: Account
            Effect: Allow
            Principal: {AWS: "arn:aws:iam::111122223333:root"}
            Action: kms:*
            Resource: "*"
  buckets:
    reports:
      encryption: {type: aws:kms, key: alias/reports, bucket-key: true}
      policy:
        Version: "2012-10-17"
        Statement:
          - Sid: OnlyTls
            Effect: Deny
            Principal: "*"
            Action: s3:*
            Resource: ["arn:aws:s3:::reports", "arn:aws:s3:::reports/*"]
            Condition: {Bool: {aws:SecureTransport: "false"}}
      objects: [2026/q1.csv]

defaults:
  do: s3 cp s3://reports/2026/q1.csv -

tests:
  - name: ana reads reports
    as: user/ana
    expect: allow
    because: [ReadReports, UseKey]

  - name: bob may read the bucket, but not use its key
    as: user/bob
    expect: deny
    because: identity policy

  - name: nobody reads without TLS
    as: user/ana
    context: {aws:SecureTransport: false}
    expect: deny
    because: [bucket policy, OnlyTls]

  - name: ana does not write
    as: user/ana
    do: s3api put-object --bucket reports --key 2026/q2.csv
    expect: AccessDenied
`;

export interface Document {
  readonly how: string
  readonly at: string
  readonly xml: string
}

function put(at: string, xml: string): Document {
  return { how: 'PUT', at: `/target${at}`, xml }
}

const queueArn = 'arn:aws:sqs:us-east-1:000000000000:target'

/** What S3 takes in XML (a policy in JSON), each where it belongs; then some that belong nowhere. */
export const documents: readonly Document[] = [
  {
    how: 'POST',
    at: '/target?delete',
    xml: '<Delete><Object><Key>a</Key><VersionId>null</VersionId></Object></Delete>',
  },
  {
    how: 'POST',
    at: '/target/a?uploadId=x',
    xml: '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"a"</ETag></Part></CompleteMultipartUpload>',
  },
  put('', '<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>'),
  put('?versioning', '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'),
  put('?tagging', '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>'),
  put('/a?tagging', '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>'),
  put(
    '?cors',
    '<CORSConfiguration><CORSRule><AllowedMethod>GET</AllowedMethod><AllowedOrigin>*</AllowedOrigin></CORSRule></CORSConfiguration>',
  ),
  put(
    '?lifecycle',
    '<LifecycleConfiguration><Rule><ID>a</ID><Filter><Prefix>x</Prefix></Filter><Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>',
  ),
  put(
    '?encryption',
    '<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>',
  ),
  put(
    '?notification',
    `<NotificationConfiguration><QueueConfiguration><Id>n</Id><Queue>${queueArn}</Queue><Event>s3:ObjectCreated:*</Event></QueueConfiguration></NotificationConfiguration>`,
  ),
  put(
    '?publicAccessBlock',
    '<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls></PublicAccessBlockConfiguration>',
  ),
  put(
    '?ownershipControls',
    '<OwnershipControls><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule></OwnershipControls>',
  ),
  put(
    '?website',
    '<WebsiteConfiguration><IndexDocument><Suffix>index.html</Suffix></IndexDocument></WebsiteConfiguration>',
  ),
  put(
    '?logging',
    '<BucketLoggingStatus><LoggingEnabled><TargetBucket>target</TargetBucket><TargetPrefix/></LoggingEnabled></BucketLoggingStatus>',
  ),
  put('?acl', '<AccessControlPolicy><Owner><ID>a</ID></Owner><AccessControlList/></AccessControlPolicy>'),
  put(
    '?policy',
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::target/*"}]}',
  ),
  put('?tagging', `<Tagging>${'<a>'.repeat(20_000)}${'</a>'.repeat(20_000)}</Tagging>`),
  put('?tagging', '<!DOCTYPE a [<!ENTITY b "&c;&c;"><!ENTITY c SYSTEM "file:///etc/passwd">]><Tagging>&b;</Tagging>'),
  put('?tagging', `<Tagging ${'a="b" '.repeat(5000)}/>`),
  put('?tagging', '<Tagging>&#0;&#x110000;&#xd800;&nbsp;</Tagging>'),
  put('?tagging', `<Tagging><TagSet>${'<Tag><Key>a</Key><Value>b</Value></Tag>'.repeat(1000)}</TagSet></Tagging>`),
  put('?policy', `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`),
]

import {
  DeleteBucketCorsCommand,
  DeleteBucketEncryptionCommand,
  DeleteBucketLifecycleCommand,
  DeleteBucketOwnershipControlsCommand,
  DeleteBucketReplicationCommand,
  DeleteBucketTaggingCommand,
  DeleteBucketWebsiteCommand,
  DeletePublicAccessBlockCommand,
  GetBucketAccelerateConfigurationCommand,
  GetBucketAnalyticsConfigurationCommand,
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketInventoryConfigurationCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLoggingCommand,
  GetBucketMetricsConfigurationCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketReplicationCommand,
  GetBucketRequestPaymentCommand,
  GetBucketTaggingCommand,
  GetBucketWebsiteCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  GetPublicAccessBlockCommand,
  ListBucketInventoryConfigurationsCommand,
  PutBucketAccelerateConfigurationCommand,
  PutBucketCorsCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketLoggingCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketRequestPaymentCommand,
  PutBucketTaggingCommand,
  PutBucketWebsiteCommand,
  PutPublicAccessBlockCommand,
  type LifecycleRule,
  type S3Client,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { temporaryFolder } from '../temporary-folder.ts'
import { errorCode, rawRequest } from './raw-request.ts'
import { serveBucket, serveS3 } from './serve-s3.ts'

test('a setting that was never put has its own error, or what AWS gives every bucket', async (t) => {
  const { sdk, Bucket } = await serveBucket(t)
  const Id = 'one'
  const absent = [
    [new GetBucketCorsCommand({ Bucket }), 'NoSuchCORSConfiguration', 404],
    [new GetBucketLifecycleConfigurationCommand({ Bucket }), 'NoSuchLifecycleConfiguration', 404],
    [new GetBucketPolicyCommand({ Bucket }), 'NoSuchBucketPolicy', 404],
    [new GetBucketReplicationCommand({ Bucket }), 'ReplicationConfigurationNotFoundError', 404],
    [new GetBucketTaggingCommand({ Bucket }), 'NoSuchTagSet', 404],
    [new GetBucketWebsiteCommand({ Bucket }), 'NoSuchWebsiteConfiguration', 404],
    [new GetObjectLockConfigurationCommand({ Bucket }), 'ObjectLockConfigurationNotFoundError', 404],
    [new GetObjectRetentionCommand({ Bucket, Key: 'k' }), 'InvalidRequest', 400],
    [new GetBucketInventoryConfigurationCommand({ Bucket, Id }), 'NoSuchConfiguration', 404],
    [new GetBucketAnalyticsConfigurationCommand({ Bucket, Id }), 'NoSuchConfiguration', 404],
    [new GetBucketMetricsConfigurationCommand({ Bucket, Id }), 'NoSuchConfiguration', 404],
  ] as const
  for (const [command, name, httpStatusCode] of absent) {
    const sent: Promise<unknown> = sdk.send(command as GetBucketCorsCommand)
    await assert.rejects(sent, (error: { name: string; $metadata: { httpStatusCode: number } }) => {
      assert.deepEqual([error.name, error.$metadata.httpStatusCode], [name, httpStatusCode])
      return true
    })
  }
  const { ServerSideEncryptionConfiguration: encryption } = await sdk.send(new GetBucketEncryptionCommand({ Bucket }))
  assert.equal(encryption?.Rules?.[0].ApplyServerSideEncryptionByDefault?.SSEAlgorithm, 'AES256')
  const { PublicAccessBlockConfiguration: block } = await sdk.send(new GetPublicAccessBlockCommand({ Bucket }))
  assert.deepEqual(block, {
    BlockPublicAcls: true,
    IgnorePublicAcls: true,
    BlockPublicPolicy: true,
    RestrictPublicBuckets: true,
  })
  const { OwnershipControls } = await sdk.send(new GetBucketOwnershipControlsCommand({ Bucket }))
  assert.deepEqual(OwnershipControls?.Rules, [{ ObjectOwnership: 'BucketOwnerEnforced' }])
  assert.equal((await sdk.send(new GetBucketRequestPaymentCommand({ Bucket }))).Payer, 'BucketOwner')
  assert.equal((await sdk.send(new GetBucketAccelerateConfigurationCommand({ Bucket }))).Status, undefined)
  assert.equal((await sdk.send(new GetBucketLoggingCommand({ Bucket }))).LoggingEnabled, undefined)
  const notification = await sdk.send(new GetBucketNotificationConfigurationCommand({ Bucket }))
  assert.equal(notification.QueueConfigurations, undefined)
  const inventories = await sdk.send(new ListBucketInventoryConfigurationsCommand({ Bucket }))
  assert.deepEqual([inventories.IsTruncated, inventories.InventoryConfigurationList], [false, undefined])
})

test('a setting comes back as it was put, and is gone when deleted', async (t) => {
  const { sdk, Bucket } = await serveBucket(t)
  const CORSRules = [
    {
      ID: 'all',
      AllowedHeaders: ['*'],
      AllowedMethods: ['GET', 'PUT'],
      AllowedOrigins: ['https://*.example.com'],
      ExposeHeaders: ['ETag'],
      MaxAgeSeconds: 300,
    },
  ]
  await sdk.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }))
  assert.deepEqual((await sdk.send(new GetBucketCorsCommand({ Bucket }))).CORSRules, CORSRules)
  await sdk.send(new DeleteBucketCorsCommand({ Bucket }))
  await assert.rejects(sdk.send(new GetBucketCorsCommand({ Bucket })), { name: 'NoSuchCORSConfiguration' })

  const TagSet = [
    { Key: 'stage', Value: 'dev' },
    { Key: 'no value', Value: '' },
  ]
  await sdk.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }))
  assert.deepEqual((await sdk.send(new GetBucketTaggingCommand({ Bucket }))).TagSet, TagSet)
  await sdk.send(new DeleteBucketTaggingCommand({ Bucket }))
  await assert.rejects(sdk.send(new GetBucketTaggingCommand({ Bucket })), { name: 'NoSuchTagSet' })

  const Rules = [
    {
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' as const, KMSMasterKeyID: 'key-1' },
      BucketKeyEnabled: true,
    },
  ]
  await sdk.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }))
  const got = await sdk.send(new GetBucketEncryptionCommand({ Bucket }))
  assert.deepEqual(got.ServerSideEncryptionConfiguration?.Rules, Rules)
  await sdk.send(new DeleteBucketEncryptionCommand({ Bucket }))
  const after = await sdk.send(new GetBucketEncryptionCommand({ Bucket }))
  const [rule] = after.ServerSideEncryptionConfiguration!.Rules!
  assert.equal(rule.ApplyServerSideEncryptionByDefault?.SSEAlgorithm, 'AES256')

  const WebsiteConfiguration = {
    IndexDocument: { Suffix: 'index.html' },
    ErrorDocument: { Key: 'error.html' },
    RoutingRules: [{ Condition: { KeyPrefixEquals: 'docs/' }, Redirect: { ReplaceKeyPrefixWith: 'documents/' } }],
  }
  await sdk.send(new PutBucketWebsiteCommand({ Bucket, WebsiteConfiguration }))
  const { $metadata: _, ...website } = await sdk.send(new GetBucketWebsiteCommand({ Bucket }))
  assert.deepEqual(website, WebsiteConfiguration)
  await sdk.send(new DeleteBucketWebsiteCommand({ Bucket }))
  await assert.rejects(sdk.send(new GetBucketWebsiteCommand({ Bucket })), { name: 'NoSuchWebsiteConfiguration' })

  await sdk.send(new PutBucketRequestPaymentCommand({ Bucket, RequestPaymentConfiguration: { Payer: 'Requester' } }))
  assert.equal((await sdk.send(new GetBucketRequestPaymentCommand({ Bucket }))).Payer, 'Requester')
  const AccelerateConfiguration = { Status: 'Enabled' as const }
  await sdk.send(new PutBucketAccelerateConfigurationCommand({ Bucket, AccelerateConfiguration }))
  assert.equal((await sdk.send(new GetBucketAccelerateConfigurationCommand({ Bucket }))).Status, 'Enabled')
  const LoggingEnabled = { TargetBucket: Bucket, TargetPrefix: 'logs/' }
  await sdk.send(new PutBucketLoggingCommand({ Bucket, BucketLoggingStatus: { LoggingEnabled } }))
  assert.deepEqual((await sdk.send(new GetBucketLoggingCommand({ Bucket }))).LoggingEnabled, LoggingEnabled)
  await sdk.send(new DeleteBucketReplicationCommand({ Bucket }))
})

test('the blocks and controls every new bucket has can be changed and taken away', async (t) => {
  const { sdk, Bucket } = await serveBucket(t)
  await sdk.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: { BlockPublicAcls: true } }))
  const { PublicAccessBlockConfiguration } = await sdk.send(new GetPublicAccessBlockCommand({ Bucket }))
  assert.deepEqual(PublicAccessBlockConfiguration, {
    BlockPublicAcls: true,
    IgnorePublicAcls: false,
    BlockPublicPolicy: false,
    RestrictPublicBuckets: false,
  })
  await sdk.send(new DeletePublicAccessBlockCommand({ Bucket }))
  await assert.rejects(sdk.send(new GetPublicAccessBlockCommand({ Bucket })), {
    name: 'NoSuchPublicAccessBlockConfiguration',
  })
  const Rules = [{ ObjectOwnership: 'ObjectWriter' as const }]
  await sdk.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: { Rules } }))
  assert.deepEqual((await sdk.send(new GetBucketOwnershipControlsCommand({ Bucket }))).OwnershipControls?.Rules, Rules)
  await sdk.send(new DeleteBucketOwnershipControlsCommand({ Bucket }))
  await assert.rejects(sdk.send(new GetBucketOwnershipControlsCommand({ Bucket })), {
    name: 'OwnershipControlsNotFoundError',
  })
})

async function putRules(sdk: S3Client, Bucket: string, rules: readonly Partial<LifecycleRule>[]): Promise<void> {
  const Rules = rules.map((rule): LifecycleRule => ({ Status: 'Enabled', Filter: { Prefix: '' }, ...rule }))
  await sdk.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }))
}

test('a lifecycle comes back with an id for each rule', async (t) => {
  const { sdk, Bucket } = await serveBucket(t)
  await putRules(sdk, Bucket, [
    { ID: 'logs', Filter: { And: { Prefix: 'logs/', Tags: [{ Key: 'a', Value: 'b' }] } }, Expiration: { Days: 30 } },
    { Filter: { ObjectSizeGreaterThan: 500 }, Transitions: [{ Days: 30, StorageClass: 'STANDARD_IA' }] },
  ])
  const get = new GetBucketLifecycleConfigurationCommand({ Bucket })
  const { Rules, TransitionDefaultMinimumObjectSize } = await sdk.send(get)
  assert.equal(TransitionDefaultMinimumObjectSize, 'all_storage_classes_128K')
  assert.deepEqual(Rules?.[0], {
    ID: 'logs',
    Status: 'Enabled',
    Filter: { And: { Prefix: 'logs/', Tags: [{ Key: 'a', Value: 'b' }] } },
    Expiration: { Days: 30 },
  })
  assert.match(Rules[1].ID ?? '', /.+/)
  await sdk.send(new DeleteBucketLifecycleCommand({ Bucket }))
  await assert.rejects(sdk.send(get), { name: 'NoSuchLifecycleConfiguration' })
})

test("a lifecycle that breaks a rule is refused in AWS's words", async (t) => {
  const { sdk, Bucket } = await serveBucket(t)
  const Expiration = { Days: 1 }
  const broken: [Partial<LifecycleRule>[], string, RegExp][] = [
    [[{ Filter: undefined, Expiration }], 'MalformedXML', /did not validate/],
    [[{ Status: 'On' as 'Enabled', Expiration }], 'MalformedXML', /did not validate/],
    [[{ Expiration: {} }], 'MalformedXML', /did not validate/],
    [[{}], 'InvalidRequest', /^At least one action needs to be specified in a rule$/],
    [[{ Expiration: { Days: 0 } }], 'InvalidArgument', /^'Days' for Expiration action must be a positive integer$/],
    [[{ Expiration: { Date: new Date(1e12) } }], 'InvalidArgument', /^'Date' must be at midnight GMT$/],
    [[{ ID: 'x'.repeat(256), Expiration }], 'InvalidArgument', /^ID length should not exceed allowed limit of 255$/],
    [
      [
        { ID: 'a', Expiration },
        { ID: 'a', Expiration },
      ],
      'InvalidArgument',
      /^Rule ID must be unique\./,
    ],
    [
      [{ Transitions: [{ Days: 29, StorageClass: 'STANDARD_IA' }] }],
      'InvalidArgument',
      /^'Days' in Transition action must be greater than or equal to 30 for storageClass 'STANDARD_IA'$/,
    ],
    [
      [{ Filter: { Tag: { Key: 'a', Value: 'b' } }, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } }],
      'InvalidRequest',
      /^AbortIncompleteMultipartUpload cannot be specified with Tags\.$/,
    ],
    [
      [
        {
          Filter: {
            And: {
              Tags: [
                { Key: 'a', Value: 'b' },
                { Key: 'a', Value: 'c' },
              ],
            },
          },
          Expiration,
        },
      ],
      'InvalidRequest',
      /^Duplicate Tag Keys are not allowed\.$/,
    ],
  ]
  for (const [rules, name, message] of broken) {
    await assert.rejects(putRules(sdk, Bucket, rules), { name, message })
  }
})

test('a document with an unknown, a missing or a doubled element is MalformedXML', async (t) => {
  const { port } = await serveBucket(t)
  const rule = '<AllowedMethod>GET</AllowedMethod><AllowedOrigin>*</AllowedOrigin>'
  const documents: [string, string, string][] = [
    ['cors', '<CORSConfiguration/>', 'MalformedXML'],
    ['cors', `<CORSConfiguration><CORSRule>${rule}<Colour/></CORSRule></CORSConfiguration>`, 'MalformedXML'],
    ['cors', `<CORSConfiguration>${`<CORSRule>${rule}</CORSRule>`.repeat(101)}</CORSConfiguration>`, 'MalformedXML'],
    [
      'cors',
      `<CORSConfiguration><CORSRule>${rule.replace('GET', 'PATCH')}</CORSRule></CORSConfiguration>`,
      'InvalidRequest',
    ],
    [
      'cors',
      `<CORSConfiguration><CORSRule>${rule.replace('*', 'a*b*')}</CORSRule></CORSConfiguration>`,
      'InvalidRequest',
    ],
    ['tagging', '<Tagging/>', 'MalformedXML'],
    ['tagging', '<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>', 'MalformedXML'],
    ['versioning', '<Other/>', 'MalformedXML'],
    ['accelerate', '<AccelerateConfiguration/>', 'MalformedXML'],
    ['requestPayment', '<RequestPaymentConfiguration><Payer>Me</Payer></RequestPaymentConfiguration>', 'MalformedXML'],
    ['ownershipControls', '<OwnershipControls/>', 'MalformedXML'],
    [
      'encryption',
      '<ServerSideEncryptionConfiguration><Rule/><Rule/></ServerSideEncryptionConfiguration>',
      'MalformedXML',
    ],
    ['website', '<WebsiteConfiguration/>', 'InvalidArgument'],
    [
      'logging',
      '<BucketLoggingStatus><LoggingEnabled><TargetBucket>none</TargetBucket></LoggingEnabled></BucketLoggingStatus>',
      'InvalidTargetBucketForLogging',
    ],
    ['lifecycle', '', 'MissingRequestBodyError'],
    ['notification', '<NotificationConfiguration', 'MalformedXML'],
  ]
  for (const [parameter, document, code] of documents) {
    const answer = await rawRequest(port, 'PUT', `/bucket?${parameter}`, {}, document)
    assert.deepEqual([answer.status, errorCode(answer)], [400, code], `${parameter} ${document.slice(0, 80)}`)
  }
})

test('settings survive a restart, and go with their bucket', async (t) => {
  const dataFolder = temporaryFolder(t)
  const first = await serveBucket(t, { dataFolder })
  const TagSet = [{ Key: 'a', Value: 'b' }]
  await first.sdk.send(new PutBucketTaggingCommand({ Bucket: 'bucket', Tagging: { TagSet } }))
  await first.stop()
  const { port, client } = await serveS3(t, { dataFolder })
  const got = await client().send(new GetBucketTaggingCommand({ Bucket: 'bucket' }))
  assert.deepEqual(got.TagSet, TagSet)
  assert.equal((await rawRequest(port, 'DELETE', '/bucket')).status, 204)
  assert.equal((await rawRequest(port, 'PUT', '/bucket')).status, 200)
  assert.equal(errorCode(await rawRequest(port, 'GET', '/bucket?tagging')), 'NoSuchTagSet')
})

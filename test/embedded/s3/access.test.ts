import {
  CreateBucketCommand,
  DeleteBucketPolicyCommand,
  DeletePublicAccessBlockCommand,
  GetBucketAclCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  GetObjectAclCommand,
  PutBucketAclCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorCode, rawRequest } from './raw-request.ts'
import { serveBucket } from './serve-s3.ts'

const Key = 'k'
const allUsers = 'http://acs.amazonaws.com/groups/global/AllUsers'

async function enableAcls(sdk: S3Client, Bucket: string): Promise<void> {
  const Rules = [{ ObjectOwnership: 'ObjectWriter' as const }]
  await sdk.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: { Rules } }))
}

test('without ACLs, as buckets are made, the owner has full control and others cannot be granted anything', async (t) => {
  const { sdk, Bucket, port } = await serveBucket(t)
  await sdk.send(new PutObjectCommand({ Bucket, Key, Body: 'x', ACL: 'bucket-owner-full-control' }))
  for (const { Grants, Owner } of [
    await sdk.send(new GetBucketAclCommand({ Bucket })),
    await sdk.send(new GetObjectAclCommand({ Bucket, Key })),
  ]) {
    assert.match(Owner?.ID ?? '', /^[0-9a-f]{64}$/)
    assert.deepEqual(Grants, [{ Grantee: { ID: Owner?.ID, Type: 'CanonicalUser' }, Permission: 'FULL_CONTROL' }])
  }
  await sdk.send(new PutBucketAclCommand({ Bucket, ACL: 'private' }))
  const unsupported = { name: 'AccessControlListNotSupported', message: 'The bucket does not allow ACLs' }
  await assert.rejects(sdk.send(new PutBucketAclCommand({ Bucket, ACL: 'public-read' })), unsupported)
  await assert.rejects(sdk.send(new PutObjectAclCommand({ Bucket, Key, ACL: 'public-read' })), unsupported)
  await assert.rejects(sdk.send(new PutObjectCommand({ Bucket, Key, Body: 'y', ACL: 'public-read' })), unsupported)
  await assert.rejects(sdk.send(new PutBucketAclCommand({ Bucket, GrantRead: `uri="${allUsers}"` })), unsupported)
  const empty = await rawRequest(port, 'PUT', '/bucket?acl')
  assert.equal(errorCode(empty), 'MissingSecurityHeader')
})

test('with ACLs, canned ones are kept for buckets and objects; public ones only where they are not blocked', async (t) => {
  const { sdk, Bucket } = await serveBucket(t)
  await enableAcls(sdk, Bucket)
  const open = new PutObjectCommand({ Bucket, Key, Body: 'x', ACL: 'public-read' })
  await assert.rejects(sdk.send(open), { name: 'AccessDenied', message: /prevented by the BlockPublicAcls setting/ })
  await sdk.send(new DeletePublicAccessBlockCommand({ Bucket }))
  await sdk.send(open)
  const group = { Grantee: { URI: allUsers, Type: 'Group' }, Permission: 'READ' }
  assert.deepEqual((await sdk.send(new GetObjectAclCommand({ Bucket, Key }))).Grants?.[1], group)
  await sdk.send(new PutObjectAclCommand({ Bucket, Key, ACL: 'private' }))
  assert.equal((await sdk.send(new GetObjectAclCommand({ Bucket, Key }))).Grants?.length, 1)
  await sdk.send(new PutBucketAclCommand({ Bucket, ACL: 'public-read' }))
  assert.deepEqual((await sdk.send(new GetBucketAclCommand({ Bucket }))).Grants?.[1], group)
})

test('a new bucket may have ACLs, and is never public at once', async (t) => {
  const { sdk, port } = await serveBucket(t)
  await sdk.send(new CreateBucketCommand({ Bucket: 'with-acls', ObjectOwnership: 'ObjectWriter' }))
  await sdk.send(new PutObjectCommand({ Bucket: 'with-acls', Key, Body: 'x', ACL: 'bucket-owner-read' }))
  await assert.rejects(sdk.send(new CreateBucketCommand({ Bucket: 'open-one', ACL: 'public-read' })), {
    name: 'InvalidBucketAclWithObjectOwnership',
  })
  const other = await rawRequest(port, 'PUT', '/other-one', { 'x-amz-object-ownership': 'Nobody' })
  assert.equal(errorCode(other), 'InvalidArgument')
  assert.equal((await rawRequest(port, 'HEAD', '/open-one')).status, 404)
})

function policyOf(changes: object = {}): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'one',
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::111122223333:root' },
        Action: ['s3:GetObject', 's3:PutObject'],
        Resource: 'arn:aws:s3:::bucket/*',
        ...changes,
      },
    ],
  })
}

test('a policy comes back to the byte, with its status, until it is deleted', async (t) => {
  const { sdk, Bucket } = await serveBucket(t)
  const Policy = policyOf().replace('{', '{ ')
  await sdk.send(new PutBucketPolicyCommand({ Bucket, Policy }))
  assert.equal((await sdk.send(new GetBucketPolicyCommand({ Bucket }))).Policy, Policy)
  assert.equal((await sdk.send(new GetBucketPolicyStatusCommand({ Bucket }))).PolicyStatus?.IsPublic, false)
  await sdk.send(new DeleteBucketPolicyCommand({ Bucket }))
  await assert.rejects(sdk.send(new GetBucketPolicyCommand({ Bucket })), { name: 'NoSuchBucketPolicy' })
})

test('a public policy is refused while public policies are blocked', async (t) => {
  const { sdk, Bucket } = await serveBucket(t)
  const put = (changes: object) => sdk.send(new PutBucketPolicyCommand({ Bucket, Policy: policyOf(changes) }))
  const open = { Principal: '*', Action: 's3:GetObject' }
  await assert.rejects(put(open), { name: 'AccessDenied', message: /prevented by the BlockPublicPolicy setting/ })
  await put({ ...open, Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } } })
  await put({ ...open, Effect: 'Deny' })
  await assert.rejects(put({ ...open, Condition: { IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } } }), {
    name: 'AccessDenied',
  })
  await sdk.send(new DeletePublicAccessBlockCommand({ Bucket }))
  await put(open)
  assert.equal((await sdk.send(new GetBucketPolicyStatusCommand({ Bucket }))).PolicyStatus?.IsPublic, true)
})

test("a policy that breaks a rule is MalformedPolicy in AWS's words", async (t) => {
  const { sdk, Bucket } = await serveBucket(t)
  const malformed: [string, RegExp][] = [
    ['nonsense', /^Policies must be valid JSON and the first byte must be '\{'$/],
    [` ${policyOf()}`, /^Policies must be valid JSON and the first byte must be '\{'$/],
    ['{}', /^Missing required field Statement$/],
    ['{"Version":"2020-01-01","Statement":[]}', /^The policy must contain a valid version string$/],
    [policyOf({ Principal: undefined }), /^Missing required field Principal$/],
    [policyOf({ Effect: 'Maybe' }), /^Invalid effect: /],
    [policyOf({ Resource: undefined }), /^Statement is missing required element$/],
    [policyOf({ Resource: 'arn:aws:s3:::other/*' }), /^Policy has invalid resource$/],
    [policyOf({ Action: 'sqs:SendMessage' }), /^Policy has invalid action$/],
    [policyOf({ Action: 's3:ListBucket' }), /^Action does not apply to any resource\(s\) in statement$/],
    [policyOf({ Resource: 'arn:aws:s3:::bucket' }), /^Action does not apply to any resource\(s\) in statement$/],
    [policyOf({ Principal: { AWS: 'somebody' } }), /^Invalid principal in policy$/],
  ]
  for (const [Policy, message] of malformed) {
    const put = sdk.send(new PutBucketPolicyCommand({ Bucket, Policy }))
    await assert.rejects(put, { name: 'MalformedPolicy', message }, Policy)
  }
})

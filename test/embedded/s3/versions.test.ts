import {
  CopyObjectCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type BucketVersioningStatus,
  type S3Client,
} from '@aws-sdk/client-s3'
import * as fc from 'fast-check'
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { eventually } from '../eventually.ts'
import { errorCode, rawRequest } from './raw-request.ts'
import { serveBucket, type ServedS3 } from './serve-s3.ts'

const Bucket = 'bucket'

async function setVersioning(sdk: S3Client, Status: BucketVersioningStatus): Promise<void> {
  await sdk.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }))
}

async function serveVersioned(t: TestContext): Promise<ServedS3 & { sdk: S3Client }> {
  const served = await serveBucket(t)
  await setVersioning(served.sdk, 'Enabled')
  return served
}

async function put(sdk: S3Client, Key: string, Body: string): Promise<string> {
  return (await sdk.send(new PutObjectCommand({ Bucket, Key, Body }))).VersionId!
}

async function get(sdk: S3Client, Key: string, VersionId?: string): Promise<string> {
  const got = await sdk.send(new GetObjectCommand({ Bucket, Key, VersionId }))
  return got.Body!.transformToString()
}

/** `key:version id`, with `*` on the latest and `-` on delete markers, in the order of the listing. */
async function listVersions(port: number, query = ''): Promise<string[]> {
  const { body } = await rawRequest(port, 'GET', `/bucket?versions&${query}`)
  const entries = body.matchAll(/<(Version|DeleteMarker)><Key>(.*?)<\/Key><VersionId>(.*?)<.*?<IsLatest>(.*?)</g)
  return Array.from(entries, ([, kind, key, versionId, latest]) =>
    [key, ':', versionId, latest === 'true' ? '*' : '', kind === 'DeleteMarker' ? '-' : ''].join(''),
  )
}

test('versioning is off, then on, then suspended, and never quite off again', async (t) => {
  const { sdk, port } = await serveBucket(t)
  const status = async () => (await sdk.send(new GetBucketVersioningCommand({ Bucket }))).Status
  assert.equal(await status(), undefined)
  await setVersioning(sdk, 'Enabled')
  assert.equal(await status(), 'Enabled')
  await setVersioning(sdk, 'Suspended')
  assert.equal(await status(), 'Suspended')
  const configure = (xml: string) => rawRequest(port, 'PUT', '/bucket?versioning', {}, xml)
  const document = (inner: string) => `<VersioningConfiguration>${inner}</VersioningConfiguration>`
  assert.equal(errorCode(await configure(document('<Status>Off</Status>'))), 'MalformedXML')
  assert.equal(errorCode(await configure(document(''))), 'IllegalVersioningConfigurationException')
  const mfa = document('<Status>Enabled</Status><MfaDelete>Enabled</MfaDelete>')
  assert.equal(errorCode(await configure(mfa)), 'NotImplemented')
})

test('every put makes a version that stays, and the newest is what GET without an id answers', async (t) => {
  const { sdk, port } = await serveVersioned(t)
  const first = await put(sdk, 'k', 'one')
  const second = await put(sdk, 'k', 'two')
  assert.match(first, /^[\w.]{32}$/)
  assert.notEqual(first, second)
  assert.equal(await get(sdk, 'k'), 'two')
  assert.equal(await get(sdk, 'k', first), 'one')
  const head = await sdk.send(new HeadObjectCommand({ Bucket, Key: 'k' }))
  assert.equal(head.VersionId, second)
  assert.deepEqual(await listVersions(port), [`k:${second}*`, `k:${first}`])
})

test('a delete puts a marker on the object, which shows as a 404 that says so, and by its id as a 405', async (t) => {
  const { sdk, port } = await serveVersioned(t)
  const version = await put(sdk, 'k', 'one')
  const deleted = await sdk.send(new DeleteObjectCommand({ Bucket, Key: 'k' }))
  assert.equal(deleted.DeleteMarker, true)
  const marker = deleted.VersionId!

  const gone = await rawRequest(port, 'GET', '/bucket/k')
  assert.deepEqual([gone.status, errorCode(gone)], [404, 'NoSuchKey'])
  assert.equal(gone.headers['x-amz-delete-marker'], 'true')
  assert.equal(gone.headers['x-amz-version-id'], marker)
  const byId = await rawRequest(port, 'GET', `/bucket/k?versionId=${marker}`)
  assert.deepEqual([byId.status, errorCode(byId)], [405, 'MethodNotAllowed'])
  assert.deepEqual([byId.headers.allow, byId.headers['x-amz-delete-marker']], ['DELETE', 'true'])
  assert.ok(byId.headers['last-modified'])
  assert.equal(await get(sdk, 'k', version), 'one')
  assert.equal((await sdk.send(new ListObjectsV2Command({ Bucket }))).KeyCount, 0)
  assert.deepEqual(await listVersions(port), [`k:${marker}*-`, `k:${version}`])

  const undeleted = await sdk.send(new DeleteObjectCommand({ Bucket, Key: 'k', VersionId: marker }))
  assert.deepEqual([undeleted.DeleteMarker, undeleted.VersionId], [true, marker])
  assert.equal(await get(sdk, 'k'), 'one')
})

test('deleting the current version by its id brings back the one before, and takes its bytes off the disk', async (t) => {
  const { sdk, port, bodies } = await serveVersioned(t)
  const versions = [await put(sdk, 'k', 'one'), await put(sdk, 'k', 'two'), await put(sdk, 'k', 'three')]
  const remove = (VersionId: string) => sdk.send(new DeleteObjectCommand({ Bucket, Key: 'k', VersionId }))
  assert.equal((await remove(versions[2])).DeleteMarker, undefined)
  assert.equal(await get(sdk, 'k'), 'two')
  await remove(versions[0])
  assert.deepEqual(await listVersions(port), [`k:${versions[1]}*`])
  await eventually(async () => (await bodies()).length === 1, 'one body is left')
  // A version that is no more: done already. What was never a version id: refused.
  await remove(versions[0])
  await assert.rejects(remove('nonsense'), { name: 'InvalidArgument' })
  await assert.rejects(get(sdk, 'k', versions[0]), { name: 'NoSuchVersion' })
  const empty = await rawRequest(port, 'GET', '/bucket/k?versionId=')
  assert.equal(errorCode(empty), 'InvalidArgument')
})

test('what came before versioning, or while it is suspended, is the null version, of which there is one', async (t) => {
  const { sdk, port, bodies } = await serveBucket(t)
  await put(sdk, 'k', 'before')
  await setVersioning(sdk, 'Enabled')
  const kept = await put(sdk, 'k', 'kept')
  assert.deepEqual(await listVersions(port), [`k:${kept}*`, 'k:null'])
  assert.equal(await get(sdk, 'k', 'null'), 'before')

  await setVersioning(sdk, 'Suspended')
  assert.equal(await put(sdk, 'k', 'after'), 'null')
  assert.deepEqual(await listVersions(port), ['k:null*', `k:${kept}`])
  await put(sdk, 'k', 'after all')
  assert.equal(await get(sdk, 'k', 'null'), 'after all')
  await eventually(async () => (await bodies()).length === 2, 'null versions that were replaced are gone')

  const deleted = await sdk.send(new DeleteObjectCommand({ Bucket, Key: 'k' }))
  assert.deepEqual([deleted.DeleteMarker, deleted.VersionId], [true, 'null'])
  assert.deepEqual(await listVersions(port), ['k:null*-', `k:${kept}`])
  await eventually(async () => (await bodies()).length === 1, 'the null version is gone')
})

test('an old version is brought back by copying it onto its key; a delete marker is no source', async (t) => {
  const { sdk } = await serveVersioned(t)
  const first = await put(sdk, 'k', 'one')
  await put(sdk, 'k', 'two')
  const copy = (versionId: string) =>
    sdk.send(new CopyObjectCommand({ Bucket, Key: 'k', CopySource: `${Bucket}/k?versionId=${versionId}` }))
  const copied = await copy(first)
  assert.equal(copied.CopySourceVersionId, first)
  assert.notEqual(copied.VersionId, first)
  assert.equal(await get(sdk, 'k'), 'one')
  const { VersionId: marker } = await sdk.send(new DeleteObjectCommand({ Bucket, Key: 'k' }))
  await assert.rejects(copy(marker!), { name: 'InvalidRequest' })
})

test('DeleteObjects tells markers made, markers removed and versions removed apart', async (t) => {
  const { sdk } = await serveVersioned(t)
  const version = await put(sdk, 'old', 'x')
  await put(sdk, 'live', 'x')
  await put(sdk, 'dead', 'x')
  const { VersionId: marker } = await sdk.send(new DeleteObjectCommand({ Bucket, Key: 'dead' }))
  const Objects = [{ Key: 'old', VersionId: version }, { Key: 'live' }, { Key: 'dead', VersionId: marker }]
  const { Deleted } = await sdk.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }))
  const made = Deleted?.[1].DeleteMarkerVersionId
  assert.deepEqual(Deleted, [
    { Key: 'old', VersionId: version },
    { Key: 'live', DeleteMarker: true, DeleteMarkerVersionId: made },
    { Key: 'dead', VersionId: marker, DeleteMarker: true, DeleteMarkerVersionId: marker },
  ])
  assert.equal(await get(sdk, 'dead'), 'x')
  const wrong = { Objects: [{ Key: 'live', VersionId: 'nonsense' }] }
  const { Errors } = await sdk.send(new DeleteObjectsCommand({ Bucket, Delete: wrong }))
  assert.deepEqual(
    Errors?.map(({ Key, VersionId, Code }) => [Key, VersionId, Code]),
    [['live', 'nonsense', 'InvalidArgument']],
  )
})

test('a bucket with nothing but old versions or markers is not empty', async (t) => {
  const { sdk } = await serveVersioned(t)
  const version = await put(sdk, 'k', 'x')
  const { VersionId: marker } = await sdk.send(new DeleteObjectCommand({ Bucket, Key: 'k' }))
  const remove = (VersionId: string) => sdk.send(new DeleteObjectCommand({ Bucket, Key: 'k', VersionId }))
  await remove(version)
  await assert.rejects(sdk.send(new DeleteBucketCommand({ Bucket })), {
    name: 'BucketNotEmpty',
    message: 'The bucket you tried to delete is not empty. You must delete all versions in the bucket.',
  })
  await remove(marker!)
  await sdk.send(new DeleteBucketCommand({ Bucket }))
})

test('conditions are about the current version: a marker counts as no object', async (t) => {
  const { sdk } = await serveVersioned(t)
  await put(sdk, 'k', 'one')
  const create = () => sdk.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'two', IfNoneMatch: '*' }))
  await assert.rejects(create(), { name: 'PreconditionFailed' })
  await sdk.send(new DeleteObjectCommand({ Bucket, Key: 'k' }))
  await create()
  assert.equal(await get(sdk, 'k'), 'two')
})

test('versions are listed in pages of any size, amid the versions of a key and around common prefixes', async (t) => {
  const { sdk, port } = await serveVersioned(t)
  for (const key of ['a', 'b/1', 'b/2', 'c d']) for (const body of ['1', '2', '3']) await put(sdk, key, body)
  await sdk.send(new DeleteObjectCommand({ Bucket, Key: 'b/1' }))
  const all = await listVersions(port)
  assert.equal(all.length, 13)
  for (const MaxKeys of [1, 2, 5, 13]) {
    const seen: string[] = []
    let markers: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {}
    while (markers !== undefined) {
      const page: ListObjectVersionsCommandOutput = await sdk.send(
        new ListObjectVersionsCommand({ Bucket, MaxKeys, ...markers }),
      )
      const { Versions = [], DeleteMarkers = [], IsTruncated, NextKeyMarker, NextVersionIdMarker } = page
      assert.ok(Versions.length + DeleteMarkers.length <= MaxKeys)
      for (const { Key, VersionId, IsLatest } of Versions) seen.push(`${Key}:${VersionId}${IsLatest ? '*' : ''}`)
      for (const { Key, VersionId, IsLatest } of DeleteMarkers) seen.push(`${Key}:${VersionId}${IsLatest ? '*' : ''}-`)
      markers = IsTruncated ? { KeyMarker: NextKeyMarker, VersionIdMarker: NextVersionIdMarker } : undefined
    }
    assert.deepEqual(seen.toSorted(), all.toSorted(), `in pages of ${MaxKeys}`)
  }
  const rolled = await sdk.send(new ListObjectVersionsCommand({ Bucket, Delimiter: '/', MaxKeys: 4 }))
  assert.deepEqual(
    rolled.CommonPrefixes?.map(({ Prefix }) => Prefix),
    ['b/'],
  )
  assert.deepEqual([rolled.Versions?.length, rolled.IsTruncated, rolled.NextKeyMarker], [3, true, 'b/'])
  const rest = await sdk.send(new ListObjectVersionsCommand({ Bucket, Delimiter: '/', KeyMarker: 'b/' }))
  assert.deepEqual(
    rest.Versions?.map(({ Key }) => Key),
    ['c d', 'c d', 'c d'],
  )
  assert.deepEqual((await listVersions(port, 'prefix=b/&encoding-type=url')).length, 7)
  const encoded = await rawRequest(port, 'GET', '/bucket?versions&prefix=c&encoding-type=url')
  assert.match(encoded.body, /<Key>c\+d<\/Key>/)
  const orphan = await rawRequest(port, 'GET', '/bucket?versions&version-id-marker=null')
  assert.equal(errorCode(orphan), 'InvalidArgument')
})

test('a page goes on where it was even if the version it ended with is gone', async (t) => {
  const { sdk, port } = await serveVersioned(t)
  const versions = [await put(sdk, 'k', '1'), await put(sdk, 'k', '2'), await put(sdk, 'k', '3')]
  await sdk.send(new DeleteObjectCommand({ Bucket, Key: 'k', VersionId: versions[2] }))
  const rest = await listVersions(port, `key-marker=k&version-id-marker=${versions[2]}`)
  assert.deepEqual(rest, [`k:${versions[1]}*`, `k:${versions[0]}`])
})

test('property: any run of puts, deletes and switches leaves what a list of versions would', async (t) => {
  const { sdk, port } = await serveBucket(t)
  const step = fc.oneof(
    fc.record({ kind: fc.constant('put' as const) }),
    fc.record({ kind: fc.constant('delete' as const) }),
    fc.record({ kind: fc.constant('remove' as const), index: fc.nat(5) }),
    fc.record({ kind: fc.constant('switch' as const), to: fc.constantFrom('Enabled' as const, 'Suspended' as const) }),
  )
  let run = 0
  const check = fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
    const key = `run${run++}`
    // Newest first.
    let model: { id: string; isMarker: boolean; body: string }[] = []
    let status: BucketVersioningStatus = 'Enabled'
    await setVersioning(sdk, status)
    for (const [number, action] of steps.entries()) {
      if (action.kind === 'switch') {
        status = action.to
        await setVersioning(sdk, status)
      } else if (action.kind === 'remove') {
        const version = model.at(action.index)
        if (version === undefined) continue
        await sdk.send(new DeleteObjectCommand({ Bucket, Key: key, VersionId: version.id }))
        model = model.filter(({ id }) => id !== version.id)
      } else {
        const body = `body ${number}`
        const isMarker = action.kind === 'delete'
        const id = isMarker
          ? (await sdk.send(new DeleteObjectCommand({ Bucket, Key: key }))).VersionId!
          : await put(sdk, key, body)
        if (status === 'Suspended') model = model.filter((version) => version.id !== 'null')
        model.unshift({ id, isMarker, body })
      }
    }
    const listed = await listVersions(port, `prefix=${key}`)
    const expected = model.map(({ id, isMarker }, at) => `${key}:${id}${at === 0 ? '*' : ''}${isMarker ? '-' : ''}`)
    assert.deepEqual(listed, expected)
    for (const { id, isMarker, body } of model) if (!isMarker) assert.equal(await get(sdk, key, id), body)
    const isThere = model[0] !== undefined && !model[0].isMarker
    if (isThere) assert.equal(await get(sdk, key), model[0].body)
    else await assert.rejects(get(sdk, key), { name: 'NoSuchKey' })
    await sdk.send(
      new DeleteObjectsCommand({
        Bucket,
        Delete: { Objects: [{ Key: key }, ...model.map(({ id }) => ({ Key: key, VersionId: id }))] },
      }),
    )
  })
  await fc.assert(check, { numRuns: 25, seed: 7 })
})

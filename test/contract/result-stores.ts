import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import test, { type TestContext } from 'node:test'
import { NotFoundError, TurnaroundError } from '../../src/errors.ts'
import { InvalidObjectError } from '../../src/results/invalid-object-error.ts'
import { resultStores } from '../../src/results/result-stores.ts'
import type { ObjectStore, Percentiles } from '../../src/results/stores.ts'
import { delayModel, delayTable } from '../results/tables.ts'

/** An empty store of its own for each test, which ends with it. */
export type StoreFactory = (t: TestContext) => Promise<ObjectStore>

const SEVEN: Percentiles = {
  percentile_50: -1.5,
  percentile_75: 0,
  percentile_90: 12.333333333,
  percentile_95: 40,
  percentile_99: 60,
  'percentile_99.5': 61.25,
  'percentile_99.9': 70,
}

/** What every object store, and the result stores on it, must do: local disk and S3 alike. */
export function resultStoresContract(where: string, createStore: StoreFactory): void {
  test(`${where}: a stored body is got back, and its size and hash are answered`, async (t) => {
    const store = await createStore(t)
    for (const body of [new Uint8Array(0), Buffer.from('{"a": "ü"}'), Buffer.alloc(1_100_000, 'turnaround ')]) {
      const stored = await store.put('output/job 1%2F.json', body)
      const sha256 = createHash('sha256').update(body).digest('hex')
      assert.deepEqual(stored, { key: 'output/job 1%2F.json', bytes: body.length, sha256 })
      assert.equal(Buffer.compare(await store.get('output/job 1%2F.json'), body), 0)
    }
  })

  test(`${where}: storing again replaces all of what was there`, async (t) => {
    const store = await createStore(t)
    await store.put('a/b.json', Buffer.from('a long first body'))
    await store.put('a/b.json', Buffer.from('second'))
    assert.equal(Buffer.from(await store.get('a/b.json')).toString(), 'second')
  })

  test(`${where}: a reader beside many writers sees one whole body or another`, async (t) => {
    const store = await createStore(t)
    const bodies = [1, 2, 3, 4, 5, 6].map((byte) => Buffer.alloc(100_000 + byte, byte))
    await store.put('a/b', bodies[0])
    const writes = bodies.map((body) => store.put('a/b', body))
    const reads = bodies.map(async () => {
      const read = await store.get('a/b')
      assert.ok(bodies.some((body) => Buffer.compare(body, read) === 0))
    })
    await Promise.all([...writes, ...reads])
  })

  test(`${where}: a missing object is not found, by its key; so are a folder and a key below an object`, async (t) => {
    const store = await createStore(t)
    await store.put('delays/a.parquet', Buffer.from('x'))
    for (const key of ['delays/b.parquet', 'nowhere/b.json', 'delays', 'delays/a.parquet/c', 'delays/A.parquet']) {
      await assert.rejects(store.get(key), (error) => {
        assert.ok(error instanceof NotFoundError, key)
        assert.ok(error.key.endsWith(key))
        assert.ok(error.message.includes(key))
        return true
      })
    }
  })

  test(`${where}: a key that leaves the folder is refused and stores nothing`, async (t) => {
    const store = await createStore(t)
    for (const key of ['', '/a', '../a', 'a/../../b', 'a//b', 'a/', './a', 'a\0b', 'a\\..\\b']) {
      await assert.rejects(store.put(key, Buffer.from('x')), isInvalidKey, JSON.stringify(key))
      await assert.rejects(store.get(key), isInvalidKey, JSON.stringify(key))
    }
  })

  test(`${where}: models, delays and percentiles come back as they were stored, under the layout's keys`, async (t) => {
    const stores = resultStores(await createStore(t))
    const [model, table] = [delayModel(300), delayTable(300)]
    const merged = new Map([10, 9, 0].map((id) => [id, { ...SEVEN, percentile_50: id }]))
    const stored = [
      await stores.models.store('departure', 'LHR', model),
      await stores.delays.store('seq-0007-leg-1', table),
      await stores.percentiles.store(7, SEVEN),
      await stores.merged.store(merged),
    ]
    assert.deepEqual(
      stored.map(({ key }) => key),
      [
        'delay_models/departure/LHR.parquet',
        'delays/seq-0007-leg-1.parquet',
        'percentiles/7.json',
        'merged_percentiles/merged_percentiles.json',
      ],
    )
    assert.deepEqual(await stores.models.get('departure', 'LHR'), model)
    assert.deepEqual(await stores.delays.get('seq-0007-leg-1'), table)
    assert.deepEqual(await stores.percentiles.get(7), SEVEN)
    assert.deepEqual(await stores.merged.get(), merged)
    await assert.rejects(stores.models.get('landing', 'LHR'), NotFoundError)
    await assert.rejects(stores.delays.get('seq-0007-leg-2'), NotFoundError)
    await assert.rejects(stores.percentiles.get(8), NotFoundError)
  })

  test(`${where}: the documents are canonical JSON, the same whatever the order of the sequences`, async (t) => {
    const stores = resultStores(await createStore(t))
    const first = await stores.merged.store(new Map([[2, SEVEN], [10, SEVEN]])) // prettier-ignore
    const text = Buffer.from(await stores.objects.get(first.key)).toString()
    const second = await stores.merged.store(new Map([[10, SEVEN], [2, SEVEN]])) // prettier-ignore
    assert.equal(first.sha256, second.sha256)
    assert.ok(text.startsWith('{\n  "10": {\n    "percentile_50": -1.5,\n'), text)
    assert.ok(text.indexOf('"10"') < text.indexOf('"2"'))
  })

  test(`${where}: an object that does not hold what its key promises is an error that names the key`, async (t) => {
    const stores = resultStores(await createStore(t))
    const broken: [key: string, body: string, get: () => Promise<unknown>, message: RegExp][] = [
      ['delays/a.parquet', 'PAR1', () => stores.delays.get('a'), /^delays\/a.parquet: has 4 bytes, too few/],
      ['percentiles/1.json', '{', () => stores.percentiles.get(1), /^percentiles\/1.json: is not JSON/],
      ['percentiles/2.json', '[]', () => stores.percentiles.get(2), /^percentiles\/2.json: must hold a JSON object/],
      [
        'percentiles/3.json',
        '{"percentile_50": 1}',
        () => stores.percentiles.get(3),
        /percentile_75 must be a finite number, got nothing/,
      ],
      [
        'percentiles/4.json',
        '{"percentile_50": "1"}',
        () => stores.percentiles.get(4),
        /percentile_50 must be a finite number, got "1"/,
      ],
      [
        'merged_percentiles/merged_percentiles.json',
        '{"x": {}}',
        () => stores.merged.get(),
        /"x" is not a sequence_id/,
      ],
    ]
    for (const [key, body, get, message] of broken) {
      await stores.objects.put(key, Buffer.from(body))
      await assert.rejects(get, (error) => {
        assert.ok(error instanceof InvalidObjectError)
        assert.match(error.message, message)
        return true
      })
    }
  })
}

function isInvalidKey(error: unknown): boolean {
  return error instanceof TurnaroundError && error.code === 'INVALID_KEY' && error.message.includes('is not a key')
}

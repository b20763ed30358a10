import assert from 'node:assert/strict'
import test from 'node:test'
import { LazyService } from '../../src/embedded/lazy-service.ts'
import type { AwsRequest, Service } from '../../src/embedded/service.ts'

const request = {} as AwsRequest

test('a service is loaded once, by the first who needs it, and all its requests reach it', async () => {
  const gate = Promise.withResolvers<void>()
  const handled: AwsRequest[] = []
  let loads = 0
  const lazy = new LazyService<Service>(async () => {
    loads += 1
    await gate.promise
    return { handle: async (one) => void handled.push(one) }
  })
  assert.equal(lazy.opened, undefined)
  const waiting = [lazy.handle(request), lazy.handle(request)]
  gate.resolve()
  await Promise.all(waiting)
  await lazy.handle(request)
  assert.equal(loads, 1)
  assert.equal(handled.length, 3)
  assert.ok(lazy.opened !== undefined)
})

test('where loading fails the request is told, and the next one tries again', async () => {
  let loads = 0
  const lazy = new LazyService<Service>(async () => {
    if (++loads === 1) throw new Error('disk full')
    return { handle: async () => {} }
  })
  await assert.rejects(lazy.handle(request), /disk full/)
  await lazy.handle(request)
  assert.equal(loads, 2)
})

test('closing one that nobody needed loads nothing, closing one that is being loaded waits for it', async () => {
  let loads = 0
  const closed: Service[] = []
  const service: Service = { handle: async () => {} }
  const lazy = new LazyService(async () => {
    loads += 1
    return service
  })
  const close = (one: Service): void => void closed.push(one)
  await lazy.ifOpened(close)
  assert.equal(loads, 0)
  const opening = lazy.open()
  await lazy.ifOpened(close)
  assert.deepEqual(closed, [await opening])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RunningTarget } from '../../../src/targets/index.ts'
import { resultBlock } from '../../../src/workloads/relay/result-block.ts'
import { post, started, until } from '../../targets/start-target.ts'
import { webSocketTarget } from './bad-target.ts'
import { noUnhandledRejection, runRelay, type RelayRun } from './run-relay.ts'

const HOLD = { scenario: 'steady-state', connections: 8, durationSeconds: 0.7 }

test('connections that are told to reconnect come back: stable at the end, with what happened between', async (t) => {
  noUnhandledRejection(t)
  const relay = await started(t, 'relay')
  const run = await disconnected(relay, { code: 3011 })
  assert.deepEqual(steadyStateOf(run), {
    holdDurationMs: 700,
    currentDisconnects: 0,
    peakDisconnects: 8,
    reconnectsDuringHold: 8,
    connectionStability: 100,
  })
  assert.equal(run.count('disconnects_closed_3011'), 8)
  // Coming back is no connect of its own.
  assert.equal(run.count('connects_attempted'), 8)
})

test('connections that may not come back are not connected at the end', async (t) => {
  const relay = await started(t, 'relay')
  const run = await disconnected(relay, { code: 4500 })
  assert.deepEqual(steadyStateOf(run), {
    holdDurationMs: 700,
    currentDisconnects: 8,
    peakDisconnects: 8,
    reconnectsDuringHold: 0,
    connectionStability: 0,
  })
})

test('a connection answers pings, where pongs are asked for', async (t) => {
  let pongs = 0
  const { url } = await webSocketTarget(t, (socket) => {
    socket.send('{"id":1,"connect":{"client":"c","ping":25,"pong":true}}')
    socket.on('message', (data) => (pongs += (data as Buffer).toString() === '{}' ? 1 : 0))
    for (let pings = 0; pings < 3; pings++) socket.send('{}')
  })
  const run = await runRelay(url, { ...HOLD, connections: 2, durationSeconds: 0.2 })
  assert.equal(run.count('connections_held'), 2)
  assert.equal(pongs, 6)
})

async function disconnected(relay: RunningTarget, how: object): Promise<RelayRun> {
  const running = runRelay(relay.url, HOLD)
  await until(() => (relay.state() as { commands: number }).commands === 8)
  await post(`${relay.adminUrl}/_target/disconnect`, how)
  return running
}

function steadyStateOf({ figures, windows, settings }: RelayRun): unknown {
  return (resultBlock(figures, windows, settings)['results'] as { steadyState: unknown }).steadyState
}

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import type { DelayModel } from '../../../src/results/stores.ts'
import { drawDelayModel } from '../../../src/workloads/flights/delay-models.ts'

function sha256({ durationMinutes, dataValues }: DelayModel): string {
  const hash = createHash('sha256')
  for (const column of [durationMinutes, ...dataValues])
    hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength))
  return hash.digest('hex')
}

test('the draws are those of generator version 1', () => {
  const models = [
    sha256(drawDelayModel('departure', 'LHR', 50_000, 1)),
    sha256(drawDelayModel('landing', 'LHR', 50_000, 1)),
    sha256(drawDelayModel('landing', 'NAN', 1000, 7)),
  ]
  assert.deepEqual(models, [
    '9215a6a7932d713c6341c3c725928b056b2f8f20ed0eaf508205e21b6cb98ec7',
    '903bf78e9ac93058da272005f7f13db06c316ef74252746aee321966b865eea1',
    'a0c02ee81b7089b0e2db1b9e0e62a63a78e4f7e67befe023fb9ce0fe21bdb199',
  ])
})

test('airports, directions, seeds and data values are drawn apart', () => {
  const columns = [
    drawDelayModel('departure', 'DUB', 1000, 1),
    drawDelayModel('departure', 'LHR', 1000, 1),
    drawDelayModel('departure', 'DUB', 1000, 2),
    drawDelayModel('landing', 'DUB', 1000, 1),
  ].flatMap(({ durationMinutes, dataValues }) => [durationMinutes.join(), ...dataValues.map((values) => values.join())])
  assert.equal(new Set(columns).size, columns.length)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DelayModel, DelayTable } from '../../../src/results/stores.ts'
import { addLeg, ReplicationsError } from '../../../src/workloads/flights/leg-delays.ts'

function model(durations: readonly number[], value: number): DelayModel {
  const column = () => new Float64Array(durations.length).fill(value)
  return { durationMinutes: Int32Array.from(durations), dataValues: [column(), column(), column(), column()] }
}

const departure = model([62, 70, 90], 1000)
const landing = model([0, 16, 40], 200)
const timetable = { scheduledMinutes: 85, landingAllowanceMinutes: 16, replications: 3 }

test('a first leg: worked out by hand, early arrivals negative', () => {
  const table = addLeg({ previous: undefined, departure, landing, ...timetable })
  // (62 - 85) + (0 - 16), (70 - 85) + (16 - 16), (90 - 85) + (40 - 16)
  assert.deepEqual([...table.delayMinutes], [-39, -15, 29])
  for (const values of table.dataValues) assert.deepEqual([...values], [1200, 1200, 1200])
})

test('a later leg adds to the delays and data values before it, replication by replication', () => {
  const previous: DelayTable = {
    delayMinutes: Float64Array.of(10, -20, 300),
    dataValues: [
      Float64Array.of(1, 2, 3),
      Float64Array.of(4, 5, 6),
      Float64Array.of(7, 8, 9),
      Float64Array.of(0, 0, 1e11),
    ],
  }
  const table = addLeg({ previous, departure, landing, ...timetable })
  assert.deepEqual([...table.delayMinutes], [-29, -35, 329])
  assert.deepEqual(
    table.dataValues.map((values) => [...values]),
    [
      [1201, 1202, 1203],
      [1204, 1205, 1206],
      [1207, 1208, 1209],
      [1200, 1200, 1e11 + 1200],
    ],
  )
})

test('tables of another number of replications are refused by name', () => {
  const input = { previous: undefined, departure, landing, ...timetable }
  assert.throws(
    () => addLeg({ ...input, landing: model([1], 1) }),
    (error) => {
      assert.ok(error instanceof ReplicationsError)
      assert.match(error.message, /the landing model has 1 replications, this leg needs 3/)
      return true
    },
  )
  assert.throws(() => addLeg({ ...input, replications: 4 }), /the departure model has 3 replications, this leg needs 4/)
})

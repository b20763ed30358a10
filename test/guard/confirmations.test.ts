import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { confirmations, confirmationsFolder } from '../../src/guard/confirmations.ts'
import { InvalidInputError } from '../../src/errors.ts'
import { temporaryFolder } from '../environment/started.ts'
import { givenConfirmation, movableClock } from './admission.ts'

async function store(t: TestContext) {
  const folder = join(await temporaryFolder(t), 'confirmations')
  const clock = movableClock()
  return { folder, clock, ...confirmations(folder, clock) }
}

test('a confirmation is found by environment and scenario digest until it expires', async (t) => {
  const { make, find, clock } = await store(t)
  await make({ ...givenConfirmation, hours: 2 })
  const { environment, scenario, scenario_digest: digest } = givenConfirmation
  assert.equal((await find(environment, scenario, digest)).state, 'valid')
  clock.advance(2 * 3_600_000 - 1)
  assert.equal((await find(environment, scenario, digest)).state, 'valid')
  clock.advance(1)
  const late = await find(environment, scenario, digest)
  assert.ok(late.state === 'none')
  assert.match(late.why, /the confirmation of ada expired at 2026-01-31T15:00:00\.000Z/)
})

test('another seed or setting, and another environment, are not confirmed with it', async (t) => {
  const { make, find } = await store(t)
  await make({ ...givenConfirmation, hours: 2 })
  const other = await find('prod', 'flights', 'b'.repeat(64))
  assert.ok(other.state === 'none')
  assert.match(other.why, /flights with another seed, other settings or another version/)
  const elsewhere = await find('uat', 'flights', givenConfirmation.scenario_digest)
  assert.ok(elsewhere.state === 'none')
  assert.match(elsewhere.why, /nobody has confirmed flights for uat/)
})

test('a file that was changed by hand is refused, not taken or skipped', async (t) => {
  const { make, find, list } = await store(t)
  const file = await make({ ...givenConfirmation, hours: 2 })
  await writeFile(file, (await readFile(file, 'utf8')).replace('2026-01-31T15', '2027-01-31T15'))
  await assert.rejects(find('prod', 'flights', givenConfirmation.scenario_digest), InvalidInputError)
  await writeFile(file, 'not JSON')
  await assert.rejects(list(), /is damaged or was changed by hand; remove it/)
})

test('the list has the latest first, and is empty before the first', async (t) => {
  const { make, list, clock } = await store(t)
  assert.deepEqual(await list(), [])
  await make({ ...givenConfirmation, hours: 1 })
  clock.advance(1000)
  await make({ ...givenConfirmation, scenario_digest: 'b'.repeat(64), reason: 'later', hours: 1 })
  assert.deepEqual(
    (await list()).map(({ reason }) => reason),
    ['later', 'release 4.2'],
  )
})

test('the folder is the person’s own', () => {
  assert.equal(confirmationsFolder({ XDG_CONFIG_HOME: '/xdg' }), '/xdg/turnaround/confirmations')
  assert.match(confirmationsFolder({}), /\/\.config\/turnaround\/confirmations$/)
})

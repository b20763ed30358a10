import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { StartedEnvironment } from '../../src/environment/start-environment.ts'
import { RefusedError } from '../../src/errors.ts'
import { admitAttempt } from '../../src/guard/admit-attempt.ts'
import type { Attempt } from '../../src/guard/attempt.ts'
import { front } from '../environment/front.ts'
import { credentials, provisionedStage, server, stage } from '../environment/stage.ts'
import { startedEnvironment } from '../environment/started.ts'
import { accessDenied, givenConfirmation, meansOf, recordsIn, requestIn, RUN, type Means } from './admission.ts'

function pushTo(environment: StartedEnvironment): Attempt {
  return { ...requestIn(environment), action: 'push', run: RUN, estimate: null }
}

function workOn(environment: StartedEnvironment): Attempt {
  return { ...requestIn(environment), action: 'work', run: null, estimate: null }
}

function refused(attempt: Attempt, means: Means, why: RegExp): Promise<void> {
  return assert.rejects(
    admitAttempt(attempt, [], means),
    (error: Error) => error instanceof RefusedError && why.test(error.message),
  )
}

async function prodIn(t: TestContext): Promise<StartedEnvironment> {
  credentials(t)
  return provisionedStage(t, await server(t), 'prod')
}

/** A prod whose results bucket takes no records. */
async function prodWithoutAudit(t: TestContext): Promise<StartedEnvironment> {
  credentials(t)
  const endpoint = await server(t)
  await provisionedStage(t, endpoint, 'prod')
  const noWrites = await front(t, endpoint, ({ method, path }) =>
    method === 'PUT' && path.includes('/audit/') ? { status: 403, body: accessDenied } : undefined,
  )
  return stage(t, noWrites, { name: 'prod' })
}

test('a push to prod from a script is refused, says how to confirm it, and is recorded', async (t) => {
  const prod = await prodIn(t)
  await refused(
    pushTo(prod),
    await meansOf(t),
    /^the bundle of flights-1 may not be pushed to prod:\n {2}not confirmed: nobody has confirmed flights for prod, .*with the --seed and --set that the run had: turnaround confirm prod --scenario flights/,
  )
  const [{ action, decision, run_id: runId, estimate }] = await recordsIn(prod)
  assert.deepEqual([action, decision, runId, estimate], ['push', 'refused', 'flights-1', null])
})

test('a push to prod is allowed to who types its name, and to the run that was confirmed beforehand', async (t) => {
  const prod = await prodIn(t)
  const typing = await meansOf(t, ['prod', 'for the archive'])
  await admitAttempt(pushTo(prod), [], typing)
  assert.match(typing.said[0], /prod is protected\. Type its name to push the bundle of flights-1 there: /)
  const beforehand = await meansOf(t)
  await beforehand.confirmations.make({ ...givenConfirmation, hours: 2 })
  await admitAttempt(pushTo(prod), [], beforehand)
  assert.deepEqual((await recordsIn(prod)).map(({ confirmed, reason }) => `${confirmed}: ${reason}`).sort(), [
    'at the terminal: for the archive',
    'beforehand: release 4.2',
  ])
  await refused(pushTo(prod), await meansOf(t, ['uat']), /"uat" was typed, not "prod"/)
})

test('a host without a terminal works on prod without a question, which is kept and recorded', async (t) => {
  const prod = await prodIn(t)
  const means = await meansOf(t)
  await admitAttempt(workOn(prod), [], means)
  const [record] = await recordsIn(prod)
  const { action, decision, confirmed, run_id: runId, scenario } = record
  assert.deepEqual([action, decision, confirmed, runId, scenario], ['work', 'allowed', 'not needed', null, null])
  assert.deepEqual(means.kept, [record])
  assert.match(means.said[0], /audit: allowed a host on prod for ada → s3:.*\/audit\/prod\/.*-work-/)
})

test('at a terminal a host works on prod only for who types its name', async (t) => {
  const prod = await prodIn(t)
  await refused(workOn(prod), await meansOf(t, ['y']), /^this host may not work on prod:\n.*"y" was typed, not "prod"/)
  const means = await meansOf(t, ['prod', 'the fleet is down'])
  await admitAttempt(workOn(prod), [], means)
  assert.match(means.said[0], /Type its name to do its jobs on this host: /)
  const decisions = (await recordsIn(prod)).map(({ decision, reason }) => `${decision}: ${reason}`).sort()
  assert.deepEqual(decisions, ['allowed: the fleet is down', 'refused: null'])
})

test('where no record can be written, a host of a fleet says so and works; a push and a person at a terminal may not', async (t) => {
  const prod = await prodWithoutAudit(t)
  const fleet = await meansOf(t)
  await admitAttempt(workOn(prod), [], fleet)
  assert.match(fleet.said.join('\n'), /audit: the audit record cannot be written to s3:/)
  assert.equal(fleet.kept.length, 1)
  await refused(workOn(prod), await meansOf(t, ['prod', 'because']), /the audit record cannot be written/)
  await refused(pushTo(prod), await meansOf(t, ['prod', 'because']), /the audit record cannot be written/)
})

test('elsewhere nobody is asked: a push to uat is recorded, its hosts and what is embedded are not', async (t) => {
  credentials(t)
  const uat = await provisionedStage(t, await server(t))
  await admitAttempt(pushTo(uat), [], await meansOf(t))
  await admitAttempt(workOn(uat), [], await meansOf(t))
  const [record, ...others] = await recordsIn(uat)
  assert.deepEqual([record.action, record.confirmed, others], ['push', 'not needed', []])
  const embedded = await startedEnvironment(t)
  await admitAttempt(pushTo(embedded), [], await meansOf(t))
  assert.deepEqual(await recordsIn(embedded), [])
})

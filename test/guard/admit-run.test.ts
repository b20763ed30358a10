import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RefusedError, StoppedError } from '../../src/errors.ts'
import { admitRun, type AdmissionRequest } from '../../src/guard/admit-run.ts'
import { auditKey, writeAuditRecord } from '../../src/guard/audit.ts'
import { front } from '../environment/front.ts'
import { credentials, provisionedStage, server, stage } from '../environment/stage.ts'
import { startedEnvironment } from '../environment/started.ts'
import { accessDenied, DIGEST, givenConfirmation, meansOf, recordsIn, requestIn, RUN, type Means } from './admission.ts'

async function refusalOf(request: AdmissionRequest, means: Means): Promise<string> {
  const error = await admitRun(request, means).then(
    () => assert.fail('the run was admitted'),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof RefusedError, String(error))
  assert.equal(error.exitCode, 92)
  return error.message
}

test('uat needs no confirmation, and the attempt is recorded with who, when, from where, commit and estimate', async (t) => {
  credentials(t)
  const environment = await provisionedStage(t, await server(t))
  const means = await meansOf(t)
  assert.deepEqual(await admitRun(requestIn(environment), means), { stopAfterMs: 240 * 60_000 })
  const [record, ...others] = await recordsIn(environment)
  assert.deepEqual(others, [])
  assert.deepEqual(record, {
    at: '2026-01-31T13:00:00.000Z',
    action: 'run',
    decision: 'allowed',
    refusals: [],
    environment: 'uat',
    account: '123456789012',
    region: 'eu-west-1',
    run_id: 'flights-1',
    scenario: 'flights',
    scenario_digest: DIGEST,
    confirmed: 'not needed',
    confirmed_by: null,
    reason: null,
    who: { user: 'ada', aws_identity: 'arn:aws:iam::123456789012:user/ada', github_actor: null },
    from: { host: 'laptop', runner: 'local', directory: '/home/ada' },
    commit: 'c0ffee',
    version: '0.1.0',
    estimate: { jobs: 130, seconds: 10, dollars: 0.02 },
  })
  assert.deepEqual(means.kept, [record])
  assert.match(
    means.said.join('\n'),
    /audit: allowed flights on uat for ada → s3:\/\/load-test-results-uat-.*\/audit\/uat/,
  )
})

test('prod without a terminal and without a confirmation is refused, says how to confirm, and is recorded', async (t) => {
  credentials(t)
  const environment = await provisionedStage(t, await server(t), 'prod')
  const means = await meansOf(t)
  const message = await refusalOf(requestIn(environment), means)
  assert.match(message, /nobody has confirmed flights for prod, and there is no terminal/)
  assert.match(message, /turnaround confirm prod --scenario flights --reason/)
  const [record] = await recordsIn(environment)
  assert.equal(record.decision, 'refused')
  assert.equal(record.confirmed, 'no')
})

test('prod runs for a person who types its name and a reason', async (t) => {
  credentials(t)
  const environment = await provisionedStage(t, await server(t), 'prod')
  const means = await meansOf(t, ['prod', 'release 4.2'])
  await admitRun(requestIn(environment), means)
  const [{ confirmed, confirmed_by: by, reason }] = await recordsIn(environment)
  assert.deepEqual([confirmed, by, reason], ['at the terminal', 'ada', 'release 4.2'])
  assert.match(means.said[0], /prod is protected\. Type its name to run flights there: /)
})

test('--reason saves the second question', async (t) => {
  credentials(t)
  const environment = await provisionedStage(t, await server(t), 'prod')
  await admitRun(requestIn(environment, { reason: 'hotfix' }), await meansOf(t, ['prod']))
  assert.equal((await recordsIn(environment))[0].reason, 'hotfix')
})

for (const [typed, says] of [
  [['pord'], /"pord" was typed, not "prod"/],
  [['y'], /"y" was typed, not "prod"/],
  [[''], /"" was typed, not "prod"/],
  [['prod', ' '], /no reason was given/],
] as const) {
  test(`prod is refused where ${JSON.stringify(typed)} is typed`, async (t) => {
    credentials(t)
    const environment = await provisionedStage(t, await server(t), 'prod')
    assert.match(await refusalOf(requestIn(environment), await meansOf(t, typed)), says)
    assert.equal((await recordsIn(environment))[0].decision, 'refused')
  })
}

test('Ctrl-C at the question leaves a record too', async (t) => {
  credentials(t)
  const environment = await provisionedStage(t, await server(t), 'prod')
  const ask = () => Promise.reject(new StoppedError('Stopped before an answer was given'))
  await assert.rejects(admitRun(requestIn(environment), { ...(await meansOf(t)), ask }), StoppedError)
  const [{ decision, refusals }] = await recordsIn(environment)
  assert.deepEqual([decision, refusals], ['refused', ['Stopped before an answer was given']])
})

test('prod runs on a confirmation made beforehand, without a question', async (t) => {
  credentials(t)
  const environment = await provisionedStage(t, await server(t), 'prod')
  const means = await meansOf(t, [])
  await means.confirmations.make({ ...givenConfirmation, hours: 2 })
  await admitRun(requestIn(environment), means)
  const [record] = await recordsIn(environment)
  assert.deepEqual(
    [record.confirmed, record.confirmed_by, record.reason],
    ['beforehand', 'ada', givenConfirmation.reason],
  )
  assert.match(
    await refusalOf(requestIn(environment, { run: { ...RUN, scenarioDigest: 'b'.repeat(64) } }), await meansOf(t)),
    /not confirmed/,
  )
})

test('an environment that is marked protected is guarded as prod is', async (t) => {
  credentials(t)
  const environment = await provisionedStage(t, await server(t))
  const settings = { protected: true }
  assert.match(await refusalOf(requestIn(environment, { settings }), await meansOf(t)), /not confirmed/)
  await admitRun(requestIn(environment, { settings }), await meansOf(t, ['uat', 'because']))
})

test('a cap that is exceeded refuses before anybody is asked, and no word of a person helps', async (t) => {
  credentials(t)
  const environment = await provisionedStage(t, await server(t), 'prod')
  const means = await meansOf(t, ['prod', 'please'])
  await means.confirmations.make({ ...givenConfirmation, hours: 2 })
  const message = await refusalOf(requestIn(environment, { settings: { caps: { jobs: 100 } } }), means)
  assert.match(message, /130 jobs are more than the 100 that prod allows/)
  assert.doesNotMatch(means.said.join('\n'), /Type its name/)
  assert.deepEqual((await recordsIn(environment))[0].refusals.length, 1)
})

test('the owner’s file may set caps below and above what stands without it', async (t) => {
  credentials(t)
  const environment = await provisionedStage(t, await server(t))
  const large = { jobs: 2_000_000, seconds: 1, dollars: 1, demands: {} }
  assert.match(await refusalOf(requestIn(environment, { asked: large }), await meansOf(t)), /2,000,000 jobs/)
  await admitRun(requestIn(environment, { asked: large, settings: { caps: { jobs: 3e6 } } }), await meansOf(t))
  const { stopAfterMs } = await admitRun(
    requestIn(environment, { settings: { caps: { 'duration-minutes': 1.5 } } }),
    await meansOf(t),
  )
  assert.equal(stopAfterMs, 90_000)
})

test('--max-cost refuses what is estimated above it, on any environment', async (t) => {
  const environment = await startedEnvironment(t)
  const means = await meansOf(t)
  assert.match(
    await refusalOf(requestIn(environment, { maxDollars: 0.01 }), means),
    /\$0\.020 are more than --max-cost 0\.01/,
  )
  await admitRun(requestIn(environment, { maxDollars: 0.02 }), means)
})

test('a target that the stage does not allow refuses the run, and the list in its message is the owner’s', async (t) => {
  credentials(t)
  const environment = await provisionedStage(t, await server(t), 'prod')
  await environment.clients.secrets.send(
    new CreateSecretCommand({ Name: 'load-test/prod/relay-url', SecretString: 'wss://relay.example.com/hunter2' }),
  )
  const asked = { ...requestIn(environment).asked, demands: { targets: ['relay'] } }
  const message = await refusalOf(requestIn(environment, { asked }), await meansOf(t, ['prod', 'why']))
  assert.match(message, /the target relay\.example\.com may not be used from prod: no target is allowed there yet/)
  assert.doesNotMatch(message, /hunter2/)
})

test('every reason for a refusal is said at once', async (t) => {
  credentials(t)
  const environment = await provisionedStage(t, await server(t))
  const request = requestIn(environment, { maxDollars: 0.001, settings: { caps: { jobs: 1, dollars: 0.001 } } })
  assert.equal((await refusalOf(request, await meansOf(t))).split('\n').length, 4)
})

test('where the audit record cannot be written prod stays shut, and uat says so and goes on', async (t) => {
  credentials(t)
  const endpoint = await server(t)
  const noWrites = await front(t, endpoint, ({ method, path }) =>
    method === 'PUT' && path.includes('/audit/') ? { status: 403, body: accessDenied } : undefined,
  )
  await provisionedStage(t, endpoint, 'prod')
  await provisionedStage(t, endpoint, 'uat')
  const prodMeans = await meansOf(t, ['prod', 'release'])
  const message = await refusalOf(requestIn(await stage(t, noWrites, { name: 'prod' })), prodMeans)
  assert.match(
    message,
    /the audit record cannot be written to s3:\/\/load-test-results-prod-.*\/audit\/: access is denied/,
  )
  assert.deepEqual(
    prodMeans.kept.map(({ decision }) => decision),
    ['allowed', 'refused'],
  )
  const uatMeans = await meansOf(t)
  await admitRun(requestIn(await stage(t, noWrites)), uatMeans)
  assert.match(uatMeans.said.join('\n'), /audit: the audit record cannot be written/)
})

test('a record never replaces another one', async (t) => {
  credentials(t)
  const endpoint = await server(t)
  let conditional = 0
  const counting = await front(t, endpoint, () => undefined)
  const environment = await provisionedStage(t, counting)
  environment.clients.s3.middlewareStack.add(
    (next) => (args) => {
      const request = args.request as { method: string; path: string; headers: Record<string, string> }
      if (request.path.includes('/audit/') && request.headers['if-none-match'] === '*') conditional++
      return next(args)
    },
    { step: 'finalizeRequest' },
  )
  const means = await meansOf(t)
  await admitRun(requestIn(environment), means)
  await admitRun(requestIn(environment), means)
  const records = await recordsIn(environment)
  assert.equal(records.length, 2, 'two attempts in the same millisecond are two records')
  assert.equal(conditional, 2)
  await writeAuditRecord(environment, records[0])
  assert.equal((await recordsIn(environment)).length, 3)
  assert.equal(auditKey(records[0], 'draw'), 'audit/uat/2026/01/31/20260131T130000000Z-flights-draw.json')
})

test('an embedded run is neither recorded nor stopped', async (t) => {
  const environment = await startedEnvironment(t)
  assert.deepEqual(await admitRun(requestIn(environment), await meansOf(t)), { stopAfterMs: undefined })
  assert.deepEqual(await recordsIn(environment), [])
})

import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager'
import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { Cost } from '../../src/cost/cost-of.ts'
import type { ResultsDocument } from '../../src/results/documents.ts'
import type { AuditRecord } from '../../src/guard/audit.ts'
import type { StartedEnvironment } from '../../src/environment/start-environment.ts'
import { front, jsonError } from '../environment/front.ts'
import { ACCOUNT, credentials, provisionedStage, server, stage } from '../environment/stage.ts'
import { FLIGHTS_SMALL_DIGEST } from './flights-small-digest.ts'
import { parse, turnaroundIn } from './turnaround.ts'

/** The command line as somebody signed in to AWS has it, with AWS_ENDPOINT_URL on a server that poses as AWS. */
async function signedIn(t: TestContext, variables: NodeJS.ProcessEnv = {}) {
  const endpoint = await server(t)
  const cli = await turnaroundIn(t)
  credentials(t)
  const given = { AWS_ENDPOINT_URL: endpoint, AWS_REGION: 'eu-west-1', XDG_CONFIG_HOME: join(cli.folder, 'config') }
  for (const [name, value] of Object.entries({ ...given, ...variables })) {
    const before = process.env[name]
    process.env[name] = value
    t.after(() => {
      if (before === undefined) Reflect.deleteProperty(process.env, name)
      else process.env[name] = before
    })
  }
  return { endpoint, ...cli }
}

async function audited({ clients: { s3 }, names }: StartedEnvironment): Promise<AuditRecord[]> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: names.results, Prefix: 'audit/' }))
  return Promise.all(
    Contents.map(async ({ Key }) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: names.results, Key }))
      return JSON.parse(await Body!.transformToString()) as AuditRecord
    }),
  )
}

/** A working folder with a config/environments.json of its own. */
async function projectIn(folder: string, config: object): Promise<string> {
  const project = join(folder, 'project')
  await mkdir(join(project, 'config'), { recursive: true })
  await writeFile(join(project, 'config', 'environments.json'), JSON.stringify(config))
  return project
}

interface State {
  readonly requests: readonly { readonly service: string; readonly operation: string; readonly count: number }[]
}

async function requestsAt(endpoint: string): Promise<State['requests']> {
  const response = await fetch(`${endpoint}/_turnaround/state`)
  return ((await response.json()) as State).requests
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

const SECRETS = {
  url: 'hunter2-in-url',
  token: 'hunter2-in-token',
  key: 'hunter2-in-secret-key',
  kept: 'hunter2-kept',
}

test('flights-small on uat, with secrets all around it', async (t) => {
  const { endpoint, folder } = await signedIn(t, {
    RELAY_URL_UAT: `https://user:${SECRETS.url}@relay.example.com/?key=${SECRETS.url}`,
    AWS_SECRET_ACCESS_KEY: SECRETS.key,
  })
  const cli = await turnaroundIn(t, await projectIn(folder, { uat: { 'shop-token': SECRETS.token } }))

  await t.test('no resource is made on a stage by a run', async () => {
    const { code, stderr } = await cli.startRun('flights-small', '--env', 'uat').ended
    assert.equal(code, 106)
    assert.match(stderr, /uat \(account 123456789012, eu-west-1\) cannot be used yet:/)
    const made = (await requestsAt(endpoint)).filter(({ operation }) => /^(Create|Put|Set|Tag)/.test(operation))
    assert.deepEqual(made, [])
  })

  assert.equal((await cli.start('provision', '--env', 'uat').ended).code, 0)
  const uat = await stage(t, endpoint)
  const secret = { Name: 'load-test/uat/relay-token', SecretString: SECRETS.kept }
  await uat.clients.secrets.send(new CreateSecretCommand(secret))
  const before = await requestsAt(endpoint)
  const ended = await cli.startRun('flights-small', '--env', 'uat', '--json', '--run-id', 'staged').ended
  const after = await requestsAt(endpoint)
  assert.equal(ended.code, 0, ended.stderr)
  const results = parse(ended)

  await t.test('it gives the same digest, and is in the audit', async () => {
    assert.equal(results.digest, FLIGHTS_SMALL_DIGEST)
    assert.match(ended.stderr, /estimate for flights-small:\n {2}130 jobs/)
    const [record, ...others] = await audited(uat)
    assert.deepEqual([record.decision, record.run_id, others.length], ['allowed', 'staged', 0])
  })

  await t.test('it costs what its own requests say or a little more', () => {
    const counted = (service: string, operations: RegExp) => {
      const sum = (rows: State['requests']) =>
        rows
          .filter((row) => row.service === service && operations.test(row.operation))
          .reduce((total, { count }) => total + count, 0)
      return sum(after) - sum(before)
    }
    const estimated = (cost: Cost, service: string, unit: string) =>
      cost.lines.find((line) => line.service === service && line.unit === unit)!.quantity
    const pairs = [
      ['SQS', 'requests', counted('sqs', /^(SendMessage|ReceiveMessage|DeleteMessage|ChangeMessage)/)],
      ['S3', 'writes', counted('s3', /^(PutObject|CreateMultipart|UploadPart|CompleteMultipart)/)],
      ['S3', 'reads', counted('s3', /^GetObject$/)],
    ] as const
    for (const [service, unit, real] of pairs) {
      const reckoned = estimated(results.cost!, service, unit)
      assert.ok(reckoned >= 0.8 * real, `${service} ${unit}: ${reckoned} reckoned, ${real} counted`)
      assert.ok(reckoned <= 10 * real, `${service} ${unit}: ${reckoned} reckoned, ${real} counted`)
    }
  })

  await t.test('the bundle is brief and whole in itself, and the rest can be pulled', async () => {
    assert.match(results.upload!.url, /^s3:\/\/load-test-results-uat-\d{12}\/uat\/flights-small\//)
    const bundle = join(cli.results, 'staged')
    const here = await readdir(bundle, { recursive: true })
    const brief = ['manifest.json', 'ledger.ndjson', 'percentiles/2.json', 'merged_percentiles/merged_percentiles.json']
    for (const path of brief) assert.ok(here.includes(path), path)
    assert.ok(!here.some((path) => path.endsWith('.parquet')))
    assert.match(await readFile(join(bundle, 'report.html'), 'utf8'), /Delay on landing home/)

    const pull = ['bundle', 'pull', 'staged', '--env', 'uat', '--results', cli.results, '--with-delays']
    const pulled = await cli.start(...pull).ended
    assert.equal(pulled.code, 0, pulled.stderr)
    assert.ok((await readFile(join(bundle, 'delays/seq-0002-leg-1.parquet'))).length > 0)
    const latest = await cli.start('results', 'latest', '--env', 'uat', '--json').ended
    assert.equal((JSON.parse(latest.stdout) as ResultsDocument).run_id, 'staged')
  })

  await t.test('no secret is in the bundle, the output, the audit or the results', async () => {
    const shown = await cli.start('env', 'show', 'uat').ended
    assert.match(shown.stdout, /shop-token +hidden, 16 characters/)
    const texts = new Map([
      ['stdout', ended.stdout],
      ['stderr', ended.stderr],
      ['env show', shown.stdout + shown.stderr],
    ])
    for (const file of await filesBelow(cli.results)) texts.set(file, await readFile(file, 'latin1'))
    for (const Bucket of [uat.names.data, uat.names.results]) {
      const { Contents = [] } = await uat.clients.s3.send(new ListObjectsV2Command({ Bucket }))
      for (const { Key } of Contents) {
        const { Body } = await uat.clients.s3.send(new GetObjectCommand({ Bucket, Key }))
        texts.set(`${Bucket}/${Key}`, Buffer.from(await Body!.transformToByteArray()).toString('latin1'))
      }
    }
    const names = [...texts.keys()].join('\n')
    const expected = [
      'manifest.json',
      'report.html',
      'host.log',
      '.parquet',
      'audit.ndjson',
      '/audit/uat/',
      '/results.json',
    ]
    for (const name of expected) assert.ok(names.includes(name), `${name} was not looked at`)
    const leaks = [...texts].filter(([, text]) => text.includes('hunter2')).map(([name]) => name)
    assert.deepEqual(leaks, [])
  })
})

test('what AWS refuses while a command is at it is told in words, with 106', async (t) => {
  const { endpoint, start } = await signedIn(t)
  await provisionedStage(t, endpoint)
  const guarded = await front(t, endpoint, ({ target }) =>
    target === 'DynamoDB_20120810.GetItem' ? jsonError(400, 'AccessDeniedException', 'not authorized') : undefined,
  )
  const { code, stderr } = await start('status', 'any', '--env', 'uat', '--endpoint', guarded).ended
  assert.equal(code, 106)
  assert.equal(stderr, 'uat refused a call: access is denied (AccessDeniedException: not authorized)\n')
})

test('prod is refused from a script, runs after turnaround confirm, and both are in its audit', async (t) => {
  const { endpoint, start, startRun } = await signedIn(t)
  const prod = await provisionedStage(t, endpoint, 'prod')
  const refused = await startRun('synthetic', '--env', 'prod', '--messages', '5').ended
  assert.equal(refused.code, 92)
  assert.match(refused.stderr, /synthetic may not run on prod:\n {2}not confirmed: .*turnaround confirm prod/)

  const same = ['--scenario', 'synthetic', '--set', 'synthetic.messages=5']
  const faulty = await start('confirm', 'prod', ...same, '--for', '3d').ended
  assert.equal(faulty.code, 104)
  assert.match(faulty.stderr, /--reason: is missing.*\n.*--for: must be minutes or hours, 1m … 24h, got "3d"/)
  const confirmed = await start('confirm', 'prod', ...same, '--reason', 'release 4.2', '--for', '30m').ended
  assert.equal(confirmed.code, 0, confirmed.stderr)
  assert.match(
    (await start('confirm', '--list').ended).stdout,
    /^prod {2}synthetic {2}[0-9a-f]{12} {2}until .*: release 4\.2\n$/,
  )

  const other = await startRun('synthetic', '--env', 'prod', '--messages', '6').ended
  assert.equal(other.code, 92)
  assert.match(other.stderr, /with another seed, other settings or another version/)
  const allowed = await startRun('synthetic', '--env', 'prod', '--messages', '5', '--json').ended
  assert.equal(allowed.code, 0, allowed.stderr)
  const decisions = (await audited(prod)).map(({ decision, reason }) => [decision, reason])
  assert.deepEqual(decisions, [
    ['refused', null],
    ['refused', null],
    ['allowed', 'release 4.2'],
  ])
})

test('--max-cost below the estimate is refused before a job is sent', async (t) => {
  const { endpoint, startRun } = await signedIn(t)
  await provisionedStage(t, endpoint)
  const { code, stderr } = await startRun('flights-small', '--env', 'uat', '--max-cost', '0.0001').ended
  assert.equal(code, 92)
  assert.match(stderr, /are more than --max-cost 0\.0001/)
  assert.ok((await requestsAt(endpoint)).every(({ operation }) => operation !== 'SendMessageBatch'))
})

test('estimate asks nobody and needs no credentials', async (t) => {
  const { start } = await turnaroundIn(t)
  const { code, stdout } = await start('estimate', 'flights-small', '--env', 'uat', '--region', 'eu-west-1', '--json')
    .ended
  assert.equal(code, 0)
  const { cost, jobs } = JSON.parse(stdout) as { cost: Cost; jobs: number }
  assert.equal(jobs, 130)
  assert.deepEqual([cost.is_billed, cost.region, cost.estimated_from], [true, 'eu-west-1', 'plan'])
  assert.ok(cost.dollars > 0.0001 && cost.dollars < 0.1)
})

test('credentials of another account than the stage’s are told before anything is looked at', async (t) => {
  const { endpoint, folder } = await signedIn(t)
  const cli = await turnaroundIn(t, await projectIn(folder, { uat: { account: '210987654321' } }))
  const { code, stderr } = await cli.start('status', 'any', '--env', 'uat').ended
  assert.equal(code, 106)
  assert.match(stderr, /credentials are of account 123456789012, but uat is account 210987654321/)
  assert.ok((await requestsAt(endpoint)).every(({ service }) => service === 'sts' || service === 'sqs'))
})

test('a run longer than its stage allows is stopped gracefully: exit code 96, and it can be gone on with', async (t) => {
  const { endpoint, folder } = await signedIn(t)
  await provisionedStage(t, endpoint)
  const cli = await turnaroundIn(t, await projectIn(folder, { uat: { caps: { 'duration-minutes': 0.02 } } }))
  const same = ['--env', 'uat', '--set', 'synthetic.workDurationMs=0', '--messages', '5', '--run-id', 'slow']
  // Planned for no time at all; but nobody does the jobs.
  const ended = await cli.startRun('synthetic', ...same, '--hosts', 'none', '--json').ended
  assert.equal(ended.code, 96, ended.stderr)
  const { verdict, verdict_reason: reason } = parse(ended)
  assert.equal(verdict, 'aborted')
  assert.match(reason, /stopped at the longest a run may take there \(caps\.duration-minutes\)/)

  await projectIn(folder, {})
  const again = await cli.startRun('synthetic', ...same, '--json').ended
  assert.equal(again.code, 0, again.stderr)
})

test('the template of a stage needs no account', async (t) => {
  const { start } = await turnaroundIn(t)
  const { code, stdout } = await start('provision', '--env', 'uat', '--template').ended
  assert.equal(code, 0)
  const { Resources } = JSON.parse(stdout) as { Resources: object }
  assert.equal(Object.keys(Resources).length, 6)
  assert.doesNotMatch(stdout, new RegExp(ACCOUNT))
})

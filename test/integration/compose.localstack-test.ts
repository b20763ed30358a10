import { DescribeTimeToLiveCommand } from '@aws-sdk/client-dynamodb'
import { ListBucketsCommand } from '@aws-sdk/client-s3'
import { ListQueuesCommand } from '@aws-sdk/client-sqs'
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { suite, test, type TestContext } from 'node:test'
import { composeUp } from '../../src/environment/localstack-compose.ts'
import { resolveEnvironment } from '../../src/environment/resolve-environment.ts'
import { startEnvironment } from '../../src/environment/start-environment.ts'
import { EnvironmentError } from '../../src/errors.ts'
import { temporaryFolder } from '../environment/started.ts'
import { FLIGHTS_SMALL_DIGEST } from '../runs/flights-small-digest.ts'
import { ownCompose, removed } from './compose.ts'
import { docker, localstackImage, noLocalstack, root, RUN_MS } from './engine.ts'

suite('LocalStack by compose.yaml', { skip: noLocalstack }, () => {
  test('make local-run ENV=localstack brings it up provisioned, gives the digest of embedded, and takes it down', async (t) => {
    const { variables } = await usedCompose(t)
    const results = await temporaryFolder(t)
    const args = `--json --quiet --run-id made --results ${results}`
    const made = await make(
      variables,
      'local-run',
      'ENV=localstack',
      'SCENARIO=flights-small',
      'DOWN=1',
      `ARGS=${args}`,
    )
    assert.equal(made.code, 0, made.stderr)
    assert.match(made.stderr, /Healthy/)
    assert.equal((JSON.parse(made.stdout) as { digest: string }).digest, FLIGHTS_SMALL_DIGEST)
    assert.equal(await containers(variables), '', 'DOWN=1 leaves nothing')
  })

  test('its init hook makes what a run would make, once more without harm, and a second up finds it there', async (t) => {
    const options = await usedCompose(t)
    const endpoint = await composeUp(options)
    const environment = await startEnvironment(resolveEnvironment('localstack', {}, options.variables))
    t.after(() => environment.stop())
    assert.equal(environment.endpoint, endpoint)
    const { clients, names } = environment
    const { QueueUrls = [] } = await clients.sqs.send(new ListQueuesCommand())
    const queues = QueueUrls.map((url) => url.split('/').at(-1)!)
    assert.deepEqual(queues.sort(), [names.dlq, names.incoming, names.outgoing].sort())
    const { Buckets = [] } = await clients.s3.send(new ListBucketsCommand())
    assert.deepEqual(Buckets.map(({ Name }) => Name!).sort(), [names.data, names.results].sort())
    const { TimeToLiveDescription } = await clients.dynamodb.send(
      new DescribeTimeToLiveCommand({ TableName: names.jobs }),
    )
    assert.equal(TimeToLiveDescription?.TimeToLiveStatus, 'ENABLED')

    const before = await containers(options.variables)
    await docker(['exec', before, '/opt/code/localstack/.venv/bin/python', '/etc/localstack/init/ready.d/provision.py'])
    assert.equal(await composeUp(options), endpoint)
    assert.equal(await containers(options.variables), before)

    const second = await usedCompose(t, { LOCALSTACK_PORT: options.variables.LOCALSTACK_PORT })
    await refused(composeUp(second), /^Port \d+ of 127\.0\.0\.1 is in use by something else\. .*LOCALSTACK_PORT=/)
  })

  test('an image that does not exist is named, with what to do', async (t) => {
    const options = await usedCompose(t, { LOCALSTACK_TAG: 'no-such-tag' })
    await refused(
      composeUp(options),
      /^The image localstack\/localstack:no-such-tag is not in the Docker engine.*LOCALSTACK_TAG.*embedded/,
    )
  })

  test('a version that wants a licence says so, and which one wants none', async (t) => {
    const tag = await unlicensedTag(t)
    const options = await usedCompose(t, { LOCALSTACK_TAG: tag })
    await refused(
      composeUp(options),
      /wants a licence: set LOCALSTACK_AUTH_TOKEN.*LOCALSTACK_TAG=4\.14\.0.*No credentials were found/s,
    )
  })

  test('the token of a licence reaches the container', async (t) => {
    const { variables } = await usedCompose(t, { LOCALSTACK_AUTH_TOKEN: 'ls-not-a-real-token' })
    const config = await docker(['compose', 'config', '--format', 'json'], variables)
    const { services } = JSON.parse(config) as { services: { localstack: { environment: Record<string, string> } } }
    assert.equal(services.localstack.environment.LOCALSTACK_AUTH_TOKEN, 'ls-not-a-real-token')
  })

  test('an engine that does not answer is told with 106, and how to do without', async () => {
    const variables = { ...process.env, DOCKER_HOST: 'unix:///nowhere/docker.sock' }
    const { stderr } = await make(variables, 'local-run', 'ENV=localstack', 'SCENARIO=flights-small')
    assert.match(stderr, /No Docker engine answers \(.*\): start it\. .*--env embedded.*Error 106/s)
  })
})

async function usedCompose(t: TestContext, variables: NodeJS.ProcessEnv = {}) {
  const options = await ownCompose(variables)
  t.after(removed(options))
  return options
}

async function refused(attempt: Promise<unknown>, message: RegExp): Promise<void> {
  await assert.rejects(attempt, (error) => {
    assert.ok(error instanceof EnvironmentError)
    assert.equal(error.exitCode, 106)
    assert.match(error.message, message)
    return true
  })
}

function containers(variables: NodeJS.ProcessEnv): Promise<string> {
  return docker(['compose', 'ps', '--all', '--quiet'], variables)
}

/**
 * An image that ends as LocalStack's own do where they find no licence, in its own words:
 * https://github.com/apache/pekko-connectors/issues/1517
 */
async function unlicensedTag(t: TestContext): Promise<string> {
  const tag = `unlicensed-${process.pid}`
  const words =
    'Localstack returning with exit code 55. Reason:\nThe license activation failed for the following reason:\n\n' +
    'No credentials were found in the environment.'
  const name = `turnaround-test-${tag}`
  await docker(['create', '--name', name, '--entrypoint', 'sh', localstackImage, '-c', `echo '${words}'; exit 55`])
  t.after(() => docker(['image', 'rm', '--force', `localstack/localstack:${tag}`]))
  await docker(['commit', name, `localstack/localstack:${tag}`])
  await docker(['rm', '--volumes', name])
  return tag
}

function make(variables: NodeJS.ProcessEnv, ...args: string[]) {
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    const child = spawn('make', ['-C', join(root), '--no-print-directory', ...args], {
      env: variables,
      timeout: RUN_MS,
    })
    const output = { stdout: '', stderr: '' }
    child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()))
    child.once('close', (code) => resolve({ code, ...output }))
  })
}

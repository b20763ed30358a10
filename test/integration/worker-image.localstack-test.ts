import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { composeUp } from '../../src/environment/localstack-compose.ts'
import { FLIGHTS_SMALL_DIGEST } from '../runs/flights-small-digest.ts'
import { turnaroundIn } from '../runs/turnaround.ts'
import { ownCompose, removed } from './compose.ts'
import { docker, isThere, noLocalstack, root, RUN_MS } from './engine.ts'

const BASE_IMAGE = process.env.WORKER_BASE_IMAGE || 'node:24-bookworm-slim'
const BUILD_MS = 10 * 60_000

const noBase = (await isThere(BASE_IMAGE))
  ? false
  : `the engine has no ${BASE_IMAGE}: docker pull it, or name another with Node 24 and npm in WORKER_BASE_IMAGE`

suite('the image of deploy/docker', { skip: noLocalstack || noBase }, () => {
  test('its workers, not root, do a whole run that is only scheduled here, and stop when told', async (t) => {
    const tag = `test-${process.pid}`
    const options = await ownCompose({ WORKER_TAG: tag })
    const { variables } = options
    t.after(() => docker(['image', 'rm', '--force', `turnaround-worker:${tag}`]))
    t.after(removed(options))
    await build(`turnaround-worker:${tag}`)
    const endpoint = await composeUp(options)
    await docker(['compose', '--profile', 'workers', 'up', '--detach', '--wait', '--no-build'], variables, BUILD_MS)
    const worker = await docker(['compose', '--profile', 'workers', 'ps', '--quiet', 'worker'], variables)
    assert.equal(await docker(['exec', worker, 'id', '-u']), '1000')

    const { run } = await turnaroundIn(t, root, RUN_MS)
    const there = ['--env', 'localstack', '--endpoint', endpoint, '--hosts', 'none']
    const { code, results, stderr } = await run('flights-small', ...there)
    assert.equal(code, 0, stderr)
    assert.equal(results.digest, FLIGHTS_SMALL_DIGEST)

    await docker(['stop', '--time', '30', worker], {}, 60_000)
    assert.equal(await docker(['inspect', '--format', '{{.State.ExitCode}}', worker]), '0')
  })
})

/** Where this machine trusts certificates of its own, packages are fetched with them. */
async function build(image: string): Promise<void> {
  const { NODE_EXTRA_CA_CERTS: ca } = process.env
  const secrets = ca ? ['--secret', `id=ca,src=${ca}`] : []
  const args = [
    '--file',
    'deploy/docker/Dockerfile',
    '--build-arg',
    `BASE_IMAGE=${BASE_IMAGE}`,
    '--tag',
    image,
    ...secrets,
  ]
  await docker(['build', '--network', 'host', ...args, '.'], { DOCKER_BUILDKIT: '1' }, BUILD_MS)
}

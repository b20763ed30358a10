import assert from 'node:assert/strict'
import { test } from 'node:test'
import { detectRunner, type Surroundings } from '../../src/environment/runner.ts'

const ID = '0123456789abcdef'.repeat(4)

function place(options: {
  variables?: NodeJS.ProcessEnv
  files?: Record<string, string>
  answers?: Record<string, unknown>
  hostname?: string
}): Surroundings {
  const { variables = {}, files = {}, answers = {}, hostname = 'laptop' } = options
  return {
    variables,
    hostname,
    read: async (path) => files[path],
    async fetchJson(url) {
      if (!(url in answers)) throw new Error(`nothing at ${url}`)
      return answers[url]
    },
  }
}

test('a machine that says nothing of itself is local, and is named by its host name', async () => {
  assert.deepEqual(await detectRunner(place({})), { type: 'local', container_id: null, task_id: 'laptop' })
})

test('a task on ECS is named as its metadata endpoint says', async () => {
  const uri = 'http://169.254.170.2/v4/abc'
  const ecs = place({
    variables: { ECS_CONTAINER_METADATA_URI_V4: uri, AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE' },
    answers: {
      [uri]: { DockerId: 'cd189a933e5849daa93386466019ab50-2495160603' },
      [`${uri}/task`]: { TaskARN: 'arn:aws:ecs:us-west-2:111122223333:task/default/cd189a933e5849daa93386466019ab50' },
    },
  })
  assert.deepEqual(await detectRunner(ecs), {
    type: 'ecs',
    container_id: 'cd189a933e5849daa93386466019ab50-2495160603',
    task_id: 'cd189a933e5849daa93386466019ab50',
  })
})

test('a task whose metadata endpoint is silent is named by its container', async () => {
  const variables = { ECS_CONTAINER_METADATA_URI_V4: 'http://169.254.170.2/v4/abc' }
  const silent = place({ variables, files: { '/proc/self/cgroup': `1:name=systemd:/ecs/task/${ID}\n` } })
  assert.deepEqual(await detectRunner(silent), { type: 'ecs', container_id: ID, task_id: ID })
})

test('a container is known by its engine’s file, and its id by cgroup, mounts or host name', async () => {
  const docker = { '/.dockerenv': '' }
  const found = async (files: Record<string, string>, hostname = 'named-by-somebody') =>
    detectRunner(place({ files: { ...docker, ...files }, hostname }))
  const v1 = await found({ '/proc/self/cgroup': `12:cpu:/docker/${ID}\n0::/system.slice\n` })
  assert.deepEqual(v1, { type: 'docker', container_id: ID, task_id: ID })
  const scope = await found({ '/proc/self/cgroup': `0::/system.slice/docker-${ID}.scope\n` })
  assert.equal(scope.container_id, ID)
  const v2 = await found({
    '/proc/self/cgroup': '0::/\n',
    '/proc/self/mountinfo': `656 644 254:1 /docker/containers/${ID}/hostname /etc/hostname rw\n`,
  })
  assert.equal(v2.container_id, ID)
  assert.equal((await found({}, 'c0ffee012345')).container_id, 'c0ffee012345')
  assert.deepEqual(await found({}), { type: 'docker', container_id: null, task_id: 'named-by-somebody' })
})

test('Podman, Kubernetes, Lambda, GitHub and EC2 are told apart, the narrower place first', async () => {
  const typeOf = async (options: Parameters<typeof place>[0]) => (await detectRunner(place(options))).type
  assert.equal(await typeOf({ files: { '/run/.containerenv': '' } }), 'docker')
  assert.equal(await typeOf({ variables: { KUBERNETES_SERVICE_HOST: '10.0.0.1' } }), 'kubernetes')
  assert.equal(await typeOf({ variables: { AWS_LAMBDA_FUNCTION_NAME: 'processor' } }), 'lambda')
  assert.equal(await typeOf({ variables: { GITHUB_ACTIONS: 'true' }, files: { '/.dockerenv': '' } }), 'github')
  const nitro = { '/sys/devices/virtual/dmi/id/sys_vendor': 'Amazon EC2\n' }
  assert.equal(await typeOf({ files: nitro }), 'ec2')
  assert.equal(await typeOf({ files: { '/sys/hypervisor/uuid': 'ec2e1916-9099-7caf-fd21-012345abcdef\n' } }), 'ec2')
  assert.equal(await typeOf({ files: { ...nitro, '/.dockerenv': '' } }), 'docker')
  assert.equal(await typeOf({ files: { '/sys/devices/virtual/dmi/id/sys_vendor': 'QEMU\n' } }), 'local')
})

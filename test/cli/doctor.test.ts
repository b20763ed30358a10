import assert from 'node:assert/strict'
import test from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { createServer } from 'node:net'
import { chmod, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { doctorExitCode, examine, renderDoctor, type Check } from '../../src/cli/doctor.ts'
import { systemProbes, type Probes } from '../../src/cli/doctor-probes.ts'
import { temporaryFolder } from '../scenario/temporary-folder.ts'

/** A machine that has everything, in the state a test changes. */
function machine(changes: Partial<Probes> = {}): Probes {
  return {
    env: { AWS_PROFILE: 'secret-value' },
    nodeVersion: '24.21.0',
    run: (command, args) =>
      Promise.resolve(args.includes('--version') && command.includes('node') ? 'v20.1.0' : `${command} 1.0`),
    systemNode: () => Promise.resolve('/usr/bin/node'),
    cores: () => 2,
    memory: () => ({ totalBytes: 8e9, availableBytes: 4e9 }),
    freeDiskBytes: () => Promise.resolve(50e9),
    tryWriting: () => Promise.resolve(),
    tryListening: () => Promise.resolve(),
    awsProfiles: () => Promise.resolve(['default', 'uat']),
    ...changes,
  }
}

async function checkOf(name: string, changes: Partial<Probes>): Promise<Check> {
  const found = (await examine({ probes: machine(changes) })).find((check) => check.name === name)
  assert.ok(found, `no check is named ${name}`)
  return found
}

test('a machine that has everything is well, and the doctor says that a run can start', async () => {
  const checks = await examine({ probes: machine() })
  assert.deepEqual(
    checks.filter(({ status }) => status !== 'ok'),
    [],
  )
  assert.equal(doctorExitCode(checks), 0)
  assert.match(renderDoctor(checks, { color: false }), /Ready for local runs: make local-run\n$/)
})

test('what only LocalStack, AWS or the build need may be missing: the exit code stays 0', async () => {
  const gone = Object.assign(new Error('spawn docker ENOENT'), { code: 'ENOENT' })
  const probes = machine({
    run: () => Promise.reject(gone),
    systemNode: () => Promise.resolve(undefined),
    env: {},
    awsProfiles: () => Promise.resolve([]),
  })
  const checks = await examine({ probes })
  const missing = checks.filter(({ status }) => status === 'missing').map(({ name }) => name)
  assert.deepEqual(missing, [
    'system Node',
    'npm',
    'make',
    'git',
    'docker',
    'docker engine',
    'docker compose',
    'AWS credentials',
    'python3',
    'DuckDB',
  ])
  assert.equal(doctorExitCode(checks), 0)
  assert.ok(
    checks.filter(({ status }) => status !== 'ok').every(({ fix }) => fix !== undefined),
    'every fault has a fix',
  )
})

test('a folder that cannot be written makes it fail with 106, and says why', async () => {
  const changes = {
    tryWriting: (folder: string) =>
      folder === 'results' ? Promise.reject(new Error('EROFS: read-only')) : Promise.resolve(),
  }
  const check = await checkOf('results/', changes)
  assert.equal(check.status, 'missing')
  assert.match(check.detail, /EROFS/)
  assert.equal(doctorExitCode([check]), 106)
  assert.match(renderDoctor([check], { color: false }), /Not ready/)
})

test('a Node too old to run is missing; little disk or memory is a warning', async () => {
  assert.equal((await checkOf('Node in use', { nodeVersion: '20.20.2' })).status, 'missing')
  assert.equal((await checkOf('Node in use', { nodeVersion: '22.13.0' })).status, 'ok')
  assert.equal((await checkOf('disk', { freeDiskBytes: () => Promise.resolve(2.9e9) })).status, 'warning')
  assert.equal(
    (await checkOf('memory', { memory: () => ({ totalBytes: 1e9, availableBytes: 5e8 }) })).status,
    'warning',
  )
})

test('of credentials, only names are told', async () => {
  const env = { AWS_ACCESS_KEY_ID: 'AKIDVALUE', AWS_SECRET_ACCESS_KEY: 'hidden', AWS_PROFILE: 'hidden' }
  const check = await checkOf('AWS credentials', { env })
  assert.equal(check.detail, 'set: AWS_ACCESS_KEY_ID, AWS_PROFILE; profiles: default, uat')
})

test('a command that fails is told in its own words', async () => {
  const failed = new Error(
    "Command failed: docker version\nCannot connect to the Docker daemon.\n\nRun 'docker --help'",
  )
  const check = await checkOf('docker engine', { run: () => Promise.reject(failed) })
  assert.equal(check.detail, 'Cannot connect to the Docker daemon.')
})

test('a look that never answers ends, and so does what it started', async () => {
  const ended: string[] = []
  const run: Probes['run'] = (command, _args, signal) => {
    signal.addEventListener('abort', () => ended.push(command))
    return new Promise(() => {})
  }
  const checks = await examine({ probes: machine({ run }), timeoutMs: 20 })
  const npm = checks.find(({ name }) => name === 'npm')
  assert.deepEqual(
    { status: npm?.status, detail: npm?.detail },
    { status: 'warning', detail: 'no answer within 0.02 s' },
  )
  assert.ok(ended.includes('npm'))
})

test('a look that breaks unexpectedly is a warning, and the others go on', async () => {
  const check = await checkOf('disk', { freeDiskBytes: () => Promise.reject(new Error('ENOSYS')) })
  assert.equal(check.status, 'warning')
  assert.equal(check.detail, 'cannot be told: ENOSYS')
})

test('colour adds nothing but colour', async () => {
  const checks = await examine({ probes: machine({ nodeVersion: '18.0.0' }) })
  const colored = renderDoctor(checks, { color: true })
  const plain = renderDoctor(checks, { color: false })
  assert.notEqual(colored, plain)
  assert.equal(stripVTControlCharacters(colored), plain)
})

test('on this machine: Node, cores, memory and disk are found, and nothing is left in the folder', async (t) => {
  const folder = await temporaryFolder(t)
  await systemProbes.tryWriting(join(folder, 'not', 'yet', 'there'))
  assert.deepEqual(await readdir(folder), [])
  assert.ok((await systemProbes.freeDiskBytes(join(folder, 'not', 'yet'))) > 0)
  assert.ok(systemProbes.cores() >= 1)
  const { totalBytes, availableBytes } = systemProbes.memory()
  assert.ok(availableBytes > 0 && availableBytes <= totalBytes)
  assert.equal(await systemProbes.run(process.execPath, ['--version'], new AbortController().signal), process.version)
})

test(
  'on this machine: a folder without permission is told',
  { skip: process.getuid?.() === 0 && 'root may write anywhere' },
  async (t) => {
    const folder = await temporaryFolder(t)
    await chmod(folder, 0o555)
    await assert.rejects(systemProbes.tryWriting(folder), { code: 'EACCES' })
  },
)

test('on this machine: a port that is taken is told, and a free one is free again after the look', async (t) => {
  const server = createServer()
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  t.after(() => server.close())
  const address = server.address()
  assert.ok(typeof address === 'object' && address)
  const { port } = address
  await assert.rejects(systemProbes.tryListening(port), { code: 'EADDRINUSE' })
  await new Promise((closed) => server.close(closed))
  await systemProbes.tryListening(port)
  await systemProbes.tryListening(port)
})

test('on this machine: a command ends with its signal', async () => {
  const over = new AbortController()
  const running = systemProbes.run(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], over.signal)
  over.abort()
  await assert.rejects(running, { name: 'AbortError' })
})

import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { isProtected, readSettings } from '../../src/environment/settings.ts'
import { InvalidInputError } from '../../src/errors.ts'
import { temporaryFolder } from './started.ts'

async function settingsFile(t: TestContext, text: string): Promise<string> {
  const file = join(await temporaryFolder(t), 'environments.json')
  await writeFile(file, text)
  return file
}

async function faultsOf(t: TestContext, text: string): Promise<string[]> {
  const file = await settingsFile(t, text)
  try {
    readSettings('uat', file)
  } catch (error) {
    assert.ok(error instanceof InvalidInputError, String(error))
    return error.faults.map(({ path, message }) => `${path}: ${message}`)
  }
  return []
}

test('the example that is shipped is valid, and prod is protected in it', () => {
  const prod = readSettings('prod', 'config/environments.example.json')
  assert.equal(isProtected('prod', prod), true)
  assert.equal(readSettings('uat', 'config/environments.example.json').region, 'eu-west-1')
})

test('without a file nothing is set, and prod is protected all the same', () => {
  assert.deepEqual(readSettings('uat', '/nowhere/environments.json'), {})
  assert.equal(isProtected('prod', {}), true)
  assert.equal(isProtected('uat', {}), false)
  assert.equal(isProtected('uat', { protected: true }), true)
})

test('each slip is told with its path and line, all at once, whichever stage it is in', async (t) => {
  const text = [
    '{',
    '  "uat": {',
    '    "region": "Frankfurt",',
    '    "account": 123456789012,',
    '    "caps": { "jobs": 0, "dolars": 3 }',
    '  },',
    '  "production": { "relay-url": "wss://relay" },',
    '  "prod": { "protected": false }',
    '}',
  ].join('\n')
  const faults = await faultsOf(t, text)
  assert.deepEqual(
    faults.map((fault) => `${/^[\w.-]+/.exec(fault)?.[0]} ${/\(line (\d+)\)$/.exec(fault)?.[1]}`).toSorted(),
    ['production 7', 'uat.account 4', 'uat.caps.dolars 5', 'uat.caps.jobs 5', 'uat.region 3'],
  )
  assert.match(faults.join('\n'), /uat\.caps\.dolars: is unknown; did you mean dollars/)
})

test('prod cannot be opened by the file', async (t) => {
  assert.deepEqual(await faultsOf(t, '{\n "prod": { "protected": false }\n}'), [
    'prod.protected: must be true or left out: prod is always protected (line 2)',
  ])
})

test('a fault in a setting that may be secret never shows it', async (t) => {
  const faults = await faultsOf(t, '{ "uat": { "relay-token": { "value": "hunter2" }, "relay-url": ["hunter2"] } }')
  assert.equal(faults.length, 2)
  assert.doesNotMatch(faults.join('\n'), /hunter2/)
})

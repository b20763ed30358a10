import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { whyNotTarget } from '../../src/environment/allowed-target.ts'
import { targetRulesOf } from '../../src/environment/target-rules.ts'
import { temporaryFolder } from './started.ts'

async function configured(t: TestContext, config: object): Promise<string> {
  const file = join(await temporaryFolder(t), 'environments.json')
  await writeFile(file, JSON.stringify(config))
  return file
}

test('a protected stage allows what its list names, and without a list nothing', async (t) => {
  const file = await configured(t, { uat: { protected: true, 'allowed-targets': ['shop.uat.example.com'] } })
  assert.deepEqual(targetRulesOf('uat', file), { stage: 'uat', allowed: ['shop.uat.example.com'] })
  assert.deepEqual(targetRulesOf('prod', file), { stage: 'prod', allowed: [] })
})

test('other stages are kept from what belongs to a protected one, and have no rules where nothing does', async (t) => {
  const prod = {
    'shop-url': 'https://shop.example.com/base',
    note: 'no URL',
    'allowed-targets': ['*.live.example.com'],
  }
  const file = await configured(t, { dev: { 'allowed-targets': ['shop.dev.example.com'] }, prod })
  const forbidden = [{ environment: 'prod', hosts: ['shop.example.com', '*.live.example.com'] }]
  assert.deepEqual(targetRulesOf('local', file), { stage: 'local', forbidden })
  assert.deepEqual(targetRulesOf('dev', file), { stage: 'dev', allowed: ['shop.dev.example.com'], forbidden })
  assert.equal(targetRulesOf('local', await configured(t, { dev: { region: 'eu-west-1' } })), undefined)
  assert.equal(targetRulesOf('uat', join(await temporaryFolder(t), 'no-such-file.json')), undefined)
})

test('a host of a protected environment is refused although a list of another one names it', () => {
  const rules = {
    stage: 'uat',
    allowed: ['*.example.com'],
    forbidden: [{ environment: 'prod', hosts: ['shop.example.com'] }],
  }
  assert.equal(whyNotTarget(new URL('https://shop.uat.example.com'), rules), undefined)
  assert.match(
    whyNotTarget(new URL('https://shop.example.com'), rules)!,
    /shop\.example\.com belongs to prod, which is protected/,
  )
})

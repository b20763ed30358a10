import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { ALONE, SUITES, REST } from './load-suite.ts'

test('npm test runs every suite, and each folder whose files have processes of their own', () => {
  const { scripts } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
    scripts: { test: string }
  }
  for (const glob of ['test/suites/*.suite.ts', ...ALONE.map((folder) => `test/${folder}/*.test.ts`)])
    assert.ok(scripts.test.includes(`'${glob}'`), `${glob} is not in: ${scripts.test}`)
  const suites = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.suite.ts'))
  assert.deepEqual(suites.sort(), [...Object.keys(SUITES), REST].map((name) => `${name}.suite.ts`).sort())
})

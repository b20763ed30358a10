import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { InvalidInputError } from '../../src/errors.ts'
import { openOutputs } from '../../src/outputs/open-outputs.ts'
import { parseOutputSpecs } from '../../src/outputs/output-specs.ts'
import { aContext } from './some-windows.ts'

test('a target is a URL or a file, as the output has it', () => {
  assert.deepEqual(
    parseOutputSpecs(['prometheus=http://h:9091', 'prometheus=a.prom', 'otlp=https://h/x', 'csv=b=c.csv']),
    [
      { name: 'prometheus', url: new URL('http://h:9091') },
      { name: 'prometheus', path: resolve('a.prom') },
      { name: 'otlp', url: new URL('https://h/x') },
      { name: 'csv', path: resolve('b=c.csv') },
    ],
  )
  assert.deepEqual(parseOutputSpecs([]), [])
})

test('every fault is named at once, with the way out and without secrets', () => {
  const specs = [
    'promethues=x',
    'otlp',
    'csv=',
    'otlp=localhost:4318',
    'json=https://u:secret@h/x',
    'otlp=http://u:secret@',
    'csv=a',
    'json=./a',
  ]
  assert.throws(
    () => parseOutputSpecs(specs),
    (error: InvalidInputError) => {
      assert.ok(error instanceof InvalidInputError)
      assert.deepEqual(
        error.faults.map(({ path, message }) => `${path}: ${message}`),
        [
          '--out: "promethues" is no output; did you mean prometheus?; there are prometheus=URL or prometheus=FILE, otlp=URL, csv=FILE, json=FILE',
          '--out: otlp needs a target: otlp=URL',
          '--out: csv needs a target: csv=FILE',
          '--out: otlp needs a URL that begins with http:// or https://',
          '--out: json writes a file, not to a URL: json=FILE',
          '--out: otlp needs a URL that can be read, such as http://localhost:9091',
          `--out: ${resolve('a')} cannot be written by two outputs; give each a file of its own`,
        ],
      )
      return true
    },
  )
})

test('a file that cannot be written is refused before the run', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'outputs-'))
  t.after(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'file'), '')
  await assert.rejects(
    openOutputs([`json=${join(folder, 'file', 'below.json')}`], aContext()),
    (error: Error) => error instanceof InvalidInputError && /--out: json: .*(?:ENOTDIR|EEXIST)/.test(error.message),
  )
})

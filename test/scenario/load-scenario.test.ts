import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import test from 'node:test'
import { promisify } from 'node:util'
import { InvalidInputError } from '../../src/errors.ts'
import { listScenarios } from '../../src/scenario/list-scenarios.ts'
import { loadScenario } from '../../src/scenario/load-scenario.ts'
import { workloadNames } from '../../src/workloads/registry.ts'
import { temporaryFolder } from './temporary-folder.ts'

const QUICK = 'name: quick\nworkload: synthetic\nsynthetic:\n  messages: 20\n'

/** The error a promise must reject with. */
async function refusal(promise: Promise<unknown>): Promise<InvalidInputError> {
  const error = await promise.then(
    () => assert.fail('an InvalidInputError was expected'),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof InvalidInputError, String(error))
  return error
}

test('a name finds its file in the folder, and defaults are filled in', async (t) => {
  const folder = await temporaryFolder(t, { 'quick.yaml': QUICK })
  const scenario = await loadScenario('quick', { folder })
  assert.deepEqual(scenario, {
    name: 'quick',
    description: '',
    workload: 'synthetic',
    seed: 1,
    settings: {
      messages: 20,
      shape: 'independent',
      fanIn: 10,
      layers: 10,
      workDurationMs: 100,
      dataSizeKb: 10,
    },
    source: join(folder, 'quick.yaml'),
  })
})

test('a part that is left out, or empty, means its defaults', async (t) => {
  const folder = await temporaryFolder(t, {
    'a.yaml': 'name: a\nworkload: synthetic\n',
    'b.yaml': 'name: b\nworkload: synthetic\nsynthetic:\n',
  })
  const [a, b] = await Promise.all([loadScenario('a', { folder }), loadScenario('b', { folder })])
  assert.deepEqual(a.settings, b.settings)
  assert.equal(a.settings['messages'], 1000)
})

test('the same scenario as YAML, JSON, JavaScript and TypeScript is the same scenario', async (t) => {
  const document = { name: 'same', workload: 'synthetic', seed: 5, synthetic: { messages: 3, shape: 'chain' } }
  const text = JSON.stringify(document)
  const typed = `const document: { name: string } = ${text}\nexport default document\n`
  const helper = pathToFileURL(join(import.meta.dirname, '../../src/scenario/index.ts')).href
  const defined = `import { defineScenario } from '${helper}'\nexport default defineScenario(${text})\n`
  const files = {
    'same.yaml': 'name: same\nworkload: synthetic\nseed: 5\nsynthetic: { messages: 3, shape: chain }\n',
    'same.yml': text,
    'same.json': text,
    'same.js': `export default ${text}`,
    'same.mjs': `export default ${text}`,
    'same.ts': typed,
    'defined/same.ts': defined,
  }
  const folder = await temporaryFolder(t, files)
  for (const name of Object.keys(files)) {
    const { source, ...scenario } = await loadScenario(join(folder, name))
    assert.equal(source, join(folder, name))
    assert.deepEqual(scenario.settings['shape'], 'chain')
    assert.equal(scenario.seed, 5, name)
  }
})

test('Node alone, without tsx, loads TypeScript too, even what it cannot strip, as enums', async (t) => {
  const enums = "enum Shape { Chain = 'chain' }\n"
  const folder = await temporaryFolder(t, {
    'plain.ts':
      "const shape: string = 'chain'\nexport default { name: 'plain', workload: 'synthetic', synthetic: { shape } }\n",
    'enums.ts': `${enums}export default { name: 'enums', workload: 'synthetic', synthetic: { shape: Shape.Chain } }\n`,
  })
  const module = pathToFileURL(join(import.meta.dirname, '../../src/scenario/load-scenario.ts')).href
  const program = `
    const { loadScenario } = await import(${JSON.stringify(module)})
    for (const name of ['plain', 'enums']) {
      const { settings } = await loadScenario(name, { folder: ${JSON.stringify(folder)} })
      console.log(name, settings.shape)
    }`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
    timeout: 20_000,
  })
  assert.equal(stdout, 'plain chain\nenums chain\n')
})

test('a path without its extension finds the file beside it, and none elsewhere', async (t) => {
  const folder = await temporaryFolder(t, { 'mine/quick.yaml': QUICK })
  assert.equal((await loadScenario(join(folder, 'mine/quick'))).name, 'quick')
  await refusal(loadScenario(join(folder, 'mine/synthetic')))
})

test('a shipped scenario is found from any folder, and the project’s own of that name wins', async (t) => {
  const folder = await temporaryFolder(t)
  assert.equal((await loadScenario('synthetic', { folder: join(folder, 'none') })).settings['messages'], 1000)
  const own = await temporaryFolder(t, { 'synthetic.yaml': QUICK })
  assert.equal((await loadScenario('synthetic', { folder: own })).settings['messages'], 20)
})

test('an unknown name is refused with the nearest ones and all that exist', async (t) => {
  const folder = await temporaryFolder(t, { 'night.yaml': QUICK, 'notes.txt': '', 'types.d.ts': '' })
  const error = await refusal(loadScenario('nihgt', { folder }))
  assert.match(error.message, /there is no scenario "nihgt" in .*; did you mean night\? there are: night, .*synthetic/)
  assert.doesNotMatch(error.message, /notes|types/)
  assert.equal(error.exitCode, 104)
})

test('a path to a missing file is refused with the nearest file', async (t) => {
  const folder = await temporaryFolder(t, { 'night.yaml': QUICK })
  const error = await refusal(loadScenario(join(folder, 'nigt.yaml')))
  assert.match(error.message, /did you mean night\.yaml\?/)
})

test('two forms of one name are refused, both named', async (t) => {
  const folder = await temporaryFolder(t, { 'twice.yaml': QUICK, 'twice.ts': 'export default {}' })
  const error = await refusal(loadScenario('twice', { folder }))
  assert.match(error.message, /twice\.ts and .*twice\.yaml/)
})

test('overrides apply in order, and --seed wins over all', async (t) => {
  const folder = await temporaryFolder(t, { 'quick.yaml': QUICK })
  const set = ['synthetic.messages=5', 'seed=2', 'synthetic.messages=6']
  const scenario = await loadScenario('quick', { folder, set, seed: 99 })
  assert.equal(scenario.settings['messages'], 6)
  assert.equal(scenario.seed, 99)
})

test('a document that is bad in many ways gets all its faults at once', async (t) => {
  const folder = await temporaryFolder(t, {
    'bad.yaml': [
      'name: Bad Name',
      'workload: synthetic',
      'seed: -1',
      'sede: 4',
      'flights: { sequences: 3 }',
      'synthetic:',
      '  messages: 0',
      '  shape: chian',
      '  dataSizeKb: 99999',
      '  work_duration_ms: 5',
      '  inputKey: ../../etc/passwd',
    ].join('\n'),
  })
  const error = await refusal(loadScenario('bad', { folder, set: ['synthetic.messges=4', 'nonsense'] }))
  const faults = Object.fromEntries(error.faults.map(({ path, message }) => [path, message]))
  assert.deepEqual(Object.keys(faults).sort(), [
    '--set nonsense',
    '--set synthetic.messges=4',
    'flights',
    'name',
    'sede',
    'seed',
    'synthetic.dataSizeKb',
    'synthetic.inputKey',
    'synthetic.messages',
    'synthetic.shape',
    'synthetic.work_duration_ms',
  ])
  assert.match(error.message, /bad\.yaml cannot be run; it has 11 faults:/)
  assert.match(faults['name'], /^must be 1-63 lower-case .*got "Bad Name"$/)
  assert.equal(faults['seed'], 'must be a whole number 0 … 2^53 - 1, got -1')
  assert.match(faults['sede'], /did you mean seed\?/)
  assert.equal(faults['flights'], "is the part of workload flights, and this scenario's workload is synthetic")
  assert.equal(faults['synthetic.messages'], 'must be a whole number 1 … 1,000,000, got 0')
  assert.match(faults['synthetic.work_duration_ms'], /did you mean workDurationMs\?/)
})

test('an unknown workload is a fault beside the others', async (t) => {
  const folder = await temporaryFolder(t, {
    'bad.yaml': 'name: bad\nworkload: synthetik\nseed: x\nsynthetic: { messages: 0 }\n',
  })
  const error = await refusal(loadScenario('bad', { folder }))
  assert.deepEqual(error.faults, [
    {
      path: 'workload',
      message: `must be one of ${workloadNames.join(', ')} (did you mean synthetic?), got "synthetik"`,
    },
    { path: 'seed', message: 'must be a whole number 0 … 2^53 - 1, got "x"' },
  ])
})

test('a bad --seed is named as the option', async (t) => {
  const folder = await temporaryFolder(t, { 'quick.yaml': QUICK })
  const error = await refusal(loadScenario('quick', { folder, seed: 0.5 }))
  assert.deepEqual(
    error.faults.map(({ path }) => path),
    ['--seed'],
  )
})

test('the workload itself can be overridden, and its part is then checked as that workload’s', async (t) => {
  const folder = await temporaryFolder(t, { 'other.yaml': 'name: other\nworkload: nothing\n' })
  const set = ['workload=synthetic', 'synthetic.messages=2']
  assert.equal((await loadScenario('other', { folder, set })).settings['messages'], 2)
})

test('YAML and JSON that do not parse are refused with line and column', async (t) => {
  const folder = await temporaryFolder(t, {
    'yaml.yaml': 'name: a\nworkload: synthetic\nsynthetic: {messages: [}\n',
    'json.json': '{ "name": "a",\n  "workload": synthetic: }\n',
    'twice.yaml': 'name: a\nname: b\n',
  })
  assert.match((await refusal(loadScenario('yaml', { folder }))).message, /yaml\.yaml:3:\d+: /)
  assert.match((await refusal(loadScenario('json', { folder }))).message, /json\.json:2:\d+: /)
  assert.match((await refusal(loadScenario('twice', { folder }))).message, /twice\.yaml:2:1: .*unique/)
})

test('a document that is not an object is refused', async (t) => {
  const folder = await temporaryFolder(t, { 'empty.yaml': '', 'list.yaml': '- a\n' })
  assert.match((await refusal(loadScenario('empty', { folder }))).message, /must hold an object .*got null/)
  assert.match((await refusal(loadScenario('list', { folder }))).message, /got \["a"\]/)
})

test('a __proto__ key in a document is unknown like any other, and pollutes nothing', async (t) => {
  const folder = await temporaryFolder(t, { 'evil.yaml': `${QUICK}__proto__: { polluted: 1 }\n` })
  const error = await refusal(loadScenario('evil', { folder }))
  assert.deepEqual(
    error.faults.map(({ path }) => path),
    ['__proto__'],
  )
  assert.equal(({} as { polluted?: number }).polluted, undefined)
})

test('a module that throws, does not parse or exports no default says so', async (t) => {
  const folder = await temporaryFolder(t, {
    'throws.ts': "\nthrow new Error('no airports today')\n",
    'broken.ts': 'export default {',
    'nodefault.ts': 'export const scenario = {}\n',
    'import.mjs': "import './gone.mjs'\nexport default {}\n",
  })
  const throws = await refusal(loadScenario('throws', { folder }))
  assert.match(throws.message, /throws\.ts cannot be loaded: no airports today \(.*throws\.ts:2:\d+\)/)
  assert.ok(throws.cause instanceof Error)
  assert.match((await refusal(loadScenario('broken', { folder }))).message, /broken\.ts cannot be loaded: /)
  assert.match(
    (await refusal(loadScenario('nodefault', { folder }))).message,
    /no default export \(it exports scenario\)/,
  )
  assert.match((await refusal(loadScenario('import', { folder }))).message, /import\.mjs cannot be loaded: .*gone\.mjs/)
})

test('the list shows own and shipped scenarios, and a faulty file does not hide the others', async (t) => {
  const folder = await temporaryFolder(t, {
    'quick.yaml': `${QUICK}description: twenty messages\n`,
    'faulty.yaml': 'name: faulty\n',
  })
  const listed = await listScenarios({ folder })
  assert.deepEqual(listed[1], {
    name: 'quick',
    source: join(folder, 'quick.yaml'),
    state: 'ready',
    workload: 'synthetic',
    description: 'twenty messages',
  })
  assert.equal(listed[0].state, 'faulty')
  const shipped = listed.find(({ name }) => name === 'synthetic')
  assert.equal(shipped?.state, 'ready')
})

import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { httpSchema } from '../../../src/workloads/http/schema.ts'
import { http } from '../../../src/workloads/http/index.ts'
import { temporaryFolder } from '../../scenario/temporary-folder.ts'
import { moduleWith } from './module.ts'
import { faultLines, settingsOf } from './run-http.ts'

const load = { executor: 'constant-vus', vus: 2, duration: '1s' }
const journey = (...steps: object[]) => [
  { name: 'j', steps: steps.map((step, at) => ({ name: `s${at}`, path: '/', ...step })) },
]

test('all faults of a scenario are told at once, each with its path', () => {
  const lines = faultLines({
    target: 'ftp://x',
    load,
    timeout: 'soon',
    headers: { 'x-token': '${token}' },
    version: '3',
    connections: { perOrigin: 0 },
    feeders: {
      users: { rows: [{ email: 'a' }] },
      env: { rows: [{ a: 1 }] },
      nothing: {},
      'a-b': { rows: [{ a: 1 }] },
      gone: { file: 'no-such.csv' },
    },
    journeys: [
      { name: 'a', weight: 0, steps: [] },
      {
        name: 'b',
        weight: 0,
        steps: [
          {
            name: 'one',
            path: 'x',
            url: 'http://y',
            json: {},
            body: 'z',
            extract: [{ name: 'token', json: 'token' }, { name: 'two' }],
          },
          {
            name: 'two',
            path: '/${tokn}/${users.mail}/${users}/${later}',
            headers: { Host: 'x', 'bad name': 'y', a: '${' },
          },
          {
            name: 'three',
            path: '/',
            extract: [{ name: 'later', json: '$.x' }],
            checks: [
              { name: 'c', json: '$.y' },
              { name: 'd', status: 200, equals: 1 },
            ],
          },
          {
            name: 'four',
            path: '/',
            json: { a: '${latr}' },
            file: 'no-such.bin',
            expect: '6xx',
            think: { uniform: { min: 5, max: 1 } },
          },
        ],
      },
      { name: 'b', weight: 0, steps: [{ name: 'x' }] },
    ],
  })
  const expected = [
    /^target: must be a name such as storefront/,
    /^timeout: must be a duration/,
    /^headers\.x-token: \$\{token\} is unknown here/,
    /^version: must be one of .*, got "3"/,
    /^connections\.perOrigin: must be a whole number 1/,
    /^feeders\.env: must have another name: env is always there/,
    /^feeders\.a-b: must have another name: a name must be a letter/,
    /^feeders\.nothing: needs one of file and rows/,
    /^feeders\.gone\.file: "no-such\.csv" does not exist; looked for /,
    /^journeys: must have weights that sum to more than 0/,
    /^journeys: must have names that differ/,
    /^journeys\.0\.steps: must be a list of at least 1/,
    /^journeys\.1\.steps\.0\.url: must be alone: only one of path, url/,
    /^journeys\.1\.steps\.0\.json: must be alone: only one of body, json, file/,
    /^journeys\.1\.steps\.0\.path: must begin with a slash, got "x"/,
    /^journeys\.1\.steps\.0\.extract\.0\.json: is no JSON path: "token" must begin with \$/,
    /^journeys\.1\.steps\.0\.extract\.1: needs one of json, header, regex/,
    /^journeys\.1\.steps\.1\.path: \$\{tokn\} is unknown here; did you mean token\? known: token, two, users/,
    /^journeys\.1\.steps\.1\.path: \$\{users\.mail\} names no column of feeder users; did you mean email\? known: email/,
    /^journeys\.1\.steps\.1\.path: \$\{users\} is a whole row; say which column, e\.g\. \$\{users\.email\}/,
    /^journeys\.1\.steps\.1\.path: \$\{later\} is unknown here/,
    /^journeys\.1\.steps\.1\.headers\.Host: is set by Turnaround itself/,
    /^journeys\.1\.steps\.1\.headers\.bad name: is no name of a header/,
    /^journeys\.1\.steps\.1\.headers\.a: is no template: \$\{ has no closing brace/,
    /^journeys\.1\.steps\.2\.checks\.0: has nothing to compare with/,
    /^journeys\.1\.steps\.2\.checks\.1\.status: says all by itself/,
    /^journeys\.1\.steps\.3\.json: \$\{latr\} is unknown here; did you mean later\?/,
    /^journeys\.1\.steps\.3\.file: "no-such\.bin" does not exist/,
    /^journeys\.1\.steps\.3\.expect: /,
    /^journeys\.1\.steps\.3\.think/,
    /^journeys\.2\.steps\.0: needs one of path, url/,
  ]
  for (const pattern of expected)
    assert.ok(
      lines.some((one) => pattern.test(one)),
      `${pattern} is not among\n${lines.join('\n')}`,
    )
})

test('only one thing says what is sent', () => {
  assert.deepEqual(faultLines({ load, request: { path: '/' }, journeys: journey({}) }), [
    'request: must be alone: only one of journeys, module, request, har says what is sent',
  ])
})

test('a feeder needs a row for every shard', () => {
  assert.deepEqual(faultLines({ load, shards: 2, feeders: { users: { rows: [{ a: 1 }] } } }), [
    'feeders.users.rows: must have at least a row for each of the 2 shards, got 1',
  ])
})

test('a module that cannot be run is a fault, with its reason', async (t) => {
  const faultOf = async (text: string) => faultLines({ load, module: await moduleWith(t, text) }).join('\n')
  assert.match(await faultOf('export const journeys = ['), /^module: .* cannot be loaded: /)
  assert.match(await faultOf('export const other = 1'), /^module: .*journeys\.mts must export journeys, a list/)
  assert.match(await faultOf('export const journeys = [{ name: "x" }]'), /journeys\[0\] is none; make it with journey/)
  assert.match(
    await faultOf('export const journeys = [journey("a", { weight: 0 }, async () => {})]'),
    /weights that sum to more than 0/,
  )
  assert.match(
    await faultOf('const one = journey("a", {}, async () => {})\nexport const journeys = [one, one]'),
    /must have names that differ/,
  )
  assert.match(
    await faultOf('await Promise.resolve()\nexport const journeys = [journey("a", {}, async () => {})]'),
    /must not use await outside functions/,
  )
  const module = await moduleWith(t, 'export const journeys = [journey("a", {}, async () => {})]')
  assert.match(
    faultLines({ load, module, headers: { 'x-user': '${user}' } }).join(),
    /^headers\.x-user: must have no variables/,
  )
  assert.match(faultLines({ load, module: 'no-such.ts' }).join(), /^module: "no-such\.ts" does not exist; looked for /)
})

test('what reads a body cannot have it discarded', () => {
  const journeys = journey({ name: 'reads', checks: [{ name: 'c', body: true, contains: 'x' }] })
  assert.deepEqual(faultLines({ load, journeys, discardBodies: true }), [
    'discardBodies: must not be true: step reads reads the body of its answer',
  ])
})

test('a target is a name or a URL that can be shown', () => {
  for (const target of ['ws://x', 'Store Front', 'http://', 'https://x#y']) {
    assert.match(faultLines({ target, load }).join(), /^target: must be a name/, target)
  }
  assert.equal(settingsOf({ target: 'https://shop.example.com/base', load }).target, 'https://shop.example.com/base')
})

test('nothing at all is a valid scenario, and settings survive being sent to another host', async (t) => {
  assert.deepEqual(settingsOf({}).request, { path: '/', headers: {} })
  const file = join(await temporaryFolder(t), 'keys.csv')
  writeFileSync(file, 'key\na\nb\n')
  const settings = settingsOf({
    load,
    compression: true,
    think: '2s',
    feeders: { keys: { file } },
    journeys: journey({ path: '/${keys.key}', expect: 200, think: { exponential: { mean: '1s' } } }),
  })
  assert.deepEqual(JSON.parse(JSON.stringify(settings)), structuredClone(settings))
  assert.match(settings.feeders['keys'].sha256 ?? '', /^[0-9a-f]{64}$/)
})

test('what a scenario asks of its target is known before it runs', () => {
  const settings = httpSchema.parse({
    target: 'storefront',
    standIn: { latency_scale: 0 },
    load: { executor: 'constant-arrival-rate', rate: 10, duration: '30s' },
    journeys: journey({}, {}, {}),
  })
  const { ratePerSecond, targets, standIns } = http.demands!(settings)
  assert.deepEqual(
    { ratePerSecond, targets, standIns },
    { ratePerSecond: 30, targets: ['storefront'], standIns: { storefront: { latency_scale: 0 } } },
  )
  const closed = httpSchema.parse({ load: { ...load, vus: 10 }, think: 500, journeys: journey({ think: 1500 }) })
  assert.equal(http.demands!(closed).ratePerSecond, 5)
})

test('hosts that steps go to beside the target are known before the run, where they are no variables', () => {
  const settings = settingsOf({
    target: 'storefront',
    journeys: journey(
      { path: undefined, url: 'https://a.test/x?y=${iteration}' },
      { path: undefined, url: 'https://a.test:443' },
      { path: undefined, url: 'http://b.test:8080?${user}' },
      { path: undefined, url: 'http://${env.HOST}/' },
      { path: undefined, url: 'http://c${user}.test/' },
      {},
    ),
  })
  assert.deepEqual(http.demands!(settings).targets, ['storefront', 'https://a.test', 'http://b.test:8080'])
  assert.deepEqual(http.demands!(settingsOf({ request: { url: 'http://d.test/' } })).targets, [
    'storefront',
    'http://d.test',
  ])
})

test('a load that only its target holds back has no bound, and never more than all of it at once', () => {
  assert.equal(http.demands!(settingsOf({ load })).ratePerSecond, Infinity)
  const few = { executor: 'per-vu-iterations', vus: 2, iterations: 3 }
  assert.equal(http.demands!(settingsOf({ load: few })).ratePerSecond, 6)
})

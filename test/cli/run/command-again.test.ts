import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { commandAgain, runAgain } from '../../../src/cli/run/command-again.ts'

/** As yargs hands over a run without any option. */
const bare = {
  ...{ env: 'embedded', data: '.turnaround', results: 'results', hosts: 'threads', upload: 'bucket', set: [] },
  ...{ ephemeral: false, 'with-delays': false, quiet: false, json: false },
}

test('what stands without being said is not said', () => {
  assert.equal(runAgain('flights', bare), 'npx turnaround run flights')
  assert.equal(commandAgain('results show a', bare, ['results']), 'npx turnaround results show a')
})

test('a run is gone on with where it is, as what it is, and made as it was made', () => {
  const given = {
    ...bare,
    ...{ env: 'uat', endpoint: 'http://127.0.0.1:4566', region: 'eu-west-1', data: 'd', results: 'r', hosts: 'none' },
    ...{ seed: 0, messages: 5, set: ['synthetic.shape=chain', 'synthetic.inputKey=a b'], 'aws-like': 7, slots: 2 },
    ...{ upload: 'none', 'with-delays': true, 'max-cost': 1.5, reason: "it's time", quiet: true, json: true },
  }
  assert.equal(
    runAgain('synthetic', given, { 'run-id': 'one' }),
    'npx turnaround run synthetic --env uat --endpoint http://127.0.0.1:4566 --region eu-west-1 --data d --results r ' +
      "--seed 0 --messages 5 --set synthetic.shape=chain --set 'synthetic.inputKey=a b' --hosts none --slots 2 " +
      "--upload none --with-delays --aws-like 7 --max-cost 1.5 --reason 'it'\\''s time' --run-id one",
  )
})

test('a change replaces what was given', () => {
  assert.equal(runAgain('flights', { ...bare, seed: 1 }, { seed: 2 }), 'npx turnaround run flights --seed 2')
})

test('a shell reads each word as it was given', () => {
  const awkward = ["it's", '$HOME `id` "x"', 'a\nb', 'ünï', '', '-']
  const command = commandAgain('x', { set: awkward }, ['set']).replace('npx turnaround x', "printf '%s\\0'")
  const read = execFileSync('sh', ['-c', command]).toString().split('\0').slice(0, -1)
  assert.deepEqual(
    read,
    awkward.flatMap((word) => ['--set', word]),
  )
})

import assert from 'node:assert/strict'
import test from 'node:test'
import { usageError } from '../../src/cli/usage-error.ts'

const COMMANDS = ['run', 'target', 'results']

test('an argument that is refused points at the help of its command, or at that of all', () => {
  const told = (args: string[]) => usageError('Unknown argument: bogus', args, COMMANDS).message
  assert.equal(told(['run', 'orders', '--bogus']), 'Unknown argument: bogus\nSee turnaround run --help')
  assert.equal(told(['--quiet', 'results', 'run']), 'Unknown argument: bogus\nSee turnaround results --help')
  assert.equal(told(['rnu']), 'Unknown argument: bogus\nSee turnaround --help')
})

test('a word that is not among those allowed gets the nearest of them, each on its own line', () => {
  const said = `Invalid values:
  Argument: name, Given: "storefrnt", Choices: "storefront", "relay"
  Argument: hosts, Given: "elsewhere", Choices: "threads", "none"`
  assert.equal(
    usageError(said, ['target', 'storefrnt'], COMMANDS).message,
    `Invalid values:
  Argument: name, Given: "storefrnt", Choices: "storefront", "relay"; did you mean storefront?
  Argument: hosts, Given: "elsewhere", Choices: "threads", "none"
See turnaround target --help`,
  )
})

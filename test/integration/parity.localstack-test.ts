import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import type { ParityDocument } from '../../src/parity/parity-document.ts'
import { temporaryFolder } from '../environment/started.ts'
import { turnaroundIn } from '../runs/turnaround.ts'
import { noLocalstack, root, RUN_MS } from './engine.ts'
import { useLocalstack } from './localstack.ts'

/** Half a minute's worth of the contract: the recorded behaviours of SQS. */
const ONLY = 'sqs-0'

suite('the contract with AWS on a real LocalStack', { skip: noLocalstack }, () => {
  const localstack = useLocalstack()

  test('what LocalStack does otherwise than AWS is shown beside what the embedded AWS does', async (t) => {
    const { start } = await turnaroundIn(t, root, RUN_MS)
    const out = await temporaryFolder(t)
    const there = ['--env', 'localstack', '--endpoint', localstack.endpoint, '--out', out]
    const { code, stdout, stderr } = await start('parity', ...there, '--only', ONLY).ended
    assert.equal(code, 99, stderr)
    const measured = async (name: string) =>
      JSON.parse(await readFile(join(out, name, 'parity.json'), 'utf8')) as ParityDocument
    const [its, ours] = [await measured('localstack'), await measured('embedded')]
    assert.equal(ours.services.sqs.differs, 0)
    assert.deepEqual(
      its.behaviours.map(({ id }) => id),
      ours.behaviours.map(({ id }) => id),
    )
    assert.ok(its.services.sqs['as AWS'] > its.services.sqs.differs, stdout)
    const differing = its.behaviours.find(({ state }) => state === 'differs')!
    const lines = stdout.split('\n')
    const at = lines.findIndex((line) => line.startsWith(`  ${differing.id}  `))
    assert.match(lines[at + 1], /^ {4}localstack: /)
    assert.match(stdout, /^all +localstack +\d+ .*\n +embedded +\d+ +0 /m)
    assert.match(stdout, /^ {4}embedded: as AWS$/m)
  })
})

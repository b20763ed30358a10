import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cpSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { promisify } from 'node:util'
import { temporaryFolder } from './start.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')
const tsc = join(root, 'node_modules/typescript/bin/tsc')

/** The package as it is installed: built, with its own name. */
async function builtPackage(t: TestContext): Promise<string> {
  const folder = temporaryFolder(t)
  cpSync(join(root, 'package.json'), join(folder, 'package.json'))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  const project = join(root, 'tsconfig.build.json')
  // Types are checked by `npm run check`; here it is about what comes out.
  await run(process.execPath, [tsc, '-p', project, '--outDir', join(folder, 'dist'), '--noCheck'])
  return folder
}

const userTest = `
import assert from 'node:assert/strict'
import test from 'node:test'
import { CreateQueueCommand, ListQueuesCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { type EmbeddedOptions, type FaultPlan, startEmbeddedAws } from 'turnaround/embedded'

const faults: FaultPlan = { faults: [{ fault: 'throttle', service: 'sqs', operation: 'CreateQueue', limit: 1 }] }
const options: EmbeddedOptions = { inMemory: true, faults }

test('a queue of my own', async () => {
  await using aws = await startEmbeddedAws(options)
  const sqs = new SQSClient(aws.clientConfig())
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'orders' }))
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'late', DelaySeconds: 900 }))
  aws.advance(900)
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }))
  assert.equal(Messages?.[0].Body, 'late')
  await aws.reset()
  aws.putFaults(undefined)
  assert.equal((await sqs.send(new ListQueuesCommand())).QueueUrls, undefined)
  sqs.destroy()
})
`

test(
  'users import turnaround/embedded from the built package, with types, and test with it',
  { timeout: 100_000 },
  async (t) => {
    const folder = await builtPackage(t)
    writeFileSync(join(folder, 'user.test.ts'), userTest)
    const flags = [
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2024',
      '--lib',
      'es2024,esnext.disposable',
      '--types',
      'node',
    ]
    // With the libraries of others left out: it is our declarations that a user's compiler reads.
    await run(process.execPath, [tsc, '--noEmit', ...flags, '--skipLibCheck', 'user.test.ts'], { cwd: folder })
    const env = { ...process.env }
    delete env.NODE_TEST_CONTEXT
    const result = await run(process.execPath, ['--test', 'user.test.ts'], { cwd: folder, env })
    assert.match(result.stdout, /pass 1\n/)
  },
)

test('the embedded AWS imports nothing but Node and itself: it starts quickly and could be published alone', () => {
  const folder = join(root, 'src/embedded')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
  assert.ok(files.length > 50)
  for (const file of files) {
    const depth = file.split(/[\\/]/).length - 1
    const source = readFileSync(join(folder, file), 'utf8')
    for (const [, name] of source.matchAll(
      /(?:^import |^(?:import|export) .*? from |^} from |\bimport\()'([^']+)'/gm,
    )) {
      const isOwn = name.startsWith('./') || (/^(\.\.\/)+/.exec(name)?.[0].length ?? Infinity) / 3 <= depth
      assert.ok(isOwn || name.startsWith('node:'), `${file} imports ${name}`)
    }
  }
})

import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs'
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { queue, type Queue } from '../src/jobs/queue.ts'
import { type Figure, round } from './figure.ts'

const launcher = fileURLToPath(new URL('../bin/turnaround.js', import.meta.url))
const PORT = 45_671
const BASELINE_PORT = 45_672
const MESSAGES = 20_000
const IN_FLIGHT = 16
const START_MS = 30_000
const BODY = JSON.stringify({ job_id: 'job-000001', text: 'x'.repeat(170) })

/**
 * Messages per second through the AWS SDK in batches of 10, 16 calls in flight; the server is a process of its own and
 * client and server share the machine. Beside it ElasticMQ, where `TURNAROUND_ELASTICMQ` holds a Java class path with
 * elasticmq-server 1.7 (Maven Central: org.elasticmq:elasticmq-server_2.13), in memory, as it comes.
 */
export async function benchSqs(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'turnaround-bench-'))
  const args = [launcher, 'embedded', '--port', String(PORT), '--data', folder]
  try {
    const ours = await throughput(process.execPath, args, PORT)
    const classPath = process.env.TURNAROUND_ELASTICMQ
    const java = [
      `-Dnode-address.port=${BASELINE_PORT}`,
      `-Drest-sqs.bind-port=${BASELINE_PORT}`,
      '-cp',
      classPath ?? '',
    ]
    const baseline = classPath
      ? await throughput('java', [...java, 'org.elasticmq.server.Main'], BASELINE_PORT)
      : undefined
    return [
      line('sent', ours.sent, baseline?.sent, 'level with ElasticMQ: 8000'),
      line('received and deleted', ours.received, baseline?.received, 'level with ElasticMQ: 6200'),
    ]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function line(figure: string, value: number, baseline: number | undefined, target: string): Figure {
  const beside = baseline === undefined ? {} : { baseline: round(baseline, 0), ratio: round(value / baseline) }
  return { bench: 'SQS, batches of 10, 16 in flight', figure, value: round(value, 0), unit: '/s', target, ...beside }
}

async function throughput(command: string, args: string[], port: number) {
  const server = spawn(command, args, { stdio: 'ignore' })
  const endpoint = `http://127.0.0.1:${port}`
  const sqs = new SQSClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  })
  try {
    const target = queue(sqs, await createQueue(sqs))
    await round1000(target) // both sides warm
    const sent = await perSecond(() => sendAll(target, MESSAGES))
    const received = await perSecond(() => receiveAll(target, MESSAGES))
    return { sent, received }
  } finally {
    sqs.destroy()
    server.kill('SIGTERM')
  }
}

async function createQueue(sqs: SQSClient): Promise<string> {
  for (const end = performance.now() + START_MS; ;) {
    try {
      return (await sqs.send(new CreateQueueCommand({ QueueName: 'bench' }))).QueueUrl!
    } catch (error) {
      if (performance.now() > end) throw error
      await delay(100)
    }
  }
}

async function round1000(target: Queue): Promise<void> {
  await sendAll(target, 1000)
  await receiveAll(target, 1000)
}

async function perSecond(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return (MESSAGES / (performance.now() - startedAt)) * 1000
}

async function sendAll(target: Queue, count: number): Promise<void> {
  let left = count
  await inFlight(async () => {
    while (left > 0) {
      left -= 10
      await target.send(Array<string>(10).fill(BODY))
    }
  })
}

async function receiveAll(target: Queue, count: number): Promise<void> {
  const done = new AbortController()
  let left = count
  await inFlight(async () => {
    while (left > 0) {
      const deliveries = await target.receive({ max: 10, visibilitySeconds: 60, signal: done.signal }).catch(() => []) // aborted: the others have taken the rest
      await target.delete(deliveries)
      left -= deliveries.length
    }
    done.abort()
  })
}

async function inFlight(work: () => Promise<void>): Promise<void> {
  await Promise.all(Array.from({ length: IN_FLIGHT }, work))
}

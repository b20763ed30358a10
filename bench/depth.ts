import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { inFlight } from './aws-calls.ts'
import { ours } from './aws-servers.ts'
import { type Figure, median, round } from './figure.ts'

const SHALLOW = 1000
const DEEP = 1_000_000
const BODY = 'x'.repeat(1024)
const CALLS = 300
const WAKE_UPS = 50

/** A queue of 1,000 and then of 1,000,000 messages of 1 KB: what a call takes, what the server holds. Takes minutes. */
export async function benchDepth(): Promise<Figure[]> {
  const server = await ours.start()
  const sqs = new SQSClient({
    endpoint: server.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    logger: {} as never,
  })
  try {
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'deep' }))
    const wakeUpMs = await wakeUp(sqs)
    await fill(sqs, QueueUrl!, SHALLOW)
    await callTimes(sqs, QueueUrl!) // warm
    const shallow = await callTimes(sqs, QueueUrl!)
    await fill(sqs, QueueUrl!, DEEP - SHALLOW)
    const deep = await callTimes(sqs, QueueUrl!)
    const bench = `a queue ${DEEP.toLocaleString('en-US')} messages deep`
    return [
      ...Object.entries(deep).map(([figure, value]) => ({
        bench: `${bench}, beside ${SHALLOW}`,
        figure: `${figure} p50`,
        value: round(value, 3),
        unit: 'ms',
        baseline: round(shallow[figure], 3),
        ratio: round(value / shallow[figure]),
        target: 'under 2x',
      })),
      { bench, figure: 'memory of the server', value: residentMegabytes(server.pid), unit: 'MB', target: 'under 150' },
      { bench: 'a long poll', figure: 'send to receive p50', value: round(wakeUpMs), unit: 'ms', target: 'under 5' },
    ]
  } finally {
    sqs.destroy()
    await server.stop()
  }
}

async function fill(sqs: SQSClient, QueueUrl: string, count: number): Promise<void> {
  const Entries = Array.from({ length: 10 }, (_, at) => ({ Id: String(at), MessageBody: BODY }))
  let left = count
  await inFlight(async () => {
    if (left <= 0) return 0
    left -= 10
    await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }))
    return 1
  }, 16)
}

/** Medians, milliseconds, of calls one after another. */
async function callTimes(sqs: SQSClient, QueueUrl: string): Promise<Record<string, number>> {
  const times: Record<string, number[]> = { send: [], receive: [], delete: [], count: [] }
  const timed = async <T>(name: string, call: Promise<T>): Promise<T> => {
    const startedAt = performance.now()
    const answer = await call
    times[name].push(performance.now() - startedAt)
    return answer
  }
  for (let call = 0; call < CALLS; call++) {
    await timed('send', sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: BODY })))
    const { Messages } = await timed('receive', sqs.send(new ReceiveMessageCommand({ QueueUrl })))
    const ReceiptHandle = Messages![0].ReceiptHandle
    await timed('delete', sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle })))
    const AttributeNames = ['ApproximateNumberOfMessages' as const]
    await timed('count', sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames })))
  }
  return Object.fromEntries(Object.entries(times).map(([name, values]) => [name, median(values)]))
}

/** From the start of a send to the answer of the long poll that waits for it. */
async function wakeUp(sqs: SQSClient): Promise<number> {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'polled' }))
  const times: number[] = []
  for (let wake = 0; wake < WAKE_UPS; wake++) {
    const polling = sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }))
    await delay(20)
    const startedAt = performance.now()
    await Promise.all([sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: BODY })), polling])
    times.push(performance.now() - startedAt)
  }
  return median(times)
}

function residentMegabytes(pid: number): number {
  const [, kilobytes] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!
  return round(Number(kilobytes) / 1000, 0)
}

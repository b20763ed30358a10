import type { StepFigures } from '../../engine/figures.ts'
import { outcomeCounts, percent, type Block, type BlockInput } from './block-input.ts'
import { latencyStats, okCount, okLatency } from './latency-stats.ts'

export function handshakeBlock({ figures }: BlockInput): Block {
  const step = figures.steps.get('handshake')
  const attempted = step?.count ?? 0
  const successful = okCount(step)
  return {
    attempted,
    successful,
    failed: attempted - successful,
    successRate: percent(successful, attempted),
    ...latencies(step),
    outcomes: outcomeCounts(step),
  }
}

/** What was due and never sent, because its pair was not there, was not delivered either. */
export function messagesBlock({ figures, count }: BlockInput): Block {
  const step = figures.steps.get('message')
  const sent = count('messages_sent')
  const unsent = count('messages_unsent')
  const received = count('messages_received')
  return {
    sent,
    received,
    failed: count('messages_failed'),
    unsent,
    ...strayMessages(count),
    deliveryRate: percent(received, sent + unsent),
    ...latencies(step),
    outcomes: outcomeCounts(step),
  }
}

export function recoveryBlock({ figures, count }: BlockInput): Block {
  const step = figures.steps.get('recovery')
  const attempted = step?.count ?? 0
  const received = okCount(step)
  return {
    messagesSent: count('messages_sent'),
    attempted,
    received,
    failed: attempted - received,
    ...strayMessages(count),
    deliveryRate: percent(received, attempted),
    ...latencies(step),
    outcomes: outcomeCounts(step),
  }
}

function strayMessages(count: BlockInput['count']): Block {
  return {
    lost: count('messages_lost'),
    late: count('messages_late'),
    repeated: count('messages_repeated'),
    mismatched: count('messages_mismatched'),
    foreign: count('messages_foreign'),
  }
}

export function steadyMessagingBlock({ settings, time, count }: BlockInput): Block {
  return {
    durationSeconds: settings.durationSeconds,
    messageIntervalSeconds: settings.messageIntervalSeconds,
    disconnects: count('disconnects'),
    latencyOverTime: time.latency,
  }
}

/** `latency` is from the instant that was intended: nothing a slow relay held back is left out of it. */
function latencies(step: StepFigures | undefined): Block {
  return {
    latency: latencyStats(okLatency(step, 'responseTime')),
    latencyFromSend: latencyStats(okLatency(step, 'serviceTime')),
  }
}

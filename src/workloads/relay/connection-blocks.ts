import { outcomeCounts, percent, type Block, type BlockInput } from './block-input.ts'

export function connectionsBlock({ count }: BlockInput): Block {
  const attempted = count('connects_attempted')
  const immediate = count('connects_immediate')
  const recovered = count('connects_recovered')
  const successful = immediate + recovered
  return {
    attempted,
    successful,
    failed: count('connects_failed'),
    successRate: percent(successful, attempted),
    immediate,
    recovered,
  }
}

/** From the first start that was intended: all shards together, by one clock. */
export function timingBlock({ figures, count }: BlockInput): Block {
  const timings = figures.steps.get('connect')?.timings
  const totalTimeMs = (timings?.get('settled_after')?.maxUs ?? 0) / 1000
  const attempted = count('connects_attempted')
  return {
    totalTimeMs,
    connectionsPerSec: totalTimeMs > 0 ? Math.round((attempted / totalTimeMs) * 1e6) / 1000 : null,
    rampUpTimeMs: (timings?.get('started_after')?.maxUs ?? 0) / 1000,
  }
}

export function retriesBlock({ count }: BlockInput): Block {
  const attempted = count('connects_attempted')
  const totalRetries = count('connect_retries')
  return { totalRetries, avgRetriesPerConnection: attempted > 0 ? totalRetries / attempted : 0 }
}

export function sessionsBlock({ figures }: BlockInput): Block {
  return { attempted: figures.starts.due, ...outcomeCounts(figures.iterations) }
}

export function disconnectsBlock({ figures, count }: BlockInput): Block {
  const prefix = 'disconnects_'
  const named = [...figures.counters].filter(([name]) => name.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1))
  return {
    total: count('disconnects'),
    reconnects: count('reconnects'),
    byReason: Object.fromEntries(named.map(([name, times]) => [name.slice(prefix.length), times])),
  }
}

export function steadyStateBlock({ settings, time, count }: BlockInput): Block {
  const held = count('connections_held')
  const dropped = count('connections_dropped')
  return {
    holdDurationMs: settings.durationSeconds * 1000,
    currentDisconnects: dropped,
    peakDisconnects: time.peakDisconnects,
    reconnectsDuringHold: count('reconnects'),
    connectionStability: percent(held, held + dropped),
  }
}

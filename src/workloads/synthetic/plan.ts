import type { Plan, PlannedJob } from '../workload.ts'
import type { SyntheticSettings } from './schema.ts'

/** Exactly `messages` jobs, `job-000001` and on, in an order in which needs come first. Nothing is held: a million cost no memory. */
export function planSynthetic(settings: SyntheticSettings, seed: number): Plan {
  return { jobs: plannedJobs(settings, seed), documents: [] }
}

function* plannedJobs(settings: SyntheticSettings, seed: number): Generator<PlannedJob> {
  const details = {
    work_duration_ms: settings.workDurationMs,
    data_size_kb: settings.dataSizeKb,
    seed,
    ...(settings.inputKey === undefined ? {} : { input_key: settings.inputKey }),
  }
  const needsOf = NEEDS[settings.shape]
  for (let index = 0; index < settings.messages; index++) {
    yield { jobId: jobId(index), kind: 'synthetic', needs: needsOf(index, settings).map(jobId), details }
  }
}

/** Numbered from 1; six digits, seven where it takes them. */
function jobId(index: number): string {
  return `job-${String(index + 1).padStart(6, '0')}`
}

/** Indexes of the jobs that job `index` waits for; all are below `index`. */
const NEEDS: {
  readonly [Shape in SyntheticSettings['shape']]: (index: number, settings: SyntheticSettings) => number[]
} = {
  independent: () => [],
  chain: (index) => (index === 0 ? [] : [index - 1]),
  'fan-in': fanInNeeds,
  layered: layeredNeeds,
}

/** A heap with `fanIn` children per node, read backwards: the last job is the root, the first ones are the leaves. */
function fanInNeeds(index: number, { messages, fanIn }: SyntheticSettings): number[] {
  const node = messages - 1 - index
  const first = node * fanIn + 1
  const children = Math.max(0, Math.min(fanIn, messages - first))
  return Array.from({ length: children }, (_, child) => messages - 1 - (first + child))
}

/** Each job waits for `fanIn` neighbours in the layer before, so that edges grow with the jobs and not with their square. */
function layeredNeeds(index: number, settings: SyntheticSettings): number[] {
  const { messages, fanIn } = settings
  const layers = Math.min(settings.layers, messages)
  const small = Math.floor(messages / layers)
  // The remainder goes to the last layers: no layer is larger than the next, so every job but the last layer's is needed.
  const largeFrom = layers - (messages % layers)
  const start = (layer: number) => layer * small + Math.max(0, layer - largeFrom)
  const inSmall = largeFrom * small
  const layer = index < inSmall ? Math.floor(index / small) : largeFrom + Math.floor((index - inSmall) / (small + 1))
  if (layer === 0) return []
  const before = start(layer - 1)
  const size = start(layer) - before
  const place = index - start(layer)
  return Array.from({ length: Math.min(fanIn, size) }, (_, step) => before + ((place + step) % size))
}

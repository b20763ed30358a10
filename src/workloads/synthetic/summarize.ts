import type { WorkloadSummary } from '../workload.ts'
import type { SyntheticSettings } from './schema.ts'

/** What was asked for; what came of it (objects, bytes, times) the run counts for every workload alike. */
export function summarizeSynthetic(settings: SyntheticSettings): WorkloadSummary {
  const { messages, shape, workDurationMs, dataSizeKb } = settings
  const dataBytes = messages * Math.round(dataSizeKb * 1024)
  return {
    lines: [
      { label: 'messages', text: `${messages.toLocaleString('en')}, ${SHAPE_WORDS[shape](settings)}` },
      {
        label: 'work',
        text: `${workDurationMs} ms each, ${((messages * workDurationMs) / 1000).toLocaleString('en')} s in all`,
      },
      { label: 'data', text: `${dataSizeKb} KB each, ${describeBytes(dataBytes)} in all` },
    ],
    data: { messages, shape, work_duration_ms: workDurationMs, data_size_kb: dataSizeKb, data_bytes: dataBytes },
    charts: [],
  }
}

const SHAPE_WORDS: { readonly [Shape in SyntheticSettings['shape']]: (settings: SyntheticSettings) => string } = {
  independent: () => 'independent',
  chain: () => 'chain',
  'fan-in': ({ fanIn }) => `fan-in of ${fanIn}`,
  layered: ({ layers, messages, fanIn }) => `${Math.min(layers, messages)} layers, fan-in of ${fanIn}`,
}

function describeBytes(bytes: number): string {
  return bytes < 1e6 ? `${bytes.toLocaleString('en')} bytes` : `${(bytes / 1e6).toFixed(1)} MB`
}

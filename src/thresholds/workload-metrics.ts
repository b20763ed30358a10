import { mergeCatalogs, type MetricCatalog } from './catalog.ts'
import { delayCatalog } from './delay-metrics.ts'
import { jobCatalog } from './job-metrics.ts'
import type { TrafficNames } from './traffic-definitions.ts'
import { trafficCatalog } from './traffic-metrics.ts'

/** What a workload measures beyond its jobs. */
export interface WorkloadMetrics {
  readonly traffic?: TrafficNames
  /** Percentiles of delays per sequence. */
  readonly delays?: true
}

/** Every metric that thresholds of a scenario of such a workload can be about. */
export function catalogOf({ traffic, delays }: WorkloadMetrics = {}): MetricCatalog {
  return mergeCatalogs(...(traffic ? [trafficCatalog(traffic)] : []), ...(delays ? [delayCatalog] : []), jobCatalog)
}

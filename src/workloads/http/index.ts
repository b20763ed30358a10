import { compileSchedule } from '../../engine/schedule/compile.ts'
import { compileLoad, isRunnable } from '../traffic/load-settings.ts'
import type { TrafficSpec } from '../traffic/spec.ts'
import { trafficWorkload } from '../traffic/traffic-workload.ts'
import type { Workload } from '../workload.ts'
import { iterationMs, requestsPerIteration } from './expect.ts'
import type { HttpData } from './iterate.ts'
import { otherTargets } from './other-targets.ts'
import { DEFAULT_LOAD, httpSchema, type HttpSettings } from './schema.ts'
import { tagValues } from './tag-values.ts'

const loadOf = (settings: HttpSettings) => compileLoad(settings, DEFAULT_LOAD)

const spec: TrafficSpec<HttpSettings> = {
  workload: 'http',
  module: new URL(import.meta.url.endsWith('.ts') ? './iterate.ts' : './iterate.js', import.meta.url).href,
  metrics: { protocol: 'http', levels: ['connections'] },
  target: ({ target }) => target,
  otherTargets,
  standIn: ({ standIn }) => standIn,
  dataFor(settings, targetUrl, rules): HttpData {
    const load = loadOf(settings)
    // A search runs arrivals, at a rate of its own each time.
    const model = isRunnable(load) ? compileSchedule(load, 0).model : 'open'
    return { settings, targetUrl, model, rules }
  },
  load: loadOf,
  tagValues,
  requestsPerIteration,
  iterationMs,
}

/** HTTP journeys against a target: requests, pauses, checks, as users make them. */
export const http: Workload<HttpSettings> = {
  ...trafficWorkload(spec),
  name: 'http',
  schema: httpSchema,
  generatorVersion: 1,
}

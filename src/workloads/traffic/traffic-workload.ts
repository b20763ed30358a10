import { DELAYS_PREFIX, MERGED_PREFIX, PERCENTILES_PREFIX } from '../../results/layout.ts'
import type { ExecutorSettings } from '../../engine/schedule/settings.ts'
import type { Workload } from '../workload.ts'
import { describeLoad, loadMs } from './describe-load.ts'
import { expectTraffic, trafficDemands } from './expect.ts'
import { followTraffic } from './follow.ts'
import { compileLoad, type LoadSettings } from './load-settings.ts'
import { planTraffic } from './plan.ts'
import { processTraffic } from './process.ts'
import { recordLostShard } from './record-lost.ts'
import type { TrafficSpec } from './spec.ts'
import { summarizeTraffic } from './summarize.ts'

/** All of a traffic workload but its name, schema and generator version: spread it, and override what differs. */
export function trafficWorkload<Settings extends LoadSettings>(spec: TrafficSpec<Settings>) {
  const loadOf = (settings: Settings): ExecutorSettings => spec.load?.(settings) ?? compileLoad(settings)
  const shapeOf = (settings: Settings) => ({
    requestsPerIteration: spec.requestsPerIteration?.(settings) ?? 1,
    iterationMs: spec.iterationMs?.(settings),
  })
  return {
    deterministic: false,
    redelivery: 'never',
    resultPrefixes: [DELAYS_PREFIX, PERCENTILES_PREFIX, MERGED_PREFIX],
    metrics: { traffic: spec.metrics },
    plan: (settings, seed, thresholds) => planTraffic({ settings, seed, load: loadOf(settings), thresholds }),
    expect: expectTraffic,
    demands(settings) {
      const target = spec.target(settings)
      const standIn = spec.standIn?.(settings)
      const standIns = standIn && { [target]: standIn }
      return trafficDemands(loadOf(settings), {
        targets: [target, ...(spec.otherTargets?.(settings) ?? [])],
        ...(standIns && { standIns }),
        ...shapeOf(settings),
      })
    },
    process: (job, context) => processTraffic(job, context, spec),
    recordLost: recordLostShard,
    follow: followTraffic,
    extra: (figures, run) => spec.extra?.(figures, run) ?? {},
    summarize: (_settings, stores) => summarizeTraffic(stores),
    loadMs: (settings, seed) => loadMs(loadOf(settings), seed),
    describe: (settings, seed) =>
      describeLoad(loadOf(settings), seed, { shards: settings.shards, ...shapeOf(settings) }),
  } satisfies Omit<Workload<Settings>, 'name' | 'schema' | 'generatorVersion'>
}

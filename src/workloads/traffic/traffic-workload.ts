import { DELAYS_PREFIX, MERGED_PREFIX, PERCENTILES_PREFIX } from '../../results/layout.ts'
import type { Workload } from '../workload.ts'
import { describeLoad, loadMs } from './describe-load.ts'
import { expectTraffic, trafficDemands } from './expect.ts'
import { followTraffic } from './follow.ts'
import type { LoadSettings } from './load-settings.ts'
import { planTraffic } from './plan.ts'
import { processTraffic } from './process.ts'
import { recordLostShard } from './record-lost.ts'
import { loadOf, type TrafficSpec } from './spec.ts'
import { summarizeTraffic } from './summarize.ts'

/** All of a traffic workload but its name, schema and generator version: spread it, and override what differs. */
export function trafficWorkload<Settings extends LoadSettings>(spec: TrafficSpec<Settings>) {
  const shapeOf = (settings: Settings) => ({
    requestsPerIteration: spec.requestsPerIteration?.(settings) ?? 1,
    iterationMs: spec.iterationMs?.(settings),
  })
  return {
    deterministic: false,
    redelivery: 'never',
    resultPrefixes: [DELAYS_PREFIX, PERCENTILES_PREFIX, MERGED_PREFIX],
    metrics: { traffic: spec.metrics },
    tagValues: (settings) => spec.tagValues?.(settings),
    plan: (settings, seed, thresholds) => planTraffic({ settings, seed, load: loadOf(spec, settings), thresholds }),
    expect: expectTraffic,
    demands(settings) {
      const target = spec.target(settings)
      const standIn = spec.standIn?.(settings)
      const standIns = standIn && { [target]: standIn }
      return trafficDemands(loadOf(spec, settings), {
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
    loadMs: (settings, seed) => loadMs(loadOf(spec, settings), seed),
    describe: (settings, seed) =>
      describeLoad(loadOf(spec, settings), seed, { shards: settings.shards, ...shapeOf(settings) }),
  } satisfies Omit<Workload<Settings>, 'name' | 'schema' | 'generatorVersion'>
}

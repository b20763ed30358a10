import type { TargetRules } from '../../environment/allowed-target.ts'
import type { Iterate } from '../../engine/iteration.ts'
import type { IterateContext, LoadedIterate } from '../../engine/worker/protocol.ts'
import { picker } from '../../engine/schedule/mix.ts'
import { compileExpected } from './expectation.ts'
import { journeyError } from './journey-error.ts'
import { JourneyRun } from './journey-run.ts'
import { loadJourneys } from './load-journeys.ts'
import { locatedFile } from './locate-file.ts'
import { moduleJourney } from './module-journey.ts'
import { compileRequest } from './request-maker.ts'
import type { HttpSettings } from './schema.ts'
import { compileJourney, type RunnableJourney } from './scripted-journey.ts'
import { createShardContext, type ShardContext } from './shard-context.ts'
import { singleRequest } from './single-request.ts'
import { stepName } from './tag-values.ts'
import { drawThinkMs } from './think.ts'
import { createUsers, type Users } from './users.ts'

/** What a load thread is given. All of it can be cloned. */
export interface HttpData {
  readonly settings: HttpSettings
  /** Resolved: http(s). */
  readonly targetUrl: string
  /** In an open model every iteration has a user of its own. */
  readonly model: 'open' | 'closed'
  /** Where requests may go; undefined: anywhere. */
  readonly rules?: TargetRules | undefined
}

/** Loads one shard of an HTTP scenario (`IterateModule`). Rejects where a file is missing or a module cannot be run. */
export async function createIterate(context: IterateContext): Promise<LoadedIterate> {
  const shard = await createShardContext(context)
  const { settings } = shard.data
  const users = createUsers(shard)
  const { think } = settings
  return {
    iterate: singleIterate(shard) ?? journeyIterate(shard, await journeysOf(shard), users),
    ...(think !== undefined && { thinkMs: ({ random }) => drawThinkMs(think, random) }),
    async close() {
      shard.interrupts.close()
      await Promise.all([shard.connections.close(), users.close()])
    },
  }
}

/** A request that is the same every time, and needs nothing that a user has, takes the short way. */
function singleIterate({ data, target, connections, recorder, interrupts, clock }: ShardContext): Iterate | undefined {
  const { settings } = data
  const { request } = settings
  if (request === undefined || settings.connections.perUser || settings.followRedirects > 0) return undefined
  const { constant } = compileRequest(request, { keepsBody: false, wantsHead: false }, settings, target)
  if (constant === undefined) return undefined
  return singleRequest({
    step: stepName(request),
    request: constant,
    timeoutMs: constant.timeoutMs,
    wantsHead: false,
    expected: request.expect && compileExpected(request.expect),
    pool: connections.to(constant.origin),
    recorder,
    interrupts,
    clock,
  })
}

function journeyIterate(shard: ShardContext, journeys: readonly RunnableJourney[], users: Users): Iterate {
  const byName = new Map(journeys.map((journey) => [journey.name, journey]))
  const pick = picker(journeys.map(({ name, weight }) => ({ name, weight })))
  const [only, ...others] = journeys
  return async (iteration) => {
    const user = users.of(iteration)
    const run = new JourneyRun(iteration, user, shard)
    try {
      await (others.length === 0 ? only : byName.get(pick(run.random))!).run(run)
    } catch (error) {
      throw journeyError(error)
    } finally {
      users.left(user)
    }
  }
}

async function journeysOf(shard: ShardContext): Promise<readonly RunnableJourney[]> {
  const { journeys, module, request } = shard.data.settings
  if (module !== undefined) return (await loadJourneys(locatedFile(module))).map((one) => moduleJourney(one, shard))
  if (journeys !== undefined) return journeys.map((one) => compileJourney(one, shard))
  const step = { extract: [], checks: [], onFailure: 'continue' as const, ...request!, name: stepName(request!) }
  return [compileJourney({ name: step.name, weight: 1, steps: [step] }, shard)]
}

import { countCheck } from '../../engine/check-counts.ts'
import type { Stream } from '../../scenario/stream.ts'
import { AnswerView, compileCheck, compileExtraction } from './answer-view.ts'
import type { Response } from './client/response.ts'
import { compileExpected } from './expectation.ts'
import type { JourneyRun } from './journey-run.ts'
import { compileRequest } from './request-maker.ts'
import { readsBody, type HttpSettings } from './schema.ts'
import type { ShardContext, Target } from './shard-context.ts'
import type { JourneySettings, StepSettings } from './step-schema.ts'
import type { Scope } from './template.ts'
import { drawThinkMs, type Think } from './think.ts'

/** A journey as one iteration goes through it. Rejects where the iteration fails, or must end. */
export interface RunnableJourney {
  readonly name: string
  readonly weight: number
  run(run: JourneyRun): Promise<void>
}

/** A step did not end as it should, and the journey is not meant to go on. */
export class StepFailedError extends Error {}

/** Compiles a journey of a scenario file. Throws Error where a file it sends is not there. */
export function compileJourney(
  journey: JourneySettings,
  { data, target }: Pick<ShardContext, 'data' | 'target'>,
): RunnableJourney {
  const { name, weight } = journey
  const steps = journey.steps.map((step) => compileStep(step, data.settings, target))
  const feeders = feedersOf(journey, data.settings)
  return {
    name,
    weight,
    async run(run) {
      const scope = new IterationScope(run)
      for (const feeder of feeders) scope.values.set(feeder, run.feed(feeder))
      for (const { perform, think } of steps) {
        await perform(run, scope)
        // Not in the step: who thinks must not hold on to an answer.
        if (think !== undefined) await run.think(typeof think === 'number' ? think : drawThinkMs(think, run.random))
      }
    },
  }
}

/** The scope of an iteration: its random numbers are only made where something is drawn. */
class IterationScope implements Scope {
  readonly values = new Map<string, unknown>()
  readonly #run: JourneyRun

  constructor(run: JourneyRun) {
    this.#run = run
  }

  get user(): number {
    return this.#run.user.index
  }

  get iteration(): number {
    return this.#run.iteration.index
  }

  get shard(): number {
    return this.#run.shard.shard
  }

  get random(): Stream {
    return this.#run.random
  }

  now(): number {
    return this.#run.shard.clock.now()
  }
}

/** Feeders whose names a journey says, or the headers of every request. */
function feedersOf(journey: JourneySettings, { feeders, headers }: HttpSettings): string[] {
  const text = JSON.stringify([journey, headers])
  return Object.keys(feeders).filter((name) => new RegExp(`\\$\\{\\s*${name}\\b`).test(text))
}

interface RunnableStep {
  /** Sends the request and looks at its answer. */
  perform(run: JourneyRun, scope: Scope): Promise<void>
  /** After it. */
  readonly think: Think | undefined
}

function compileStep(step: StepSettings, settings: HttpSettings, target: Target): RunnableStep {
  const { name, think, onFailure } = step
  const checks = step.checks.map(compileCheck)
  const extractions = step.extract.map(compileExtraction)
  const expected = step.expect && compileExpected(step.expect)
  const wantsHead = [...step.extract, ...step.checks].some(({ header }) => header !== undefined)
  const request = compileRequest(step, { keepsBody: readsBody(step), wantsHead }, settings, target)
  const failed = failuresOf(name)
  const looks = checks.length > 0 || extractions.length > 0

  function look(response: Response, run: JourneyRun, scope: Scope): void {
    const view = new AnswerView(response)
    for (const check of checks) countCheck(run.shard.recorder, check.name, check.holds(view))
    if (!response.ok) return
    for (const extraction of extractions) {
      const value = extraction.take(view, () => run.random)
      if (value === undefined)
        throw new StepFailedError(`step ${name}: ${extraction.what} finds nothing for ${extraction.name}`)
      scope.values.set(extraction.name, value)
    }
  }

  return {
    think,
    async perform(run, scope) {
      const response = await run.step(name, request.make(scope), expected)
      if (looks) look(response, run, scope)
      if (!response.ok && onFailure === 'stop') throw failed(response.outcome)
    },
  }
}

/** One error for each way a step fails: a target that is down fails thousands of iterations a second. */
function failuresOf(step: string): (outcome: string) => StepFailedError {
  const known = new Map<string, StepFailedError>()
  return (outcome) => {
    let error = known.get(outcome)
    if (error === undefined) known.set(outcome, (error = new StepFailedError(`step ${step}: ${outcome}`)))
    return error
  }
}

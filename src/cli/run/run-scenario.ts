import { access, constants } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { systemClock } from '../../clock.ts'
import { provisionOrCheck } from '../../environment/provision.ts'
import { EnvironmentError } from '../../errors.ts'
import { parseOutputSpecs } from '../../outputs/output-specs.ts'
import { defaultRunId, parseRunId } from '../../results/run-id.ts'
import { admit } from './admit.ts'
import { readBaselines } from './judge-run.ts'
import { makeFolders } from './make-folders.ts'
import { inEnvironment } from './open-environment.ts'
import { prepareScenario } from './prepare.ts'
import { collectIfFinished, runAsHolder } from './run-as-holder.ts'
import { runContext, type RunContext } from './run-context.ts'
import type { RunOptions, RunOutcome } from './run-options.ts'
import { startStandIns } from './stand-ins.ts'
import { tidy } from './tidy.ts'

/**
 * One run from scenario to bundle. What can be refused is refused before anything is touched; from then on it may be
 * killed anywhere and started again with the same run id.
 */
export async function runScenario(options: RunOptions): Promise<RunOutcome> {
  const given = options.runId === undefined ? undefined : parseRunId(options.runId)
  parseOutputSpecs(options.out) // before anything is begun
  const prepared = await prepareScenario(options.scenario, options)
  const baselines = await readBaselines(prepared.scenario.thresholds, options.results)
  await mustBeWritable(join(options.results, given ?? ''))
  return inEnvironment(options, async (opened) => {
    await provisionOrCheck(opened.environment)
    const runId = given ?? defaultRunId(prepared.scenario.name, systemClock.now())
    const context = runContext(opened, prepared, runId, options)
    const finished = given === undefined ? undefined : await collectIfFinished(context, baselines)
    if (finished) return finished
    const standIns = await standInsOf(context)
    try {
      const admission = await admit(opened.environment, prepared, runId, options)
      return await runAsHolder(context, { ...admission, baselines })
    } finally {
      await tidy(standIns.stop())
    }
  })
}

/** Begun before the run is admitted, because a target that nobody knows cannot be. Hosts elsewhere would not hear of them. */
async function standInsOf({ opened, prepared, options, folder }: RunContext) {
  const { workload, scenario } = prepared
  const demands = (options.hosts === 'threads' && workload.demands?.(scenario.settings)) || {}
  const standIns = await startStandIns(opened.environment, demands, { seed: scenario.seed, folder })
  for (const { name, url } of standIns.started) {
    options.tell(`nothing says where ${name} is: its stand-in runs at ${url} (turnaround target ${name})\n`)
  }
  return standIns
}

/** Said before anything runs, not after: the bundle has to go somewhere. */
async function mustBeWritable(folder: string): Promise<void> {
  try {
    await makeFolders(folder)
    await access(folder, constants.W_OK)
  } catch (cause) {
    const why = (cause as Error).message
    throw new EnvironmentError(`Results cannot be written to ${resolve(folder)}: ${why}. Choose another --results`, {
      cause,
    })
  }
}

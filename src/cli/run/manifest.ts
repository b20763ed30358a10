import { execFile } from 'node:child_process'
import { availableParallelism, hostname } from 'node:os'
import { promisify } from 'node:util'
import { detectRunner } from '../../environment/runner.ts'
import type { RunItem } from '../../jobs/run-item.ts'
import type { Manifest } from '../../results/documents.ts'
import { version } from '../../version.ts'
import { hideSecrets } from './hide-secrets.ts'
import type { PreparedScenario } from './prepare.ts'

const GIT_MS = 2_000

/** What is run, where and by what: written before the first job. */
export async function manifestOf(
  { scenario, workload, digest }: PreparedScenario,
  run: RunItem,
  where: { readonly environment: string; readonly workers: number },
): Promise<Manifest> {
  return {
    run_id: run.runId,
    scenario: scenario.name,
    workload: scenario.workload,
    settings: hideSecrets(scenario.settings),
    seed: scenario.seed,
    ...(scenario.thresholds && { thresholds: scenario.thresholds }),
    generator_version: workload.generatorVersion,
    deterministic: workload.deterministic,
    scenario_digest: digest,
    environment: where.environment,
    runner: await detectRunner(),
    host: {
      name: hostname(),
      cores: availableParallelism(),
      platform: `${process.platform}-${process.arch}`,
      workers: where.workers,
    },
    versions: { turnaround: version, node: process.version, git_sha: await gitSha() },
    started_at: new Date(run.startedAtMs).toISOString(),
  }
}

/** Outside a checkout, or where there is no git: what the image or the workflow says, else null. */
export async function gitSha(): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)('git', ['rev-parse', 'HEAD'], { timeout: GIT_MS })
    return stdout.trim()
  } catch {
    return process.env.GIT_SHA ?? process.env.GITHUB_SHA ?? null
  }
}

import { appendFileSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { collectsStdout, detectRunner } from '../environment/runner.ts'
import { embeddedMetrics, noMetrics, type JobMetrics } from '../hosts/job-metrics.ts'

/**
 * Where a host's metrics go: `stdout`, `off`, or a file that is appended to. Undefined: stdout in containers and
 * functions, whose output CloudWatch collects, and nowhere else.
 */
export async function openMetrics(place: string | undefined): Promise<JobMetrics> {
  const where = place ?? (collectsStdout[(await detectRunner()).type] ? 'stdout' : 'off')
  if (where === 'off') return noMetrics
  if (where === 'stdout') return embeddedMetrics((line) => process.stdout.write(line))
  mkdirSync(dirname(where), { recursive: true })
  // At once and in whole lines: a host that is killed loses what it had not flushed, and tears no line apart.
  return embeddedMetrics((line) => appendFileSync(where, line))
}

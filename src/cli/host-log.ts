import { pino, type Logger } from 'pino'
import type { logLevels } from './commands/options.ts'

export type LogLevel = (typeof logLevels)[number]

/**
 * A host's log on stderr, one JSON document a line, each with `run_id`, `job_id` and `correlation_id`: those of the
 * message it is about, else null and the host's name. Silent on a terminal unless a level is asked for.
 */
export function hostLog(options: { readonly host: string; readonly level: LogLevel | undefined }): Logger {
  const level = options.level ?? (process.stderr.isTTY ? 'silent' : 'info')
  const ofTheHost = { run_id: null, job_id: null, correlation_id: options.host }
  return pino(
    { level, base: { pid: process.pid }, mixin: () => ({ ...ofTheHost }) },
    pino.destination({ dest: 2, sync: true }),
  )
}

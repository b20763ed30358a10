import type { ExitCode } from '../../exit-codes.ts'
import { STOP_EXIT_CODES } from '../../thresholds/stop-reason.ts'
import { REFUSED_ELSEWHERE } from '../../workloads/traffic/refusal.ts'

const EXIT_CODES = { signal: 105, refused: 92, ...STOP_EXIT_CODES } as const satisfies Record<string, ExitCode>

/** Why a run is ended before its time. */
export interface Stop {
  readonly kind: keyof typeof EXIT_CODES
  readonly text: string
}

export const SIGNALLED: Stop = { kind: 'signal', text: 'stopped by a signal' }
export const OUT_OF_TIME: Stop = {
  kind: 'limit',
  text: 'stopped at the longest a run may take there (caps.duration-minutes)',
}

/** A shard has ended itself, and the others are ended for it. */
export const REFUSED: Stop = { kind: 'refused', text: REFUSED_ELSEWHERE }

export function stopExitCode({ kind }: Stop): ExitCode {
  return EXIT_CODES[kind]
}

/** One line that the shards of a traffic run keep, so that whoever reads their documents knows what kind of stop it was. */
export function stopLine({ kind, text }: Stop): string {
  return `${kind}: ${text}`
}

/** The other way round; a line that is none is a signal's, for want of a better word. */
export function parseStopLine(line: string): Stop {
  const [, kind = 'signal', text = line] = /^(signal|refused|threshold|budget|limit): (.*)$/s.exec(line) ?? []
  return { kind: kind as Stop['kind'], text }
}

/** Aborts with a Stop as soon as one of the signals does: the one given beside it, else the signal's own reason. */
export function firstStop(sources: readonly (readonly [AbortSignal | undefined, Stop | undefined])[]): AbortSignal {
  const first = new AbortController()
  for (const [signal, stop] of sources) {
    if (signal === undefined) continue
    const abort = () => first.signal.aborted || first.abort(stop ?? signal.reason)
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true, signal: first.signal })
  }
  return first.signal
}

import { setTimeout as delay } from 'node:timers/promises'
import { styleText } from 'node:util'
import { rules as allRules, type Finding, type Needed, type Rule, type Status } from './doctor-checks.ts'
import { systemProbes, type Probes } from './doctor-probes.ts'

/** What was looked at, what was found, and what to do where it is not well. */
export interface Check extends Finding {
  readonly name: string
  readonly needed: Needed
}

export interface ExamineOptions {
  readonly probes?: Probes
  readonly rules?: readonly Rule[]
  /** How long one look may take, milliseconds. */
  readonly timeoutMs?: number
}

/** Looks at what this machine has and lacks, all at once; each look ends within `timeoutMs`, and what it runs with it. */
export async function examine({
  probes = systemProbes,
  rules = allRules,
  timeoutMs = 2000,
}: ExamineOptions = {}): Promise<Check[]> {
  return Promise.all(
    rules.map(async (rule) => ({
      name: rule.name,
      needed: rule.needed,
      ...(await lookWithin(rule, probes, timeoutMs)),
    })),
  )
}

async function lookWithin(rule: Rule, probes: Probes, timeoutMs: number): Promise<Finding> {
  const over = new AbortController()
  const late: Finding = { status: 'warning', detail: `no answer within ${timeoutMs / 1000} s` }
  try {
    const timeout = delay(timeoutMs, late, { signal: over.signal })
    return await Promise.race([rule.look(probes, over.signal), timeout])
  } catch (error) {
    return { status: 'warning', detail: `cannot be told: ${error instanceof Error ? error.message : String(error)}` }
  } finally {
    over.abort()
  }
}

/** 0, or 106 where something is missing that every run needs. */
export function doctorExitCode(checks: readonly Check[]): 0 | 106 {
  return checks.some(({ needed, status }) => needed === 'always' && status === 'missing') ? 106 : 0
}

const HEADINGS: readonly (readonly [Needed, string])[] = [
  ['always', 'Every run'],
  ['build', 'To install and build'],
  ['localstack', 'Runs with --env localstack'],
  ['aws', 'Runs on AWS'],
  ['optional', 'Optional'],
]

const COLORS = { ok: 'green', missing: 'red', warning: 'yellow' } as const satisfies Record<Status, string>

/** The checks as text, grouped by who needs them, with a last line that says whether a run can start. */
export function renderDoctor(checks: readonly Check[], { color }: { readonly color: boolean }): string {
  const width = Math.max(0, ...checks.map(({ name }) => name.length))
  const groups = HEADINGS.flatMap(([needed, heading]) => {
    const own = checks.filter((check) => check.needed === needed)
    return own.length === 0 ? [] : [[heading, ...own.flatMap((check) => lines(check, width, color))].join('\n')]
  })
  const ready = doctorExitCode(checks) === 0
  const verdict = ready
    ? 'Ready for local runs: make local-run'
    : 'Not ready: what every run needs is missing, see above'
  return `${[...groups, verdict].join('\n\n')}\n`
}

function lines(check: Check, width: number, color: boolean): string[] {
  const status = check.status.padEnd('warning'.length)
  const shown = color ? styleText(COLORS[check.status], status, { validateStream: false }) : status
  const line = `  ${shown}  ${check.name.padEnd(width)}  ${check.detail}`
  if (check.fix === undefined) return [line]
  return [line, `${' '.repeat(2 + status.length + 2 + width + 2)}${check.fix}`]
}

import { isObject } from '../is-object.ts'
import { serviceNames } from '../service.ts'
import { type Fault, type FaultKind, type FaultPlan, repeatableServices } from './fault-plan.ts'
import { FaultPlanError, type PlanFault } from './fault-plan-error.ts'

type Document = Readonly<Record<string, unknown>>
/** Answers what the value must be, where it is not. */
type Check = (value: unknown) => string | undefined

const mostFaults = 1000
const longestDelayMs = 900_000

const checks: Readonly<Record<Exclude<keyof Fault, 'fault'>, Check>> = {
  service: oneOf(serviceNames),
  operation: (value) =>
    typeof value === 'string' && /^[A-Za-z]\w{0,127}$/.test(value)
      ? undefined
      : 'the name of an operation, e.g. SendMessage',
  resource: (value) =>
    typeof value === 'string' && value !== '' && value.length <= 2048
      ? undefined
      : 'a name or pattern of 1-2048 characters',
  share: number(0, 1),
  from_seconds: number(0, Number.MAX_SAFE_INTEGER),
  to_seconds: number(0, Number.MAX_SAFE_INTEGER),
  limit: whole(1, Number.MAX_SAFE_INTEGER),
  status: whole(400, 599),
  delay_ms: number(0, longestDelayMs),
  jitter_ms: number(0, longestDelayMs),
  bytes_per_second: whole(1, 1_000_000_000),
}

/** What only some faults take; `needs` they cannot do without. */
const kinds: Readonly<Record<FaultKind, { readonly takes?: readonly string[]; readonly needs?: string }>> = {
  throttle: { takes: ['status'] },
  error: { takes: ['status'] },
  latency: { takes: ['delay_ms', 'jitter_ms'], needs: 'delay_ms' },
  timeout: {},
  'reset-connection': {},
  duplicate: {},
  'lost-response': {},
  'slow-body': { takes: ['bytes_per_second'], needs: 'bytes_per_second' },
}
const special = ['status', 'delay_ms', 'jitter_ms', 'bytes_per_second']

/** A fault plan out of any value (parsed JSON or YAML). Throws FaultPlanError, which names all that is wrong in it. */
export function parseFaultPlan(value: unknown): FaultPlan {
  const wrong: PlanFault[] = []
  if (!isObject(value)) throw new FaultPlanError([{ path: '', message: `must be an object, got ${show(value)}` }])
  for (const name of Object.keys(value)) {
    if (name !== 'seed' && name !== 'faults')
      wrong.push({ path: name, message: 'is not known; there are seed and faults' })
  }
  must(wrong, 'seed', value.seed, whole(0, Number.MAX_SAFE_INTEGER))
  const { faults } = value
  if (!Array.isArray(faults) || faults.length > mostFaults) {
    wrong.push({ path: 'faults', message: `must be a list of at most ${mostFaults} faults, got ${show(faults)}` })
  } else {
    faults.forEach((fault, index) => checkFault(wrong, `faults[${index}]`, fault))
  }
  if (wrong.length > 0) throw new FaultPlanError(wrong)
  return structuredClone(value) as unknown as FaultPlan
}

function checkFault(wrong: PlanFault[], path: string, fault: unknown): void {
  if (!isObject(fault)) return void wrong.push({ path, message: `must be an object, got ${show(fault)}` })
  must(wrong, `${path}.fault`, fault.fault ?? null, oneOf(Object.keys(kinds)))
  for (const [name, value] of Object.entries(fault)) {
    if (name === 'fault') continue
    if (Object.hasOwn(checks, name)) must(wrong, `${path}.${name}`, value, checks[name as keyof typeof checks])
    else
      wrong.push({
        path: `${path}.${name}`,
        message: `is not known; there are fault, ${Object.keys(checks).join(', ')}`,
      })
  }
  checkPeriod(wrong, path, fault)
  if (typeof fault.fault === 'string' && Object.hasOwn(kinds, fault.fault)) checkKind(wrong, path, fault)
}

function checkPeriod(wrong: PlanFault[], path: string, { from_seconds: from = 0, to_seconds: to }: Document): void {
  if (typeof from === 'number' && typeof to === 'number' && to <= from) {
    wrong.push({ path: `${path}.to_seconds`, message: `must be after from_seconds (${from}), got ${to}` })
  }
}

function checkKind(wrong: PlanFault[], path: string, fault: Document): void {
  const kind = fault.fault as FaultKind
  const { takes = [], needs } = kinds[kind]
  for (const name of special) {
    if (fault[name] !== undefined && !takes.includes(name)) {
      wrong.push({ path: `${path}.${name}`, message: `means nothing for ${kind}; leave it out` })
    }
  }
  if (needs !== undefined && fault[needs] === undefined) {
    wrong.push({ path: `${path}.${needs}`, message: `is missing; ${kind} needs it` })
  }
  const { status } = fault
  if (kind === 'throttle' && typeof status === 'number' && ![400, 429, 503].includes(status)) {
    wrong.push({ path: `${path}.status`, message: `must be 400, 429 or 503 for a throttle, got ${status}` })
  }
  if (kind === 'error' && typeof status === 'number' && status < 500) {
    wrong.push({ path: `${path}.status`, message: `must be 500-599 for an error, got ${status}` })
  }
  if (kind === 'duplicate' && !repeatableServices.includes(fault.service as never)) {
    const message =
      `must be one of ${repeatableServices.join(', ')} for duplicate, got ${show(fault.service)}: the body of an S3 ` +
      'request is gone once it was read, so no S3 operation can be applied twice; use lost-response, which the client retries'
    wrong.push({ path: `${path}.service`, message })
  }
}

function must(wrong: PlanFault[], path: string, value: unknown, check: Check): void {
  const what = value === undefined ? undefined : check(value)
  if (what !== undefined) wrong.push({ path, message: `must be ${what}, got ${show(value)}` })
}

function oneOf(names: readonly string[]): Check {
  return (value) => (names.includes(value as string) ? undefined : `one of ${names.join(', ')}`)
}

function number(low: number, high: number): Check {
  return (value) =>
    typeof value === 'number' && value >= low && value <= high ? undefined : `a number, ${low}-${high}`
}

function whole(low: number, high: number): Check {
  return (value) =>
    Number.isSafeInteger(value) && Number(value) >= low && Number(value) <= high
      ? undefined
      : `a whole number, ${low}-${high}`
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing'
  // Not its text: JSON.stringify cannot go as deep as JSON.parse.
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object'
  const text = JSON.stringify(value) ?? typeof value
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

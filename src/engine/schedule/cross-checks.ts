import { z } from 'zod'

/** A fault between options: which option it is told at, and what is wrong with it. */
interface CrossFault {
  readonly path: readonly (string | number)[]
  readonly message: string
}
/** Options as they were given: where one has a fault of its own, it is still there as the user wrote it. */
interface Given {
  readonly [option: string]: unknown
}
type Rule = (given: Given) => readonly CrossFault[]

/**
 * The schema with rules about what its options say to each other. They run although single options have faults, so
 * that all faults are told at once, and therefore look only at what is sound.
 */
export function checked<T extends z.ZodObject>(schema: T, ...rules: readonly Rule[]): T {
  const tellAll = (given: Given, context: z.core.$RefinementCtx): void => {
    if (typeof given !== 'object' || given === null) return
    for (const { path, message } of rules.flatMap((rule) => rule(given))) {
      context.addIssue({ code: 'custom', path: [...path], message, input: undefined })
    }
  }
  return schema.superRefine(tellAll, { when: () => true })
}

/** `maxVUs` includes the VUs that are there from the beginning. */
export function concurrencyFits({ preAllocatedVUs, maxVUs }: Given): CrossFault[] {
  if (!isNumber(preAllocatedVUs) || !isNumber(maxVUs) || maxVUs >= preAllocatedVUs) return []
  return [{ path: ['maxVUs'], message: `must be at least preAllocatedVUs (${preAllocatedVUs}), got ${maxVUs}` }]
}

/** One stage may be a jump of no length, all of them together may not. */
export function stagesTake({ stages }: Given): CrossFault[] {
  const lengths = column(stages, 'duration')
  if (lengths.length === 0 || lengths.some((length) => length !== 0)) return []
  return [{ path: ['stages'], message: 'must last longer than 0 ms together' }]
}

export function somebody({ startVUs, stages }: Given): CrossFault[] {
  const targets = column(stages, 'target')
  if (targets.length === 0 || [startVUs, ...targets].some((level) => level !== 0)) return []
  return [{ path: ['stages'], message: 'must have a target above 0 where startVUs is 0: nobody would ever run' }]
}

export function someRate({ startRate, stages }: Given): CrossFault[] {
  const targets = column(stages, 'target')
  if (targets.length === 0 || [startRate, ...targets].some((level) => level !== 0)) return []
  return [{ path: ['stages'], message: 'must have a target above 0 where startRate is 0: nothing would ever start' }]
}

export function rateOrStages({ rate, duration, stages }: Given): CrossFault[] {
  const hasRate = rate !== undefined || duration !== undefined
  if (hasRate && stages !== undefined) {
    return [{ path: ['stages'], message: 'must not be given beside rate and duration: they say the same twice' }]
  }
  if (stages !== undefined) return []
  const missing = [rate === undefined && 'rate', duration === undefined && 'duration'].filter((name) => name !== false)
  return missing.map((name) => ({ path: [name], message: 'is missing; rate and duration must be given, or stages' }))
}

export function iterationsForAll({ vus, iterations }: Given): CrossFault[] {
  if (!isNumber(vus) || !isNumber(iterations) || iterations >= vus) return []
  return [{ path: ['iterations'], message: `must be at least vus (${vus}): each needs one, got ${iterations}` }]
}

export function timesAscend({ timestampsMs }: Given): CrossFault[] {
  if (!Array.isArray(timestampsMs)) return []
  const at = timestampsMs.findIndex((time, index) => index > 0 && time < timestampsMs[index - 1])
  if (at < 0) return []
  const message = `must not be earlier than the one before (${timestampsMs[at - 1]}), got ${timestampsMs[at]}`
  return [{ path: ['timestampsMs', at], message }]
}

export function ratesAscend({ minRate, startRate, maxRate }: Given): CrossFault[] {
  if (!isNumber(minRate) || !isNumber(startRate) || !isNumber(maxRate)) return []
  const faults: CrossFault[] = []
  if (maxRate <= minRate) {
    faults.push({ path: ['maxRate'], message: `must be more than minRate (${minRate}), got ${maxRate}` })
  } else if (startRate < minRate || startRate > maxRate) {
    faults.push({
      path: ['startRate'],
      message: `must be minRate … maxRate (${minRate} … ${maxRate}), got ${startRate}`,
    })
  }
  return faults
}

function column(stages: unknown, option: string): unknown[] {
  return Array.isArray(stages) ? stages.map((stage: Given | null) => stage?.[option]) : []
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

import type { Given } from './given.ts'

/** A fault between options: which option it is told at, and what is wrong with it (`checked` of engine/schedule/cross-checks.ts). */
export interface CrossFault {
  readonly path: readonly string[]
  readonly message: string
}

/** At most one of these options may be given. */
export function atMostOne(...names: readonly string[]) {
  return (given: Given): CrossFault[] => {
    const [, ...others] = names.filter((name) => given[name] !== undefined)
    return others.map((name) => ({ path: [name], message: `must be alone: only one of ${names.join(', ')}` }))
  }
}

/** Exactly one of these options must be given. */
export function onlyOne(...names: readonly string[]) {
  return (given: Given): CrossFault[] => {
    if (names.some((name) => given[name] !== undefined)) return atMostOne(...names)(given)
    return [{ path: [], message: `needs one of ${names.join(', ')}` }]
  }
}

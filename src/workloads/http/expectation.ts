import type { Response } from './client/response.ts'
import { outcomeOfStatus } from './client/outcomes.ts'

/** Says whether a status was expected. */
export type Expected = (status: number) => boolean

/** From a list such as `[200, '4xx']`. */
export function compileExpected(list: readonly (number | string)[]): Expected {
  const statuses = new Set(list.filter((one) => typeof one === 'number'))
  const classes = new Set(list.filter((one) => typeof one === 'string').map((one) => Number(one[0])))
  return (status) => statuses.has(status) || classes.has(Math.floor(status / 100))
}

/** An outcome in the light of what was expected: a status that was is `ok`, one below 400 that was not an `error`. */
export function judged<Outcome extends string>(outcome: Outcome, status: number, expected: Expected | undefined) {
  if (expected === undefined || (outcome !== 'ok' && outcome !== 'http_4xx' && outcome !== 'http_5xx')) return outcome
  if (expected(status)) return 'ok'
  return outcome === 'ok' ? 'error' : outcomeOfStatus(status)
}

/** Judges a response, once, before anybody looks at it. */
export function judge(response: Response, expected: Expected | undefined): Response {
  response.outcome = judged(response.outcome, response.status, expected)
  return response
}

import { InvalidInputError } from '../errors.ts'
import { timestampOf } from './timestamp.ts'

const MAX_LENGTH = 63
const RUN_ID = /^[a-z0-9][a-z0-9-]{0,62}$/

/** Folders beside the runs in a bucket, and the environments, whose names are folders there too. */
const RESERVED: readonly string[] = ['output', 'audit', 'dev', 'uat', 'prod', 'local', 'embedded', 'localstack']

/**
 * A run id a user gave: 1-63 of a-z, 0-9 and `-`, the first not `-`, and none of the reserved words. It names the run's
 * folder everywhere, so nothing is changed about it: throws InvalidInputError (`--run-id`) where it does not fit.
 */
export function parseRunId(text: string): string {
  if (!RUN_ID.test(text)) {
    throw invalid(`must be 1-${MAX_LENGTH} of a-z, 0-9 and "-", the first not "-", got ${JSON.stringify(text)}`)
  }
  if (RESERVED.includes(text)) {
    throw invalid(`"${text}" is reserved (${RESERVED.join(', ')}); add something to it, e.g. ${text}-1`)
  }
  return text
}

/** `flights-20251121t131500z`: the scenario, cut to fit, and the UTC second (`nowMs`: milliseconds since the epoch). */
export function defaultRunId(scenario: string, nowMs: number): string {
  const suffix = `-${timestampOf(nowMs)}`
  const name = scenario.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
  const fitting = name.slice(0, MAX_LENGTH - suffix.length).replaceAll(/^-+|-+$/g, '')
  return `${fitting === '' ? 'run' : fitting}${suffix}`
}

function invalid(message: string): InvalidInputError {
  return new InvalidInputError('the run id cannot be used:', [{ path: '--run-id', message }])
}

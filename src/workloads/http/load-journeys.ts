import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { importModule } from '../../scenario/read-document.ts'
import type { Fault } from '../../errors.ts'
import type { Journey } from './define-journey.ts'

/** The journeys of a module, checked. Throws Error with every reason why they cannot be run. */
export async function loadJourneys(path: string): Promise<readonly Journey[]> {
  return checkedJourneys(await importModule(pathToFileURL(path).href), path)
}

/** Faults of a module: it is loaded, as scenarios are. */
export function journeyFaults(path: string): Fault[] {
  try {
    checkedJourneys(requireModule(path), path)
    return []
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_REQUIRE_ASYNC_MODULE') {
      return [{ path: 'module', message: 'must not use await outside functions: do it in the journeys' }]
    }
    const reason = error instanceof Error ? error.message.split('\n', 1)[0] : String(error)
    return [{ path: 'module', message: reason.startsWith(path) ? reason : `${path} cannot be loaded: ${reason}` }]
  }
}

const require = createRequire(import.meta.url)

/** Scenarios are checked in one go, without a promise; Node loads ES modules and strips TypeScript that way too. */
function requireModule(path: string): object {
  try {
    return Object(require(path)) as object
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING'))
      throw error
    const tsx = require('tsx/cjs/api') as { readonly require: (id: string, from: string) => unknown }
    return Object(tsx.require(path, import.meta.url)) as object
  }
}

function checkedJourneys(module: object, path: string): readonly Journey[] {
  const journeys: unknown = 'journeys' in module ? module.journeys : undefined
  if (!Array.isArray(journeys) || journeys.length === 0) {
    throw new TypeError(
      `${path} must export journeys, a list: export const journeys = [journey('browse', {}, async ({ step }) => { … })]`,
    )
  }
  const wrong = journeys.findIndex((one) => !isJourney(one))
  if (wrong >= 0) throw new TypeError(`${path}: journeys[${wrong}] is none; make it with journey(name, options, run)`)
  const all = journeys as readonly Journey[]
  const reason = weightsReason(all) ?? namesReason(all)
  if (reason !== undefined) throw new TypeError(`${path}: journeys ${reason}`)
  return all
}

/** Why these cannot be chosen from. */
export function weightsReason(journeys: readonly { readonly weight: number }[]): string | undefined {
  return journeys.some(({ weight }) => weight > 0) ? undefined : 'must have weights that sum to more than 0'
}

export function namesReason(journeys: readonly { readonly name: string }[]): string | undefined {
  return new Set(journeys.map(({ name }) => name)).size === journeys.length ? undefined : 'must have names that differ'
}

function isJourney(value: unknown): value is Journey {
  if (typeof value !== 'object' || value === null) return false
  const { name, weight, run } = value as Partial<Record<keyof Journey, unknown>>
  const isWeight = typeof weight === 'number' && weight >= 0 && weight < Infinity
  return typeof name === 'string' && name !== '' && isWeight && typeof run === 'function'
}

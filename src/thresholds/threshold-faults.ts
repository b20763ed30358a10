import { parseDurationMs } from '../engine/schedule/duration.ts'
import { aggregationFault, lookUpMetric, type MetricCatalog, type MetricEntry } from './catalog.ts'
import { parseExpression, worseWay, type Expression } from './expression.ts'
import { GrammarError } from './grammar-error.ts'
import { parseMetricKey, type MetricKey } from './metric-key.ts'
import { TOTAL } from './threshold.ts'

export interface ThresholdFault {
  /** Inside `thresholds`. */
  readonly path: readonly (string | number)[]
  readonly message: string
}

const SECOND_MS = 1000

/**
 * What is wrong with keys and expressions, and between them, in thresholds as the user gave them; the shape of single
 * options is their schema's business, and what is not sound there is passed over.
 */
export function thresholdFaults(given: unknown, catalog: MetricCatalog | undefined): ThresholdFault[] {
  if (typeof given !== 'object' || given === null) return []
  return Object.entries(given).flatMap(([metric, list]: [string, unknown]) => {
    const found = metricOf(metric, catalog)
    const own = found.fault === undefined ? [] : [{ path: [metric], message: found.fault }]
    const items = Array.isArray(list) ? (list as unknown[]) : []
    return [...own, ...items.flatMap((item, index) => itemFaults(item, found).map(under(metric, index)))]
  })
}

interface Metric {
  readonly key?: MetricKey
  readonly entry?: MetricEntry
  readonly fault?: string
}

function metricOf(text: string, catalog: MetricCatalog | undefined): Metric {
  const key = orFault(() => parseMetricKey(text))
  if (typeof key === 'string') return { fault: key }
  return catalog ? { key, ...lookUpMetric(key, catalog) } : { key }
}

interface Options {
  readonly [option: string]: unknown
}

function itemFaults(item: unknown, { key, entry }: Metric): ThresholdFault[] {
  const options = (typeof item === 'object' && item !== null ? item : {}) as Options
  const text = typeof item === 'string' ? item : options['threshold']
  const expression = typeof text === 'string' ? orFault(() => parseExpression(text)) : undefined
  const isRead = typeof expression === 'object'
  return [
    ...(typeof expression === 'string' ? [at('', expression)] : []),
    ...(isRead && key && entry ? aggregationFaults(key, entry, expression) : []),
    ...windowFaults(options),
    ...(key && entry ? [...liveFaults(options, key, entry), ...scopeFaults(options, key, entry)] : []),
    ...(isRead ? baselineFaults(options, expression) : []),
  ]
}

/** Of an option, or of the threshold as a whole. */
function at(option: string, message: string): ThresholdFault {
  return { path: option === '' ? [] : [option], message }
}

function aggregationFaults(key: MetricKey, entry: MetricEntry, { aggregation }: Expression): ThresholdFault[] {
  const fault = aggregationFault(key, entry, aggregation)
  return fault === undefined ? [] : [at('', fault)]
}

function windowFaults({ window }: Options): ThresholdFault[] {
  const windowMs = typeof window === 'string' ? parseDurationMs(window) : window
  if (typeof windowMs !== 'number' || !(windowMs % SECOND_MS > 0)) return []
  return [at('window', `must be whole seconds, got ${windowMs} ms`)]
}

function liveFaults({ window, abortOnFail }: Options, { name }: MetricKey, { isLive }: MetricEntry): ThresholdFault[] {
  if (isLive) return []
  return [
    ...(window === undefined ? [] : [at('window', `cannot be: ${name} is known only for the run as a whole`)]),
    ...(abortOnFail === true ? [at('abortOnFail', `cannot be: ${name} is known only when the run is over`)] : []),
  ]
}

function scopeFaults({ scope = TOTAL }: Options, { name, tags }: MetricKey, entry: MetricEntry): ThresholdFault[] {
  const { needs } = entry
  if (needs !== undefined && scope !== needs && !Object.hasOwn(tags, needs)) {
    return [at('', `${name} is known of each ${needs} alone; write ${name}{${needs}:…}, or scope: ${needs}`)]
  }
  if (scope === TOTAL || typeof scope !== 'string') return []
  if (!entry.tags.includes(scope)) {
    return [at('scope', `must be ${[TOTAL, ...entry.tags].join(' or ')} for ${name}, got ${JSON.stringify(scope)}`)]
  }
  if (!Object.hasOwn(tags, scope)) return []
  return [at('scope', `cannot be ${scope}: the metric's tags name one ${scope} already`)]
}

function baselineFaults({ baseline, window }: Options, expression: Expression): ThresholdFault[] {
  if (baseline === undefined) return []
  const single = `cannot be: with ${expression.operator} nothing says what is worse; use <, <=, > or >=`
  const spans = 'cannot be beside window: a baseline is another run as a whole; write two thresholds'
  return [
    ...(worseWay(expression) === undefined ? [at('baseline', single)] : []),
    ...(window === undefined ? [] : [at('baseline', spans)]),
  ]
}

function under(metric: string, index: number) {
  return ({ path, message }: ThresholdFault): ThresholdFault => ({ path: [metric, index, ...path], message })
}

/** What is parsed, or the words of the GrammarError. */
function orFault<T extends object>(parse: () => T): T | string {
  try {
    return parse()
  } catch (error) {
    if (error instanceof GrammarError) return error.message
    throw error
  }
}

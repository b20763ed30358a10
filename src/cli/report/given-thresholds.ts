import { InvalidInputError } from '../../errors.ts'
import { droppedNames } from '../../scenario/dropped-names.ts'
import { faultsOf, REPORT_INPUT, show } from '../../scenario/faults.ts'
import { readDocument } from '../../scenario/read-document.ts'
import { isDocumentPart } from '../../scenario/set.ts'
import { thresholdsSchema, type Thresholds } from '../../thresholds/schema.ts'
import { catalogOf, type WorkloadMetrics } from '../../thresholds/workload-metrics.ts'

/** Options that name thresholds other than the run's own. */
export interface GivenThresholds {
  /** `metric=expression`. */
  readonly threshold: readonly string[]
  /** A file with what a scenario has under `thresholds`, or a scenario itself. */
  readonly thresholds?: string | undefined
}

/** Undefined where none are given. Throws InvalidInputError with all that is wrong with them, for a workload of these metrics. */
export async function readThresholds(
  { threshold, thresholds: file }: GivenThresholds,
  metrics: WorkloadMetrics | undefined,
): Promise<Thresholds | undefined> {
  if (threshold.length === 0 && file === undefined) return undefined
  const given = new Map(Object.entries(file === undefined ? {} : thresholdsIn(await readDocument(file), file)))
  for (const text of threshold) {
    const { metric, expression } = splitThreshold(text)
    const known: unknown = given.get(metric)
    given.set(metric, Array.isArray(known) ? [...(known as unknown[]), expression] : [expression])
  }
  const schema = thresholdsSchema(catalogOf(metrics))
  const all = Object.fromEntries(given)
  const parsed = schema.safeParse(all, REPORT_INPUT)
  const dropped = droppedNames(all, schema)
  if (parsed.success && dropped.length === 0) return parsed.data
  const faults = parsed.success ? [] : faultsOf(parsed.error, schema)
  throw new InvalidInputError('The thresholds cannot be meant:', [...faults, ...dropped])
}

/** `http_reqs{url:/a?b=c}=count>5`: the metric ends where its tags do, or else at the first `=`. */
function splitThreshold(text: string): { readonly metric: string; readonly expression: string } {
  const equals = text.indexOf('=')
  const open = text.indexOf('{')
  const at = open >= 0 && open < equals ? text.indexOf('=', text.lastIndexOf('}')) : equals
  if (at > 0) return { metric: text.slice(0, at).trim(), expression: text.slice(at + 1).trim() }
  const message = `must be metric=expression, such as 'http_req_duration=p(95)<200', got ${show(text)}`
  throw new InvalidInputError('An option cannot be meant:', [{ path: '--threshold', message }])
}

function thresholdsIn(document: unknown, file: string): { readonly [metric: string]: unknown } {
  const inner = isDocumentPart(document) && 'thresholds' in document ? document['thresholds'] : document
  if (isDocumentPart(inner)) return inner
  const message = `must hold metrics and their expressions, as a scenario has under thresholds, got ${show(inner)}`
  throw new InvalidInputError('The thresholds cannot be read:', [{ path: file, message }])
}

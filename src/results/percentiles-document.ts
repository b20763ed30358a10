import { InvalidObjectError } from './invalid-object-error.ts'
import type { Percentiles } from './stores.ts'

/** The seven from a document as read. Throws InvalidObjectError that names what is missing or not a number. */
export function parsePercentiles(document: unknown): Percentiles {
  const members = parseObject(document)
  return {
    percentile_50: finite(members, 'percentile_50'),
    percentile_75: finite(members, 'percentile_75'),
    percentile_90: finite(members, 'percentile_90'),
    percentile_95: finite(members, 'percentile_95'),
    percentile_99: finite(members, 'percentile_99'),
    'percentile_99.5': finite(members, 'percentile_99.5'),
    'percentile_99.9': finite(members, 'percentile_99.9'),
  }
}

/** The seven of each sequence from the merged document. */
export function parseMergedPercentiles(document: unknown): Map<number, Percentiles> {
  const merged = new Map<number, Percentiles>()
  for (const [id, value] of parseObject(document)) {
    if (!/^(0|[1-9]\d{0,15})$/.test(id)) throw new InvalidObjectError(`${JSON.stringify(id)} is not a sequence_id`)
    merged.set(Number(id), parsePercentiles(value))
  }
  return merged
}

/** A JSON document; throws InvalidObjectError where the bytes are not one. */
export function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch (error) {
    throw new InvalidObjectError(`is not JSON: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
}

function parseObject(document: unknown): ReadonlyMap<string, unknown> {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw new InvalidObjectError('must hold a JSON object')
  }
  return new Map(Object.entries(document))
}

function finite(members: ReadonlyMap<string, unknown>, name: keyof Percentiles): number {
  const value = members.get(name)
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw new InvalidObjectError(`${name} must be a finite number, got ${JSON.stringify(value) ?? 'nothing'}`)
}

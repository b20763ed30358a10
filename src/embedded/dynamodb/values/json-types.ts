import { SerializationError } from '../../shape.ts'

/**
 * Members of DynamoDB's requests by their JSON type; a wrong one gets the text DynamoDB's own parser gives. The names
 * are those of Java, in which it is written.
 */
export function toText(raw: unknown): string {
  return typeof raw === 'string' ? raw : refuse(raw, 'String')
}

export function toBoolean(raw: unknown): boolean {
  if (typeof raw === 'string') throw new SerializationError('Unexpected token received from parser')
  return typeof raw === 'boolean' ? raw : refuse(raw, 'Boolean')
}

/** Base64, in canonical form. */
export function toBinary(raw: unknown): string {
  if (typeof raw === 'object') return refuse(raw, 'ByteBuffer')
  if (typeof raw !== 'string') throw new SerializationError('only base-64-encoded strings are convertible to bytes')
  if (raw.length % 4 !== 0) {
    throw new SerializationError(
      `Base64 encoded length is expected a multiple of 4 bytes but found: ${String(raw.length)}`,
    )
  }
  if (Buffer.from(raw, 'base64').toString('base64') !== raw) {
    throw new SerializationError('Invalid last non-pad Base64 character dectected')
  }
  return raw
}

export function toList(raw: unknown): readonly unknown[] {
  if (Array.isArray(raw)) return raw
  throw new SerializationError(
    typeof raw === 'object' ? 'Start of structure or map found where not expected' : 'Unexpected field type',
  )
}

/** `of` is the class of the map's values. */
export function toMap(raw: unknown, of: string): Readonly<Record<string, unknown>> {
  if (Array.isArray(raw)) {
    throw new SerializationError(`Unrecognized collection type java.util.Map<java.lang.String, ${of}>`)
  }
  if (typeof raw !== 'object' || raw === null) throw new SerializationError('Unexpected field type')
  return raw as Record<string, unknown>
}

export function toStructure(raw: unknown, className: string): Readonly<Record<string, unknown>> {
  if (Array.isArray(raw)) throw new SerializationError(`Unrecognized collection type class ${className}`)
  if (typeof raw !== 'object' || raw === null) throw new SerializationError('Unexpected value type in payload')
  return raw as Record<string, unknown>
}

function refuse(raw: unknown, wanted: 'String' | 'Boolean' | 'ByteBuffer'): never {
  if (Array.isArray(raw)) {
    const of = wanted === 'ByteBuffer' ? 'java.nio.ByteBuffer' : `java.lang.${wanted}`
    throw new SerializationError(`Unrecognized collection type class ${of}`)
  }
  if (typeof raw === 'object') throw new SerializationError('Start of structure or map found where not expected')
  throw new SerializationError(`${kindOf(raw)} cannot be converted to ${wanted}`)
}

function kindOf(raw: unknown): string {
  if (typeof raw === 'boolean') return raw ? 'TRUE_VALUE' : 'FALSE_VALUE'
  if (typeof raw === 'string') return 'STRING_VALUE'
  return Number.isInteger(raw) ? 'NUMBER_VALUE' : 'DECIMAL_VALUE'
}

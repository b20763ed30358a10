import { hash } from 'node:crypto'
import { blob, type Infer, string, structure } from '../shape.ts'
import { invalid, invalidParameter } from './errors.ts'
import { limits } from './limits.ts'
import { hasOnlyAllowedCharacters } from './message-text.ts'

export const messageAttribute = structure({ DataType: string, StringValue: string, BinaryValue: blob })
export type MessageAttribute = Infer<typeof messageAttribute>
export type MessageAttributes = Readonly<Record<string, MessageAttribute>>

const attributeName = /^(?!\.)(?!.*\.\.)[A-Za-z0-9_.-]{1,256}(?<!\.)$/
const reservedPrefix = /^(aws|amazon)\./i
const number = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/

/**
 * Throws where a message may not carry these attributes.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
 */
export function checkAttributes(attributes: MessageAttributes): void {
  const names = Object.keys(attributes)
  if (names.length > limits.messageAttributes) {
    throw invalid(`Number of message attributes [${names.length}] exceeds the allowed maximum [10].`)
  }
  for (const name of names) checkAttribute(name, attributes[name])
}

function checkAttribute(name: string, attribute: MessageAttribute): void {
  const { DataType: dataType, StringValue: text } = attribute
  if (!attributeName.test(name) || reservedPrefix.test(name)) {
    throw invalid(
      `Message (user) attribute name '${name}' is invalid. It can contain alphanumeric characters, hyphens, ` +
        'underscores and periods, 1 to 256 in length, must not start or end with a period or repeat periods, ' +
        "and must not start with 'AWS.' or 'Amazon.'.",
    )
  }
  if (dataType === undefined || dataType === '') {
    throw invalid(`The message attribute '${name}' must contain non-empty message attribute type.`)
  }
  const type = transportType(dataType)
  if (type === undefined || dataType.length > 256) {
    throw invalid(
      `The type of message (user) attribute '${name}' is invalid. You must use only the following supported type ` +
        'prefixes: Binary, Number, String.',
    )
  }
  const value = type === 'Binary' ? attribute.BinaryValue : text
  if (value === undefined || value.length === 0) {
    throw invalid(`Message (user) attribute '${name}' must contain a non-empty value of type '${type}'.`)
  }
  if (type === 'Number' && !number.test(text!)) {
    throw invalid(`Could not cast message (user) attribute '${name}' value to number.`)
  }
  if (typeof value === 'string' && !hasOnlyAllowedCharacters(value)) {
    throw invalidParameter(name, 'MessageAttributes', 'The value holds characters outside the allowed set.')
  }
}

function transportType(dataType: string): 'String' | 'Number' | 'Binary' | undefined {
  const base = dataType.split('.', 1)[0]
  return base === 'String' || base === 'Number' || base === 'Binary' ? base : undefined
}

/** Names, types and values count against the limit on a message's size. */
export function attributesBytes(attributes: MessageAttributes): number {
  let bytes = 0
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(attributes)) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(DataType ?? '')
    bytes += BinaryValue?.length ?? Buffer.byteLength(StringValue ?? '')
  }
  return bytes
}

/**
 * Hex, of the attributes in order of name: each name, type and value with its length in front, big-endian.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation
 */
export function attributesMd5(attributes: MessageAttributes): string {
  const parts: Buffer[] = []
  const add = (bytes: Buffer): void => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(bytes.length)
    parts.push(length, bytes)
  }
  for (const name of Object.keys(attributes).sort()) {
    const { DataType, StringValue, BinaryValue } = attributes[name]
    add(Buffer.from(name))
    add(Buffer.from(DataType!))
    const binary = transportType(DataType!) === 'Binary'
    parts.push(Buffer.of(binary ? 2 : 1))
    add(binary ? BinaryValue! : Buffer.from(StringValue!))
  }
  return hash('md5', Buffer.concat(parts), 'hex')
}

/** As they are stored and sent back: binary values in base64. */
export function attributesJson(attributes: MessageAttributes): string {
  const entries = Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) =>
    BinaryValue === undefined
      ? [name, { DataType, StringValue }]
      : [name, { DataType, BinaryValue: BinaryValue.toString('base64') }],
  )
  return JSON.stringify(Object.fromEntries(entries))
}

/** Those that a receive asked for: by name, `All`, `.*` or `prefix.*`. Undefined where none is left. */
export function selectAttributes(json: string | null, asked: readonly string[]): MessageAttributes | undefined {
  if (json === null || asked.length === 0) return undefined
  const stored = JSON.parse(json) as Record<string, { DataType: string; StringValue?: string; BinaryValue?: string }>
  const wanted = asked.map((pattern) => {
    if (pattern === 'All' || pattern === '.*') return () => true
    const prefix = pattern.endsWith('.*') ? pattern.slice(0, -2) : undefined
    return (name: string) => (prefix === undefined ? name === pattern : name.startsWith(prefix))
  })
  const selected = Object.entries(stored)
    .filter(([name]) => wanted.some((matches) => matches(name)))
    .map(([name, { BinaryValue, ...rest }]) => [
      name,
      BinaryValue === undefined ? rest : { ...rest, BinaryValue: Buffer.from(BinaryValue, 'base64') },
    ])
  return selected.length === 0 ? undefined : (Object.fromEntries(selected) as MessageAttributes)
}

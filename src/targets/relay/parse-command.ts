import type { Command } from './protocol.ts'

/** A line of a frame as a command; undefined for what is none. */
export function parseCommand(line: string): Command | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return isCommand(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isCommand(value: unknown): value is Command {
  if (!isObject(value)) return false
  const { id, ...requests } = value
  if (id !== undefined && !(Number.isSafeInteger(id) && Number(id) >= 0)) return false
  return Object.values(requests).every(isRequest)
}

function isRequest(value: unknown): boolean {
  if (!isObject(value)) return false
  const { channel, token, limit, offset, epoch, since } = value
  return (
    isOneOf(channel, 'string') &&
    isOneOf(token, 'string') &&
    isOneOf(epoch, 'string') &&
    isOneOf(limit, 'number') &&
    isOneOf(offset, 'number') &&
    (since === undefined || isRequest(since))
  )
}

function isOneOf(value: unknown, type: 'string' | 'number'): boolean {
  return value === undefined || typeof value === type
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

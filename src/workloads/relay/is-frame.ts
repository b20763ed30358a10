type Fields = Readonly<Record<string, unknown>>

const RESULTS = ['connect', 'subscribe', 'unsubscribe', 'publish', 'history'] as const

/** Whether a text is what a relay may send: lines of replies, pushes and pings in the JSON of Centrifuge's protocol. */
export function isFrame(text: string): boolean {
  try {
    return text.split('\n').every((line) => line.trim() === '' || isMessage(JSON.parse(line)))
  } catch {
    return false // no JSON
  }
}

function isMessage(value: unknown): boolean {
  if (!isObject(value)) return false
  const { id, push } = value
  if (id !== undefined) return Number.isSafeInteger(id) && Number(id) > 0 && isReply(value)
  return push === undefined ? Object.keys(value).length === 0 : isPush(push)
}

function isReply(reply: Fields): boolean {
  const { error } = reply
  if (error !== undefined) return isObject(error) && Number.isInteger(error['code'])
  const name = RESULTS.find((result) => Object.hasOwn(reply, result))
  if (name === undefined) return false
  const result = reply[name]
  if (!isObject(result)) return false
  if (name === 'connect') return typeof result['client'] === 'string'
  return isPosition(result) && arePublications(result['publications'])
}

function isPush(push: unknown): boolean {
  if (!isObject(push)) return false
  const { pub, disconnect } = push
  if (pub !== undefined) return typeof push['channel'] === 'string' && isPublication(pub)
  if (disconnect !== undefined) return isObject(disconnect) && Number.isInteger(disconnect['code'])
  return Object.values(push).every((part) => typeof part === 'string' || isObject(part))
}

function arePublications(value: unknown): boolean {
  return value === undefined || (Array.isArray(value) && value.every(isPublication))
}

function isPublication(value: unknown): boolean {
  return isObject(value) && Object.hasOwn(value, 'data') && isPosition(value)
}

function isPosition({ offset, epoch }: Fields): boolean {
  return (offset === undefined || Number.isSafeInteger(offset)) && (epoch === undefined || typeof epoch === 'string')
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

import type { IncomingMessage } from 'node:http'

/** A body that cannot be taken, with the status that says so. */
export class BodyError extends Error {
  readonly status: 400 | 413
  constructor(status: 400 | 413, message: string) {
    super(message)
    this.status = status
  }
}

const longestBytes = 65_536

/** The body as an object, `{}` where there is none. Throws BodyError; never ends where the client leaves in between. */
export function readJson(request: IncomingMessage): Promise<object> {
  const { promise, resolve, reject } = Promise.withResolvers<object>()
  const chunks: Buffer[] = []
  let bytes = 0
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    // Read on to its end all the same: a client that still writes does not read our answer.
    if (bytes <= longestBytes) chunks.push(chunk)
    else chunks.length = 0
  })
  request.on('end', () => {
    if (bytes > longestBytes) return reject(new BodyError(413, `the body is over ${longestBytes} bytes`))
    try {
      const value: unknown = bytes === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString())
      if (typeof value === 'object' && value !== null) resolve(value)
      else reject(new BodyError(400, 'the body is not a JSON object'))
    } catch (cause) {
      reject(new BodyError(400, `the body is not JSON: ${(cause as Error).message}`))
    }
  })
  return promise
}

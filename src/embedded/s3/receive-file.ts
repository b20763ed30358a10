import type { IncomingMessage } from 'node:http'
import type { BodyFiles } from './body-files.ts'
import type { ChecksumAlgorithm } from './checksums.ts'
import type { ExpectedBody } from './expected-body.ts'
import { receiveBody, type ReceivedBody } from './receive-body.ts'

/** A body that is on disk, and not yet in the catalog. */
export interface ReceivedFile extends ReceivedBody {
  readonly body: string
}

/** Takes the request's body off the wire into a file of its own. What it throws (see receiveBody) leaves no file. */
export async function receiveFile(
  bodies: BodyFiles,
  incoming: IncomingMessage,
  expected: ExpectedBody,
  algorithm: ChecksumAlgorithm,
): Promise<ReceivedFile> {
  const writer = bodies.create()
  try {
    const received = await receiveBody(incoming, expected, algorithm, writer)
    await writer.finish()
    return { ...received, body: writer.id }
  } catch (error) {
    await writer.abandon()
    bodies.remove(writer.id)
    throw error
  }
}

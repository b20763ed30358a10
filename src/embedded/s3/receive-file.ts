import type { Bodies } from './bodies.ts'
import type { ChecksumAlgorithm } from './checksums.ts'
import type { ExpectedBody } from './expected-body.ts'
import { type BodySource, receiveBody, type ReceivedBody } from './receive-body.ts'

/** A body that is here, and not yet in the catalog. */
export interface ReceivedFile extends ReceivedBody {
  readonly body: string
}

/** Takes the request's body off the wire. What it throws (see receiveBody) leaves nothing behind. */
export async function receiveFile(
  bodies: Bodies,
  source: BodySource,
  expected: ExpectedBody,
  algorithm: ChecksumAlgorithm,
): Promise<ReceivedFile> {
  const writer = bodies.create()
  try {
    const received = await receiveBody(source, expected, algorithm, writer)
    return { ...received, body: await writer.finish() }
  } catch (error) {
    await writer.abandon()
    if (writer.id !== undefined) bodies.discard(writer.id)
    throw error
  }
}

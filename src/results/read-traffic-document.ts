import { InvalidObjectError, readingObject } from './invalid-object-error.ts'
import { parseJson } from './percentiles-document.ts'
import type { ObjectStore } from './stores.ts'
import type { TrafficDocument } from './traffic-document.ts'
import { TRAFFIC_KEY } from './traffic-layout.ts'

/** What `traffic.json` says. Throws NotFoundError where it is not there, InvalidObjectError where it is none. */
export async function readTrafficDocument(objects: Pick<ObjectStore, 'get'>): Promise<TrafficDocument> {
  const body = await objects.get(TRAFFIC_KEY)
  return readingObject(TRAFFIC_KEY, () => {
    const document = parseJson(body) as TrafficDocument | null
    if (document?.format_version === 1) return document
    throw new InvalidObjectError('is not of version 1, the only one known here')
  })
}

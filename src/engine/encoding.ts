import { BUCKETS, Histogram } from './histogram.ts'
import { ByteReader, ByteWriter } from './varint.ts'

/**
 * A histogram as bytes, version 1: version, number of buckets in use, and where there are any: minimum, maximum and sum
 * in µs, then for each bucket its distance from the one before and its count. One histogram has one encoding, whatever
 * it was merged from, in any order and grouping.
 */
const VERSION = 1

/** The histogram alone; about 2 bytes a bucket in use. */
export function encodeHistogram(histogram: Histogram): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter(256)
  writeHistogram(writer, histogram)
  return writer.take()
}

/** Throws RangeError where the bytes are not one whole histogram of version 1. */
export function decodeHistogram(bytes: Uint8Array): Histogram {
  const histogram = new Histogram()
  const reader = new ByteReader(bytes)
  addEncodedHistogram(reader, histogram)
  if (!reader.done) throw new RangeError(`${bytes.length - reader.at} bytes follow the histogram`)
  return histogram
}

export function writeHistogram(writer: ByteWriter, histogram: Histogram): void {
  let used = 0
  for (const _ of histogram.buckets()) used++
  writer.byte(VERSION)
  writer.number(used)
  if (used === 0) return
  writer.number(histogram.minUs)
  writer.number(histogram.maxUs)
  writer.big(histogram.sumUs)
  let last = -1
  for (const { bucket, count } of histogram.buckets()) {
    writer.number(bucket - last - 1)
    writer.number(count)
    last = bucket
  }
}

/** Merges an encoded histogram into another without decoding it first. The merge of a large run lives here. */
export function addEncodedHistogram(reader: ByteReader, into: Histogram): void {
  const version = reader.byte()
  if (version !== VERSION) throw new RangeError(`histogram version ${version} is not known here, only ${VERSION}`)
  const used = reader.number()
  if (used === 0) return
  if (used > BUCKETS) throw new RangeError(`a histogram has ${BUCKETS} buckets, the data speaks of ${used}`)
  const minUs = reader.number()
  const maxUs = reader.number()
  const sumUs = readSum(reader)
  reader.at = into.addEncodedBuckets(reader.bytes, reader.at, used)
  into.addExtremes(minUs, maxUs, sumUs)
}

/** Nearly every sum fits a double; eight bytes of seven bits could be more. */
function readSum(reader: ByteReader): number | bigint {
  const start = reader.at
  while (reader.byte() >= 0x80);
  const bytes = reader.at - start
  reader.at = start
  return bytes <= 7 ? reader.number() : reader.big()
}

import { BUCKETS, Histogram } from './histogram.ts'
import { ByteReader, ByteWriter } from './varint.ts'

/**
 * A histogram as bytes, version 1: version, number of buckets in use, and where there are any: minimum, maximum and sum
 * in µs, then each bucket: how many unused ones lie before it (the gap) and its count.
 *
 *     0ggggccc               gap below 16, count 1 … 7: most buckets of a window
 *     0gggg000 count         gap below 16, any other count
 *     1ggggggg gggggggg count    any other gap, its lowest seven bits first
 *
 * One histogram has one encoding, whatever it was merged from, in any order and grouping.
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
  const used = histogram.eachBucket(() => undefined)
  writer.byte(VERSION)
  writer.number(used)
  if (used === 0) return
  writer.number(histogram.minUs)
  writer.number(histogram.maxUs)
  writer.big(histogram.sumUs)
  let last = -1
  histogram.eachBucket((bucket, count) => {
    writeBucket(writer, bucket - last - 1, count)
    last = bucket
  })
}

function writeBucket(writer: ByteWriter, gap: number, count: number): void {
  const isFew = count < 8
  if (gap < 16) {
    writer.byte((gap << 3) | (isFew ? count : 0))
    if (isFew) return
  } else {
    writer.byte(0x80 | (gap & 0x7f))
    writer.byte(gap >> 7)
  }
  writer.number(count)
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
  reader.at = into.addEncodedBuckets(reader.bytes, reader.at, reader.end, used)
  into.addExtremes(minUs, maxUs, sumUs)
}

/** Nearly every sum fits a double; eight bytes of seven bits could be more. */
function readSum(reader: ByteReader): number | bigint {
  const start = reader.at
  let sum = 0
  for (let factor = 1; factor <= 2 ** 42; factor *= 0x80) {
    const byte = reader.byte()
    sum += (byte & 0x7f) * factor
    if (byte < 0x80) return sum
  }
  reader.at = start
  return reader.big()
}

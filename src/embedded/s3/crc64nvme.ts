/** The polynomial of the NVM Express specification, reflected, in two halves of 32 bits. */
const polynomialHigh = 0x9a6c9329
const polynomialLow = 0xac4bc9b5

const high = new Int32Array(8 * 256)
const low = new Int32Array(8 * 256)
buildTables()

/** Slicing-by-8: table k holds the CRC of a byte followed by k zeros. */
function buildTables(): void {
  for (let byte = 0; byte < 256; byte++) {
    let h = 0
    let l = byte
    for (let bit = 0; bit < 8; bit++) {
      const carry = l & 1
      l = (l >>> 1) | (h << 31)
      h >>>= 1
      if (carry === 1) {
        h ^= polynomialHigh
        l ^= polynomialLow
      }
    }
    high[byte] = h
    low[byte] = l
  }
  for (let index = 256; index < high.length; index++) {
    const h = high[index - 256]
    const l = low[index - 256]
    low[index] = ((l >>> 8) | (h << 24)) ^ low[l & 0xff]
    high[index] = (h >>> 8) ^ high[l & 0xff]
  }
}

/**
 * CRC-64/NVME, which S3 computes where a client sends no checksum. In halves of 32 bits because BigInt is slow:
 * 1.8 ms per MiB here against some 60 with BigInt.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
 */
export class Crc64Nvme {
  #high = ~0
  #low = ~0

  update(bytes: Uint8Array): void {
    let h = this.#high
    let l = this.#low
    let at = 0
    for (; at + 8 <= bytes.length; at += 8) {
      l ^= bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)
      h ^= bytes[at + 4] | (bytes[at + 5] << 8) | (bytes[at + 6] << 16) | (bytes[at + 7] << 24)
      const i7 = 0x700 + (l & 0xff)
      const i6 = 0x600 + ((l >>> 8) & 0xff)
      const i5 = 0x500 + ((l >>> 16) & 0xff)
      const i4 = 0x400 + (l >>> 24)
      const i3 = 0x300 + (h & 0xff)
      const i2 = 0x200 + ((h >>> 8) & 0xff)
      const i1 = 0x100 + ((h >>> 16) & 0xff)
      const i0 = h >>> 24
      l = low[i7] ^ low[i6] ^ low[i5] ^ low[i4] ^ low[i3] ^ low[i2] ^ low[i1] ^ low[i0]
      h = high[i7] ^ high[i6] ^ high[i5] ^ high[i4] ^ high[i3] ^ high[i2] ^ high[i1] ^ high[i0]
    }
    for (; at < bytes.length; at++) {
      const index = (l ^ bytes[at]) & 0xff
      l = ((l >>> 8) | (h << 24)) ^ low[index]
      h = (h >>> 8) ^ high[index]
    }
    this.#high = h
    this.#low = l
  }

  /** The eight bytes, most significant first. */
  digest(): Buffer {
    const bytes = Buffer.allocUnsafe(8)
    bytes.writeInt32BE(~this.#high, 0)
    bytes.writeInt32BE(~this.#low, 4)
    return bytes
  }
}

/** Bytes to encode into: `bytes` and `view` cover the same memory, all of it. */
export interface Scratch {
  /** At least `maximum` bytes from `offset` on, with whatever was there before. */
  reserve(maximum: number): {
    readonly bytes: Uint8Array<ArrayBuffer>
    readonly view: DataView
    readonly offset: number
  }
  /** Keeps `length` of the bytes last reserved, as a window that is valid until the next `reset`. */
  keep(length: number): Uint8Array<ArrayBuffer>
  reset(): void
}

const CHUNK_BYTES = 4 * 1024 * 1024

/**
 * Columns are encoded into memory that is used again, then copied once into a result of the exact size: a fresh
 * buffer of the largest possible size would cost more page faults than that copy. Larger tables get further chunks,
 * which are given back at the next reset; 4 MB stay.
 */
export function createScratch(): Scratch {
  const first = chunk(CHUNK_BYTES)
  let current = first
  let used = 0
  return {
    reserve(maximum) {
      if (used + maximum > current.bytes.length) {
        current = chunk(Math.max(CHUNK_BYTES, maximum))
        used = 0
      }
      return { bytes: current.bytes, view: current.view, offset: used }
    },
    keep(length) {
      const kept = current.bytes.subarray(used, used + length)
      used += length
      return kept
    },
    reset() {
      current = first
      used = 0
    },
  }
}

function chunk(size: number) {
  const buffer = new ArrayBuffer(size)
  return { bytes: new Uint8Array(buffer), view: new DataView(buffer) }
}

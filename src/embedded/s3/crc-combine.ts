import type { ChecksumAlgorithm } from './checksums.ts'

/** Reflected polynomials. */
const polynomials: Partial<Record<ChecksumAlgorithm, { readonly bits: number; readonly polynomial: bigint }>> = {
  CRC32: { bits: 32, polynomial: 0xedb88320n },
  CRC32C: { bits: 32, polynomial: 0x82f63b78n },
  CRC64NVME: { bits: 64, polynomial: 0x9a6c9329ac4bc9b5n },
}

/** Whether the checksum of a whole follows from those of its parts. */
export function isCombinable(algorithm: ChecksumAlgorithm): boolean {
  return polynomials[algorithm] !== undefined
}

/**
 * The CRC of parts joined, from the CRCs and lengths of the parts, without their bytes: a CRC is a polynomial's
 * remainder, and what follows it moves it on by 8 powers of x a byte. After zlib's crc32_combine.
 *
 * Checksums are base64; the algorithm must be combinable.
 */
export function combineCrcs(
  algorithm: ChecksumAlgorithm,
  parts: readonly { readonly bytes: number; readonly checksum: string }[],
): string {
  const { bits, polynomial } = polynomials[algorithm]!
  const powers = new Map<number, bigint>()
  let crc = 0n
  for (const { bytes, checksum } of parts) {
    const power = powers.get(bytes) ?? powerOfX(bytes, bits, polynomial)
    // Parts are mostly of one length.
    powers.set(bytes, power)
    crc = multiply(power, crc, bits, polynomial) ^ BigInt(`0x${Buffer.from(checksum, 'base64').toString('hex')}`)
  }
  const hex = crc.toString(16).padStart(bits / 4, '0')
  return Buffer.from(hex, 'hex').toString('base64')
}

/** x to the power of 8 * `bytes`, modulo the polynomial; the highest bit is x to the power of 0. */
function powerOfX(bytes: number, bits: number, polynomial: bigint): bigint {
  let result = 1n << BigInt(bits - 1)
  let square = 1n << BigInt(bits - 9)
  for (let rest = bytes; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = multiply(square, result, bits, polynomial)
    square = multiply(square, square, bits, polynomial)
  }
  return result
}

function multiply(a: bigint, b: bigint, bits: number, polynomial: bigint): bigint {
  let product = 0n
  let shifted = b
  for (let bit = 1n << BigInt(bits - 1); bit > 0n; bit >>= 1n) {
    if ((a & bit) !== 0n) product ^= shifted
    shifted = (shifted & 1n) === 0n ? shifted >> 1n : (shifted >> 1n) ^ polynomial
  }
  return product
}

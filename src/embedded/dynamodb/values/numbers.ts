import { ValidationError } from './validation-error.ts'

/**
 * DynamoDB's numbers: decimals of up to 38 significant digits, magnitudes from 1E-130 to 9.99…E+125, kept as plain
 * decimal text without superfluous zeros (the canonical form, so equal numbers are equal texts).
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html#HowItWorks.DataTypes.Number
 */
const significantDigits = 38
const largestExponent = 125
const smallestExponent = -130

/** 0.d₁d₂d₃… is not how it is read: the value is d₁.d₂d₃… × 10^exponent. Zero has no digits. */
export interface Decimal {
  readonly negative: boolean
  /** Without zeros in front or behind. */
  readonly digits: string
  readonly exponent: number
}

const canonicalInteger = /^(?:0|-?[1-9]\d{0,37})$/

/** The canonical form of a number as a client writes it. Throws ValidationError with DynamoDB's text. */
export function canonicalNumber(text: string): string {
  if (canonicalInteger.test(text)) return text
  const parts = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text)
  if (parts === null || `${parts[2]}${parts[3] ?? ''}` === '') throw notNumeric(text)
  const [, sign, whole, fraction = '', power = '0'] = parts
  // As DynamoDB: an exponent that no 64-bit integer holds is no number, any other is out of range at most.
  if (BigInt.asIntN(64, BigInt(power)) !== BigInt(power)) throw notNumeric(text)
  const digits = `${whole}${fraction}`
  const first = digits.search(/[1-9]/)
  // Zero is judged by the exponent it is written with.
  const exponent = Number(power) + (first === -1 ? 0 : whole.length - 1 - first)
  return format(inRange({ negative: sign === '-', digits: trimZeros(digits), exponent }))
}

/** Of two canonical numbers. Throws ValidationError where the sum is out of range or needs more than 38 digits. */
export function add(a: string, b: string): string {
  const sum = Number(a) + Number(b)
  if (isShort(a) && isShort(b) && Number.isSafeInteger(sum)) return String(sum)
  const [left, right] = [parseCanonical(a), parseCanonical(b)]
  const scale = Math.max(fractionDigits(left), fractionDigits(right), 0)
  return fromScaled(scaled(left, scale) + scaled(right, scale), scale)
}

export function subtract(a: string, b: string): string {
  return add(a, negate(b))
}

/** Of two canonical numbers: negative, zero or positive. */
export function compareNumbers(a: string, b: string): number {
  if (a === b) return 0
  const negative = a.startsWith('-')
  if (negative !== b.startsWith('-')) return negative ? -1 : 1
  const order = compareMagnitudes(negative ? a.slice(1) : a, negative ? b.slice(1) : b)
  return negative ? -order : order
}

export function parseCanonical(text: string): Decimal {
  const negative = text.startsWith('-')
  const magnitude = negative ? text.slice(1) : text
  const point = magnitude.indexOf('.')
  const whole = point === -1 ? magnitude.length : point
  const digits = point === -1 ? magnitude : magnitude.slice(0, point) + magnitude.slice(point + 1)
  const first = digits.search(/[1-9]/)
  return { negative, digits: trimZeros(digits), exponent: first === -1 ? 0 : whole - 1 - first }
}

/** Whole numbers without leading zeros: the longer is the larger, then text order is number order; so are fractions. */
function compareMagnitudes(a: string, b: string): number {
  const [wholeA, fractionA = ''] = a.split('.')
  const [wholeB, fractionB = ''] = b.split('.')
  if (wholeA.length !== wholeB.length) return wholeA.length - wholeB.length
  if (wholeA !== wholeB) return wholeA < wholeB ? -1 : 1
  return fractionA < fractionB ? -1 : 1
}

function isShort(text: string): boolean {
  return text.length <= 15 && !text.includes('.')
}

function negate(text: string): string {
  if (text === '0') return text
  return text.startsWith('-') ? text.slice(1) : `-${text}`
}

function fractionDigits({ digits, exponent }: Decimal): number {
  return digits.length - 1 - exponent
}

/** The value times 10^scale, which makes it whole. */
function scaled(decimal: Decimal, scale: number): bigint {
  if (decimal.digits === '') return 0n
  const whole = BigInt(decimal.digits) * 10n ** BigInt(scale - fractionDigits(decimal))
  return decimal.negative ? -whole : whole
}

function fromScaled(value: bigint, scale: number): string {
  const negative = value < 0n
  const text = (negative ? -value : value).toString()
  const exponent = value === 0n ? 0 : text.length - 1 - scale
  return format(inRange({ negative, digits: trimZeros(text), exponent }))
}

function inRange(decimal: Decimal): Decimal {
  if (decimal.exponent > largestExponent) {
    throw new ValidationError(
      'Number overflow. Attempting to store a number with magnitude larger than supported range',
    )
  }
  if (decimal.exponent < smallestExponent) {
    throw new ValidationError(
      'Number underflow. Attempting to store a number with magnitude smaller than supported range',
    )
  }
  if (decimal.digits.length > significantDigits) {
    throw new ValidationError('Attempting to store more than 38 significant digits in a Number')
  }
  return decimal
}

function format({ negative, digits, exponent }: Decimal): string {
  if (digits === '') return '0'
  const sign = negative ? '-' : ''
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0')
  const fraction = digits.slice(exponent + 1)
  return fraction === '' ? `${sign}${whole}` : `${sign}${whole}.${fraction}`
}

function trimZeros(digits: string): string {
  return digits.replace(/^0+/, '').replace(/0+$/, '')
}

function notNumeric(text: string): ValidationError {
  return new ValidationError(`The parameter cannot be converted to a numeric value: ${text}`)
}

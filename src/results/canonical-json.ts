export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined }

/**
 * JSON whose bytes depend on nothing but the value: keys sorted by code point, two spaces, a final newline.
 * Undefined members are left out. Throws on numbers JSON cannot hold (NaN, ±Infinity).
 */
export function canonicalJson(value: Json): string {
  return `${write(value, '')}\n`
}

function write(value: Json, indent: string): string {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError(`JSON cannot hold ${value}`)
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const deeper = `${indent}  `
  const items = isArray(value)
    ? value.map((item) => write(item, deeper))
    : Object.keys(value)
        .filter((key) => value[key] !== undefined)
        .sort(byCodePoint)
        .map((key) => `${JSON.stringify(key)}: ${write(value[key]!, deeper)}`)
  const [open, close] = isArray(value) ? '[]' : '{}'
  if (items.length === 0) return `${open}${close}`
  return `${open}\n${deeper}${items.join(`,\n${deeper}`)}\n${indent}${close}`
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

/** Code-point order; JavaScript's own `<` compares UTF-16 units and puts U+10000 and above before U+E000. */
export function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

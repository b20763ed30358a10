/** A compiled path into JSON: all values it leads to, in order. */
export type JsonPath = (value: unknown) => unknown[]

/** A text that is no path, or one that says more than is supported. */
export class JsonPathError extends Error {}

type Selector = { readonly key: string } | { readonly index: number } | { readonly all: true } | { readonly deep: true }

const SELECTOR =
  /\.\.|\.([\p{L}_$][\p{L}\p{N}_$-]*)|\[(-?\d+)\]|\[\*\]|\.\*|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]/uy

/**
 * The part of JSONPath (RFC 9535) that names places: `$.products[0].id`, `$['a b']`, negative indexes, `[*]`, `.*` and
 * `..name`. Filters, slices and unions are refused. Throws JsonPathError.
 */
export function compileJsonPath(text: string): JsonPath {
  if (!text.startsWith('$')) throw new JsonPathError(`${JSON.stringify(text)} must begin with $, e.g. $.products[0].id`)
  const selectors = parse(text)
  return (value) => {
    let found = [value]
    for (const selector of selectors) found = found.flatMap((one) => select(one, selector))
    return found
  }
}

function parse(text: string): Selector[] {
  const selectors: Selector[] = []
  // `..name` is `..` and then `.name`: the dot it shares is put back.
  const source = text.slice(1).replaceAll(/\.\.(?=[^.[*])/g, '...')
  for (let at = 0; at < source.length;) {
    SELECTOR.lastIndex = at
    const found = SELECTOR.exec(source)
    if (!found) {
      const rest = source.slice(at, at + 30)
      throw new JsonPathError(
        `${JSON.stringify(text)} cannot be read from ${JSON.stringify(rest)}; .name, ['name'], [0], [-1], [*] and ..name are known`,
      )
    }
    selectors.push(selectorOf(found))
    at = SELECTOR.lastIndex
  }
  if (selectors.at(-1) && 'deep' in selectors.at(-1)!) throw new JsonPathError(`${JSON.stringify(text)} ends in ..`)
  return selectors
}

function selectorOf([whole, name, index, single, double]: RegExpExecArray): Selector {
  if (whole === '..') return { deep: true }
  if (index !== undefined) return { index: Number(index) }
  const key = name ?? single ?? double
  return key === undefined ? { all: true } : { key: key.replaceAll(/\\(.)/g, '$1') }
}

function select(value: unknown, selector: Selector): unknown[] {
  if ('deep' in selector) return descend(value)
  if (typeof value !== 'object' || value === null) return []
  if ('key' in selector) {
    const isThere = !Array.isArray(value) && Object.hasOwn(value, selector.key)
    return isThere ? [(value as Readonly<Record<string, unknown>>)[selector.key]] : []
  }
  if ('all' in selector) return Object.values(value)
  if (!Array.isArray(value)) return []
  const at = selector.index < 0 ? value.length + selector.index : selector.index
  return at >= 0 && at < value.length ? [value[at]] : []
}

function descend(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [value]
  return [value, ...Object.values(value).flatMap(descend)]
}

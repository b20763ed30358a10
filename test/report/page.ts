import { createHash } from 'node:crypto'

/** The page without ECharts' source, which would make every pattern slow and some match. */
export function withoutLibrary(page: string): string {
  return page.replace(/<script>\s*\/\*\s+\* Licensed to the Apache[^]*?<\/script>/, '')
}

export interface Script {
  readonly attributes: string
  readonly source: string
}

export function scriptsOf(page: string): Script[] {
  return [...page.matchAll(/<script([^>]*)>([^]*?)<\/script>/g)].map(([, attributes, source]) => ({
    attributes,
    source,
  }))
}

export function policyOf(page: string): string {
  return /Content-Security-Policy" content="([^"]*)"/.exec(page)![1].replaceAll('&#39;', "'")
}

/** As a policy names a script that may run. */
export function scriptHash(source: string): string {
  return `'sha256-${createHash('sha256').update(source).digest('base64')}'`
}

/** What the page hands to its script. */
export function drawnOf(page: string): { readonly id: string; readonly option: Record<string, unknown> }[] {
  const data = scriptsOf(page).find(({ attributes }) => attributes.includes('application/json'))
  return JSON.parse(data!.source) as { id: string; option: Record<string, unknown> }[]
}

const VOID = new Set(['meta', 'br', 'link', 'img', 'input', 'hr'])

/**
 * The elements of a page, each with its attributes, read as strictly as XML would be: throws where one is not closed, closed in the
 * wrong order, or where a `<`, a quote or an ampersand stands where none may. Scripts and styles are read up to their end.
 */
export function elementsOf(page: string): { readonly name: string; readonly attributes: string }[] {
  const elements: { name: string; attributes: string }[] = []
  const open: string[] = []
  const tag = /<(?:!doctype html>|(\/?)([a-z][a-z0-9]*)((?:\s+[a-z-]+(?:="[^"<]*")?)*)\s*(\/?)>)/y
  let at = 0
  while (at < page.length) {
    const next = page.indexOf('<', at)
    const text = page.slice(at, next < 0 ? undefined : next)
    if (/&(?!(?:amp|lt|gt|quot|#39);)/.test(text)) throw new Error(`an ampersand stands alone in ${text.slice(0, 80)}`)
    if (next < 0) break
    tag.lastIndex = next
    const found = tag.exec(page)
    if (!found) throw new Error(`no tag begins here: ${page.slice(next, next + 80)}`)
    at = tag.lastIndex
    const [, closing, name, attributes, empty] = found
    if (name === undefined) continue
    if (closing) {
      if (open.pop() !== name) throw new Error(`</${name}> closes nothing`)
      continue
    }
    elements.push({ name, attributes })
    if (empty || VOID.has(name)) continue
    if (name === 'script' || name === 'style') at = page.indexOf(`</${name}>`, at) + name.length + 3
    else open.push(name)
  }
  if (open.length > 0) throw new Error(`not closed: ${open.join(', ')}`)
  return elements
}

import { GrammarError } from './grammar-error.ts'

/** What a threshold is about: a metric, or the part of it that has these tags. */
export interface MetricKey {
  readonly name: string
  readonly tags: Tags
}

export interface Tags {
  readonly [tag: string]: string
}

/** A tag up to its colon, a value up to the next comma; quotes are taken off, and between them a comma is a letter. */
const TAG = /\s*(?<tag>[^,]*?)\s*:\s*(?:"(?<double>[^"]*)"|'(?<single>[^']*)'|(?<plain>[^,]*?))\s*(?<end>,|$)/y

/**
 * Reads `metric` or `metric{tag:value,tag2:value}`, as k6 does. Throws GrammarError for braces that do not match, a tag
 * without a value and a tag that is given twice.
 */
export function parseMetricKey(text: string): MetricKey {
  const open = text.indexOf('{')
  const close = text.lastIndexOf('}')
  const name = (open < 0 ? text : text.slice(0, open)).trim()
  if (name === '') throw new GrammarError(`${JSON.stringify(text)} names no metric`)
  if (open < 0 && close < 0) return { name, tags: {} }
  if (open < 0 || close !== text.trimEnd().length - 1) {
    throw new GrammarError(`${JSON.stringify(text)} must have its tags between braces at its end: metric{tag:value}`)
  }
  return { name, tags: parseTags(text.slice(open + 1, close), text) }
}

/** The same key; parsing it answers the same. A value must not hold both kinds of quotes. */
export function printMetricKey({ name, tags }: MetricKey): string {
  const shown = Object.entries(tags).map(([tag, value]) => `${tag}:${printValue(value)}`)
  return shown.length === 0 ? name : `${name}{${shown.join(',')}}`
}

function parseTags(inner: string, text: string): Tags {
  const tags = new Map<string, string>()
  TAG.lastIndex = 0
  for (let isMore = true; isMore;) {
    const found = TAG.exec(inner)?.groups
    const value = found && (found['double'] ?? found['single'] ?? found['plain'])
    if (!found || !value || found['tag'] === '') {
      throw new GrammarError(`${JSON.stringify(text)} must have a value for each tag: metric{tag:value,tag2:value}`)
    }
    const { tag } = found
    if (tags.has(tag)) throw new GrammarError(`${JSON.stringify(text)} has the tag ${tag} twice`)
    tags.set(tag, value)
    isMore = found['end'] === ','
  }
  return Object.fromEntries(tags)
}

function printValue(value: string): string {
  if (!/[,"']|^\s|\s$/.test(value)) return value
  return value.includes('"') ? `'${value}'` : `"${value}"`
}

import { resolve } from 'node:path'
import { InvalidInputError, type Fault } from '../errors.ts'
import { didYouMean } from '../nearest.ts'
import { OUTPUT_NAMES, type OutputName } from './output.ts'

/** One `--out name=target`, read. */
export type OutputSpec =
  | { readonly name: 'prometheus' | 'otlp'; readonly url: URL }
  | { readonly name: 'prometheus' | 'csv' | 'json'; readonly path: string }

const FORMS: Readonly<Record<OutputName, string>> = {
  prometheus: 'prometheus=URL or prometheus=FILE',
  otlp: 'otlp=URL',
  csv: 'csv=FILE',
  json: 'json=FILE',
}

/** Reads `name=target`s. Throws InvalidInputError with every fault there is. */
export function parseOutputSpecs(specs: readonly string[]): OutputSpec[] {
  const faults: Fault[] = []
  const parsed = specs.flatMap((spec) => {
    const one = parseSpec(spec)
    if (typeof one !== 'string') return [one]
    faults.push({ path: '--out', message: one })
    return []
  })
  const paths = parsed.flatMap((one) => ('path' in one ? [one.path] : []))
  for (const path of new Set(paths.filter((one, i) => paths.indexOf(one) !== i))) {
    faults.push({ path: '--out', message: `${path} cannot be written by two outputs; give each a file of its own` })
  }
  if (faults.length > 0) throw new InvalidInputError('these outputs cannot be meant:', faults)
  return parsed
}

/** The spec, or what is wrong with it; never with more of a URL than its beginning, where a secret could be. */
function parseSpec(spec: string): OutputSpec | string {
  const at = spec.indexOf('=')
  const typed = at < 0 ? spec : spec.slice(0, at)
  const target = at < 0 ? '' : spec.slice(at + 1)
  const name = OUTPUT_NAMES.find((one) => one === typed)
  const forms = Object.values(FORMS).join(', ')
  if (name === undefined)
    return `${JSON.stringify(typed)} is no output${didYouMean(typed, OUTPUT_NAMES)}; there are ${forms}`
  if (target === '') return `${name} needs a target: ${FORMS[name]}`
  const isUrl = /^https?:\/\//i.test(target)
  if (name === 'csv' || name === 'json') {
    return isUrl ? `${name} writes a file, not to a URL: ${FORMS[name]}` : { name, path: resolve(target) }
  }
  if (!isUrl)
    return name === 'otlp' ? 'otlp needs a URL that begins with http:// or https://' : { name, path: resolve(target) }
  const url = URL.parse(target)
  return url ? { name, url } : `${name} needs a URL that can be read, such as http://localhost:9091`
}

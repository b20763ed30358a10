import type { Stream } from '../../scenario/stream.ts'
import type { Response } from './client/response.ts'
import { compileComparison } from './comparison.ts'
import { compileExpected } from './expectation.ts'
import { compileJsonPath } from './json-path.ts'
import type { CheckSettings, ExtractSettings } from './step-schema.ts'

/** An answer as checks and extractions see it: its body is parsed once, and only where somebody asks. */
export class AnswerView {
  readonly response: Response
  #text: string | undefined
  #json: { readonly value: unknown } | undefined

  constructor(response: Response) {
    this.response = response
  }

  get text(): string {
    return (this.#text ??= this.response.text())
  }

  /** Undefined where the body is no JSON: then nothing is found in it. */
  get json(): unknown {
    return (this.#json ??= { value: parsed(this.text) }).value
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // an answer that is no JSON has no values; checks and extractions then say so
  }
}

/** Something that holds of an answer or does not. */
export interface Check {
  readonly name: string
  holds(view: AnswerView): boolean
}

export function compileCheck(check: CheckSettings): Check {
  const { name } = check
  if (check.status !== undefined) {
    const expected = compileExpected(check.status)
    return { name, holds: ({ response }) => expected(response.status) }
  }
  const holds = compileComparison(check)
  return { name, holds: withValue(check, holds) }
}

function withValue(check: CheckSettings, holds: (value: unknown) => boolean): (view: AnswerView) => boolean {
  const { json, header, body } = check
  if (json !== undefined) {
    const path = compileJsonPath(json)
    return (view) => holds(path(view.json)[0])
  }
  if (header !== undefined) return ({ response }) => holds(response.header(header))
  if (body === true) return (view) => holds(view.response.status === 0 ? undefined : view.text)
  return ({ response }) => holds(response.durationMs)
}

/** Takes a value out of an answer; undefined where there is none. */
export interface Extraction {
  readonly name: string
  /** What it looks for, for messages. */
  readonly what: string
  take(view: AnswerView, random: () => Stream): unknown
}

export function compileExtraction(extract: ExtractSettings): Extraction {
  const { name, pick, default: fallback } = extract
  const { what, all } = finderOf(extract)
  return {
    name,
    what,
    take(view, random) {
      const found = all(view)
      if (found.length === 0) return fallback
      if (pick === 'last') return found[found.length - 1]
      return found[pick === 'first' || found.length === 1 ? 0 : random().integer(0, found.length - 1)]
    },
  }
}

function finderOf({ json, header, regex }: ExtractSettings): {
  readonly what: string
  all(view: AnswerView): readonly unknown[]
} {
  if (json !== undefined) {
    const path = compileJsonPath(json)
    return { what: json, all: (view) => path(view.json) }
  }
  if (header !== undefined) {
    const name = header.toLowerCase()
    return { what: `header ${header}`, all: ({ response }) => response.headers.get(name) ?? [] }
  }
  const pattern = new RegExp(regex ?? '', 'g')
  return { what: `/${regex}/`, all: (view) => [...view.text.matchAll(pattern)].map((found) => found[1] ?? found[0]) }
}

/** HTML that is known to be safe. Only `markup` makes it, so text can become markup in one place only. */
export class Markup {
  readonly source: string
  constructor(source: string) {
    this.source = source
  }
  toString(): string {
    return this.source
  }
}

type Part = string | number | Markup | null | readonly Part[]

/**
 * A template whose every interpolation is escaped, in text and in quoted attributes alike, unless it is Markup itself.
 * Arrays are joined; null is nothing.
 */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(String.raw({ raw: strings }, ...parts.map(render)))
}

function render(part: Part): string {
  if (part === null) return ''
  if (part instanceof Markup) return part.source
  if (typeof part === 'object') return part.map(render).join('')
  return escapeHtml(String(part))
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character])
}

/**
 * JSON that may stand inside a script element: no `<`, so neither `</script` nor `<!--` can occur, and none of the line
 * separators that old parsers refuse inside strings.
 */
export function embedJson(value: unknown): Markup {
  return new Markup(
    JSON.stringify(value).replaceAll(
      /[<>&\u2028\u2029]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  )
}

/** A library's source that may stand inside a script element; only string literals can hold what is replaced. */
export function embedScript(source: string): Markup {
  return new Markup(source.replaceAll(/<(?=\/script|script|!--)/gi, '\\x3C'))
}

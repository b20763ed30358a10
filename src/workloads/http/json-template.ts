import { compileTemplate, constantTemplate, type Scope, type Template, type Variable } from './template.ts'

/**
 * A JSON value with `${…}` in its texts, as the text that is sent. A text that is nothing but one variable becomes that
 * variable's value with its type: `{"quantity": "${quantity}"}` sends a number where it is one. Throws TemplateError.
 */
export function compileJsonTemplate(value: unknown): Template {
  const parts: (string | Slot)[] = []
  write(value, parts)
  const joined = join(parts)
  const [first] = joined
  if (joined.length === 1 && typeof first === 'string') return constantTemplate(first)
  const render = (scope: Scope): string => {
    let text = ''
    for (const part of joined) text += typeof part === 'string' ? part : part.render(scope)
    return text
  }
  const variables = joined.flatMap((part) => (typeof part === 'string' ? [] : part.variables))
  return { constant: undefined, variables, render, value: render }
}

interface Slot {
  readonly variables: readonly Variable[]
  render(scope: Scope): string
}

function write(value: unknown, parts: (string | Slot)[]): void {
  if (typeof value === 'string') parts.push(slotOf(compileTemplate(value)))
  else if (Array.isArray(value)) {
    parts.push('[')
    value.forEach((entry, at) => {
      if (at > 0) parts.push(',')
      write(entry, parts)
    })
    parts.push(']')
  } else if (typeof value === 'object' && value !== null) {
    parts.push('{')
    Object.entries(value).forEach(([key, entry], at) => {
      parts.push(`${at > 0 ? ',' : ''}${JSON.stringify(key)}:`)
      write(entry, parts)
    })
    parts.push('}')
  } else parts.push(JSON.stringify(value))
}

function slotOf(template: Template): string | Slot {
  if (template.constant !== undefined) return JSON.stringify(template.constant)
  return { variables: template.variables, render: (scope) => JSON.stringify(template.value(scope)) }
}

function join(parts: readonly (string | Slot)[]): (string | Slot)[] {
  const joined: (string | Slot)[] = []
  for (const part of parts) {
    const last = joined.at(-1)
    if (typeof part === 'string' && typeof last === 'string') joined[joined.length - 1] = last + part
    else joined.push(part)
  }
  return joined
}

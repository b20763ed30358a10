import type { ExpressionLabel } from './expression-error.ts'

/** A tree takes a few dozen times as much as its text. */
const mostCharactersKept = 100_000

/** Keeps the trees of expressions parsed before; programs send the same few texts over and over. */
export function parsedOnce<T>(
  parse: (label: ExpressionLabel, text: string) => T,
): (label: ExpressionLabel, text: string) => T {
  const kept = new Map<string, T>()
  let characters = 0
  return (label, text) => {
    const known = kept.get(text)
    if (known !== undefined) return known
    const tree = parse(label, text)
    if (characters + text.length > mostCharactersKept) {
      kept.clear()
      characters = 0
    }
    kept.set(text, tree)
    characters += text.length
    return tree
  }
}

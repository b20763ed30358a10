/**
 * Whether `text` is what `pattern` describes: `*` stands for any characters, `?` for one, all others for themselves.
 * Takes at most pattern x text steps, whatever the pattern.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  let p = 0
  let star = -1
  let starText = 0
  for (let t = 0; t < text.length;) {
    if (pattern[p] === '*') {
      star = p++
      starText = t
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p += 1
      t += 1
    } else if (star >= 0) {
      // The last star takes one character more.
      p = star + 1
      t = ++starText
    } else {
      return false
    }
  }
  while (pattern[p] === '*') p += 1
  return p === pattern.length
}

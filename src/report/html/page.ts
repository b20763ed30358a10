import { markup, type Markup } from './markup.ts'
import { STYLE } from './style.ts'

/** A page without scripts, which asks for nothing. */
export const PLAIN_POLICY = `default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'`

/** One file that needs nothing else, and that its own policy keeps from asking for anything. */
export function renderPage(page: {
  readonly title: string
  /** Content-Security-Policy. */
  readonly policy: string
  /** CSS beside that of all pages. */
  readonly looks?: Markup
  readonly main: Markup
  readonly scripts?: Markup
}): string {
  const { title, policy, looks = null, main, scripts = null } = page
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Turnaround</title>
<style>${STYLE}${looks}</style>
</head>
<body>
<main>
${main}
</main>
${scripts}
</body>
</html>
`.source
}

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Figure } from './figure.ts'
import { embedJson, embedScript, markup, type Markup } from './markup.ts'
import { renderPage } from './page.ts'
import { SCRIPT } from './script.ts'

/**
 * One file that needs nothing else, neither server nor network, and that its own policy keeps from asking for anything.
 * Reads ECharts' source from its package; throws where that is not installed.
 */
export function renderDocument(options: {
  readonly title: string
  readonly body: readonly (Markup | null)[]
  /** Those that the body has places for. */
  readonly figures: readonly Figure[]
  readonly footer: Markup
}): string {
  const { title, body, figures, footer } = options
  const library = embedScript(readEcharts())
  const data = figures.map(({ id, unit, option }) => ({ id, unit, option }))
  return renderPage({
    title,
    policy: contentSecurityPolicy([library, SCRIPT]),
    main: markup`${body}
<noscript><p class="note">Charts need scripts; every chart’s figures are also in the table below it.</p></noscript>
<footer>
${footer}
</footer>`,
    scripts: markup`<script type="application/json" id="report-data">${embedJson(data)}</script>
<script>${library}</script>
<script>${SCRIPT}</script>`,
  })
}

/**
 * Only these two scripts may run, whatever else a fault might let into the page, and nothing may be fetched.
 * ECharts styles its tooltips inline.
 */
function contentSecurityPolicy(scripts: readonly Markup[]): string {
  const hashes = scripts.map(({ source }) => `'sha256-${createHash('sha256').update(source).digest('base64')}'`)
  return [
    `default-src 'none'`,
    `script-src ${hashes.join(' ')}`,
    `style-src 'unsafe-inline'`,
    `img-src data:`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ')
}

function readEcharts(): string {
  return readFileSync(createRequire(import.meta.url).resolve('echarts/dist/echarts.min.js'), 'utf8')
}

import { Markup } from './markup.ts'

const LIGHT = `
  --page: #f6f7f9; --card: #ffffff; --ink: #17202e; --muted: #5d6b7e; --line: #dfe4ea; --wait: #c3ccd8;
  --good: #12794a; --good-bg: #e5f5ec; --bad: #b3261e; --bad-bg: #fdebe9; --stopped: #8a5a00; --stopped-bg: #fdf3dc;
  --s1: #2f6fdf; --s2: #0f9b8e; --s3: #e08a00; --s4: #c2417c; --s5: #7b57c9; --s6: #5b8c2a; --s7: #b5532a; --s8: #64748b;
  --r1: #a9c5f5; --r2: #86adf0; --r3: #6495ea; --r4: #437de2; --r5: #2a64c9; --r6: #1e4a9c; --r7: #142f66;`

const DARK = `
  --page: #10151d; --card: #18202b; --ink: #e6ebf2; --muted: #9aa8ba; --line: #2c3746; --wait: #46556a;
  --good: #5fd39a; --good-bg: #12311f; --bad: #ff8f86; --bad-bg: #3b1815; --stopped: #f2c261; --stopped-bg: #352808;
  --s1: #6ea0ff; --s2: #3ccabb; --s3: #f5b041; --s4: #ef7fb0; --s5: #a98bf0; --s6: #9acb5f; --s7: #e58b5e; --s8: #94a3b8;
  --r1: #2c4f8f; --r2: #3564b3; --r3: #447ad6; --r4: #6493ea; --r5: #8bb0f3; --r6: #b3ccf8; --r7: #dfeafd;`

/** The page's looks. Colours are named by role; charts read them from here. Printing is always light. */
export const STYLE = new Markup(`
:root { color-scheme: light dark; ${LIGHT} }
@media (prefers-color-scheme: dark) { :root { ${DARK} } }
:root[data-printing] { color-scheme: light; ${LIGHT} }
/* The width of a printed page, known before it is laid out. */
:root[data-printing] .chart { width: 680px; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 32px 24px 64px; }
h1 { font-size: 30px; line-height: 1.2; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 18px; margin: 0 0 4px; }
h3 { font-size: 15px; margin: 20px 0 6px; }
p { margin: 0; }
.brand { color: var(--muted); font-size: 13px; letter-spacing: 0.02em; margin-bottom: 6px; }
.note, .empty { color: var(--muted); font-size: 14px; overflow-wrap: anywhere; }
.empty { padding: 20px 0 8px; }
.verdict { display: flex; gap: 14px; align-items: center; margin: 20px 0; padding: 14px 18px; border-radius: 10px; border: 1px solid; }
.verdict .mark { font-size: 22px; }
.verdict strong { font-size: 17px; }
.verdict .fails { color: var(--bad); font-weight: 600; margin-top: 2px; }
.verdict p { color: var(--ink); overflow-wrap: anywhere; }
.verdict.valid { color: var(--good); background: var(--good-bg); }
.verdict.incomplete { color: var(--bad); background: var(--bad-bg); }
.verdict.aborted, .verdict.saturated { color: var(--stopped); background: var(--stopped-bg); }
.card, .tiles > div { background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.card { padding: 20px 22px; margin-top: 20px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(170px, 1fr)); gap: 12px; margin: 0; }
.tiles > div { padding: 14px 16px; }
.tiles dt { color: var(--muted); font-size: 13px; }
.tiles dd { margin: 0; }
.tiles .value { font-size: 24px; font-weight: 600; line-height: 1.3; font-variant-numeric: tabular-nums; }
.tiles .note { font-size: 13px; }
.digest { margin-top: 14px; font-size: 14px; overflow-wrap: anywhere; }
.digest span { color: var(--muted); margin-right: 8px; }
code, pre { font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace; }
.copy { user-select: all; -webkit-user-select: all; }
pre { margin: 0 0 8px; padding: 12px 14px; border-radius: 8px; background: var(--page); border: 1px solid var(--line); overflow-x: auto; }
.chart { width: 100%; margin-top: 12px; }
.scroll { overflow-x: auto; margin-top: 10px; }
table { border-collapse: collapse; width: 100%; font-size: 14px; font-variant-numeric: tabular-nums; }
details .scroll, #failures .scroll { max-height: 420px; overflow-y: auto; }
caption, .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
th, td { padding: 6px 10px; border-bottom: 1px solid var(--line); text-align: right; vertical-align: top; }
td.figures, th.figures { white-space: nowrap; }
thead th { color: var(--muted); font-weight: 500; font-size: 13px; white-space: nowrap; }
tbody th { font-weight: 500; text-align: left; white-space: nowrap; }
.words { text-align: left; }
td.words { overflow-wrap: anywhere; min-width: 130px; white-space: pre-line; }
td.fails { color: var(--bad); font-weight: 600; }
th:first-child { padding-left: 0; } th:last-child, td:last-child { padding-right: 0; }
tbody tr:last-child > * { border-bottom: 0; }
summary { cursor: pointer; color: var(--muted); font-size: 14px; margin-top: 10px; }
.card dl { margin: 12px 0 0; }
.card dl > div { display: flex; gap: 16px; padding: 4px 0; }
.card dt { flex: 0 0 130px; color: var(--muted); }
.card dd { margin: 0; overflow-wrap: anywhere; }
/* The terminal's lines: their spaces align them. */
#results dd { white-space: pre-wrap; font: 13px/1.6 ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace; }
#results dt { flex-basis: 180px; }
footer { margin-top: 28px; color: var(--muted); font-size: 13px; }
@media (max-width: 600px) {
  main { padding: 20px 12px 40px; }
  .card { padding: 16px 14px; }
  .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .tiles > div:last-child:nth-child(odd) { grid-column: 1 / -1; }
  .tiles .value { font-size: 20px; }
  .card dl > div { display: block; }
}
@media print {
  @page { margin: 14mm; }
  body { background: #fff; font-size: 12px; }
  main { max-width: none; padding: 0; }
  .card, .tiles > div, .verdict { break-inside: avoid; }
  details { display: none; }
  table { font-size: 10.5px; }
  thead th { font-size: 10px; white-space: normal; }
  th, td { padding: 4px 5px; }
  .scroll, #failures .scroll { overflow: visible; max-height: none; }
}
`)

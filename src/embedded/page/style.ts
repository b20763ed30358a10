/** The live page's look: the reader's own font and colours, light or dark, down to the width of a telephone. */
export const style = `
:root {
  color-scheme: light dark;
  --ink: light-dark(#1b1f24, #e6e9ed);
  --soft: light-dark(#5b6470, #98a2ae);
  --paper: light-dark(#fbfbfa, #14171b);
  --card: light-dark(#ffffff, #1c2026);
  --line: light-dark(#e3e5e8, #2d333b);
  --visible: light-dark(#2f6fde, #5b95f5);
  --in-flight: light-dark(#d58a10, #e6a63a);
  --delayed: light-dark(#9aa3ae, #6b7582);
  --bad: light-dark(#b3261e, #ff8a80);
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.25rem; max-width: 72rem; background: var(--paper); color: var(--ink);
  font: 0.875rem/1.45 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.25rem; }
h2 { margin: 0 0 0.5rem; font-size: 0.9375rem; }
header p { margin: 0.25rem 0 0; color: var(--soft); overflow-wrap: anywhere; }
#lost { color: var(--bad); }
main { display: grid; gap: 1rem; margin-top: 1rem; }
section { min-width: 0; padding: 0.875rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: 0.5rem; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 0.25rem 0.75rem 0.25rem 0; text-align: left; white-space: nowrap; }
th { color: var(--soft); font-weight: 500; border-bottom: 1px solid var(--line); }
td.name { white-space: normal; overflow-wrap: anywhere; min-width: 8rem; }
.number { text-align: right; }
.bad { color: var(--bad); }
.none, .legend { margin: 0; color: var(--soft); }
.legend { float: right; margin-top: -1.75rem; font-size: 0.8125rem; }
.legend i { display: inline-block; width: 0.625rem; height: 0.625rem; margin: 0 0.25rem 0 0.625rem; border-radius: 2px; }
.bar { display: flex; width: 10rem; height: 0.625rem; background: var(--line); border-radius: 3px; overflow: hidden; }
.bar i { height: 100%; }
.visible { background: var(--visible); }
.in-flight { background: var(--in-flight); }
.delayed { background: var(--delayed); }
@media (max-width: 40rem) {
  body { padding: 0.75rem; }
  section { padding: 0.75rem; }
  .bar { width: 5rem; }
  .legend { float: none; margin: 0 0 0.5rem; }
  .legend i:first-child { margin-left: 0; }
}
`

import { hash } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { script } from './script.ts'
import { style } from './style.ts'

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Embedded AWS</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<header>
  <h1>Embedded AWS</h1>
  <p id="summary">…</p>
  <p id="lost" role="status" hidden>The server does not answer; what is shown is what it said last.</p>
</header>
<main>
  <section aria-labelledby="queues-title">
    <h2 id="queues-title">Queues</h2>
    <p class="legend"><i class="visible"></i>visible <i class="in-flight"></i>in flight <i class="delayed"></i>delayed</p>
    <div id="queues" class="scroll"></div>
  </section>
  <section aria-labelledby="requests-title">
    <h2 id="requests-title">Calls</h2>
    <div id="requests" class="scroll"></div>
  </section>
  <section aria-labelledby="faults-title">
    <h2 id="faults-title">Faults</h2>
    <div id="faults" class="scroll"></div>
  </section>
  <section aria-labelledby="kept-title">
    <h2 id="kept-title">Tables, buckets, secrets</h2>
    <div id="kept" class="scroll"></div>
  </section>
</main>
<script>${script}</script>
</body>
</html>
`

const headers = {
  'content-type': 'text/html; charset=utf-8',
  'content-length': Buffer.byteLength(page),
  'cache-control': 'no-store',
  // Nothing from anywhere else, nothing but this script, and in nobody's frame.
  'content-security-policy':
    `default-src 'none'; style-src '${source(style)}'; script-src '${source(script)}'; connect-src 'self'; ` +
    "img-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
}

/** The page that shows `/_turnaround/state` to a person, anew every second. It loads nothing else and changes nothing. */
export function sendPage(response: ServerResponse): void {
  response.writeHead(200, headers).end(page)
}

function source(text: string): string {
  return `sha256-${hash('sha256', text, 'base64')}`
}

import type { Figure } from './figure.ts'

// npm run bench [name …]: one JSON line a figure. Two cores, nothing else running; quote ratios and medians.
const benches: Record<string, () => Promise<readonly Figure[]>> = {
  leg: async () => (await import('./leg.ts')).benchLeg(),
  models: async () => (await import('./models.ts')).benchModels(),
  sequences: async () => (await import('./sequences.ts')).benchSequences(),
  aws: async () => (await import('./aws.ts')).benchAws(),
  depth: async () => (await import('./depth.ts')).benchDepth(),
  help: async () => (await import('./help.ts')).benchHelp(),
  engine: async () => (await import('./engine.ts')).benchEngine(),
  merge: async () => (await import('./merge.ts')).benchMerge(),
  runs: async () => (await import('./runs.ts')).benchRuns(),
  traffic: async () => (await import('./traffic.ts')).benchTraffic(),
  relay: async () => (await import('./relay.ts')).benchRelay(),
  honesty: async () => (await import('./honesty.ts')).benchHonesty(),
  soak: async () => (await import('./soak.ts')).benchSoak(),
}
/** So long that it runs only where it is asked for by name. */
const onlyIfAsked = new Set(['soak'])

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !Object.hasOwn(benches, name))
if (unknown.length > 0) throw new Error(`no bench ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}`)
for (const [name, bench] of Object.entries(benches)) {
  if (asked.length > 0 ? !asked.includes(name) : onlyIfAsked.has(name)) continue
  for (const figure of await bench()) console.log(JSON.stringify(figure))
}

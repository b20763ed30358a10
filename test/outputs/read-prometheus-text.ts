/** Samples by name and labels, read back by the rules of the format; throws where a line breaks them. */
export function readPrometheusText(text: string): Map<string, number> {
  const samples = new Map<string, number>()
  const typed = new Set<string>()
  for (const line of text.split('\n').slice(0, -1)) {
    const [, declared] = /^# (?:HELP|TYPE) ([a-z0-9_]+) ./.exec(line) ?? []
    if (declared !== undefined) {
      if (line.startsWith('# TYPE') && typed.has(declared)) throw new Error(`${declared} is declared twice`)
      if (line.startsWith('# TYPE')) typed.add(declared)
      continue
    }
    const [, name, labels, value] = /^([a-z_][a-z0-9_]*)(?:\{(.*)\})? ([-+.e0-9]+)$/s.exec(line) ?? []
    if (name === undefined) throw new Error(`no sample: ${JSON.stringify(line)}`)
    const family = name.replace(/_(?:bucket|sum|count)$/, '')
    if (!typed.has(name) && !typed.has(family)) throw new Error(`${name} has no type`)
    const key = `${name}${readLabels(labels ?? '')}`
    if (samples.has(key)) throw new Error(`${key} is there twice`)
    samples.set(key, Number(value))
  }
  return samples
}

/** `{a=1,b=2}`, sorted, with the values as they were before they were escaped. */
function readLabels(text: string): string {
  const labels: string[] = []
  let rest = text
  while (rest !== '') {
    const [whole, name, value] = /^([a-z_]+)="((?:[^"\\\n]|\\["\\n])*)",?/.exec(rest) ?? []
    if (whole === undefined) throw new Error(`no labels: ${JSON.stringify(rest)}`)
    labels.push(`${name}=${value.replaceAll(/\\(.)/gs, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped))}`)
    rest = rest.slice(whole.length)
  }
  return `{${labels.sort().join(',')}}`
}

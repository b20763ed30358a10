import { readdirSync, readFileSync } from 'node:fs'

const SAMPLE_MS = 100
/** Clock ticks of /proc/<pid>/stat: 100 a second on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100
const PAGE_BYTES = 4096

/**
 * CPU seconds of a process and its children, and the highest sum of their resident memory, sampled from /proc every
 * 100 ms: what a process does in its last 100 ms is missed. Zeros where there is no /proc.
 */
export function watchProcesses(root: number) {
  const cpuTicks = new Map<number, number>()
  let peakBytes = 0

  function sample(): void {
    let residentBytes = 0
    for (const pid of treeOf(root)) {
      const fields = statOf(pid)
      if (!fields) continue
      cpuTicks.set(pid, Number(fields[11]) + Number(fields[12]))
      residentBytes += Number(fields[21]) * PAGE_BYTES
    }
    peakBytes = Math.max(peakBytes, residentBytes)
  }

  const timer = setInterval(sample, SAMPLE_MS)
  sample()
  return {
    stop() {
      clearInterval(timer)
      const ticks = [...cpuTicks.values()].reduce((sum, value) => sum + value, 0)
      return { cpuSeconds: ticks / TICKS_PER_SECOND, peakMegabytes: peakBytes / 1e6 }
    },
  }
}

function treeOf(root: number): number[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const fields = statOf(Number(name))
    if (fields) parents.set(Number(name), Number(fields[1]))
  }
  const tree = new Set([root])
  for (let before = 0; before < tree.size;) {
    before = tree.size
    for (const [pid, parent] of parents) if (tree.has(parent)) tree.add(pid)
  }
  return [...tree]
}

/** The fields after the command's name, which may hold spaces; undefined for a process that is gone. */
function statOf(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}

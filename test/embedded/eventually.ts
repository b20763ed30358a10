import { setTimeout as delay } from 'node:timers/promises'

/** Tries every few milliseconds until it is so; fails after ten seconds. */
export async function eventually(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const endMs = performance.now() + 10_000
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error(`did not come true in 10 s: ${what}`)
    await delay(5)
  }
}

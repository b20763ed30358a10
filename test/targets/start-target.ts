import type { TestContext } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type RunningTarget, startTarget, type TargetOptions } from '../../src/targets/index.ts'

/** A target that ends with the test. */
export async function started(t: TestContext, name: string, options?: TargetOptions): Promise<RunningTarget> {
  const target = await startTarget(name, options)
  t.after(() => target.stop())
  return target
}

/** Lets the event loop turn until it holds; fails after 10 s. */
export async function until(holds: () => boolean): Promise<void> {
  const endMs = performance.now() + 10_000
  while (!holds()) {
    if (performance.now() > endMs) throw new Error(`never came true: ${holds.toString()}`)
    await nextTurn()
  }
}

export async function post(url: string, body: unknown = {}, headers: Record<string, string> = {}): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return fetch(url, { method: 'POST', body: text, headers: { 'content-type': 'application/json', ...headers } })
}

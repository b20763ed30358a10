import type { Exchange } from './service.ts'

/** Lets requests through, or holds them while what serves them is exchanged. */
export class Turnstile {
  readonly #inside = new Map<Promise<void>, Exchange>()
  #closed: PromiseWithResolvers<void> | undefined

  async pass(exchange: Exchange, handle: () => Promise<void>): Promise<void> {
    while (this.#closed !== undefined) await this.#closed.promise
    const handled = handle()
    this.#inside.set(handled, exchange)
    try {
      await handled
    } finally {
      this.#inside.delete(handled)
    }
  }

  /** Holds those who come. */
  close(): void {
    this.#closed ??= Promise.withResolvers()
  }

  /** Those inside have `graceMs` to finish, then their connections end. Resolves when all have left. */
  async empty(graceMs: number): Promise<void> {
    const hurry = setTimeout(() => {
      for (const { incoming } of this.#inside.values()) incoming.socket.destroy()
    }, graceMs)
    await Promise.allSettled(this.#inside.keys())
    clearTimeout(hurry)
  }

  open(): void {
    this.#closed?.resolve()
    this.#closed = undefined
  }
}

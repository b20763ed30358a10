/** Work nobody waits for one by one, at most `limit` at a time; its first error is thrown to whoever waits next. */
export interface Background {
  /** Resolves as soon as there is room, so that a fast producer is slowed down. */
  add(work: () => Promise<unknown>): Promise<void>
  /** Resolves when all is done. */
  settled(): Promise<void>
}

export function createBackground(limit: number): Background {
  const running = new Set<Promise<void>>()
  let failure: { error: unknown } | undefined

  function throwFailure(): void {
    if (failure) throw failure.error
  }

  return {
    async add(work) {
      while (running.size >= limit) await Promise.race(running)
      throwFailure()
      const task = work()
        .then(() => undefined)
        .catch((error: unknown) => {
          failure ??= { error }
        })
        .finally(() => running.delete(task))
      running.add(task)
    },
    async settled() {
      while (running.size > 0) await Promise.all(running)
      throwFailure()
    },
  }
}

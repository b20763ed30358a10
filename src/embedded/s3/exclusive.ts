/** Work on the same thing, one after the other. */
export interface Exclusive {
  /** Runs `work` when all that came before it under this name has ended, well or not. */
  alone(name: string, work: () => Promise<void>): Promise<void>
}

export function createExclusive(): Exclusive {
  const last = new Map<string, Promise<void>>()
  return {
    async alone(name, work) {
      const before = last.get(name) ?? Promise.resolve()
      const mine = before.then(work)
      const ended = mine.catch(() => undefined)
      last.set(name, ended)
      try {
        await mine
      } finally {
        if (last.get(name) === ended) last.delete(name)
      }
    },
  }
}

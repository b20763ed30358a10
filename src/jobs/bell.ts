/** Something changed: wakes everyone who waits, once. */
export interface Bell {
  ring(): void
  /** Resolves at the next ring. */
  wait(): Promise<void>
}

export function createBell(): Bell {
  let next = Promise.withResolvers<void>()
  return {
    ring() {
      const current = next
      next = Promise.withResolvers<void>()
      current.resolve()
    },
    wait: () => next.promise,
  }
}

/**
 * The first SIGINT or SIGTERM aborts the signal that is answered: stop gracefully. The second ends the process at once,
 * with the exit code for it; children end with us.
 */
export function onSignals({ say }: { readonly say: (text: string) => void }): AbortSignal {
  const stopping = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    takeOver(name, () => {
      if (stopping.signal.aborted) process.exit(105)
      say(`${name}: stopping; once more to stop at once`)
      stopping.abort()
    })
  }
  return stopping.signal
}

/** Listens in place of those who did, such as the launcher, which ends us at once. */
export function takeOver(name: 'SIGINT' | 'SIGTERM', listener: () => void): void {
  const before = process.listeners(name)
  process.on(name, listener)
  // Only now: with the last listener goes a signal that came while we were loading and that nobody was told of yet.
  for (const other of before) process.removeListener(name, other)
}

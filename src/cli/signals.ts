/**
 * The first SIGINT or SIGTERM aborts the signal that is answered: stop gracefully. The second ends the process at once,
 * with the exit code for it; children end with us.
 */
export function onSignals({ say }: { readonly say: (text: string) => void }): AbortSignal {
  const stopping = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    const before = process.listeners(name) // the launcher's, which ends us at once
    process.on(name, () => {
      if (stopping.signal.aborted) process.exit(105)
      say(`${name}: stopping; once more to stop at once`)
      stopping.abort()
    })
    // Only now: with the last listener goes a signal that came while we were loading and that nobody was told of yet.
    for (const listener of before) process.removeListener(name, listener)
  }
  return stopping.signal
}

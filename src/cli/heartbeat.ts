import { writeFileSync } from 'node:fs'

const EVERY_MS = 5_000

/**
 * Writes the file now and every 5 s, for as long as this thread comes round to it: a container's health check looks at
 * the file's age. Does nothing without a file.
 */
export function startHeartbeat(file: string | undefined): void {
  if (!file) return
  const beat = () => writeFileSync(file, `${process.pid}\n`)
  beat()
  setInterval(beat, EVERY_MS).unref()
}

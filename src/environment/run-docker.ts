import { spawn } from 'node:child_process'

export interface DockerOutcome {
  /** Exit code; a signal's name; or Node's code: `ENOENT` where it did not start, `ABORT_ERR` after the time-out. */
  readonly code: number | string
  /** stdout and stderr, as they came. */
  readonly output: string
}

export interface DockerOptions {
  readonly variables: NodeJS.ProcessEnv
  /** Ends it. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
  /** Hears what it says at once. */
  readonly say?: (text: string) => void
  /** What it says goes where ours goes, and is not in the outcome. */
  readonly inherit?: boolean
}

/** Runs the `docker` command and answers how it ended; never rejects. */
export function runDocker(args: readonly string[], options: DockerOptions): Promise<DockerOutcome> {
  const { variables, timeoutMs, say, inherit } = options
  // Not spawn's own timeout, whose timer goes on where the command is not found.
  const ends = [options.signal, timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs)]
  const signal = AbortSignal.any(ends.filter((end) => end !== undefined))
  return new Promise((resolve) => {
    const child = spawn('docker', args, {
      env: variables,
      stdio: inherit ? 'inherit' : ['ignore', 'pipe', 'pipe'],
      signal,
    })
    let output = ''
    const hear = (chunk: Buffer): void => {
      output += chunk.toString()
      say?.(chunk.toString())
    }
    child.stdout?.on('data', hear)
    child.stderr?.on('data', hear)
    child.once('error', (error: NodeJS.ErrnoException) => resolve({ code: error.code ?? error.message, output }))
    child.once('close', (code, how) => resolve({ code: code ?? how ?? 'unknown', output }))
  })
}

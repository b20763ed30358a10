import { S3Client } from '@aws-sdk/client-s3'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { TestContext } from 'node:test'
import type { FromS3Process } from './s3-process.ts'

export interface S3Process {
  readonly sdk: S3Client
  readonly port: number
  readonly faults: readonly string[]
  /** The most it ever had resident. */
  readonly maxRssBytes: () => Promise<number>
  /** `kill -9`; resolves when it is gone. */
  readonly kill: () => Promise<void>
}

/** Starts it on a folder; `fileLimitKb` keeps it from writing files larger than that, as a full disk would. */
export async function startS3Process(t: TestContext, dataFolder: string, fileLimitKb?: number): Promise<S3Process> {
  const script = fileURLToPath(new URL('s3-process.ts', import.meta.url))
  const command = [process.execPath, '--disable-warning=ExperimentalWarning', script, dataFolder]
  const limit = fileLimitKb === undefined ? '' : `ulimit -f ${fileLimitKb * 2} && `
  const child = spawn('sh', ['-c', `${limit}exec "$@"`, 'sh', ...command], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const faults: string[] = []
  child.on('message', (message: FromS3Process) => {
    if ('fault' in message) faults.push(message.fault)
  })
  const next = (): Promise<FromS3Process> => new Promise((resolve) => child.once('message', resolve))
  const started = await Promise.race([next(), once(child, 'exit')])
  if (!('port' in started)) throw new Error('the S3 process did not start')
  const sdk = new S3Client({
    endpoint: `http://127.0.0.1:${started.port}`,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  })

  async function kill(): Promise<void> {
    sdk.destroy()
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }
  t.after(kill)

  return {
    sdk,
    port: started.port,
    faults,
    async maxRssBytes() {
      const answer = next()
      child.send('memory')
      const message = await answer
      if (!('maxRssBytes' in message)) throw new Error('the S3 process answered something else')
      return message.maxRssBytes
    },
    kill,
  }
}

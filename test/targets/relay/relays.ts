import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { started } from '../start-target.ts'

/** What the protocol tests run against. */
export interface RelayUnderTest {
  readonly name: string
  /** Why it cannot be had here; undefined where it can. */
  readonly missing: string | undefined
  /** URL of a relay that ends with the test. */
  start(t: TestContext): Promise<string>
}

const binary = process.env.TURNAROUND_CENTRIFUGO ?? onPath('centrifugo')

/** Our stand-in, and a real Centrifugo (version 6) where `TURNAROUND_CENTRIFUGO` names its binary, or the PATH has it. */
export const relays: readonly RelayUnderTest[] = [
  { name: 'the stand-in', missing: undefined, start: async (t) => (await started(t, 'relay')).url },
  {
    name: 'Centrifugo',
    missing:
      binary === undefined ? 'TURNAROUND_CENTRIFUGO names no Centrifugo binary, nor is one on the PATH' : undefined,
    start: (t) => startCentrifugo(t, binary!),
  },
]

// As the relay of requirement 000 is set up.
const namespace = (name: string, historySize: number) => ({
  name,
  history_size: historySize,
  history_ttl: '300s',
  force_positioning: true,
  force_recovery: true,
  allow_subscribe_for_client: true,
  allow_subscribe_for_anonymous: true,
  allow_publish_for_client: true,
  allow_publish_for_anonymous: true,
  allow_history_for_client: true,
  allow_history_for_anonymous: true,
})

/** Starts what takes a configuration file of Centrifugo's; it ends with the test. */
export async function startCentrifugo(t: TestContext, command: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'turnaround-centrifugo-'))
  const port = await freePort()
  const config = {
    http_server: { address: '127.0.0.1', port: String(port) },
    client: { allow_anonymous_connect_without_token: true, allowed_origins: ['*'] },
    channel: { namespaces: [namespace('handshake', 5), namespace('session', 20)] },
  }
  await writeFile(join(folder, 'config.json'), JSON.stringify(config))
  const child = spawn(command, ['--config', join(folder, 'config.json')], { stdio: 'ignore' })
  t.after(async () => {
    if (child.exitCode === null) {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    await rm(folder, { recursive: true })
  })
  await listening(port, child)
  return `ws://127.0.0.1:${port}/connection/websocket`
}

function onPath(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path))
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function listening(port: number, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 200 && child.exitCode === null; attempt += 1) {
    const socket = connect(port, '127.0.0.1')
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    })
    socket.destroy()
    if (isOpen) return
    await delay(50)
  }
  throw new Error(`Centrifugo did not listen on port ${port} within 10 s (exit code ${child.exitCode})`)
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'

/** A server of Node's that answers as the test says. `connections` counts those that were opened. */
export async function rawServer(
  t: TestContext,
  answer: (incoming: IncomingMessage, outgoing: ServerResponse, number: number) => void,
) {
  let requests = 0
  const counted = { connections: 0, continues: 0 }
  const server = createServer((incoming, outgoing) => answer(incoming, outgoing, ++requests))
  server.on('connection', () => (counted.connections += 1))
  server.on('checkContinue', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    counted.continues += 1
    outgoing.writeContinue()
    answer(incoming, outgoing, ++requests)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { port, endpoint: `http://127.0.0.1:${port}`, counted }
}

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'

/** A server on loopback that notes which iterations asked, and answers 503 to those told. */
export async function startTarget(t: TestContext, failAt: readonly number[] = []) {
  const asked: { readonly index: number; readonly shard: number }[] = []
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url!, 'http://target')
    const index = Number(searchParams.get('index'))
    asked.push({ index, shard: Number(searchParams.get('shard')) })
    response.writeHead(failAt.includes(index) ? 503 : 200).end('here')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

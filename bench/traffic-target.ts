import { createServer, type AddressInfo } from 'node:net'

// As little HTTP as a server can do, so that the generator is what is measured: every head that ends is answered with the
// same bytes. A process of its own; prints its URL.
const BODY = '{"id":1,"name":"a product","price":"12.50"}'
const ANSWER = Buffer.from(
  `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY}`,
)
const HEAD_END = Buffer.from('\r\n\r\n')

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk) => {
    for (let at = chunk.indexOf(HEAD_END); at >= 0; at = chunk.indexOf(HEAD_END, at + 4)) socket.write(ANSWER)
  })
})
server.listen({ host: '127.0.0.1', port: 0, backlog: 20_000 }, () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`)
})
process.stdin.on('end', () => process.exit()).resume() // the bench is over, or gone

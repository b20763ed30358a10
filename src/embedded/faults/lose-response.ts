import type { ServerResponse } from 'node:http'
import { ClientGoneError } from '../read-body.ts'
import type { Exchange } from '../service.ts'

/** Resets the connection; what the client gets is ECONNRESET. Answers the error that ends the request here. */
export function resetConnection({ incoming }: Exchange): ClientGoneError {
  incoming.socket.resetAndDestroy()
  return new ClientGoneError('the connection was reset, as the fault plan asks')
}

/**
 * Resets the connection in place of the answer's first byte. A service that answers from within its work (S3) has done
 * all it was asked by then; to it this is a client that leaves.
 */
export function loseResponse(exchange: Exchange): void {
  const lose = (): ServerResponse => {
    resetConnection(exchange)
    return exchange.response
  }
  exchange.response.write = () => {
    lose()
    return false
  }
  exchange.response.end = lose
  exchange.response.flushHeaders = lose
}

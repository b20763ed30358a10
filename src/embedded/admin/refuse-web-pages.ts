import type { AwsRequest } from '../service.ts'

/** Of the other end of a connection, as Node writes it. */
const loopbackAddress = /^(::ffff:)?127\.|^::1$/

/** Whether a request comes from this machine: others are let in where signatures are verified, but not to the admin routes. */
export function isFromHere({ incoming }: AwsRequest): boolean {
  return loopbackAddress.test(incoming.socket.remoteAddress ?? '')
}

/**
 * Why a request may come from a web page of somebody else's instead of a program on this machine; undefined where it
 * does not. Programs send no Origin. Our own page only reads, and is the only thing that asks from this origin unless
 * the user opens an uploaded HTML file: that, too, can only read.
 */
export function refuseWebPages({ method, headers, url }: AwsRequest): string | undefined {
  const isOwn = headers.origin === `http://${headers.host}` && (method === 'GET' || method === 'HEAD')
  if (headers.origin !== undefined && !isOwn) return 'requests from web pages (Origin header) are refused'
  // An image or a script that another page includes comes without an Origin, but browsers say where it is from.
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    return 'requests from other sites (Sec-Fetch-Site header) are refused'
  }
  const isLoopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname)
  return isLoopback ? undefined : `the Host header must name this machine's loopback address, got ${url.host}`
}

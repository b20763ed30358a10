import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto'
import type { OutgoingHttpHeaders } from 'node:http'
import { SignatureV4 } from '@smithy/signature-v4'
import type { HttpRequest, SourceData } from '@smithy/types'
import type { AccessKey } from '../../../src/embedded/index.ts'
import { type RawAnswer, rawRequest } from '../s3/raw-request.ts'

export const key = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'a secret/of+some=length',
  accountId: '111122223333',
} satisfies AccessKey

/** What the signer of the AWS SDK is to hash with. */
class Sha256 {
  #hash: Hash | Hmac
  readonly #secret: string | Uint8Array | undefined
  constructor(secret?: SourceData) {
    this.#secret = secret === undefined || typeof secret === 'string' ? secret : bytesOf(secret)
    this.#hash = this.#new()
  }
  update(bytes: Uint8Array): void {
    this.#hash.update(bytes)
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest())
  }
  reset(): void {
    this.#hash = this.#new()
  }
  #new(): Hash | Hmac {
    return this.#secret === undefined ? createHash('sha256') : createHmac('sha256', this.#secret)
  }
}

function bytesOf(data: ArrayBuffer | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data)
}

/** The SDK's own signer, set up as the SDK's clients do. */
function signerFor(service: string, credentials: AccessKey = key, region = 'us-east-1'): SignatureV4 {
  const isS3 = service === 's3'
  return new SignatureV4({ service, region, credentials, sha256: Sha256, uriEscapePath: !isS3, applyChecksum: isS3 })
}

export interface ToSign {
  readonly service: string
  readonly port: number
  readonly method?: string
  /** Raw, without query. */
  readonly path?: string
  readonly query?: Record<string, string | string[]>
  readonly headers?: Record<string, string>
  readonly body?: string | Uint8Array
  readonly credentials?: AccessKey
  readonly region?: string
  readonly signingDate?: Date
}

/** What is sent, to be changed on its way. */
export interface Wire {
  readonly method: string
  readonly target: string
  readonly headers: OutgoingHttpHeaders
  readonly body: string | Uint8Array
}

export async function signed(toSign: ToSign): Promise<Wire> {
  const { service, credentials, region, signingDate } = toSign
  const request = requestOf(toSign)
  return wireOf(await signerFor(service, credentials, region).sign(request, { signingDate }), toSign)
}

/** As a URL that anybody may use for an hour, or `expiresIn` seconds. */
export async function presigned(toSign: ToSign, expiresIn = 3600): Promise<Wire> {
  const { service, credentials, region, signingDate } = toSign
  const request = requestOf(toSign)
  if (service === 's3') request.headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD'
  return wireOf(await signerFor(service, credentials, region).presign(request, { signingDate, expiresIn }), toSign)
}

export function send(port: number, { method, target, headers, body }: Wire): Promise<RawAnswer> {
  return rawRequest(port, method, target, headers, Buffer.from(body))
}

function requestOf({ port, method = 'GET', path = '/', query = {}, headers = {}, body }: ToSign): HttpRequest {
  return {
    protocol: 'http:',
    hostname: '127.0.0.1',
    port,
    method,
    path,
    query,
    headers: { host: `127.0.0.1:${port}`, ...headers },
    body,
  }
}

function wireOf({ method, path, query = {}, headers }: HttpRequest, { body = '' }: ToSign): Wire {
  const parameters = Object.entries(query).flatMap(([name, value]) =>
    [value].flat().map((one) => `${escapeUri(name)}=${escapeUri(one ?? '')}`),
  )
  return { method, target: parameters.length === 0 ? path : `${path}?${parameters.join('&')}`, headers, body }
}

/** As the SDK writes a part of a URL. */
export function escapeUri(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (found) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`)
}

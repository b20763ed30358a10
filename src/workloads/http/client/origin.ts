/** Where requests go: what URLs call the origin. */
export interface Origin {
  /** `https://shop.example.com:8443`: the key of its connections. */
  readonly url: string
  readonly isTls: boolean
  /** Without the brackets of an IPv6 address. */
  readonly hostname: string
  readonly port: number
  /** The value of the header `host`. */
  readonly host: string
}

/** The origin of a URL. Throws TypeError for a scheme other than http and https. */
export function originOf({ protocol, hostname, port, host, origin }: URL): Origin {
  if (protocol !== 'http:' && protocol !== 'https:')
    throw new TypeError(`${protocol}//${host} is neither http nor https`)
  const isTls = protocol === 'https:'
  return {
    url: origin,
    isTls,
    hostname: hostname.startsWith('[') ? hostname.slice(1, -1) : hostname,
    port: port === '' ? (isTls ? 443 : 80) : Number(port),
    host,
  }
}

import { RefusedError } from '../errors.ts'

/**
 * Where load may go from a stage. Without a list anywhere, except from a protected stage, which allows nothing that is
 * not named. Throws RefusedError. A URL that cannot be read is refused: it cannot be told where it leads.
 */
export function checkTarget(
  url: string,
  stage: { readonly name: string; readonly isProtected: boolean; readonly allowed?: readonly string[] },
): void {
  if (stage.allowed === undefined && !stage.isProtected) return
  const parsed = URL.parse(url)
  const { allowed = [] } = stage
  if (parsed !== null && allowed.some((pattern) => isTargetOf(parsed, pattern))) return
  // The URL may carry a password or a key in its query: only the host is shown.
  const where = parsed === null ? 'a target that is no URL' : `the target ${parsed.host}`
  const list = allowed.length === 0 ? 'no target is allowed there yet' : `allowed: ${allowed.join(', ')}`
  throw new RefusedError(
    `${where} may not be used from ${stage.name}: ${list}. Its owner adds it to "allowed-targets" of ${stage.name} in config/environments.json`,
  )
}

/** `host`, `host:port` (a port given must be met) or `*.domain` (any depth below it, not the domain itself). */
export function isTargetOf(url: URL, pattern: string): boolean {
  const [, host, port] = /^(.*?)(?::(\d+))?$/.exec(pattern)!
  if (port !== undefined && port !== portOf(url)) return false
  const name = host.toLowerCase()
  return name.startsWith('*.') ? url.hostname.endsWith(name.slice(1)) : url.hostname === name
}

const DEFAULT_PORTS: { readonly [protocol: string]: string } = {
  'http:': '80',
  'ws:': '80',
  'https:': '443',
  'wss:': '443',
}

function portOf(url: URL): string {
  return url.port || (DEFAULT_PORTS[url.protocol] ?? '')
}

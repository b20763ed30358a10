import { RefusedError } from '../errors.ts'

/**
 * Where load may go. All of it can be cloned: a run's jobs carry the rules that it was admitted under, because a host may
 * be a container without `config/environments.json`.
 */
export interface TargetRules {
  /** Whose rules they are. */
  readonly stage: string
  /** `allowed-targets`; undefined: anywhere that is not forbidden. */
  readonly allowed?: readonly string[] | undefined
  /** Hosts of other environments that are protected. */
  readonly forbidden?: readonly ForbiddenHosts[] | undefined
}

export interface ForbiddenHosts {
  readonly environment: string
  readonly hosts: readonly string[]
}

/**
 * Why load may not go to a URL; undefined where it may. Null, for what is no URL, is refused where there is a list: it
 * cannot be told where it leads. A URL may carry a password or a key in its query: only its host is shown.
 */
export function whyNotTarget(url: URL | null, { stage, allowed, forbidden = [] }: TargetRules): string | undefined {
  if (allowed !== undefined && !allowed.some((pattern) => url !== null && isTargetOf(url, pattern))) {
    const where = url === null ? 'a target that is no URL' : `the target ${url.host}`
    const list = allowed.length === 0 ? 'no target is allowed there yet' : `allowed: ${allowed.join(', ')}`
    return `${where} may not be used from ${stage}: ${list}. Its owner adds it to "allowed-targets" of ${stage} in config/environments.json`
  }
  const owner = url === null ? undefined : ownerOf(url, forbidden)
  return owner && whyProtected(url!, owner)
}

/** Throws RefusedError where load may not go there. */
export function checkTarget(url: string, rules: TargetRules | undefined): void {
  const why = rules && whyNotTarget(URL.parse(url), rules)
  if (why !== undefined) throw new RefusedError(why)
}

/** The environment whose host it is. */
export function ownerOf(url: URL, forbidden: readonly ForbiddenHosts[]): string | undefined {
  return forbidden.find(({ hosts }) => hosts.some((pattern) => isTargetOf(url, pattern)))?.environment
}

export function whyProtected({ host }: URL, owner: string): string {
  return `${host} belongs to ${owner}, which is protected: write a scenario for it and start it with turnaround run --env ${owner}, which asks for a confirmation`
}

/** `host`, `host:port` (a port given must be met) or `*.domain` (any depth below it, not the domain itself). */
function isTargetOf(url: URL, pattern: string): boolean {
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

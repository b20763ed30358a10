import type { HttpSettings } from './schema.ts'

/** Up to the first variable: what follows may still belong to the host. */
const WHOLE_HOST = /^https?:\/\/[^/?#$\\]+(?=[/?#\\]|$)/i

/**
 * Where the steps of a scenario go with a `url` of their own, each once, so that it can be asked whether they may. A host
 * made of variables is not known before the run, and neither is what a module does.
 */
export function otherTargets({ journeys = [], request }: Pick<HttpSettings, 'journeys' | 'request'>): string[] {
  const urls = [...journeys.flatMap(({ steps }) => steps), ...(request ? [request] : [])].map(({ url }) => url ?? '')
  const hosts = urls.flatMap((url) => WHOLE_HOST.exec(url)?.[0] ?? [])
  return [...new Set(hosts.filter((host) => URL.canParse(host)).map((host) => new URL(host).origin))]
}

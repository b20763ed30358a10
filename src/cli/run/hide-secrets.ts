import type { Json } from '../../results/canonical-json.ts'

export const HIDDEN = '(hidden)'

/** Names of headers, of JSON and of columns whose value is a secret: authorization, cookie, x-api-key, access_token, … */
const SECRET_NAME =
  /^(?:.*[-_])?(?:authorization|cookie|token|secret|password|passwd|passphrase|credentials?|signature|api[-_]?key|apikey|private[-_]?key)$|(?:Token|Secret|Password|ApiKey)$/i
/** The same in the query of a URL or path. */
const IN_QUERY = /([?&][^=&#\s]*(?:auth|token|secret|passw|passphrase|credential|signature|sig|key)=)[^&#\s]+/gi
const USER_IN_URL = /(:\/\/)[^/?#\s@]+@/g

/**
 * Settings as a bundle may show them, which is passed on and published. Values under names that speak of secrets are
 * hidden, and so are users and keys in URLs; a value that is made of variables (`${env.TOKEN}`) is none and stays.
 * The scenario's digest is still that of the whole settings.
 */
export function hideSecrets<Settings extends { readonly [name: string]: Json }>(settings: Settings): Settings {
  return hidden(settings) as Settings
}

function hidden(value: Json | undefined): Json | undefined {
  if (typeof value === 'string') return hiddenInText(value)
  if (Array.isArray(value)) return value.map((one: Json) => hidden(one)!)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, own]) => [name, isSecret(name, own) ? HIDDEN : hidden(own)]),
  )
}

function isSecret(name: string, value: Json | undefined): boolean {
  return typeof value === 'string' && value !== '' && SECRET_NAME.test(name) && !value.includes('${')
}

function hiddenInText(text: string): string {
  const withoutUser = text.replaceAll(USER_IN_URL, `$1${HIDDEN}@`)
  return withoutUser.replaceAll(IN_QUERY, (found: string, name: string) =>
    found.includes('${') ? found : `${name}${HIDDEN}`,
  )
}

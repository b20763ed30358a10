import type { Json } from '../../results/canonical-json.ts'
import { hideKnown, secretVariables } from './known-secrets.ts'

export const HIDDEN = '(hidden)'

/** Names of headers, of JSON and of columns whose value is a secret: authorization, cookie, x-api-key, access_token, … */
const SECRET_NAME =
  /^(?:.*[-_])?(?:authorization|cookie|token|secret|password|passwd|passphrase|credentials?|signature|api[-_]?key|apikey|private[-_]?key)$|(?:Token|Secret|Password|ApiKey)$/i
/** The same in the query of a URL or path. */
const IN_QUERY = /([?&][^=&#\s]*(?:auth|token|secret|passw|passphrase|credential|signature|sig|key)=)[^&#\s]+/gi
const USER_IN_URL = /(:\/\/)[^/?#\s@]+@/g

/**
 * Settings as a bundle may show them, which is passed on and published. Values under names that speak of secrets are
 * hidden, and so are users and keys in URLs; a value that is made of variables (`${env.TOKEN}`) is none and stays. What has
 * such a name somewhere, in the settings or among `variables`, is hidden wherever else it stands. A secret that is written
 * out under a name that says nothing, and nowhere else, is not known for one (docs/traffic.md).
 * The scenario's digest is still that of the whole settings.
 */
export function hideSecrets<Settings extends { readonly [name: string]: Json }>(
  settings: Settings,
  variables: NodeJS.ProcessEnv = process.env,
): Settings {
  const hide = hideKnown([...namedSecrets(settings), ...secretVariables(variables)], HIDDEN)
  return hidden(settings, (text) => hide(hiddenInText(text))) as Settings
}

/** All that is hidden for its name. */
function namedSecrets(value: Json | undefined): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, own]) => (isSecret(name, own) ? [own] : namedSecrets(own)))
}

function hidden(value: Json | undefined, hide: (text: string) => string): Json | undefined {
  if (typeof value === 'string') return hide(value)
  if (Array.isArray(value)) return value.map((one: Json) => hidden(one, hide)!)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, own]) => [name, isSecret(name, own) ? HIDDEN : hidden(own, hide)]),
  )
}

function isSecret(name: string, value: Json | undefined): value is string {
  return typeof value === 'string' && value !== '' && SECRET_NAME.test(name) && !value.includes('${')
}

function hiddenInText(text: string): string {
  const withoutUser = text.replaceAll(USER_IN_URL, `$1${HIDDEN}@`)
  return withoutUser.replaceAll(IN_QUERY, (found: string, name: string) =>
    found.includes('${') ? found : `${name}${HIDDEN}`,
  )
}

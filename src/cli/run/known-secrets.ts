/** Shorter ones stand in other words too: a password `admin` would hide half of a scenario. */
const LEAST_LENGTH = 8
/** `Bearer abc`, `session=abc; theme=dark`: what is secret may be a part. */
const BETWEEN_PARTS = /[\s=;,]+/
const SECRET_VARIABLE =
  /(?:^|_)(?:TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|API_?KEY|ACCESS_KEY|PRIVATE_KEY|SECRET_KEY)$/i

/** Values of variables whose names speak of secrets: a shell may have written them into what we were given. */
export function secretVariables(variables: NodeJS.ProcessEnv): string[] {
  return Object.entries(variables).flatMap(([name, value]) => (value && SECRET_VARIABLE.test(name) ? [value] : []))
}

/** Puts `instead` for every secret, and every part of one, that is found in a text; as it is, or encoded for a URL. */
export function hideKnown(secrets: readonly string[], instead: string): (text: string) => string {
  const parts = secrets.flatMap((secret) => [secret, ...secret.split(BETWEEN_PARTS)])
  const long = parts.filter((part) => part.length >= LEAST_LENGTH)
  const forms = new Set(long.flatMap((part) => [part, encodeURIComponent(part.toWellFormed())]))
  // A whole before its parts.
  const longestFirst = [...forms].sort((a, b) => b.length - a.length)
  return (text) => longestFirst.reduce((rest, form) => rest.replaceAll(form, () => instead), text)
}

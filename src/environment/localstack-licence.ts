/** How a LocalStack container ended. */
export interface LocalstackEnd {
  readonly image: string
  /** Its last lines. */
  readonly logs: string
  readonly exitCode: number | undefined
}

/**
 * LocalStack's own, and the words that it puts above each reason: of 3.0.0
 * (https://gist.github.com/asimihsan/59165ceb63f9a97005ae995f32a6b9e5), of 2026.3.1
 * (https://github.com/apache/pekko-connectors/issues/1517) and still of 2026.9.1, of 7 October 2026.
 */
const LICENCE_EXIT_CODE = 55
const SAID = /exit code 55|license activation failed/i

/**
 * Its most common reasons (https://github.com/localstack/docs, content/en/getting-started/auth-token), each by the part
 * that its versions word alike. The others are of a token or a licence that is not good for this version.
 */
const NO_TOKEN = /no credentials were found|requires an account to run/i
const NOT_REACHED = /could not reach the localstack licensing server|offline activation failed/i

const OR_WITHOUT = 'or take the last version that needs none with LOCALSTACK_TAG=4.14.0'

/** What is wrong with its licence and what to do about it; undefined where it ended for another reason, or did not. */
export function licenceTrouble({ image, logs, exitCode }: LocalstackEnd): string | undefined {
  if (exitCode !== LICENCE_EXIT_CODE && !SAID.test(logs)) return undefined
  return `${image} ${whatToDo(logs)}, ${OR_WITHOUT}. It said:\n${logs}`
}

function whatToDo(logs: string): string {
  if (NO_TOKEN.test(logs)) return 'wants a licence: set LOCALSTACK_AUTH_TOKEN (app.localstack.cloud has yours)'
  if (NOT_REACHED.test(logs))
    return 'could not ask for its licence: let its container reach https://api.localstack.cloud'
  return (
    'could not activate its licence: check LOCALSTACK_AUTH_TOKEN, and at app.localstack.cloud that the licence is ' +
    'yours, has not expired and covers this version'
  )
}

import { EnvironmentError } from '../errors.ts'

const ANSWER_MS = 5_000

/**
 * Once in a run the clients are patient; a wrong endpoint is better said at once. It is asked for its queues: AWS and
 * what is like it may refuse that, in AWS's way. Throws EnvironmentError where nothing answers, or something else does.
 */
export async function mustAnswer(endpoint: string, name: string): Promise<void> {
  const response = await ask(endpoint).catch((cause: Error) => {
    throw new EnvironmentError(
      `Nothing answers at ${endpoint}, the endpoint of ${name}: ${reason(cause)}. ${startIt(name)}, give another --endpoint, or run on --env embedded`,
      { cause },
    )
  })
  const text = await response.text()
  if (isAwsLike(response, text)) return
  const type = response.headers.get('content-type') ?? 'no content type'
  throw new EnvironmentError(
    `What answers at ${endpoint}, the endpoint of ${name}, is not AWS nor like it (HTTP ${response.status}, ${type}): is the port right? ` +
      `${startIt(name)}, give another --endpoint, or run on --env embedded`,
  )
}

function ask(endpoint: string): Promise<Response> {
  return fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.ListQueues' },
    body: '{"MaxResults":1}',
    signal: AbortSignal.timeout(ANSWER_MS),
  })
}

/** Errors come as JSON with a `__type`, or as XML with a `Code`. */
function isAwsLike(response: Response, text: string): boolean {
  const names = [...response.headers.keys()]
  return (
    names.some((header) => header.startsWith('x-amz')) ||
    /amz-json/.test(response.headers.get('content-type') ?? '') ||
    /"__type"|"QueueUrls"|<Code>/.test(text)
  )
}

function startIt(name: string): string {
  return name === 'localstack' ? 'Start it (make up, or npx turnaround localstack up; it needs Docker)' : 'Start it'
}

function reason(error: Error): string {
  if (error.name === 'TimeoutError') return `silent for ${ANSWER_MS / 1000} s (paused?)`
  return error.cause instanceof Error ? error.cause.message : error.message
}

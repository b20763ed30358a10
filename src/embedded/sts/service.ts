import { accountId } from '../identity.ts'
import { BodyTooLargeError, ClientGoneError, readBody } from '../read-body.ts'
import type { AwsRequest, Service } from '../service.ts'

const longestRequestBytes = 64 * 1024
const namespace = 'https://sts.amazonaws.com/doc/2011-06-15/'

/**
 * Security Token Service, GetCallerIdentity alone: enough to learn the account.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
export function createSts(): Service {
  return { handle }
}

async function handle(request: AwsRequest): Promise<void> {
  let form: URLSearchParams
  try {
    form = new URLSearchParams((await readBody(request.incoming, longestRequestBytes)).toString())
  } catch (error) {
    if (error instanceof ClientGoneError) return
    if (!(error instanceof BodyTooLargeError)) throw error
    request.response.setHeader('connection', 'close')
    write(request, 413, errorXml(request, 'RequestEntityTooLarge', error.message))
    return
  }
  const action = form.get('Action')
  if (action === 'GetCallerIdentity') {
    write(request, 200, identityXml(request))
  } else {
    const message =
      action === null
        ? 'Missing Action: form requests are answered for STS GetCallerIdentity alone.'
        : `Could not find operation ${action}: the embedded AWS answers GetCallerIdentity alone to form requests; SQS takes its JSON protocol.`
    write(request, 400, errorXml(request, action === null ? 'MissingAction' : 'InvalidAction', message))
  }
}

function identityXml({ requestId }: AwsRequest): string {
  return (
    `<GetCallerIdentityResponse xmlns="${namespace}"><GetCallerIdentityResult>` +
    `<Arn>arn:aws:iam::${accountId}:root</Arn><UserId>${accountId}</UserId><Account>${accountId}</Account>` +
    `</GetCallerIdentityResult><ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>` +
    '</GetCallerIdentityResponse>'
  )
}

function errorXml({ requestId }: AwsRequest, code: string, message: string): string {
  return (
    `<ErrorResponse xmlns="${namespace}"><Error><Type>Sender</Type><Code>${code}</Code>` +
    `<Message>${escapeXml(message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`
  )
}

function escapeXml(text: string): string {
  const printable = text.replaceAll(/[^\u0020-\uD7FF\uE000-\uFFFD]/g, '?')
  return printable.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function write({ response, requestId }: AwsRequest, status: number, xml: string): void {
  if (response.destroyed) return
  response.statusCode = status
  response.setHeader('content-type', 'text/xml')
  response.setHeader('content-length', Buffer.byteLength(xml))
  response.setHeader('x-amzn-requestid', requestId)
  response.end(xml)
}

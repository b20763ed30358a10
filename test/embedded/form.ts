/** What a request in the query protocol was answered with. */
export interface FormAnswer {
  readonly status: number
  readonly xml: string
  /** The texts of all elements of that name, in order of the document; no elements inside. */
  texts(element: string): string[]
}

export interface FormRequest {
  /** Default `/`. */
  readonly path?: string
  readonly method?: 'GET' | 'POST'
  /** The service in the credential scope; without one the request is anonymous. */
  readonly signedFor?: string
  /** Default 000000000000. */
  readonly accountId?: string
}

/** Sends parameters as a form, or in the URL where the method is GET. Nothing is signed: the server does not look. */
export async function sendForm(
  endpoint: string,
  parameters: Readonly<Record<string, string>>,
  { path = '/', method = 'POST', signedFor, accountId = '000000000000' }: FormRequest = {},
): Promise<FormAnswer> {
  const form = new URLSearchParams(parameters)
  const scope = `${accountId}/20260101/us-east-1/${signedFor}/aws4_request`
  const response = await fetch(`${endpoint}${path}${method === 'GET' ? `?${form.toString()}` : ''}`, {
    method,
    headers:
      signedFor === undefined
        ? {}
        : { authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0` },
    ...(method === 'POST' && { body: form }),
  })
  const xml = await response.text()
  return { status: response.status, xml, texts: (element) => textsOf(xml, element) }
}

const references: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#xd;': '\r',
}

function textsOf(xml: string, element: string): string[] {
  const found = xml.matchAll(new RegExp(`<${element}>([^<]*)</${element}>`, 'g'))
  return Array.from(found, ([, text]) => text.replace(/&[^;]*;/g, (reference) => references[reference]))
}

import { createReadStream, statSync } from 'node:fs'
import type { Upload } from './client/exchange.ts'
import { originOf } from './client/origin.ts'
import { serialize } from './client/serialize.ts'
import type { UserRequest } from './client/user-client.ts'
import { locatedFile } from './locate-file.ts'
import type { HttpSettings } from './schema.ts'
import type { Target } from './shard-context.ts'
import { USER_FAULT, type RequestSettings } from './request-schema.ts'
import { compileJsonTemplate } from './json-template.ts'
import { compileTemplate, type Scope, type Template } from './template.ts'

/** What a step does with its answer. */
export interface AnswerUse {
  readonly keepsBody: boolean
  readonly wantsHead: boolean
}

export interface RequestMaker {
  /** The request, where it is the same every time. */
  readonly constant: UserRequest | undefined
  /** Throws UnsetError where a variable has no value, TypeError where one has a value that cannot be sent. */
  make(scope: Scope): UserRequest
}

/**
 * Compiles a request of a scenario. One without variables is made once, to its last byte; the others are rendered for
 * each iteration. Throws Error where its file is not there.
 */
export function compileRequest(
  given: RequestSettings,
  use: AnswerUse,
  settings: HttpSettings,
  target: Target,
): RequestMaker {
  const { timeout = settings.timeout } = given
  const place = compilePlace(given, target)
  const body = compileBody(given)
  const headers = compileHeaders(given, settings, body?.type)
  const method = given.method ?? (body ? 'POST' : 'GET')
  const fixed = {
    method,
    timeoutMs: timeout,
    answerBody: use.keepsBody ? ('keep' as const) : ('discard' as const),
    wantsHead: use.wantsHead,
    redirects: settings.followRedirects,
  }
  const render = (scope: Scope | undefined): UserRequest => {
    return { ...fixed, ...place.render(scope), headers: headers.render(scope), body: body?.render(scope) }
  }
  if (!place.isConstant || !headers.isConstant || body?.isConstant === false)
    return { constant: undefined, make: render }
  const request = render(undefined)
  const isWhole = settings.version === '1.1' && given.file === undefined
  const extra = settings.connections.keepAlive ? '' : 'connection: close\r\n'
  const constant = isWhole ? { ...request, bytes: serialize(request, request.origin, extra) } : request
  return { constant, make: () => constant }
}

/** A part of a request; `scope` is only there where it is not constant. */
interface Part<T> {
  readonly isConstant: boolean
  render(scope: Scope | undefined): T
}

function compilePlace({ path, url }: RequestSettings, target: Target): Part<Pick<UserRequest, 'origin' | 'path'>> {
  if (path !== undefined) {
    const template = compileTemplate(path)
    const render = (scope: Scope | undefined) => ({
      origin: target.origin,
      path: target.prefix + pathText(textOf(template, scope)),
    })
    return constantly({ isConstant: template.constant !== undefined, render })
  }
  const template = compileTemplate(url ?? '')
  return constantly({
    isConstant: template.constant !== undefined,
    render: (scope) => placeOf(textOf(template, scope)),
  })
}

/** Where a whole URL leads. Throws TypeError for what is no http URL, and for one with a user in it: nobody would be told of it. */
export function placeOf(url: string): Pick<UserRequest, 'origin' | 'path'> {
  const parsed = new URL(url)
  if (parsed.username !== '' || parsed.password !== '') throw new TypeError(`a URL ${USER_FAULT}`)
  return { origin: originOf(parsed), path: `${parsed.pathname}${parsed.search}` }
}

/** A path as it may stand in a request: what may not is percent-encoded, what is encoded already stays. */
export function pathText(path: string): string {
  const text = path.startsWith('/') ? path : `/${path}`
  return /^[\x21-\x7e]*$/.test(text) ? text : text.toWellFormed().replaceAll(/[^\x21-\x7e]+/g, encodeURIComponent)
}

function compileHeaders(
  { headers }: RequestSettings,
  settings: HttpSettings,
  type: string | undefined,
): Part<readonly string[]> {
  const merged = defaultHeaders(settings)
  for (const [name, text] of [...Object.entries(settings.headers), ...Object.entries(headers)])
    merged.set(name.toLowerCase(), text)
  if (type !== undefined && !merged.has('content-type')) merged.set('content-type', type)
  const compiled = [...merged].map(([name, text]) => ({ name, template: compileTemplate(text) }))
  return constantly({
    isConstant: compiled.every(({ template }) => template.constant !== undefined),
    render: (scope) => compiled.flatMap(({ name, template }) => [name, headerText(name, textOf(template, scope))]),
  })
}

/** Headers that every request has, by lower-case name. */
export function defaultHeaders({ userAgent, compression }: HttpSettings): Map<string, string> {
  return new Map([
    ['user-agent', userAgent.replaceAll('${', () => '$${')],
    ['accept', '*/*'],
    ...(compression.length > 0 ? [['accept-encoding', compression.join(', ')] as const] : []),
  ])
}

/** Throws TypeError for a value that would end the line: it would be another request. */
export function headerText(name: string, value: string): string {
  // eslint-disable-next-line no-control-regex -- that is what it is about
  if (/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) return value
  throw new TypeError(
    `header ${name} cannot have the value ${JSON.stringify(value.slice(0, 60))}: only Latin-1 without control characters`,
  )
}

function compileBody({
  body,
  json,
  file,
}: RequestSettings): (Part<string | Upload> & { readonly type: string | undefined }) | undefined {
  if (file !== undefined) return { isConstant: true, type: 'application/octet-stream', render: () => uploadOf(file) }
  if (body === undefined && json === undefined) return undefined
  const template = json === undefined ? compileTemplate(body ?? '') : compileJsonTemplate(json)
  return {
    isConstant: template.constant !== undefined,
    type: json === undefined ? undefined : 'application/json',
    render: (scope) => textOf(template, scope),
  }
}

function uploadOf(file: string): Upload {
  const path = locatedFile(file)
  return { bytes: statSync(path).size, open: () => createReadStream(path) }
}

function textOf(template: Template, scope: Scope | undefined): string {
  return template.constant ?? template.render(scope!)
}

/** Renders what is constant once. */
function constantly<T>(part: Part<T>): Part<T> {
  if (!part.isConstant) return part
  const value = part.render(undefined)
  return { isConstant: true, render: () => value }
}

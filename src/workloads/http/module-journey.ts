import { countCheck } from '../../engine/check-counts.ts'
import type { Stream } from '../../scenario/stream.ts'
import type { UserRequest } from './client/user-client.ts'
import type { Journey, JourneyContext, JourneyRequest, JourneyUser, SendRequest } from './define-journey.ts'
import { compileExpected, type Expected } from './expectation.ts'
import type { JourneyRun } from './journey-run.ts'
import { defaultHeaders, headerText, pathText, placeOf } from './request-maker.ts'
import type { HttpSettings } from './schema.ts'
import type { RunnableJourney } from './scripted-journey.ts'
import { seriesName } from './series-name.ts'
import type { ShardContext } from './shard-context.ts'
import { drawThinkMs } from './think.ts'
import { compileTemplate } from './template.ts'

/** A journey of a module, as one iteration goes through it. */
export function moduleJourney({ name, weight, run: journey }: Journey, shard: ShardContext): RunnableJourney {
  const make = requestMaker(shard)
  return { name, weight, run: (run) => journey(new Context(run, make)) }
}

type MakeRequest = (request: JourneyRequest) => UserRequest

/** Its functions are taken apart by journeys, and so are no methods. */
class Context implements JourneyContext {
  readonly step: JourneyContext['step']
  readonly request: JourneyContext['request']
  readonly think: JourneyContext['think']
  readonly check: JourneyContext['check']
  readonly pick: JourneyContext['pick']
  readonly feed: JourneyContext['feed']
  readonly #run: JourneyRun

  constructor(run: JourneyRun, make: MakeRequest) {
    this.#run = run
    this.step = (given: string, what: JourneyRequest | ((request: SendRequest) => Promise<unknown>)) => {
      const name = seriesName(given)
      if (typeof what !== 'function') return run.step(name, make(what), expectedOf(what)) as Promise<never>
      const work = what as (request: SendRequest) => Promise<never>
      return run.group(name, (send) => work((request) => send(make(request), expectedOf(request))))
    }
    this.request = (request) => {
      const made = make(request)
      return run.step(seriesName(`${made.method} ${made.path.split('?', 1)[0]}`), made, expectedOf(request))
    }
    this.think = (pause) => run.think(typeof pause === 'number' ? pause : drawThinkMs(pause, run.random))
    this.check = (name, holds) => {
      countCheck(run.shard.recorder, seriesName(name), holds)
      return holds
    }
    this.pick = (weights) => pickOf(weights, run)
    this.feed = (feeder) => run.feed(feeder)
  }

  get user(): JourneyUser {
    return this.#run.user
  }

  get random(): Stream {
    return this.#run.random
  }

  get iteration(): number {
    return this.#run.iteration.index
  }

  get shard(): number {
    return this.#run.shard.shard
  }

  get signal(): AbortSignal {
    return this.#run.iteration.signal
  }
}

function pickOf<Name extends string>(weights: Readonly<Record<Name, number>>, { random }: JourneyRun): Name {
  const entries = Object.entries<number>(weights)
  const total = entries.reduce((sum, [, weight]) => sum + weight, 0)
  if (!(total > 0)) throw new RangeError('pick must have weights that sum to more than 0')
  let left = random.float64() * total
  for (const [name, weight] of entries) if ((left -= weight) < 0) return name as Name
  return entries.findLast(([, weight]) => weight > 0)![0] as Name
}

const expectedByStatus = new Map<number, Expected>()

function expectedOf({ expect }: JourneyRequest): Expected | undefined {
  if (expect === undefined) return undefined
  if (typeof expect !== 'number') return compileExpected(expect)
  let expected = expectedByStatus.get(expect)
  if (expected === undefined) expectedByStatus.set(expect, (expected = (status) => status === expect))
  return expected
}

/** Requests of a journey as they are sent. Throws TypeError for one that cannot be meant: the iteration fails. */
function requestMaker({ data: { settings }, target }: ShardContext): MakeRequest {
  const defaults = constantHeaders(settings)
  const flat = [...defaults].flat()
  const keepBody = settings.discardBodies !== true
  return (given) => {
    const { path, url, onData, timeoutMs = settings.timeout } = given
    if ((path === undefined) === (url === undefined)) throw new TypeError('a request needs one of path and url')
    const place = path === undefined ? placeOf(url!) : { origin: target.origin, path: target.prefix + pathText(path) }
    const { body, type } = bodyOf(given)
    const method = given.method ?? (body === undefined ? 'GET' : 'POST')
    if (!/^[A-Z][A-Z-]*$/.test(method)) throw new TypeError(`method ${JSON.stringify(method)} must be in capitals`)
    return {
      ...place,
      method,
      headers:
        given.headers === undefined && type === undefined ? flat : mergedHeaders(defaults, given.headers ?? {}, type),
      body,
      timeoutMs,
      answerBody: onData ?? ((given.keepBody ?? keepBody) ? 'keep' : 'discard'),
      wantsHead: true,
      redirects: settings.followRedirects,
    }
  }
}

/** The scenario's own headers; a module fills in its variables itself. */
function constantHeaders(settings: HttpSettings): Map<string, string> {
  const headers = defaultHeaders(settings)
  for (const [name, text] of Object.entries(settings.headers)) {
    const { constant } = compileTemplate(text)
    if (constant === undefined)
      throw new Error(`header ${name} has variables; where journeys are a module, set it there`)
    headers.set(name.toLowerCase(), headerText(name, constant))
  }
  return headers
}

function mergedHeaders(
  defaults: ReadonlyMap<string, string>,
  given: Readonly<Record<string, string>>,
  type: string | undefined,
): string[] {
  const headers = new Map(defaults)
  if (type !== undefined) headers.set('content-type', type)
  for (const [name, value] of Object.entries(given)) {
    if (!HEADER_NAME.test(name)) throw new TypeError(`${JSON.stringify(name)} is no name of a header`)
    headers.set(name.toLowerCase(), headerText(name, value))
  }
  return [...headers].flat()
}

const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

function bodyOf({ body, json, upload }: JourneyRequest): Pick<UserRequest, 'body'> & { readonly type?: string } {
  if (Number(body !== undefined) + Number(json !== undefined) + Number(upload !== undefined) > 1) {
    throw new TypeError('a request takes only one of body, json and upload')
  }
  if (json !== undefined) return { body: JSON.stringify(json), type: 'application/json' }
  return { body: upload ?? body }
}

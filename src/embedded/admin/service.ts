import type { DataFolder } from '../data-folder.ts'
import type { LiveBackend } from '../live-backend.ts'
import { BodyTooLargeError, BusyError, readBody } from '../read-body.ts'
import { type AwsRequest, type Service, serviceNames } from '../service.ts'
import { createAttachments } from './attachments.ts'
import { bodyPaths } from './body-paths.ts'
import { advanceClock, putFaults, reset } from './controls.ts'
import { Refusal } from './refusal.ts'
import { isFromHere, refuseWebPages } from './refuse-web-pages.ts'
import { sendJson } from './send-json.ts'
import { stateOf } from './state.ts'

export interface AdminOptions {
  readonly endpoint: () => string
  readonly folder: DataFolder
  readonly live: LiveBackend
  readonly awsLike: number | undefined
  readonly onUnused: () => void
}

export interface Admin extends Service {
  /** Connections to `/_turnaround/attach` that are open now. */
  readonly attachments: number
  isFor(request: AwsRequest): boolean
  /** Ends all attachments, without calling onUnused. */
  stop(): void
}

/** Answers what is to be sent as JSON. Throws Refusal. */
type JsonRoute = (asked: unknown) => object | Promise<object>

const longestRequestBytes = 16 * 1024 * 1024

/** What is not AWS, below `/_turnaround/`. Only for programs on this machine, and a page for people that only reads. */
export function createAdmin(options: AdminOptions): Admin {
  const { live, folder } = options
  const startedMs = performance.now()
  const attachments = createAttachments(options.onUnused)

  const health = (): object => ({
    status: 'ok',
    pid: process.pid,
    endpoint: options.endpoint(),
    data_folder: folder.path,
    uptime_seconds: Math.round(performance.now() - startedMs) / 1000,
    services: serviceNames,
  })
  const routes = new Map<string, JsonRoute>([
    ['GET /_turnaround/health', health],
    ['GET /_turnaround/state', () => ({ ...health(), ...stateOf(live, options.awsLike) })],
    ['GET /_turnaround/faults', () => ({ plan: live.faults.state() ?? null })],
    ['PUT /_turnaround/faults', (asked) => putFaults(live, asked ?? null)],
    ['DELETE /_turnaround/faults', () => putFaults(live, undefined)],
    ['GET /_turnaround/clock', () => live.clock.state()],
    ['POST /_turnaround/clock', (asked) => advanceClock(live, asked)],
    ['POST /_turnaround/reset', (asked) => reset(live, folder, asked)],
    ['POST /_turnaround/bodies', (asked) => bodyPaths(live, folder, asked)],
  ])
  const others = ['GET /_turnaround/', 'GET /_turnaround/attach']

  async function answer(request: AwsRequest): Promise<void> {
    if (!isFromHere(request)) throw new Refusal(403, 'only programs on this machine are answered here')
    const refused = refuseWebPages(request)
    if (refused !== undefined) throw new Refusal(403, refused)
    const { method, url, response } = request
    const asked = `${method} ${url.pathname}`
    if (asked === 'GET /_turnaround/attach') return attachments.attach(request)
    if (asked === 'GET /_turnaround') return void response.writeHead(308, { location: '/_turnaround/' }).end()
    if (asked === 'GET /_turnaround/') {
      const { sendPage } = await import('../page/send-page.ts')
      return sendPage(response)
    }
    const route = routes.get(asked)
    if (route === undefined) throw new Refusal(404, `there are: ${[...others, ...routes.keys()].join(', ')}`)
    sendJson(response, 200, await route(method === 'GET' ? undefined : await readJson(request)))
  }

  return {
    get attachments() {
      return attachments.size
    },
    // The text first: hardly a request's holds it, and to read a URL costs something.
    isFor: (request) =>
      request.incoming.url?.includes('_turnaround') === true && /^\/_turnaround(\/|$)/.test(request.url.pathname),
    async handle(request) {
      try {
        await answer(request)
      } catch (error) {
        if (error instanceof Refusal) {
          sendJson(request.response, error.status, { error: error.message, ...error.details })
        } else if (error instanceof BodyTooLargeError) {
          request.response.setHeader('connection', 'close')
          sendJson(request.response, error instanceof BusyError ? 503 : 413, { error: error.message })
        } else {
          throw error
        }
      }
    },
    stop: () => attachments.stop(),
  }
}

/** Undefined for an empty body. */
async function readJson({ incoming }: AwsRequest): Promise<unknown> {
  const text = (await readBody(incoming, longestRequestBytes)).toString()
  if (text.trim() === '') return undefined
  try {
    return JSON.parse(text) as unknown
  } catch (error) {
    throw new Refusal(400, `the request is not JSON: ${(error as Error).message}`)
  }
}

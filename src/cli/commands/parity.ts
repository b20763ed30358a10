import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Argv, ArgumentsCamelCase } from 'yargs'
import type { Environment } from '../../environment/resolve-environment.ts'
import type { StartOptions } from '../../environment/start-environment.ts'
import { EnvironmentError, InvalidInputError, RefusedError } from '../../errors.ts'
import type { Behaviour } from '../../parity/behaviour.ts'
import type { Place } from '../../parity/measure.ts'
import type { ParityDocument } from '../../parity/parity-document.ts'
import { onSignals } from '../signals.ts'
import { environmentOptions } from './options.ts'

export const command = 'parity'
export const describe =
  'compare an environment with what AWS was recorded doing, behaviour by behaviour, and with the embedded AWS'

const DEFAULT_OUT = 'results/parity'
const AT_ONCE = { embedded: 8, emulator: 4, aws: 16 }
const PATIENCE_MS = { embedded: 500, emulator: 500, aws: 5_000 }
/** Of the server that is started for this: reaching it takes a second instead of an hour. */
const IN_FLIGHT_LIMIT = 30
/** A threshold that no difference is. */
const DIFFERS_EXIT_CODE = 99

export function builder(argv: Argv) {
  return environmentOptions(argv)
    .option('out', {
      type: 'string',
      default: DEFAULT_OUT,
      describe: 'folder for parity.json and parity.html, in a subfolder named after the environment',
    })
    .option('only', { type: 'string', describe: 'behaviours whose id starts with this, e.g. sqs or own-s3-version' })
    .option('json', { type: 'boolean', default: false, describe: 'print parity.json instead of the table' })
    .option('move-clock', {
      type: 'boolean',
      default: false,
      describe: 'move the clock of the embedded server at --endpoint, for all who use it',
    })
    .option('make-resources', {
      type: 'boolean',
      default: false,
      describe: 'on AWS: make queues, buckets, tables and secrets named parity-…, and delete them',
    })
    .epilogue(`Exit code ${DIFFERS_EXIT_CODE} where a behaviour differs.`)
}

type Arguments = ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>

export async function handler(args: Arguments): Promise<void> {
  const { allBehaviours } = await import('../../parity/behaviours.ts')
  const { totalCounts } = await import('../../parity/parity-document.ts')
  const { renderParityTable } = await import('../../parity/render-table.ts')

  const behaviours = allBehaviours().filter(({ id }) => id.startsWith(args.only ?? ''))
  if (behaviours.length === 0) throw nothingCalled(args.only!)
  const say = (text: string): void => void process.stderr.write(`${text}\n`)
  const stop = onSignals({ say })
  const document = await measureThere(args, behaviours, { say, stop })
  const isAlone = document.kind === 'embedded' || stop.aborted
  const embedded = isAlone ? undefined : await measureThere(ownServer(args), behaviours, { say, stop })
  const beside = stop.aborted ? undefined : embedded // not all of it, perhaps
  process.stdout.write(args.json ? toJson(document) : renderParityTable(document, beside))
  if (stop.aborted) process.exitCode = 105
  else if (totalCounts(document).differs > 0) process.exitCode = DIFFERS_EXIT_CODE
}

/** Where what was measured elsewhere is held against. */
function ownServer(args: Arguments): Arguments {
  return { ...args, env: 'embedded', endpoint: undefined, moveClock: false }
}

/** Measures one environment and writes what came of it. */
async function measureThere(
  args: Arguments,
  behaviours: readonly Behaviour[],
  { say, stop }: { readonly say: (text: string) => void; readonly stop: AbortSignal },
): Promise<ParityDocument> {
  const { measureAll } = await import('../../parity/measure-all.ts')
  const { parityDocument } = await import('../../parity/parity-document.ts')
  const { renderParityHtml } = await import('../../parity/render-html.ts')
  const { systemClock } = await import('../../clock.ts')
  const place = await openPlace(args, say)
  try {
    const { environment } = place
    say(`${behaviours.length} behaviours on ${environment.name} (${environment.endpoint ?? environment.region})`)
    let count = 0
    const measurements = await measureAll(behaviours, place, {
      concurrency: AT_ONCE[environment.kind],
      stop,
      onMeasured({ behaviour: { id }, outcome: { state } }) {
        say(`${String(++count).padStart(4)}/${behaviours.length}  ${id}  ${state}`)
      },
    })
    const document = parityDocument(environment, measurements, systemClock.now())
    const folder = join(args.out, environment.name)
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'parity.json'), toJson(document))
    await writeFile(join(folder, 'parity.html'), renderParityHtml(document))
    say(`written: ${join(folder, 'parity.html')} and parity.json`)
    return document
  } finally {
    await place.close()
  }
}

function toJson(document: ParityDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`
}

/**
 * Embedded without an endpoint is a server of this run's own, in a temporary folder, so that moving its clock by days
 * disturbs nobody.
 */
async function openPlace(args: Arguments, warn: (text: string) => void): Promise<Place & { close(): Promise<void> }> {
  const { resolveEnvironment } = await import('../../environment/resolve-environment.ts')
  const { startEnvironment } = await import('../../environment/start-environment.ts')
  const { serverTime } = await import('../../parity/server-time.ts')
  const { mustAnswer } = await import('../../environment/must-answer.ts')

  const { isProtected, readSettings } = await import('../../environment/settings.ts')
  const resolved = resolveEnvironment(args.env, args, process.env, readSettings)
  const { kind, capabilities, name, stage } = resolved
  if (isProtected(stage, readSettings(stage)))
    throw new RefusedError(`${name} is protected, and parity makes and deletes resources: measure another environment`)
  if (!capabilities.provision.supported && !args.makeResources) {
    throw new RefusedError(
      `parity makes and deletes queues, buckets, tables and secrets named parity-… in the account of ${name}; say --make-resources to allow it`,
    )
  }
  const runName = randomBytes(4).toString('hex')
  const patience = { patienceMs: PATIENCE_MS[kind] }
  if (kind === 'embedded' && resolved.endpoint === undefined) {
    const { startEmbeddedAws } = await import('../../embedded/index.ts')
    const server = await startEmbeddedAws({ sqsInFlightLimit: IN_FLIGHT_LIMIT })
    const { endpoint } = server
    const environment = await startEnvironment({ ...resolved, endpoint }, patience)
    const close = async (): Promise<void> => {
      await environment.stop()
      await server.stop()
    }
    return { environment, runName, warn, close, inFlightLimit: IN_FLIGHT_LIMIT, time: serverTime(endpoint) }
  }
  const { endpoint } = resolved
  if (endpoint !== undefined) await mustAnswer(endpoint, name)
  const environment = await startEnvironment({ ...resolved, account: await askAccount(resolved, patience) }, patience)
  const time = kind === 'embedded' && args.moveClock ? serverTime(endpoint!) : undefined
  return { environment, runName, warn, time, close: () => environment.stop() }
}

/** Emulators differ in the account they give; one that does not say has ours. Undefined on AWS: asked at the start. */
async function askAccount(resolved: Environment, options: StartOptions): Promise<string | undefined> {
  if (resolved.kind !== 'emulator') return resolved.account
  const { startEnvironment } = await import('../../environment/start-environment.ts')
  try {
    const asked = await startEnvironment({ ...resolved, account: undefined }, options)
    await asked.stop()
    return asked.account
  } catch (error) {
    if (error instanceof EnvironmentError) return resolved.account
    throw error
  }
}

function nothingCalled(only: string): InvalidInputError {
  return new InvalidInputError('An option cannot be meant:', [
    { path: '--only', message: `no behaviour’s id starts with "${only}"; ids look like sqs-001, own-s3-cors-none` },
  ])
}

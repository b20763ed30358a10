import type { Argv, ArgumentsCamelCase } from 'yargs'
import { InvalidInputError } from '../../errors.ts'
import { type ExitCode, worstExitCode } from '../../exit-codes.ts'
import type { HitDocument } from '../../hit/hit-document.ts'
import { hitHeaders, hitMethods, hitUrl, type HitRequest } from '../../hit/hit-request.ts'
import { onSignals } from '../signals.ts'
import { durationOption } from './duration-option.ts'
import { amount, whole } from './options.ts'

export const command = 'hit <url>'
export const describe = 'hit one URL flat out, in a closed loop: how much it takes, and how long that takes'

const LIMITS = { connections: 10_000, pipelining: 1000, amount: 1_000_000_000, durationMs: 86_400_000 } as const
const TIMEOUT_MS = { least: 1000, most: 600_000 } as const

export function builder(argv: Argv) {
  return argv
    .positional('url', { type: 'string', demandOption: true, describe: 'http or https; without either: http' })
    .option('connections', {
      alias: 'c',
      type: 'string',
      default: '50',
      describe: `requests under way at once, each on a connection of its own, 1-${LIMITS.connections}`,
      coerce: (value: string) => whole('--connections', value, 1, LIMITS.connections)!,
    })
    .option('duration', { alias: 'd', type: 'string', describe: 'how long requests are sent (default: 10s)' })
    .option('amount', {
      alias: 'n',
      type: 'string',
      describe: 'so many requests in all, instead of a duration',
      coerce: (value: string) => whole('--amount', value, 1, LIMITS.amount),
    })
    .option('method', { alias: 'm', choices: hitMethods, default: 'GET' as const, describe: 'of every request' })
    .option('header', {
      alias: 'H',
      type: 'string',
      array: true,
      nargs: 1,
      default: [] as string[],
      describe: '"name: value"; may be given more than once',
    })
    .option('body', { alias: 'b', type: 'string', describe: 'text of every request' })
    .option('pipelining', {
      type: 'string',
      default: '1',
      describe: `requests under way at once on each connection, 1-${LIMITS.pipelining}`,
      coerce: (value: string) => whole('--pipelining', value, 1, LIMITS.pipelining)!,
    })
    .option('timeout', {
      type: 'string',
      default: '10s',
      describe: 'how long a connection waits for an answer, whole seconds',
    })
    .option('insecure', { alias: 'k', type: 'boolean', default: false, describe: 'take any certificate' })
    .option('max-error-rate', {
      type: 'string',
      describe: 'share of requests that may fail, 0-1; more: exit code 99 (default: as long as not all do)',
      coerce: errorRate,
    })
    .option('json', { type: 'boolean', default: false, describe: 'print everything as JSON instead of the summary' })
    .option('quiet', { type: 'boolean', default: false, describe: 'no progress on stderr' })
    .example('$0 hit http://127.0.0.1:8080/api/products', '50 connections for 10 s')
    .example(`$0 hit localhost:8080/orders -m POST -b '{"sku":1}' -H 'content-type: application/json' -n 5000`, 'POSTs')
    .epilogue(
      'No rate is asked for: use a scenario with an arrival rate to learn what users would wait. Redirects are not followed.\n' +
        'Exit codes: 99 too many requests failed, 90 the generator was the limit and not the target, 105 stopped by a signal,\n92 the URL is of a protected environment (config/environments.json).',
    )
}

type Args = ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>

export async function handler(args: Args): Promise<void> {
  const request = await requestOf(args)
  const { refuseProtectedTarget } = await import('../../guard/protected-target.ts')
  refuseProtectedTarget(request.url)
  const { runHit } = await import('../../hit/run-hit.ts')
  const { renderHit } = await import('../../hit/render-hit.ts')
  const { formatCount, formatMs } = await import('../../report/format.ts')
  const say = (text: string): void => void process.stderr.write(`${text}\n`)
  const stop = onSignals({ say })
  let before = 0
  const document = await runHit(request, {
    stop,
    ...(!args.quiet && {
      onProgress({ elapsedMs, requests, failed }) {
        say(
          `${formatMs(elapsedMs)}: ${formatCount(requests)} requests, ${formatCount(requests - before)} in the last second, ${formatCount(failed)} failed`,
        )
        before = requests
      },
    }),
  })
  const width = process.stdout.columns || 100
  const color = process.stdout.isTTY && process.stdout.hasColors()
  process.stdout.write(args.json ? `${JSON.stringify(document, null, 2)}\n` : renderHit(document, { color, width }))
  process.exitCode = exitCodeOf(document, { isStopped: stop.aborted, maxErrorRate: args.maxErrorRate })
}

async function requestOf(args: Args): Promise<HitRequest> {
  const { duration, amount: requests } = args
  if (duration !== undefined && requests !== undefined) {
    throw new InvalidInputError('Options that contradict each other:', [
      { path: '--duration', message: 'has no meaning beside --amount; leave one of them out' },
    ])
  }
  return {
    url: hitUrl(args.url),
    method: args.method,
    headers: hitHeaders(args.header),
    body: args.body,
    connections: args.connections,
    pipelining: args.pipelining,
    durationMs: await durationOption('--duration', duration ?? '10s', 1, LIMITS.durationMs),
    amount: requests,
    timeoutMs: await durationOption('--timeout', args.timeout, TIMEOUT_MS.least, TIMEOUT_MS.most),
    insecure: args.insecure,
  }
}

/** A target that is down must not look like success: a hit of which nothing succeeded has failed. */
export function exitCodeOf(
  { verdict, requests, failed }: Pick<HitDocument, 'verdict' | 'requests' | 'failed'>,
  { isStopped, maxErrorRate }: { readonly isStopped: boolean; readonly maxErrorRate: number | undefined },
): ExitCode {
  const share = requests.count === 0 ? 1 : failed / requests.count
  // Where nothing was answered there is no figure that the generator could have spoilt.
  const exceeded = 'exceeded' in verdict && share < 1 ? verdict.exceeded.length : 0
  return worstExitCode([
    ...(isStopped ? [105 as const] : []),
    ...(exceeded > 0 ? [90 as const] : []),
    ...(share === 1 || share > (maxErrorRate ?? 1) ? [99 as const] : []),
  ])
}

function errorRate(value: string | string[] | undefined): number | undefined {
  const share = amount('--max-error-rate', value)
  if (share === undefined || share <= 1) return share
  throw new InvalidInputError('An option cannot be meant:', [
    { path: '--max-error-rate', message: `must be a share, 0-1, got "${String(value)}"` },
  ])
}

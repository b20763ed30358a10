import type { Argv, ArgumentsCamelCase } from 'yargs'
import type { Confirmation } from '../../guard/confirmations.ts'
import { InvalidInputError } from '../../errors.ts'
import { whole } from './options.ts'

export const command = 'confirm [env]'
export const describe = 'allow one scenario in a protected environment for a while, for runs without a terminal'

const LONGEST_REASON = 500

export function builder(argv: Argv) {
  return argv
    .positional('env', { type: 'string', describe: 'the protected environment, e.g. prod' })
    .option('scenario', { type: 'string', describe: 'name in scenarios/, or path of a .ts or .yaml file' })
    .option('seed', {
      type: 'string',
      describe: 'as it will be run',
      coerce: (value: string) => whole('--seed', value, 0, Number.MAX_SAFE_INTEGER),
    })
    .option('set', { type: 'string', array: true, default: [], nargs: 1, describe: 'as it will be run' })
    .option('reason', { type: 'string', describe: 'why; kept in the audit record' })
    .option('for', { type: 'string', default: '2h', describe: 'how long it holds: 30m, 2h, at most 24h' })
    .option('list', { type: 'boolean', default: false, describe: 'show what is confirmed' })
    .option('json', { type: 'boolean', default: false, describe: 'with --list: as JSON' })
    .example('$0 confirm prod --scenario flights-small --reason "release 4.2" --for 2h', '')
}

type Arguments = ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>

export async function handler(args: Arguments): Promise<void> {
  const { systemClock } = await import('../../clock.ts')
  const { confirmations, confirmationsFolder } = await import('../../guard/confirmations.ts')
  const store = confirmations(confirmationsFolder(), systemClock)
  if (args.list) return show(await store.list(), systemClock.now(), args.json)

  const { environment, scenario, reason, hours } = meant(args)
  const { prepareScenario } = await import('../run/prepare.ts')
  const { resolveEnvironment } = await import('../../environment/resolve-environment.ts')
  const { userName } = await import('../run/caller.ts')
  const { name } = resolveEnvironment(environment)
  const prepared = await prepareScenario(scenario, args)
  const file = await store.make({
    environment: name,
    scenario: prepared.scenario.name,
    scenario_digest: prepared.digest,
    reason,
    by: userName(),
    hours,
  })
  process.stdout.write(
    `${prepared.scenario.name}, seed ${prepared.scenario.seed}, may run on ${name} for ${args.for}: ${file}\n`,
  )
}

function show(found: readonly Confirmation[], nowMs: number, json: boolean): void {
  if (json) process.stdout.write(`${JSON.stringify(found, null, 2)}\n`)
  else if (found.length === 0) process.stdout.write('nothing is confirmed\n')
  for (const { environment, scenario, scenario_digest: digest, by, reason, expires_at: expiresAt } of json
    ? []
    : found) {
    const until = Date.parse(expiresAt) > nowMs ? `until ${expiresAt}` : `expired ${expiresAt}`
    process.stdout.write(`${environment}  ${scenario}  ${digest.slice(0, 12)}  ${until}  ${by}: ${reason}\n`)
  }
}

/** All that is missing or cannot be meant, at once. */
function meant({ env, scenario, reason, for: duration }: Arguments) {
  const hours = hoursOf(duration)
  const faults = [
    ...(env === undefined ? [{ path: 'env', message: 'is missing: which environment, e.g. prod' }] : []),
    ...(scenario === undefined ? [{ path: '--scenario', message: 'is missing: what is to run there' }] : []),
    ...(reason === undefined || reason.trim() === ''
      ? [{ path: '--reason', message: 'is missing: why it is to run there' }]
      : []),
    ...((reason ?? '').length > LONGEST_REASON
      ? [{ path: '--reason', message: `must be at most ${LONGEST_REASON} characters` }]
      : []),
    ...(hours === undefined
      ? [{ path: '--for', message: `must be minutes or hours, 1m … 24h, got "${duration}"` }]
      : []),
  ]
  if (faults.length > 0) throw new InvalidInputError('Not confirmed:', faults)
  return { environment: env!, scenario: scenario!, reason: reason!.trim(), hours: hours! }
}

function hoursOf(text: string): number | undefined {
  const [, count, unit] = /^(\d+(?:\.\d+)?)(m|h)$/.exec(text) ?? []
  const hours = Number(count) / (unit === 'm' ? 60 : 1)
  return hours >= 1 / 60 && hours <= 24 ? hours : undefined
}

import yargs, { type CommandModule } from 'yargs'
import { hideBin } from 'yargs/helpers'
import { TurnaroundError } from '../errors.ts'
import { exitCodes } from '../exit-codes.ts'
import { version } from '../version.ts'
import * as bundle from './commands/bundle.ts'
import * as clean from './commands/clean.ts'
import * as confirm from './commands/confirm.ts'
import * as doctor from './commands/doctor.ts'
import * as embedded from './commands/embedded.ts'
import * as env from './commands/env.ts'
import * as estimate from './commands/estimate.ts'
import * as hit from './commands/hit.ts'
import * as honesty from './commands/honesty.ts'
import * as localstack from './commands/localstack.ts'
import * as merge from './commands/merge.ts'
import * as parity from './commands/parity.ts'
import * as parityRun from './commands/parity-run.ts'
import * as provision from './commands/provision.ts'
import * as report from './commands/report.ts'
import * as results from './commands/results.ts'
import * as run from './commands/run.ts'
import * as scenarios from './commands/scenarios.ts'
import * as status from './commands/status.ts'
import * as target from './commands/target.ts'
import * as validate from './commands/validate.ts'
import * as work from './commands/work.ts'
import { usageError } from './usage-error.ts'

// A command is data and a handler; handlers load what they need, so that --help stays fast.
const commands = [
  run,
  validate,
  estimate,
  scenarios,
  status,
  results,
  report,
  merge,
  bundle,
  work,
  clean,
  provision,
  env,
  confirm,
  embedded,
  target,
  hit,
  honesty,
  localstack,
  parity,
  parityRun,
  doctor,
]

const commandNames = commands.map(({ command }) => command.split(' ', 1)[0])
const codes = [...exitCodes].sort((a, b) => a.code - b.code).map(({ code, meaning }) => `${code} ${meaning}`)

const cli = yargs(hideBin(process.argv))
  .scriptName('turnaround')
  .usage('$0 <command>\n\nRuns scenarios through queues, processors and stores: embedded, on LocalStack, on AWS.')
  .version(version)
  .strict()
  .demandCommand(1, 'Say what to do.')
  .recommendCommands()
  .wrap(Math.min(120, process.stdout.columns || 100))
  .epilogue(`Exit codes: ${codes.join(' · ')}`)
  .exitProcess(false)
  .showHelpOnFail(false)
  .fail((message, error) => {
    // What an option's own check throws comes back as yargs' YError, with our words in it.
    const ours = error instanceof TurnaroundError || (error instanceof Error && error.name !== 'YError')
    throw ours ? error : usageError(message || error.message, hideBin(process.argv), commandNames)
  })
// Each command types its own arguments; yargs can only take a list of them untyped.
for (const command of commands) cli.command(command as unknown as CommandModule)

// Whoever reads us may have had enough, e.g. `| head`: that is no error, and nobody is left to tell.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

try {
  await cli.parseAsync()
} catch (error) {
  process.exitCode = explain(error)
}

// A scenario module may leave timers behind; the command is over all the same.
setTimeout(() => process.exit(), 500).unref()

/** A message for what a user can mend; a stack for what only we can. */
function explain(error: unknown): number {
  if (error instanceof TurnaroundError) {
    process.stderr.write(`${error.message}\n`)
    return error.exitCode
  }
  process.stderr.write(`Unexpected error: ${error instanceof Error ? error.stack : String(error)}\n`)
  return 107
}

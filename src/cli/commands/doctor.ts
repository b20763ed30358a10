import type { Argv, ArgumentsCamelCase } from 'yargs'

export const command = 'doctor'
export const describe = 'what this machine has and lacks for each environment'

export function builder(argv: Argv) {
  return argv.option('json', { type: 'boolean', default: false, describe: 'print as JSON' })
}

export async function handler(args: ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>): Promise<void> {
  const { doctorExitCode, examine, renderDoctor } = await import('../doctor.ts')
  const checks = await examine()
  process.exitCode = doctorExitCode(checks)
  const color = process.stdout.isTTY && !process.env.NO_COLOR
  process.stdout.write(args.json ? `${JSON.stringify(checks, null, 2)}\n` : `${renderDoctor(checks, { color })}\n`)
}

import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Figure, median, round } from './figure.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const ROUNDS = 11

/** `turnaround --help` from the build, laid out as an installed package (no source beside it): median of 11 processes. */
export function benchHelp(): Figure[] {
  const folder = mkdtempSync(join(tmpdir(), 'turnaround-bench-'))
  try {
    execFileSync(process.execPath, [
      join(root, 'node_modules/typescript/bin/tsc'),
      '-p',
      join(root, 'tsconfig.build.json'),
      '--outDir',
      join(folder, 'dist'),
    ])
    for (const part of ['bin', 'package.json', 'fixtures', 'scenarios'])
      cpSync(join(root, part), join(folder, part), { recursive: true })
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
    const milliseconds = Array.from({ length: ROUNDS }, () => {
      const startedAt = performance.now()
      execFileSync(process.execPath, [join(folder, 'bin/turnaround.js'), '--help'])
      return performance.now() - startedAt
    })
    return [
      {
        bench: 'turnaround --help from the build',
        figure: 'wall clock',
        value: round(median(milliseconds), 0),
        unit: 'ms',
        target: 'under 250',
      },
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

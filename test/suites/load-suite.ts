import { globSync } from 'node:fs'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** Folders, or single files, of each suite; whatever is in none of them is in `rest`. */
export const SUITES: Readonly<Record<string, readonly string[]>> = {
  cli: ['cli', 'report', 'merge', 'outputs'],
  dynamodb: ['embedded/dynamodb', 'embedded/secrets'],
  embedded: ['embedded'],
  environment: ['environment', 'guard', 'results'],
  hosts: ['hosts', 'processor', 'engine', 'hit', 'targets'],
  jobs: ['jobs'],
  s3: ['embedded/s3'],
  sqs: ['embedded/sqs'],
  workloads: ['workloads'],
}
export const REST = 'rest'
/** Each of these has a process of its own: whole runs, and what looks at its own memory or time. */
export const ALONE: readonly string[] = ['runs', 'honesty', 'embedded/fuzz']

const root = join(import.meta.dirname, '..')

/**
 * Imports all test files of the suite that the given file is named after. One process for many files, because half of
 * what a file costs is to load the AWS SDK.
 */
export async function loadSuite(suiteFile: string): Promise<void> {
  const name = basename(suiteFile, '.suite.ts')
  const files = globSync('**/*.test.ts', { cwd: root }).sort()
  for (const file of files.filter((each) => suiteOf(each) === name)) await import(pathToFileURL(join(root, file)).href)
}

/** The one with the longest folder that the file is in. */
function suiteOf(file: string): string | undefined {
  const isIn = (folder: string) => file === folder || file.startsWith(`${folder}/`)
  const claims = [...Object.entries(SUITES), [undefined, ALONE] as const].flatMap(([name, folders]) =>
    folders.filter(isIn).map((folder) => ({ name, folder })),
  )
  if (claims.length === 0) return REST
  return claims.sort((a, b) => b.folder.length - a.folder.length)[0].name
}

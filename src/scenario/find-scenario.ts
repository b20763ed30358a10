import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, extname, join, parse, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { InvalidInputError } from '../errors.ts'
import { didYouMean } from '../nearest.ts'
import { SCENARIO_NAME } from './schema.ts'

export const SCENARIO_EXTENSIONS = ['.ts', '.js', '.mjs', '.yaml', '.yml', '.json'] as const

/** The scenarios that come with Turnaround: found where the project has none of that name. */
export const shippedFolder = fileURLToPath(new URL('../../scenarios/', import.meta.url))

/** A scenario file: the name it is called by, and where it is. */
export interface ScenarioFile {
  readonly name: string
  readonly path: string
}

/**
 * The file behind a name (`flights`: in `folder`, else among the shipped ones) or a path (`./mine/night.yaml`).
 * Throws InvalidInputError where there is none, with the nearest names and all that exist, or more than one.
 */
export async function findScenario(nameOrPath: string, folder: string): Promise<string> {
  const isPath = /[/\\]/.test(nameOrPath) || isExtension(extname(nameOrPath))
  if (isPath && isExtension(extname(nameOrPath))) return findPath(nameOrPath)
  const folders = isPath ? [dirname(nameOrPath)] : foldersToSearch(folder)
  return findName(isPath ? basename(nameOrPath) : nameOrPath, folders)
}

/** The project's scenarios and those shipped, a project's own hiding the shipped one of its name. Both forms of one name are listed. */
export async function findScenarios(folder: string): Promise<ScenarioFile[]> {
  const own = await filesIn(folder)
  const names = new Set(own.map(({ name }) => name))
  const shipped = await Promise.all(foldersToSearch(folder).slice(1).map(filesIn))
  return [...own, ...shipped.flat().filter(({ name }) => !names.has(name))]
}

function foldersToSearch(folder: string): string[] {
  return resolve(folder) === resolve(shippedFolder) ? [folder] : [folder, shippedFolder]
}

async function findName(name: string, folders: readonly string[]): Promise<string> {
  const known: string[] = []
  for (const folder of folders) {
    const files = await filesIn(folder)
    const found = files.filter((file) => file.name === name)
    if (found.length > 1) {
      const paths = found.map(({ path }) => path).join(' and ')
      throw new InvalidInputError(
        `scenario ${name} has two forms, ${paths}: remove one, or give the path of the one you mean`,
      )
    }
    if (found[0]) return found[0].path
    known.push(...files.map((file) => file.name))
  }
  throw unknownScenario(JSON.stringify(name), name, [...new Set(known)], folders)
}

async function findPath(path: string): Promise<string> {
  const found = await stat(path).catch((error: unknown) => {
    if (isMissing(error)) return undefined
    throw error
  })
  if (found?.isFile()) return path
  if (found) throw new InvalidInputError(`${path} is not a file; give a scenario file or a name`)
  const folder = dirname(path)
  const files = await filesIn(folder)
  throw unknownScenario(
    path,
    basename(path),
    files.map((file) => basename(file.path)),
    [folder],
  )
}

function unknownScenario(
  what: string,
  typed: string,
  known: readonly string[],
  folders: readonly string[],
): InvalidInputError {
  const places = folders.join(' or ')
  const list = known.length === 0 ? `there are no scenarios in ${places}` : `there are: ${known.join(', ')}`
  return new InvalidInputError(`there is no scenario ${what} in ${places}${didYouMean(typed, known) || ';'} ${list}`)
}

/** Scenario files of a folder by name; a folder that does not exist has none. */
async function filesIn(folder: string): Promise<ScenarioFile[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (isMissing(error)) return []
    throw error
  })
  return entries
    .filter(
      (entry) => !entry.isDirectory() && isExtension(extname(entry.name)) && SCENARIO_NAME.test(parse(entry.name).name),
    )
    .map((entry) => ({ name: parse(entry.name).name, path: join(folder, entry.name) }))
    .sort((a, b) => (a.name === b.name ? (a.path < b.path ? -1 : 1) : a.name < b.name ? -1 : 1))
}

function isExtension(extension: string): boolean {
  return (SCENARIO_EXTENSIONS as readonly string[]).includes(extension)
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
}

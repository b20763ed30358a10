import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InvalidInputError, NotFoundError } from '../errors.ts'
import type { ResultsDocument } from './documents.ts'
import { RESULTS_KEY } from './layout.ts'

export interface LocalBundle {
  readonly folder: string
  readonly results: ResultsDocument
}

export interface LocalBundles {
  /** The latest first. */
  readonly bundles: readonly LocalBundle[]
  /** What is wrong with documents that cannot be read: said, and no reason to hide the others. */
  readonly unreadable: readonly InvalidInputError[]
}

/** Every run with a results document below `folder`. A run still going has none yet. */
export async function listBundles(folder: string): Promise<LocalBundles> {
  const bundles: LocalBundle[] = []
  const unreadable: InvalidInputError[] = []
  for (const entry of await entriesOf(folder)) {
    try {
      bundles.push(await readBundle(folder, entry))
    } catch (error) {
      if (error instanceof InvalidInputError) unreadable.push(error)
      else if (!(error instanceof NotFoundError)) throw error
    }
  }
  bundles.sort((a, b) => (a.results.finished_at < b.results.finished_at ? 1 : -1))
  return { bundles, unreadable }
}

/** Throws NotFoundError where the run has no results document here, InvalidInputError where it cannot be read. */
async function readBundle(folder: string, runId: string): Promise<LocalBundle> {
  const file = join(folder, runId, RESULTS_KEY)
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (cause) {
    if (!['ENOENT', 'ENOTDIR', 'EISDIR'].includes((cause as NodeJS.ErrnoException).code ?? '')) throw cause
    throw new NotFoundError(file, 'the local results', { cause })
  }
  try {
    return { folder: join(folder, runId), results: JSON.parse(text) as ResultsDocument }
  } catch (cause) {
    throw new InvalidInputError(`${file} is not a results document: ${(cause as Error).message}`, [], { cause })
  }
}

async function entriesOf(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

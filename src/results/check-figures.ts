import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { InvalidInputError } from '../errors.ts'
import { getIfThere } from './get-if-there.ts'
import type { Bundle } from './read-bundle.ts'
import { FIGURES_KEY, TRAFFIC_KEY, WINDOWS_KEY } from './traffic-layout.ts'

/**
 * Answers a traffic bundle's `windows.bin`. Throws InvalidInputError where that or `figures.bin` is missing, or is not what
 * the run's own document names: figures that were changed must not be taken for measured ones.
 */
export async function checkFigures({ folder, local, traffic, manifest }: Bundle): Promise<Uint8Array> {
  const check = async (key: string): Promise<Uint8Array> => {
    const wrong = (message: string) =>
      new InvalidInputError('The figures cannot be read:', [{ path: join(folder, key), message }])
    const said = traffic?.files.find((file) => file.key === key)
    const body = await getIfThere(local, key)
    if (!body) throw wrong(`does not exist; turnaround bundle pull ${manifest.run_id} brings it`)
    if (said?.sha256 === createHash('sha256').update(body).digest('hex')) return body
    throw wrong(`is not what ${TRAFFIC_KEY} beside it names: it was changed since the run`)
  }
  await check(FIGURES_KEY)
  return check(WINDOWS_KEY)
}

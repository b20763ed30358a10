import type { Stream } from '../../scenario/stream.ts'
import type { FeederSettings } from './feeder-schema.ts'
import { locatedFile } from './locate-file.ts'
import { readRows, type Row } from './read-rows.ts'

/** A feeder in mode `once` has no rows left: the iteration fails. */
export class FeederEmptyError extends Error {}

/** The rows of one shard. */
export interface Feeder {
  readonly size: number
  /** The next row; `random` is the iteration's own. Throws FeederEmptyError. */
  next(random: () => Stream): Row
}

/** Row i belongs to shard i mod `shards`: no row is given to two. */
export function createFeeder(
  name: string,
  rows: readonly Row[],
  mode: FeederSettings['mode'],
  shard: number,
  shards: number,
): Feeder {
  const own = rows.filter((_, index) => index % shards === shard)
  if (own.length === 0) {
    throw new RangeError(`feeder ${name} has ${rows.length} rows, and none is left for shard ${shard} of ${shards}`)
  }
  let given = 0
  return {
    size: own.length,
    next(random) {
      if (mode === 'random') return own[random().integer(0, own.length - 1)]
      if (mode === 'once' && given >= own.length) {
        throw new FeederEmptyError(
          `feeder ${name} has no rows left: each of the ${own.length} of this shard was used once; give it more rows or another mode`,
        )
      }
      return own[given++ % own.length]
    },
  }
}

/** The feeder as settings say. Throws Error where its file is not there or is not the one the scenario was checked with. */
export function loadFeeder(name: string, settings: FeederSettings, shard: number, shards: number): Feeder {
  const rows = settings.rows ?? rowsOfFile(name, settings)
  return createFeeder(name, rows, settings.mode, shard, shards)
}

function rowsOfFile(name: string, { file = '', sha256 }: FeederSettings): readonly Row[] {
  const path = locatedFile(file)
  const read = readRows(path)
  if (sha256 !== undefined && read.sha256 !== sha256) {
    throw new Error(
      `feeder ${name}: ${path} is not the file the scenario was checked with (sha256 ${read.sha256}, not ${sha256})`,
    )
  }
  return read.rows
}

import { Figures } from './figures.ts'
import { addEncodedFigures, encodeFigures } from './figures-encoding.ts'

/** A window of several shards together. */
export interface MergedWindow {
  readonly number: number
  /** Whose windows are in it, ascending. */
  readonly shards: readonly number[]
  /** Encoded (figures-encoding.ts). */
  readonly figures: Uint8Array<ArrayBuffer>
}

interface OpenWindow {
  readonly shards: number[]
  /** Undefined once the window was packed. */
  open: Figures | undefined
  packed: Uint8Array<ArrayBuffer>[]
}

/** Windows that are kept ready to be added to; older ones are packed into their encoding, a few hundred bytes a step. */
const OPEN_WINDOWS = 8

/**
 * Merges the windows of several shards, which come in any order between shards, and hands out each in the order of
 * their numbers as soon as every shard that is still running has given its own. What `add` is given must not come twice:
 * ask the ledger first.
 */
export function createWindowMerger(options: {
  readonly shards: readonly number[]
  /** `figures` are the window's, decoded; only valid during the call. */
  readonly onWindow: (window: MergedWindow, figures: Figures) => void
}) {
  const { onWindow } = options
  /** The next window of each shard that has not ended; those without an entry have. */
  const nextOf = new Map(options.shards.map((shard) => [shard, 0]))
  const windows = new Map<number, OpenWindow>()
  const spare: Figures[] = []
  let handedOut = 0
  /** Shards that still owe the window that is next to be handed out. */
  let owing = nextOf.size

  function add(shard: number, number: number, bytes: Uint8Array<ArrayBuffer>, from = 0, to = bytes.length): void {
    if (number < handedOut) throw new RangeError(`window ${number} of shard ${shard} comes after it was handed out`)
    let window = windows.get(number)
    if (!window) windows.set(number, (window = { shards: [], open: spare.pop() ?? new Figures(), packed: [] }))
    window.shards.push(shard)
    if (window.open) addEncodedFigures(bytes, window.open, from, to)
    else window.packed.push(bytes.subarray(from, to))
    advance(shard, number + 1)
    packOldest()
  }

  function end(shard: number): void {
    advance(shard, Infinity)
    nextOf.delete(shard)
  }

  /** The shard owes no window before this one any more. */
  function advance(shard: number, next: number): void {
    const before = nextOf.get(shard)
    if (before === undefined || before >= next) return
    nextOf.set(shard, next)
    if (before > handedOut || next <= handedOut) return
    owing -= 1
    if (owing === 0) handOutReady()
  }

  function handOutReady(): void {
    const running = [...nextOf.values()]
    const until = running.reduce((least, next) => Math.min(least, next), Infinity)
    while (handedOut < until && windows.size > 0) {
      const window = windows.get(handedOut)
      if (window) handOut(handedOut, window)
      handedOut += 1
    }
    owing = running.filter((next) => next <= handedOut).length
  }

  function handOut(number: number, window: OpenWindow): void {
    const figures = unpacked(window)
    windows.delete(number)
    onWindow({ number, shards: window.shards.sort((a, b) => a - b), figures: encodeFigures(figures) }, figures)
    figures.clear()
    spare.push(figures)
  }

  function unpacked({ open, packed }: OpenWindow): Figures {
    const figures = open ?? spare.pop() ?? new Figures()
    for (const bytes of packed) addEncodedFigures(bytes, figures)
    return figures
  }

  /** Where one shard lags behind, the windows that wait for it take little memory. */
  function packOldest(): void {
    let open = 0
    for (const window of windows.values()) if (window.open) open++
    if (open <= OPEN_WINDOWS) return
    for (const window of windows.values()) {
      if (!window.open) continue
      window.packed = [encodeFigures(window.open)]
      window.open.clear()
      spare.push(window.open)
      window.open = undefined
      return
    }
  }

  return {
    /** A shard's window: encoded figures, which may be a part of `bytes`. */
    add,
    /** The shard has no more windows: it ended, or it is lost. */
    end,
    /** Windows that wait for a shard. */
    get waiting(): number {
      return windows.size
    },
  }
}

export type WindowMerger = ReturnType<typeof createWindowMerger>

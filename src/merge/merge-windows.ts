import { Figures } from '../engine/figures.ts'
import { addEncodedFigures, encodeFigures } from '../engine/figures-encoding.ts'
import type { MergedWindow } from '../engine/window-merger.ts'
import { readWindows } from '../results/traffic-windows.ts'
import type { Piece } from './line-up.ts'
import type { PlacedShards } from './place-shards.ts'

export interface AddedWindow {
  readonly window: MergedWindow
  /** The same, decoded; only valid until the next one is asked for. */
  readonly figures: Figures
}

/** The windows of all pieces, ascending, those of one number added up. One window of each piece is decoded at a time. */
export function* mergeWindows(pieces: readonly Piece[], numbers: PlacedShards['numbers']): Generator<AddedWindow> {
  const figures = new Figures()
  let heads = pieces.flatMap((piece) => {
    const rest = placed(piece, numbers.get(piece.source)!)
    const { value: next } = rest.next()
    return next ? [{ rest, next }] : []
  })
  while (heads.length > 0) {
    const number = heads.reduce((least, { next }) => Math.min(least, next.number), Infinity)
    const shards: number[] = []
    figures.clear()
    heads = heads.flatMap((head) => {
      if (head.next.number > number) return head
      addEncodedFigures(head.next.figures, figures)
      shards.push(...head.next.shards)
      const { value: next } = head.rest.next()
      return next ? { ...head, next } : []
    })
    yield { window: { number, shards: shards.sort((a, b) => a - b), figures: encodeFigures(figures) }, figures }
  }
}

/** The windows of one piece, with their numbers and shards in the merged bundle. */
function* placed(piece: Piece, shards: readonly number[]): Generator<MergedWindow, undefined> {
  const { source, firstWindow, windows, at } = piece
  for (const window of readWindows(source.windows)) {
    if (window.number < firstWindow) continue
    if (window.number >= firstWindow + windows) return
    yield { ...window, number: window.number - firstWindow + at, shards: window.shards.map((shard) => shards[shard]) }
  }
}

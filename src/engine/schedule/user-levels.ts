import type { Activation } from './schedule.ts'
import type { StageRamp } from './settings.ts'

/** A number of users over time. It moves one user at a time: the last to come is the first to go. */
export interface LevelPiece {
  readonly durationUs: number
  readonly from: number
  readonly to: number
  readonly ramp: StageRamp
}

/**
 * When one user (0 or more) is active: while the level is above its number. Between two levels the user in the middle
 * comes or goes when its share of the way is done, as k6 does it; at the very end all are over.
 */
export function* activationsOf(user: number, pieces: readonly LevelPiece[]): Generator<Activation, undefined> {
  let startUs = 0
  let fromUs = pieces[0].from > user ? 0 : -1
  for (const piece of pieces) {
    const { from, to, durationUs } = piece
    if (from <= user && to > user) fromUs = startUs + crossingUs(piece, user + 1)
    if (from > user && to <= user) {
      const untilUs = startUs + crossingUs(piece, user)
      if (untilUs > fromUs) yield { fromUs, untilUs }
      fromUs = -1
    }
    startUs += durationUs
  }
  if (fromUs >= 0 && startUs > fromUs) yield { fromUs, untilUs: startUs }
}

/** When, inside the piece, the level gets to a whole number between its ends. */
function crossingUs({ durationUs, from, to, ramp }: LevelPiece, level: number): number {
  if (ramp === 'step') return 0
  if (ramp === 'exponential') return Math.floor(durationUs * exponentialShare(level, from, to))
  return Math.floor((durationUs * (level - from)) / (to - from))
}

/**
 * The share of the time until equal factors in equal times have led from one level to a level between. They never lead
 * from or to 0: the way begins or ends at 1 instead, and one user comes at once or goes at the last.
 */
function exponentialShare(level: number, from: number, to: number): number {
  const start = Math.max(from, 1)
  const end = Math.max(to, 1)
  if (start === end) return level > from ? 0 : 1
  return Math.min(Math.max(Math.log(Math.max(level, 1) / start) / Math.log(end / start), 0), 1)
}

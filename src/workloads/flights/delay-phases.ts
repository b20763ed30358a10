import type { Direction } from '../../results/stores.ts'
import type { Distribution } from './distribution.ts'
import { always, clippedExponential, clippedNormal, mixture, oneOf, sum, uniform } from './distribution.ts'

/**
 * Rows (simulated minutes) from gate open to takeoff: the sum of the phases, each of which is independent of the others.
 *
 * | phase | rows |
 * | --- | --- |
 * | gate_open, boarding_start | 1 each |
 * | boarding | clip(floor(Exp(mean 8)) + 10, 50, 70) |
 * | with 5 %: delayed boarding | U{5..24} + U{1..5} |
 * | with the next 10 %: security hold | U{2..14} + U{1..5} |
 * | boarding_complete, gate_close, pushback | 1 each |
 * | waiting_for_taxi | max(1, one of 0, 0, 1, 1, 2, 3, 5) |
 * | taxiing | clip(floor(N(7, sd 4)), 5, 35) |
 * | waiting_for_takeoff | max(1, clip(floor(Exp(mean 1.5)), 0, 8)) |
 * | takeoff | 1 |
 */
function departureRows(): Distribution {
  const gateOpenAndBoardingStart = always(2)
  const boarding = clippedExponential(8, 10, 50, 70)
  const delayedBoarding = sum(uniform(5, 24), uniform(1, 5))
  const securityHold = sum(uniform(2, 14), uniform(1, 5))
  const disruption = mixture([
    [0.05, delayedBoarding],
    [0.1, securityHold],
    [0.85, always(0)],
  ])
  const completeCloseAndPushback = always(3)
  const waitingForTaxi = oneOf([0, 0, 1, 1, 2, 3, 5], 1)
  const taxiing = clippedNormal(7, 4, 5, 35)
  const waitingForTakeoff = clippedExponential(1.5, 0, 1, 8)
  const takeoff = always(1)
  return sum(
    gateOpenAndBoardingStart,
    boarding,
    disruption,
    completeCloseAndPushback,
    waitingForTaxi,
    taxiing,
    waitingForTakeoff,
    takeoff,
  )
}

/** Rows from the first minute of the approach to the last of the landing: 30 % U{1..10}, 60 % U{11..30}, 10 % U{31..120}. */
function landingRows(): Distribution {
  return mixture([
    [0.3, uniform(1, 10)],
    [0.6, uniform(11, 30)],
    [0.1, uniform(31, 120)],
  ])
}

/** Minutes: the offset of the last row, one less than the rows. */
export function durationDistribution(direction: Direction): Distribution {
  const rows = direction === 'departure' ? departureRows() : landingRows()
  return { first: rows.first - 1, probabilities: rows.probabilities }
}

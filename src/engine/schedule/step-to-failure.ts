import type { SettingsOf } from './settings.ts'

type SearchSettings = Pick<
  SettingsOf<'step-to-failure'>,
  'startRate' | 'minRate' | 'maxRate' | 'precision' | 'confidence' | 'reliability' | 'maxSteps'
>

/** What one step of a search found. `saturated`: the generator was the bottleneck, so the target was not measured. */
export interface Observation {
  readonly rate: number
  readonly outcome: 'met' | 'failed' | 'saturated'
}

export type SearchStep =
  /** Run this rate next. */
  { readonly state: 'step'; readonly number: number; readonly rate: number } | SearchResult

export interface SearchResult {
  readonly state: 'found'
  /** The highest rate that is believed to meet the thresholds; 0 where not even `minRate` does. */
  readonly rate: number
  /** The next rate the search can tell apart, believed to fail; undefined where `rate` is the highest that could be tried. */
  readonly failsAt: number | undefined
  /** The probability of exactly that, given what was observed and how reliable a step is. */
  readonly confidence: number
  /** A range that holds the limit with 95 % probability: the highest rate that meets is at least `low` and at most `high`. */
  readonly low: number
  readonly high: number
  readonly steps: number
  /** `confident`: as sure as asked. `steps`: they were used up before. `generator`: it, not the target, could do no more. */
  readonly endedBy: 'confident' | 'steps' | 'generator'
}

/**
 * What to do after these observations: pure, so that the job between two steps needs nothing but the list.
 *
 * First doubles the rate until a step fails, then bisects. Near the limit a step's outcome is chance, and a plain bisection
 * would believe one bad step for ever; this one keeps a probability for each limit there could be, lets every
 * observation shift it (M. Horstein, "Sequential transmission using noiseless feedback", 1963; R. Waeber, P. Frazier and S. Henderson,
 * "Bisection search with noisy responses", 2013), tries the median, and thereby repeats what is in doubt.
 */
export function nextSearchStep(settings: SearchSettings, observations: readonly Observation[]): SearchStep {
  const rates = rateGrid(settings)
  const saturatedFrom = Math.min(...observations.filter(isSaturated).map(({ rate }) => rate))
  const usable = rates.filter((rate) => rate < saturatedFrom)
  const belief = beliefAfter(observations, usable, settings.reliability)
  const number = observations.length
  const best = belief.indexOf(Math.max(...belief))
  const isSure = belief[best] >= settings.confidence
  if (usable.length === 0 || isSure || number >= settings.maxSteps) {
    const endedBy =
      usable.length === 0 || (best === usable.length && usable.length < rates.length)
        ? 'generator'
        : isSure
          ? 'confident'
          : 'steps'
    return { ...resultOf(usable, belief, best), steps: number, endedBy }
  }
  const rate = climbs(observations) ? climbTo(usable, number, settings.startRate) : medianRate(usable, belief)
  return { state: 'step', number, rate }
}

/** The settings of one step's run. */
export function searchRun(settings: SettingsOf<'step-to-failure'>, rate: number): SettingsOf<'constant-arrival-rate'> {
  const { startTime, gracefulStop, preAllocatedVUs, maxVUs, timeUnit, stepDuration: duration } = settings
  const concurrency = {
    ...(preAllocatedVUs !== undefined && { preAllocatedVUs }),
    ...(maxVUs !== undefined && { maxVUs }),
  }
  return { executor: 'constant-arrival-rate', startTime, gracefulStop, ...concurrency, rate, timeUnit, duration }
}

/** Rates that a search can tell apart, ascending: each larger than the last by `precision`, at least by 1. */
function rateGrid({ minRate, maxRate, precision }: SearchSettings): number[] {
  const rates: number[] = []
  for (let rate = minRate; rate < maxRate; rate = Math.max(rate + 1, Math.round(rate * (1 + precision))))
    rates.push(rate)
  return [...rates, maxRate]
}

/**
 * The probability that exactly the first n rates meet the thresholds, for n = 0 … all. Before the first observation
 * all are alike.
 */
function beliefAfter(observations: readonly Observation[], rates: readonly number[], reliability: number): number[] {
  let belief = Array.from({ length: rates.length + 1 }, () => 1 / (rates.length + 1))
  for (const { rate, outcome } of observations) {
    if (outcome === 'saturated') continue
    const shifted = belief.map((probability, meeting) => {
      const meets = meeting > 0 && rates[meeting - 1] >= rate
      return probability * (meets === (outcome === 'met') ? reliability : 1 - reliability)
    })
    const sum = shifted.reduce((a, b) => a + b, 0)
    belief = shifted.map((probability) => probability / sum)
  }
  return belief
}

function climbs(observations: readonly Observation[]): boolean {
  return observations.every(({ outcome }) => outcome === 'met')
}

/** The start rate, doubled with every step, as near as the grid has it and at most its end. */
function climbTo(rates: readonly number[], number: number, startRate: number): number {
  const wanted = startRate * 2 ** number
  return rates.find((rate) => rate >= wanted) ?? rates[rates.length - 1]
}

/** The rate of which it is most in doubt whether it meets. */
function medianRate(rates: readonly number[], belief: readonly number[]): number {
  let below = 0
  let nearest = 0
  let doubt = Infinity
  for (let at = 0; at < rates.length; at++) {
    below += belief[at]
    if (Math.abs(below - 0.5) < doubt) [nearest, doubt] = [at, Math.abs(below - 0.5)]
  }
  return rates[nearest]
}

function resultOf(
  rates: readonly number[],
  belief: readonly number[],
  best: number,
): Omit<SearchResult, 'steps' | 'endedBy'> {
  const rateOf = (meeting: number) => (meeting === 0 ? 0 : rates[meeting - 1])
  return {
    state: 'found',
    rate: rateOf(best),
    failsAt: rates[best],
    confidence: belief[best],
    low: rateOf(quantile(belief, 0.025)),
    high: rateOf(quantile(belief, 0.975)),
  }
}

function quantile(belief: readonly number[], q: number): number {
  let sum = 0
  const at = belief.findIndex((probability) => (sum += probability) >= q)
  return at < 0 ? belief.length - 1 : at
}

function isSaturated({ outcome }: Observation): boolean {
  return outcome === 'saturated'
}

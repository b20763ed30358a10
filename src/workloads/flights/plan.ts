import { canonicalJson } from '../../results/canonical-json.ts'
import { sequenceKey } from '../../results/layout.ts'
import type { Direction } from '../../results/stores.ts'
import type { Plan, PlannedJob } from '../workload.ts'
import { clockTime } from './clock-time.ts'
import { dayRules } from './day-rules.ts'
import type { DetailsOf, FlightsKind } from './job-details.ts'
import { chosenAirports, createNetwork, type Network } from './network.ts'
import type { FlightsSettings } from './schema.ts'
import { sequenceDrawer, type Leg, type Sequence } from './sequences.ts'

/**
 * The jobs and the days of a scenario, drawn while they are iterated: memory does not grow with the sequences.
 * Throws InvalidInputError, which says why, where no valid day exists in the network.
 *
 *     model-departure-LHR ─┐
 *     model-landing-DUB ───┼▶ seq-0007-leg-1 ─▶ … ─▶ seq-0007-leg-5 ─▶ seq-0007-percentiles ─▶ merge
 */
export function planFlights(settings: FlightsSettings, seed: number): Plan {
  const network = createNetwork(chosenAirports(settings.network), settings.speedKmh)
  const draw = sequenceDrawer(network, dayRules(settings), seed)
  return { jobs: jobs(settings, network, draw, seed), documents: documents(settings, network, draw) }
}

type Draw = (sequenceId: number) => Sequence

function* documents(settings: FlightsSettings, network: Network, draw: Draw) {
  for (let sequenceId = 1; sequenceId <= settings.sequences; sequenceId++) {
    yield { key: sequenceKey(sequenceId), body: canonicalJson(sequenceDocument(draw(sequenceId), network)) }
  }
}

/** `sequences/<sequence_id>.json`, as in flights.md. */
function sequenceDocument({ sequenceId, home, legs }: Sequence, network: Network) {
  return {
    sequence_id: sequenceId,
    home_airport_iata: iataOf(network, home),
    routes: legs.map((leg) => ({
      origin_iata: iataOf(network, leg.origin),
      destination_iata: iataOf(network, leg.destination),
      estimated_gate_open_time: clockTime(leg.gateOpen),
      estimated_takeoff_time: clockTime(leg.takeoff),
      estimated_arrival_time: clockTime(leg.landing),
    })),
  }
}

/** Each model once, before the first leg that needs it; the merge last. */
function* jobs(settings: FlightsSettings, network: Network, draw: Draw, seed: number): Generator<PlannedJob> {
  const planned = new Set<string>()
  const merged: string[] = []
  for (let sequenceId = 1; sequenceId <= settings.sequences; sequenceId++) {
    const { legs } = draw(sequenceId)
    for (const [index, leg] of legs.entries()) {
      const models = [
        modelJob('departure', iataOf(network, leg.origin), settings, seed),
        modelJob('landing', iataOf(network, leg.destination), settings, seed),
      ]
      for (const model of models) {
        if (planned.has(model.jobId)) continue
        planned.add(model.jobId)
        yield model
      }
      yield legJob(settings, network, sequenceId, leg, index + 1, legs.length)
    }
    const percentiles = percentilesJob(sequenceId, legs.length)
    merged.push(percentiles.jobId)
    yield percentiles
  }
  yield job('merge', 'merge', merged, { sequences: settings.sequences })
}

function modelJob(direction: Direction, airport: string, settings: FlightsSettings, seed: number): PlannedJob {
  const details = { direction, airport_iata: airport, replications: settings.replications, seed }
  return job('delay-model', modelJobId(direction, airport), [], details)
}

function legJob(
  settings: FlightsSettings,
  network: Network,
  sequenceId: number,
  leg: Leg,
  number: number,
  count: number,
): PlannedJob {
  const origin = iataOf(network, leg.origin)
  const destination = iataOf(network, leg.destination)
  const previous = number === 1 ? undefined : legJobId(sequenceId, number - 1)
  const needs = [modelJobId('departure', origin), modelJobId('landing', destination)]
  return job('flight-leg', legJobId(sequenceId, number), previous === undefined ? needs : [previous, ...needs], {
    exec_type: number === 1 ? 'first' : number === count ? 'last' : 'intermediate',
    sequence_id: sequenceId,
    leg: number,
    origin_iata: origin,
    destination_iata: destination,
    scheduled_minutes: leg.takeoff - leg.gateOpen,
    ...(previous !== undefined && { previous_job_id: previous }),
    replications: settings.replications,
    landing_allowance_minutes: settings.landingAllowanceMinutes,
  })
}

function percentilesJob(sequenceId: number, legs: number): PlannedJob {
  const last = legJobId(sequenceId, legs)
  return job('percentiles', `${sequenceName(sequenceId)}-percentiles`, [last], {
    sequence_id: sequenceId,
    last_job_id: last,
  })
}

function job<Kind extends FlightsKind>(
  kind: Kind,
  jobId: string,
  needs: readonly string[],
  details: DetailsOf<Kind>,
): PlannedJob {
  return { jobId, kind, needs, details }
}

function modelJobId(direction: Direction, iata: string): string {
  return `model-${direction}-${iata}`
}

/** `seq-0007-leg-1`; legs count from 1. */
export function legJobId(sequenceId: number, leg: number): string {
  return `${sequenceName(sequenceId)}-leg-${leg}`
}

function sequenceName(sequenceId: number): string {
  return `seq-${String(sequenceId).padStart(4, '0')}`
}

function iataOf(network: Network, airport: number): string {
  return network.airports[airport].iata
}

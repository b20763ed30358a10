import {
  ConditionalCheckFailedException,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb'
import type { Clock } from '../clock.ts'
import { InvalidInputError } from '../errors.ts'
import type { DeliveryCounts } from './scheduler.ts'
import { expiresAt, number, setExpression, text, toAttribute, type Item, type Scalar } from './attributes.ts'

/** The one item that says what a run is and how it ended. Its lease is in `lease.ts`. */
export interface RunItem {
  readonly runId: string
  readonly scenario: string
  readonly workload: string
  readonly seed: number
  /** What the run id belongs to: scenario, settings, seed and generator version. */
  readonly scenarioDigest: string
  readonly state: 'running' | 'finished'
  readonly startedAtMs: number
  /** Jobs planned. */
  readonly jobs: number
  /** Objects that must exist before the first job are stored. */
  readonly prepared: boolean
  /** How often a new scheduler took the run up again. */
  readonly resumed: number
  /** Of a finished run. */
  readonly exitCode?: number
  readonly digest?: string
  readonly finishedAtMs?: number
  readonly counts?: DeliveryCounts
  readonly clockJumpMs?: number
}

export type NewRun = Pick<
  RunItem,
  'runId' | 'scenario' | 'workload' | 'seed' | 'scenarioDigest' | 'startedAtMs' | 'jobs'
>

export interface RunItems {
  /** Creates the run or finds it. Throws InvalidInputError where the id belongs to another scenario or seed. */
  open(run: NewRun): Promise<RunItem>
  get(runId: string): Promise<RunItem | undefined>
  update(
    runId: string,
    change: Partial<
      Pick<
        RunItem,
        'state' | 'prepared' | 'resumed' | 'exitCode' | 'digest' | 'finishedAtMs' | 'counts' | 'clockJumpMs'
      >
    >,
  ): Promise<void>
}

export function runItemKey(runId: string): Item {
  return { partition: { S: `${runId}#run` }, job_id: { S: '#run' } }
}

export function runItems(options: { client: DynamoDBClient; tableName: string; clock: Clock }): RunItems {
  const { client, tableName, clock } = options

  async function get(runId: string): Promise<RunItem | undefined> {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: tableName, Key: runItemKey(runId), ConsistentRead: true }),
    )
    return Item && toRunItem(runId, Item)
  }

  async function open(run: NewRun): Promise<RunItem> {
    const attributes = {
      scenario: run.scenario,
      workload: run.workload,
      seed: run.seed,
      scenario_digest: run.scenarioDigest,
      state: 'running',
      started_at: run.startedAtMs,
      jobs: run.jobs,
      prepared: 0,
      resumed: 0,
      expires_at: expiresAt(clock),
    }
    const Item = { ...runItemKey(run.runId), ...mapValues(attributes, toAttribute) }
    try {
      const ConditionExpression = 'attribute_not_exists(job_id)'
      await client.send(new PutItemCommand({ TableName: tableName, Item, ConditionExpression }))
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error
    }
    const found = (await get(run.runId))!
    if (found.scenarioDigest !== run.scenarioDigest) throw belongsElsewhere(found, run)
    return found
  }

  async function update(runId: string, change: Parameters<RunItems['update']>[1]): Promise<void> {
    const expression = setExpression({
      expires_at: expiresAt(clock),
      state: change.state,
      prepared: change.prepared === undefined ? undefined : Number(change.prepared),
      resumed: change.resumed,
      exit_code: change.exitCode,
      digest: change.digest,
      finished_at: change.finishedAtMs,
      counts: change.counts && JSON.stringify(change.counts),
      clock_jump_ms: change.clockJumpMs,
    })
    await client.send(new UpdateItemCommand({ TableName: tableName, Key: runItemKey(runId), ...expression }))
  }

  return { open, get, update }
}

function belongsElsewhere(found: RunItem, asked: NewRun): InvalidInputError {
  const what = (run: NewRun) => `scenario ${run.scenario} (workload ${run.workload}), seed ${run.seed}`
  const why = what(found) === what(asked) ? 'with other settings or made by another version' : `not ${what(asked)}`
  return new InvalidInputError(`Run ${found.runId} cannot be continued:`, [
    {
      path: '--run-id',
      message: `belongs to ${what(found)}, ${why}; repeat the options it was started with, or choose another --run-id`,
    },
  ])
}

function toRunItem(runId: string, item: Item): RunItem {
  return {
    runId,
    scenario: text(item, 'scenario')!,
    workload: text(item, 'workload')!,
    seed: number(item, 'seed')!,
    scenarioDigest: text(item, 'scenario_digest')!,
    state: text(item, 'state') as RunItem['state'],
    startedAtMs: number(item, 'started_at')!,
    jobs: number(item, 'jobs')!,
    prepared: number(item, 'prepared') === 1,
    resumed: number(item, 'resumed')!,
    exitCode: number(item, 'exit_code'),
    digest: text(item, 'digest'),
    finishedAtMs: number(item, 'finished_at'),
    counts: parseCounts(text(item, 'counts')),
    clockJumpMs: number(item, 'clock_jump_ms'),
  }
}

function parseCounts(json: string | undefined): DeliveryCounts | undefined {
  return json === undefined ? undefined : (JSON.parse(json) as DeliveryCounts)
}

function mapValues<T extends Scalar, U>(object: Record<string, T>, map: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value)]))
}

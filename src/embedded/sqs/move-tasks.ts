import type { Store } from '../store.ts'

export type MoveTaskStatus = 'RUNNING' | 'COMPLETED' | 'CANCELLING' | 'CANCELLED' | 'FAILED'

/** Messages on their way out of a dead-letter queue. */
export interface MoveTask {
  readonly id: number
  /** A UUID. */
  readonly taskId: string
  readonly sourceArn: string
  /** Null: each message goes back to the queue it came from. */
  readonly destinationArn: string | null
  /** 1-500; null: as fast as can be. */
  readonly perSecond: number | null
  readonly status: MoveTaskStatus
  readonly failureReason: string | null
  /** Visible in the source when the task began. */
  readonly toMove: number
  readonly moved: number
  readonly startedMs: number
}

export type NewMoveTask = Pick<
  MoveTask,
  'taskId' | 'sourceArn' | 'destinationArn' | 'perSecond' | 'toMove' | 'startedMs'
>

/** How many of a source's tasks are told of, newest first. */
export const tasksPerSource = 10

/** The move tasks of a store: a statement each, no rules. */
export interface MoveTasks {
  add(task: NewMoveTask): MoveTask
  byId(id: number): MoveTask | undefined
  /** Newest first, at most ten. */
  of(sourceArn: string): MoveTask[]
  /** Those under way, in whatever queue. */
  active(): MoveTask[]
  set(task: MoveTask, change: Partial<Pick<MoveTask, 'status' | 'failureReason' | 'moved'>>): void
}

const schema = `
  create table if not exists sqs_move_tasks (
    id integer primary key autoincrement,
    task_id text not null unique,
    source_arn text not null,
    destination_arn text,
    per_second integer,
    status text not null,
    failure_reason text,
    to_move integer not null,
    moved integer not null,
    started_ms integer not null
  ) strict;

  create index if not exists sqs_move_tasks_by_source on sqs_move_tasks (source_arn, id);
`

const columns = `id, task_id as taskId, source_arn as sourceArn, destination_arn as destinationArn,
  per_second as perSecond, status, failure_reason as failureReason, to_move as toMove, moved, started_ms as startedMs`

export function createMoveTasks({ database }: Store): MoveTasks {
  database.exec(schema)
  const insert = database.prepare(
    `insert into sqs_move_tasks
       (task_id, source_arn, destination_arn, per_second, status, to_move, moved, started_ms)
     values (?, ?, ?, ?, 'RUNNING', ?, 0, ?)`,
  )
  const forget = database.prepare(
    `delete from sqs_move_tasks where source_arn = ?1 and id not in
       (select id from sqs_move_tasks where source_arn = ?1 order by id desc limit ?2)`,
  )
  const selectOne = database.prepare(`select ${columns} from sqs_move_tasks where id = ?`)
  const selectOfSource = database.prepare(
    `select ${columns} from sqs_move_tasks where source_arn = ? order by id desc limit ?`,
  )
  const selectActive = database.prepare(
    `select ${columns} from sqs_move_tasks where status in ('RUNNING', 'CANCELLING') order by id`,
  )
  const update = database.prepare('update sqs_move_tasks set status = ?, failure_reason = ?, moved = ? where id = ?')
  const byId = (id: number): MoveTask | undefined => selectOne.get(id) as MoveTask | undefined

  return {
    add({ taskId, sourceArn, destinationArn, perSecond, toMove, startedMs }) {
      const { lastInsertRowid } = insert.run(taskId, sourceArn, destinationArn, perSecond, toMove, startedMs)
      forget.run(sourceArn, tasksPerSource)
      return byId(Number(lastInsertRowid))!
    },
    byId,
    of: (sourceArn) => selectOfSource.all(sourceArn, tasksPerSource) as unknown as MoveTask[],
    active: () => selectActive.all() as unknown as MoveTask[],
    set(task, change) {
      const { status, failureReason, moved } = { ...task, ...change }
      update.run(status, failureReason, moved, task.id)
    },
  }
}

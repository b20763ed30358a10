import { DeleteObjectsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '../../clock.ts'
import type { StartedEnvironment } from '../../environment/start-environment.ts'
import { EnvironmentError } from '../../errors.ts'
import { forgetRun } from '../../jobs/forget-run.ts'
import type { LocalBundle } from '../../results/local-bundles.ts'

/** Which bundles go: those named, or all but the latest `keep` and those that ended less than `olderThanDays` ago. */
export interface Choice {
  readonly runIds: readonly string[]
  readonly keep: number
  readonly olderThanDays: number
}

const DAY_MS = 24 * 3600 * 1000

/** `bundles`: the latest first. Names that are not there are the caller's to refuse. */
export function chooseBundles(bundles: readonly LocalBundle[], choice: Choice, nowMs: number): LocalBundle[] {
  if (choice.runIds.length > 0) return bundles.filter(({ results }) => choice.runIds.includes(results.run_id))
  const endedBefore = new Date(nowMs - choice.olderThanDays * DAY_MS).toISOString()
  return bundles.slice(choice.keep).filter(({ results }) => results.finished_at <= endedBefore)
}

/** Bytes of all files below; hard links count in full. */
export async function folderBytes(folder: string): Promise<number> {
  let bytes = 0
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size
  }
  return bytes
}

/** Objects, then rows, then the bundle: what broke off is found again by its bundle and can be repeated. */
export async function cleanRun({ folder, results }: LocalBundle, environment: StartedEnvironment): Promise<void> {
  const { clients, names } = environment
  await removeObjects(environment, names.data, `${results.run_id}/`)
  await forgetRun({
    client: clients.dynamodb,
    tableName: names.jobs,
    runId: results.run_id,
    clock: systemClock,
  })
  await rm(folder, { recursive: true, force: true })
}

async function removeObjects({ clients: { s3 } }: StartedEnvironment, Bucket: string, Prefix: string): Promise<void> {
  for (;;) {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix }))
    if (Contents.length === 0) return
    const Objects = Contents.map(({ Key }) => ({ Key }))
    const { Errors = [] } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }))
    if (Errors.length > 0) throw new EnvironmentError(`s3://${Bucket}/${Errors[0].Key}: ${Errors[0].Message}`)
  }
}

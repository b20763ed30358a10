import type { RunItem } from '../../jobs/run-item.ts'
import { canonicalJson, type Json } from '../../results/canonical-json.ts'
import { diskStore } from '../../results/disk-store.ts'
import { inParallel } from '../../results/in-parallel.ts'
import { MANIFEST_KEY } from '../../results/layout.ts'
import { manifestOf } from './manifest.ts'
import type { RunContext } from './run-context.ts'

const DOCUMENTS_IN_FLIGHT = 16

/**
 * Stores what must exist before the first job, once, and counts the schedulers that came later. The manifest is in the
 * local bundle from then on, and stays there where the environment is lost.
 */
export async function takeUp(context: RunContext, run: RunItem): Promise<RunItem> {
  const taken = run.prepared ? await countAnother(context, run) : await prepareFirst(context, run)
  await diskStore(context.folder).put(MANIFEST_KEY, await context.objects.get(MANIFEST_KEY))
  return taken
}

async function prepareFirst({ opened, prepared, options, objects, items }: RunContext, run: RunItem): Promise<RunItem> {
  const where = { environment: opened.environment.name, workers: options.workers }
  const manifest = await manifestOf(prepared, run, where)
  await objects.put(MANIFEST_KEY, Buffer.from(canonicalJson(manifest as unknown as Json)))
  await inParallel(prepared.documents(), DOCUMENTS_IN_FLIGHT, ({ key, body }) => objects.put(key, Buffer.from(body)))
  await items.update(run.runId, { prepared: true })
  return { ...run, prepared: true }
}

async function countAnother({ items }: RunContext, run: RunItem): Promise<RunItem> {
  const resumed = run.resumed + 1
  await items.update(run.runId, { resumed })
  return { ...run, resumed }
}

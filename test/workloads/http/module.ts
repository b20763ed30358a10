import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from '../../scenario/temporary-folder.ts'

const define = fileURLToPath(new URL('../../../src/workloads/http/define-journey.ts', import.meta.url))

/** A module of journeys with this text, `journey` imported; answers its path. */
export async function moduleWith(t: TestContext, text: string): Promise<string> {
  const path = join(await temporaryFolder(t), 'journeys.mts')
  writeFileSync(path, `import { journey } from ${JSON.stringify(define)}\n${text}\n`)
  return path
}

import { readFileSync } from 'node:fs'

/** One entry of `fixtures/aws-behaviours.json`: what AWS was recorded doing. */
export interface RecordedBehaviour {
  readonly id: string
  readonly service: string
  readonly behaviour: string
  readonly given: string
  readonly when: string
  readonly expect: string
  readonly source: string
  readonly evidence: string
  readonly note?: string
}

const fixture = new URL('../../fixtures/aws-behaviours.json', import.meta.url)

/** All of them, in the fixture's order. */
export function recordedBehaviours(): readonly RecordedBehaviour[] {
  return JSON.parse(readFileSync(fixture, 'utf8')) as RecordedBehaviour[]
}

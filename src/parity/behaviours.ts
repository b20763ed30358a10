import type { Behaviour, BehaviourTest, OwnBehaviourTest, ParityService } from './behaviour.ts'
import { dynamodbTests } from './dynamodb/index.ts'
import { type RecordedBehaviour, recordedBehaviours } from './recorded-behaviours.ts'
import { s3Tests } from './s3/index.ts'
import { secretsTests } from './secretsmanager/index.ts'
import { sqsTests } from './sqs/index.ts'

/** What a service's folder exports: tests of recorded behaviours, and of ours. */
export type ServiceTests = readonly (BehaviourTest | OwnBehaviourTest)[]

const allTests: Readonly<Record<ParityService, ServiceTests>> = {
  sqs: sqsTests,
  s3: s3Tests,
  dynamodb: dynamodbTests,
  secretsmanager: secretsTests,
}

/** Every behaviour of AWS that we know, the recorded ones first, each with its test where there is one. */
export function allBehaviours(): readonly Behaviour[] {
  return joinBehaviours(recordedBehaviours(), allTests)
}

/**
 * Sentences of recorded behaviours come from the record, so that a test cannot say something else. Throws where an id is
 * used twice, a test is of a behaviour that is neither recorded nor our own, or a recorded behaviour of one of these
 * services has no test.
 */
export function joinBehaviours(
  recorded: readonly RecordedBehaviour[],
  testsByService: Readonly<Record<string, ServiceTests>>,
): Behaviour[] {
  const tests = new Map<string, BehaviourTest>()
  const own: Behaviour[] = []
  for (const [service, list] of Object.entries(testsByService)) {
    for (const test of list) {
      if (tests.has(test.id)) throw new Error(`two tests are called ${test.id}`)
      tests.set(test.id, test)
      if (isOwn(test)) own.push(ownBehaviour(service, test))
    }
  }
  const known = recorded.map(({ id, service, behaviour, evidence, source }): Behaviour => {
    const test = tests.get(id)
    if (test === undefined && service in testsByService) throw new Error(`${id} (${service}) has no test`)
    return { id, service, sentence: behaviour, evidence, source, test }
  })
  const all = [...known, ...own]
  const ids = new Set(all.map(({ id }) => id))
  for (const id of tests.keys()) if (!ids.has(id)) throw new Error(`the test ${id} is of no recorded behaviour`)
  return all
}

function isOwn(test: BehaviourTest): test is OwnBehaviourTest {
  return test.id.startsWith('own-')
}

function ownBehaviour(service: string, test: OwnBehaviourTest): Behaviour {
  const { id, sentence, source } = test
  return { id, service, sentence, source, evidence: source.startsWith('https://') ? 'aws-docs' : 'aws-snapshot', test }
}

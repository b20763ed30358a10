import { after, before, describe, test } from 'node:test'
import type { Behaviour } from '../../../src/parity/behaviour.ts'
import { allBehaviours } from '../../../src/parity/behaviours.ts'
import { measure } from '../../../src/parity/measure.ts'
import { openPlace } from './place.ts'

const AT_ONCE = 8

let place: Awaited<ReturnType<typeof openPlace>>
const leftovers: string[] = []
before(async () => void (place = await openPlace((text) => leftovers.push(text))))
after(() => place.close())

const isAlone = ({ test: own }: Behaviour): boolean => own?.movesTime === true
const behaviours = allBehaviours()

describe('AWS, as recorded and documented', { concurrency: AT_ONCE }, () => {
  for (const behaviour of behaviours.filter((each) => !isAlone(each))) testOf(behaviour)
})

describe('AWS, when time passes', { concurrency: 1 }, () => {
  for (const behaviour of behaviours.filter(isAlone)) testOf(behaviour)
})

test('nothing that a behaviour made is left behind', () => {
  if (leftovers.length > 0) throw new Error(leftovers.join('\n'))
})

function testOf(behaviour: Behaviour): void {
  test(`${behaviour.id}: ${behaviour.sentence}`, async (t) => {
    const outcome = await measure(behaviour, place)
    if (outcome.state === 'differs') throw outcome.error
    if (outcome.state !== 'as AWS') t.skip(`${outcome.state}: ${outcome.why}`)
  })
}

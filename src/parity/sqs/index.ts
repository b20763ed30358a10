import type { ServiceTests } from '../behaviours.ts'
import { batches } from './batches.ts'
import { contents } from './contents.ts'
import { deleting } from './deleting.ts'
import { fifoRules } from './fifo-rules.ts'
import { fifo } from './fifo.ts'
import { messageRules } from './message-rules.ts'
import { moveTasks } from './move-tasks.ts'
import { queues } from './queues.ts'
import { receiving } from './receiving.ts'
import { redrivePolicies } from './redrive-policies.ts'
import { redrive } from './redrive.ts'
import { settings } from './settings.ts'
import { visibility } from './visibility.ts'
import { waiting } from './waiting.ts'

export const sqsTests: ServiceTests = [
  ...receiving,
  ...visibility,
  ...deleting,
  ...redrive,
  ...moveTasks,
  ...batches,
  ...contents,
  ...waiting,
  ...queues,
  ...fifo,
  ...fifoRules,
  ...redrivePolicies,
  ...messageRules,
  ...settings,
]

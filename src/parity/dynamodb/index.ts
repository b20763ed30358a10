import type { ServiceTests } from '../behaviours.ts'
import { batches } from './batches.ts'
import { expressions } from './expressions.ts'
import { items } from './items.ts'
import { reads } from './reads.ts'
import { tables } from './tables.ts'
import { transactions } from './transactions.ts'
import { updates } from './updates.ts'

export const dynamodbTests: ServiceTests = [
  ...items,
  ...batches,
  ...transactions,
  ...updates,
  ...expressions,
  ...reads,
  ...tables,
]

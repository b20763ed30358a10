import type { ServiceTests } from '../behaviours.ts'
import { lifecycle } from './lifecycle.ts'
import { values } from './values.ts'

export const secretsTests: ServiceTests = [...values, ...lifecycle]

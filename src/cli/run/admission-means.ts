import { systemClock } from '../../clock.ts'
import type { AdmissionMeans } from '../../guard/admit-attempt.ts'
import { confirmations, confirmationsFolder } from '../../guard/confirmations.ts'

/** What a question to the guard is answered with: this user's confirmations, and what is the command's own. */
export function admissionMeans(own: Pick<AdmissionMeans, 'ask' | 'keep' | 'say'>): AdmissionMeans {
  return { clock: systemClock, confirmations: confirmations(confirmationsFolder(), systemClock), ...own }
}

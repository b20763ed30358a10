import { readFileSync } from 'node:fs'

/** https://man7.org/linux/man-pages/man4/random.4.html: made at each boot, and the same in all containers of a kernel. */
const BOOT_ID = '/proc/sys/kernel/random/boot_id'

/** Two processes that read the same have one clock. Undefined where the system has no such file. */
export function bootId(): string | undefined {
  try {
    return readFileSync(BOOT_ID, 'utf8').trim()
  } catch {
    return undefined // another system: its clock is measured
  }
}

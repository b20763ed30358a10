/**
 * What nobody waits for (deleting what was handled, noting what was sent) waits this long for company: a tenth of the
 * calls, and the queues' visibility timeouts are a hundred times longer.
 */
export const LINGER_MS = 50

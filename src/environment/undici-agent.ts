import { createRequire } from 'node:module'
import type { Agent as UndiciAgent } from 'undici'

/**
 * undici's Agent alone: its index loads fetch, WebSocket, caches and mocks with it, 60 ms of CPU in every thread that starts.
 * The version is pinned, and so is this path.
 */
export const Agent = createRequire(import.meta.url)('undici/lib/dispatcher/agent.js') as typeof UndiciAgent

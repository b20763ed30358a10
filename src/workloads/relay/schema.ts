import { z } from 'zod'
import { checked } from '../../engine/schedule/cross-checks.ts'
import { exchangesAreDue, onlyItsOwnCount, reconnectsAscend, shardsHaveSessions } from './cross-checks.ts'

/** `connection-storm` and `steady-state` hold connections, one a session; the others hold pairs of a dApp and a wallet. */
export const SCENARIOS = [
  'connection-storm',
  'steady-state',
  'realistic-session',
  'async-delivery',
  'steady-messaging',
] as const

export type RelayScenario = (typeof SCENARIOS)[number]

/** What a run may be asked for at most; beyond it is a slip of the pen. */
export const LIMITS = { sessions: 1_000_000, seconds: 86_400, messages: 1_000_000, shards: 1000 } as const

const TARGET = /^(?:[a-z0-9][a-z0-9-]{0,62}|wss?:\/\/\S+)$/

const sessions = z.int().min(1).max(LIMITS.sessions)
const seconds = z.number().min(0).max(LIMITS.seconds)
const messages = z.int().min(1).max(LIMITS.messages)
const ms = z
  .number()
  .min(0)
  .max(LIMITS.seconds * 1000)
const someMs = z
  .number()
  .min(1)
  .max(LIMITS.seconds * 1000)

/** Milliseconds; the defaults are requirement 000's. */
const timings = z.strictObject({
  /** From opening a session to the wallet that scans it. */
  walletDelayMs: ms.default(5000),
  /** What the wallet takes for an answer. In no latency. */
  thinkingMs: ms.default(1000),
  /** Before every exchange. In no latency. */
  syncBufferMs: ms.default(500),
  /** Of `realistic-session`, from an answer to the next message. */
  betweenMessagesMs: ms.default(1000),
  /** For a connection with all its attempts. */
  connectBudgetMs: someMs.default(30_000),
  /** For one attempt to connect, and for the answer to one command. */
  operationTimeoutMs: someMs.default(10_000),
  /** Default: 60,000, and 120,000 in `realistic-session`. */
  handshakeTimeoutMs: someMs.optional(),
  /** From a message to its answer, beside `thinkingMs`. */
  receiveTimeoutMs: someMs.default(30_000),
  /** Default: 60,000, or 20 for each session where that is more. */
  recoveryTimeoutMs: someMs.optional(),
  /** Between attempts to connect, from … to. Default: 500 … 5,000, and 100 … 30,000 where there are pairs. */
  reconnectMinMs: someMs.optional(),
  reconnectMaxMs: someMs.optional(),
})

/** What the relay keeps: a stand-in of our own is set so; of another relay it decides only what losses are announced. */
const history = z.strictObject({
  ttlSeconds: z.int().min(1).max(604_800).default(300),
  sessionSize: z.int().min(1).max(10_000).default(20),
  handshakeSize: z.int().min(1).max(10_000).default(5),
})

/** The `relay` part of a scenario. */
export const relaySchema = checked(
  z.strictObject({
    /** A name that the environment knows, or a ws:// or wss:// URL. */
    target: z.string().regex(TARGET, { error: 'must be a name or a ws:// or wss:// URL' }).default('relay'),
    scenario: z.enum(SCENARIOS).default('connection-storm'),
    /** Of `connection-storm` and `steady-state`. Default 100. */
    connections: sessions.optional(),
    /** Of the others: a dApp and a wallet each. Default 100. */
    connectionPairs: sessions.optional(),
    /** Of `steady-state` and `steady-messaging`, after the ramp-up. */
    durationSeconds: seconds.default(60),
    /** Sessions start at even distances over this time. */
    rampUpSeconds: seconds.default(10),
    /** Of `steady-state` and `steady-messaging`: sessions leave at even distances over this time, in their order. */
    rampDownSeconds: seconds.default(0),
    /** Of `realistic-session`. */
    messagesPerSession: messages.default(3),
    /** Of `async-delivery`: what the relay has to keep for each wallet. */
    storedMessages: messages.default(1),
    /** Of `async-delivery`: how long. */
    delaySeconds: seconds.default(30),
    /** Of `steady-messaging`: from one exchange of a pair to its next. */
    messageIntervalSeconds: z.number().min(0.001).max(LIMITS.seconds).default(5),
    shards: z.int().min(1).max(LIMITS.shards).default(1),
    timings: timings.prefault({}),
    history: history.prefault({}),
  }),
  onlyItsOwnCount,
  shardsHaveSessions,
  reconnectsAscend,
  exchangesAreDue,
)

export type RelaySettings = z.output<typeof relaySchema>

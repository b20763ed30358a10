export { type EmbeddedClock, systemClock } from './clock.ts'
export { EmbeddedError, type EmbeddedErrorCode } from './errors.ts'
export { type EmbeddedAws, type EmbeddedOptions, startEmbeddedAws } from './server.ts'
export { readServerFile, type ServerFile } from './server-file.ts'

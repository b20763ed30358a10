/** What keeps the embedded server from starting, or from doing what it is told. The message says what to do; `code` is for programs. */
export class EmbeddedError extends Error {
  readonly code: EmbeddedErrorCode
  constructor(code: EmbeddedErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
  override get name(): string {
    return this.constructor.name
  }
}

export type EmbeddedErrorCode =
  /** Another server holds the data folder. */
  | 'DATA_FOLDER_LOCKED'
  /** The data folder cannot be created or written. */
  | 'DATA_FOLDER_UNUSABLE'
  /** The database is damaged, or another program's, or another version's. It is left as it is. */
  | 'DATABASE_UNREADABLE'
  | 'PORT_IN_USE'
  | 'PORT_REFUSED'
  /** Other than loopback: refused where signatures are not verified. */
  | 'HOST_REFUSED'
  /** Options that contradict each other, or a value that one cannot have. */
  | 'OPTION_REFUSED'
  /** Access keys that cannot be meant, or a file of them that cannot be read, or that others may read. */
  | 'KEYS_REFUSED'
  /** The server was started with a clock of its own, which it cannot move. */
  | 'CLOCK_NOT_MOVABLE'

/** What keeps the embedded server from starting. The message says what to do; `code` is for programs. */
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
  /** The database is damaged, or another program's, or a newer version's. It is left as it is. */
  | 'DATABASE_UNREADABLE'
  | 'PORT_IN_USE'
  | 'PORT_REFUSED'
  /** Other than loopback: refused while signatures are not verified. */
  | 'HOST_REFUSED'

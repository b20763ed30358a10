/** An admin request that is not done: answered with `status` and `{ "error": message, … }`. */
export class Refusal extends Error {
  readonly status: number
  readonly details: object
  constructor(status: number, message: string, details: object = {}) {
    super(message)
    this.status = status
    this.details = details
  }
}

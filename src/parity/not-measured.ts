/** Thrown by a behaviour that cannot be looked at here, e.g. because hours would have to pass. `message` says why. */
export class NotMeasured extends Error {
  override readonly name = 'NotMeasured'
}

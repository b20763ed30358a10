/** A threshold that does not follow the grammar; the schema makes it a fault of the scenario. */
export class GrammarError extends Error {
  override readonly name = 'GrammarError'
}

/** Options as they were given, sound or not: rules between options look only at what is sound. */
export interface Given {
  readonly [option: string]: unknown
}

/** Is it an object with names? */
export function isGiven(value: unknown): value is Given {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

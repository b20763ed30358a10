/**
 * An attribute's value as DynamoDB's wire format has it: exactly one member. Numbers are canonical decimal text
 * (`1`, `-0.5`, `1E+30` is written out), binaries base64 in canonical form, once `readItem` has let them in.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
 */
export type AttributeValue =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly B: string }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly L: readonly AttributeValue[] }
  | { readonly M: Item }
  | { readonly SS: readonly string[] }
  | { readonly NS: readonly string[] }
  | { readonly BS: readonly string[] }

/** Made without a prototype, so that an attribute may be called `__proto__`. */
export interface Item {
  readonly [attribute: string]: AttributeValue
}

export type AttributeType = 'S' | 'N' | 'B' | 'BOOL' | 'NULL' | 'L' | 'M' | 'SS' | 'NS' | 'BS'

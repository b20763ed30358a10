import type { Draws } from '../draws.ts'

export interface Product {
  readonly id: string
  readonly name: string
  readonly category: string
  readonly price_cents: number
  readonly stock: number
  readonly description: string
}

/** All that is for sale. The same for the same seed. */
export interface Catalogue {
  readonly byId: ReadonlyMap<string, Product>
  /** A product as JSON. */
  readonly json: ReadonlyMap<string, string>
  /** A page as JSON; empty beyond the last. From 1. */
  page(number: number, category?: string): string
  search(text: string): string
}

const productCount = 200
const pageSize = 20
const categories = ['books', 'garden', 'kitchen', 'music', 'sports', 'toys']
const kinds = ['Classic', 'Compact', 'Deluxe', 'Folding', 'Handmade', 'Light', 'Smart', 'Sturdy']
const things = ['atlas', 'bench', 'kettle', 'drum', 'racket', 'puzzle', 'lamp', 'basket']
const stream = 1_000

export function createCatalogue(draw: Draws): Catalogue {
  const products = Array.from({ length: productCount }, (_, index) => createProduct(draw, index))
  const json = new Map(products.map((product) => [product.id, JSON.stringify(product)]))

  function list(found: readonly Product[], first: number): string {
    const items = found.slice(first, first + pageSize).map(({ id }) => json.get(id)!)
    return `{"total":${found.length},"products":[${items.join(',')}]}`
  }
  const pages = new Map<string, string>()

  return {
    byId: new Map(products.map((product) => [product.id, product])),
    json,
    page(number, category) {
      const key = `${number}/${category ?? ''}`
      const known = pages.get(key)
      if (known !== undefined) return known
      const found = category === undefined ? products : products.filter((product) => product.category === category)
      const made = list(found, (number - 1) * pageSize)
      // Nobody fills our memory by asking for pages that do not exist.
      if ((number - 1) * pageSize < found.length) pages.set(key, made)
      return made
    },
    search: (text) =>
      list(
        products.filter(({ name }) => name.toLowerCase().includes(text.toLowerCase())),
        0,
      ),
  }
}

function createProduct(draw: Draws, index: number): Product {
  const pick = (list: readonly string[], n: number): string => list[Math.floor(draw(stream + n, index) * list.length)]
  const name = `${pick(kinds, 0)} ${pick(things, 1)} ${index + 1}`
  return {
    id: `p${index + 1}`,
    name,
    category: pick(categories, 2),
    price_cents: 199 + Math.floor(draw(stream + 3, index) * 19_800),
    stock: Math.floor(draw(stream + 4, index) * 500),
    description: `${name}: made to last, delivered within two days, returned within thirty if it does not please.`,
  }
}

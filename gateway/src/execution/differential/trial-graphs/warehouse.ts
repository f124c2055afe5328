import { composeTrial } from "./trial-graph.ts";

const PRODUCTS = `
  type Query { products(first: Int = 3): [Product!]! product(id: ID!): Product parts: [Part] }
  type Product @key(fields: "id") @key(fields: "sku") {
    id: ID!
    sku: String!
    name: String
    weight: Float!
    size: Size
    maker: Maker
    parts: [Part!]!
    category: Category @provides(fields: "name parent { name }")
  }
  type Size { width: Int height: Int unit: Unit! }
  enum Unit { MM INCH }
  type Part @key(fields: "product { id } number") { product: Product! number: ID! label: String }
  type Maker @key(fields: "id") { id: ID! }
  type Category @key(fields: "id") {
    id: ID!
    name: String @external
    parent: Category @external
  }
`;

const PRICES = `
  type Query { offers: [Offer!] }
  type Product @key(fields: "sku") @key(fields: "id", resolvable: false) { id: ID! sku: String! price(currency: String): Money salePrice: Money! }
  type Money { amount: String! currency: String! }
  type Offer @key(fields: "id") { id: ID! product: Product! until: String parts: [Part!] }
  type Part @key(fields: "product { id } number") {
    product: Product!
    number: ID!
    price: Money
  }
`;

const SHIPPING = `
  type Query { carriers: [Carrier!]! }
  type Product @key(fields: "id") {
    id: ID!
    weight: Float! @external
    size: Size @external
    salePrice: Money! @external
    shippingCost: Float @requires(fields: "weight size { width height }")
    duty: String! @requires(fields: "salePrice { amount currency }")
    carriers: [Carrier!]
  }
  type Size { width: Int @external height: Int @external }
  type Money { amount: String! @external currency: String! @external }
  type Carrier @key(fields: "id") { id: ID! name: String! rival: Carrier }
`;

const TAXES = `
  type Query { rates: [Rate!] }
  type Rate { percent: Float! product: Product }
  type Product @key(fields: "id") {
    id: ID!
    shippingCost: Float @external
    category: Category @external
    duty: String! @external
    tax: String @requires(fields: "shippingCost category { id }")
    insured: Boolean @requires(fields: "duty")
    name: String @override(from: "products")
  }
  type Category @key(fields: "id") { id: ID! }
`;

const CATALOGUE = `
  type Query { categories: [Category!]! }
  type Mutation { rename(id: ID!, name: String!): Category }
  type Category @key(fields: "id") { id: ID! name: String @shareable parent: Category @shareable products: [Product!] }
  type Product @key(fields: "id") { id: ID! }
  type Maker @key(fields: "id") { id: ID! name: String country: String! @requiresScopes(scopes: [["makers"]]) }
`;

/** Required fields of several subgraphs and of each other, provided and overridden ones, keys of several kinds. */
export const warehouse = () =>
  composeTrial("warehouse", {
    products: PRODUCTS,
    prices: PRICES,
    shipping: SHIPPING,
    taxes: TAXES,
    catalogue: CATALOGUE,
  });

/** Something that clients ask for, and the variables with which they do. */
export type BenchOperation = {
  readonly name: string;
  /** What it asks of a gateway. */
  readonly about: string;
  readonly query: string;
  /** The pool that requests are drawn from. */
  readonly variables: readonly Readonly<Record<string, unknown>>[];
};

/** Of each operation. */
const POOL = 40;

export const OPERATIONS: readonly BenchOperation[] = [
  {
    name: "orders",
    about:
      "50 orders with 2 shipments (an interface) and 3 items with their product: 3 subgraphs, 200 representations",
    query: `
      query Orders($page: Int!) {
        orders(page: $page, first: 50) {
          id
          number
          placedAt
          status
          total { value currency }
          note
          items { line quantity product { sku name unit } }
          shipments {
            id
            carrier
            status
            ... on Parcel { trackingNumber weightGrams }
            ... on Freight { proNumber pallets }
          }
        }
      }`,
    variables: pool((page) => ({ page })),
  },
  {
    name: "small",
    about: "one order with its shipments: 2 subgraphs, 1 representation",
    query: `
      query Small($id: ID!) {
        order(id: $id) {
          id
          number
          status
          total { value currency }
          shipments { id carrier status }
        }
      }`,
    variables: pool((number) => ({ id: String(number) })),
  },
  {
    name: "changes",
    about:
      "a list of 200 of three types of an interface, with a union in each and a product in two of them: 2 subgraphs",
    query: `
      query Changes($page: Int!) {
        changes(page: $page, first: 200) {
          __typename
          id
          at
          by { ... on Person { name } ... on Program { clientId } }
          ... on OrderPlaced { customerNumber order { id number status } }
          ... on StockReceived { quantity product { sku name unit } }
          ... on PriceChanged { price { value currency } product { sku name unit } }
        }
      }`,
    variables: pool((page) => ({ page })),
  },
];

/** @returns the bodies of its requests, one for each of its variables */
export function bodiesOf({ query, variables }: BenchOperation): readonly string[] {
  return variables.map((each) => JSON.stringify({ query, variables: each }));
}

function pool(
  variablesOf: (at: number) => Readonly<Record<string, unknown>>,
): BenchOperation["variables"] {
  return Array.from({ length: POOL }, (_, at) => variablesOf(at));
}

/** What the clients of the bench ask for all the time: a page of the portal, one order, what is in stock. */
export const KNOWN_OPERATIONS: readonly string[] = [
  `query Page { orders(first: 20) { edges { node {
    id number status customer { name } lines { product { name } }
    shipments { id status } invoices { number }
  } } } }`,
  `query One { order(id: "1") {
    id number status customer { number name }
    lines { lineNumber product { sku name } ordered { value } }
    shipments { id status } invoices { number total { amount } }
  } }`,
  `query Stock { products(first: 20) { edges { node { sku name inventory { warehouse { id name } } } } } }`,
];

/** Like the first of them, and never the same twice: it has to be read, checked and planned each time. */
export function newOperation(number: number): string {
  return (KNOWN_OPERATIONS[0] ?? "").replace("edges", `e${String(number)}: edges`);
}

import { encodePosition } from "@crossdock/subgraph-kit";
import { codesOf, dataOf, viewerOf } from "@crossdock/subgraph-kit/testing";
import { openBillingBooks, ORDERS, type BillingBooks } from "./testing/books.ts";

const buyer = viewerOf("portal", ["C10010"]);
const stranger = viewerOf("portal", ["C10020"]);
let books: BillingBooks;

beforeAll(async () => {
  books = await openBillingBooks();
}, 30_000);
beforeEach(() => {
  books.restart();
  books.calls.length = 0;
});
afterAll(() => books.close());

const LIST = `query($filter: InvoiceFilter, $first: Int, $after: String) {
  invoices(filter: $filter, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } edges { cursor node { id } } } }`;
type Edge = { readonly cursor: string; readonly node: { readonly id: string } };
const idsOf = ({ edges }: { edges: readonly Edge[] }) => edges.map(({ node }) => node.id);

test("pages join without a hole or a double, each read from finance in one call", async () => {
  const ids: string[] = [];
  let after: string | null = null;
  do {
    books.calls.length = 0;
    const { invoices } = dataOf(await books.asker.ask(LIST, buyer, { first: 20, after }));
    expect(invoices.totalCount).toBe(ORDERS + 2);
    expect(books.calls).toEqual([`readInvoices(${String(invoices.edges.length)})`]);
    ids.push(...idsOf(invoices));
    after = invoices.pageInfo.hasNextPage ? invoices.pageInfo.endCursor : null;
  } while (after !== null);
  expect(new Set(ids).size).toBe(ORDERS + 2);
  expect(ids.at(-1)).toBe("I-LATE");
  expect(ids).not.toContain("I-OTHER");
});

test("filters narrow a list, and never to another account", async () => {
  const cases: [object, readonly string[]][] = [
    [{ overdue: true }, ["I-LATE"]],
    [{ status: ["OVERDUE", "PAID"] }, ["I-LATE"]],
    [{ issuedTo: "2026-09-01", customerId: "C10010" }, ["I-LATE"]],
    [{ issuedFrom: "2026-11-21" }, []],
    [{ customerId: "C10020" }, []],
  ];
  for (const [filter, expected] of cases) {
    const { invoices } = dataOf(await books.asker.ask(LIST, buyer, { filter }));
    expect(idsOf(invoices)).toEqual(expected);
    expect(invoices.totalCount).toBe(expected.length);
  }
  const own = dataOf(await books.asker.ask(LIST, stranger, { filter: { customerId: "C10020" } }));
  expect(idsOf(own.invoices)).toEqual(["I-OTHER"]);
});

test("a list that is asked for wrongly is refused", async () => {
  for (const variables of [
    { first: 0 },
    { first: 101 },
    { after: "rubbish" },
    { after: encodePosition({ key: "yesterday", id: "I-LATE" }) },
    { after: encodePosition({ key: "0000-01-01", id: "I-LATE" }) },
    { after: encodePosition({ key: "2026-11-21T08:00:00.000Z", id: "W-OF-A-SHIPMENT" }) },
    { filter: { customerId: "<>" } },
    { filter: { issuedFrom: "yesterday" } },
  ]) {
    expect(codesOf(await books.asker.ask(LIST, buyer, variables))).toEqual(["BAD_USER_INPUT"]);
  }
});

test("the list of an account stays with the account", async () => {
  const listOf = (filter: string) =>
    books.asker.entities(
      `... on Customer { invoices(first: 100, filter: ${filter}) { totalCount edges { node { id } } } }`,
      [{ __typename: "Customer", id: "C10010" }],
      viewerOf("operator", "all"),
    );
  const [all] = dataOf(await listOf("{}"))._entities;
  expect(all.invoices.totalCount).toBe(ORDERS + 2);
  const [other] = dataOf(await listOf('{ customerId: "C10020" }'))._entities;
  expect(other.invoices).toEqual({ totalCount: 0, edges: [] });
});

test("an invoice that finance has dropped since is told as the book has it", async () => {
  const dropped = books.invoices.get("I-LATE");
  books.invoices.delete("I-LATE");
  const { invoices } = dataOf(await books.asker.ask(LIST, buyer, { filter: { overdue: true } }));
  expect(idsOf(invoices)).toEqual(["I-LATE"]);
  if (dropped !== undefined) books.invoices.set("I-LATE", dropped);
});

import { parseCustomerNumber, parseInstant } from "@crossdock/domain";
import { carrier, openStand, operator, portal, summit, type Stand } from "./testing/stand.ts";
import { SUMMIT, sourceOrder } from "./testing/systems.ts";

let stand: Stand;
beforeAll(async () => {
  stand = await openStand();
  const theirs = { ...sourceOrder("SO-9001"), customerNumber: SUMMIT };
  const own = Array.from({ length: 60 }, (_, at) =>
    sourceOrder(`SO-${String(1_000 + at)}`, { status: at % 2 === 0 ? "CONFIRMED" : "SHIPPED" }),
  );
  for (const order of [...own, theirs]) stand.systems.orders.set(order.number, order);
  await stand.tell([...own, theirs]);
});
afterAll(() => stand.close());

const numbers = (connection: { edges: { node: { number: string } }[] }) =>
  connection.edges.map(({ node }) => node.number);

describe("who is asking", () => {
  test("a buyer sees the accounts of the token, and one without an account in the ERP is left out", async () => {
    const viewer = { ...portal, customers: [SUMMIT, parseCustomerNumber("C99999")] };
    const { data } = await stand.ask(
      "{ viewer { id name scopes seesAllCustomers customers { id name } } }",
      {},
      viewer,
    );
    expect(data.viewer).toMatchObject({
      id: "u1",
      name: "Ann",
      seesAllCustomers: false,
      customers: [{ id: "C10020", name: "Summit" }],
    });
    expect(data.viewer.scopes).toContain("orders:write");
  });

  test("the distributor's people see every account", async () => {
    const { data } = await stand.ask(
      "{ viewer { seesAllCustomers customers { number } } }",
      {},
      operator,
    );
    expect(data.viewer).toEqual({
      seesAllCustomers: true,
      customers: [{ number: "C10010" }, { number: "C10020" }],
    });
  });

  test("nobody gets nothing", async () => {
    expect((await stand.ask("{ viewer { id } }", {}, null)).codes).toEqual(["UNAUTHENTICATED"]);
    expect((await stand.ask('{ order(id: "erp-SO-1000") { id } }', {}, null)).codes).toEqual([
      "UNAUTHENTICATED",
    ]);
  });

  test("a carrier sees where an order goes, and not what it costs", async () => {
    expect((await stand.ask("{ orders { totalCount } }", {}, carrier)).codes).toEqual([
      "FORBIDDEN",
    ]);
    const query = `{ _entities(representations: [{ __typename: "Order", id: "erp-SO-1000" }]) {
      ... on Order { number tax { amount } } } }`;
    const { data, codes } = await stand.ask(query, {}, carrier);
    expect(data._entities).toEqual([{ number: "SO-1000", tax: null }]);
    expect(codes).toEqual(["FORBIDDEN"]);
  });
});

describe("what others need not read again", () => {
  test("is what a query was shown of the book, by whatever name", async () => {
    const queries = [
      '{ order(number: "SO-1000") { id } }',
      '{ order(id: "erp-SO-1000") { number } }',
      "{ orders(first: 1, sort: NUMBER_ASC) { edges { node { id } } } }",
    ];
    for (const query of queries) expect((await stand.ask(query)).shown).toEqual(["erp-SO-1000"]);
  });

  test("is nothing of another account, and nothing that the ERP alone knows", async () => {
    stand.systems.orders.set("SO-7001", sourceOrder("SO-7001"));
    expect((await stand.ask('{ order(number: "SO-9001") { id } }')).shown).toEqual([]);
    const { data, shown } = await stand.ask('{ order(number: "SO-7001") { id } }');
    expect([data.order, shown]).toEqual([{ id: "erp-SO-7001" }, []]);
  });

  test("is nothing that was read for an entity or for a mutation, which may change it", async () => {
    const entity = `{ _entities(representations: [{ __typename: "Order", id: "erp-SO-1000" }]) {
      ... on Order { number customer { orders(first: 1) { edges { node { id } } } } } } }`;
    expect((await stand.ask(entity)).shown).toEqual([]);
    const cancel = `mutation { cancelOrder(input: { idempotencyKey: "shown", orderId: "erp-SO-1000", reason: "Twice." }) {
      order { number } userErrors { code } } }`;
    const { data, shown } = await stand.ask(cancel);
    expect(data.cancelOrder.userErrors).toHaveLength(1); // of the ERP's own, which is read to be refused
    expect(shown).toEqual([]);
  });
});

describe("another account's things read as nothing", () => {
  const look = (viewer: typeof portal) =>
    stand.ask(
      `{ byId: order(id: "erp-SO-1000") { id } byNumber: order(number: "SO-1000") { id }
         customer(id: "C10010") { id }
         orders(filter: { customerId: "C10010" }) { totalCount edges { cursor } }
         _entities(representations: [
           { __typename: "Order", id: "erp-SO-1000" }
           { __typename: "OrderLine", id: "erp-SO-1000/1" }
           { __typename: "Customer", id: "C10010" }
         ]) { __typename } }`,
      {},
      viewer,
    );

  test("by every way to name them", async () => {
    expect((await look(summit)).data).toEqual({
      byId: null,
      byNumber: null,
      customer: null,
      orders: { totalCount: 0, edges: [] },
      _entities: [null, null, null],
    });
    expect((await look(portal)).data.byId).toEqual({ id: "erp-SO-1000" });
  });

  test("and so do things that are not there, and names of the wrong shape", async () => {
    const { data, codes } = await stand.ask(
      `{ a: order(id: "erp-SO-7777") { id } b: order(id: "%%") { id } c: order(number: "SO-7777") { id }
         d: customer(number: "C77777") { id } e: order(id: "7K3QF9M2ZT") { id } f: customer(id: "") { id } }`,
    );
    expect(Object.values(data)).toEqual([null, null, null, null, null, null]);
    expect(codes).toEqual([]);
  });
});

test.each([
  ["{ order { id } }", "neither name"],
  ['{ order(id: "erp-SO-1000", number: "SO-1000") { id } }', "both names"],
  ["{ orders(first: 0) { totalCount } }", "a page of none"],
  ["{ orders(first: 101) { totalCount } }", "too long a page"],
  ['{ orders(after: "x") { totalCount } }', "a made-up cursor"],
  ['{ orders(filter: { customerId: "%" }) { totalCount } }', "a filter of the wrong shape"],
  ['{ orders(filter: { sku: "%" }) { totalCount } }', "a sku of the wrong shape"],
])("%s is refused as bad input (%s)", async (query) => {
  expect((await stand.ask(query)).codes).toEqual(["BAD_USER_INPUT"]);
});

describe("lists", () => {
  test("a walk by pages meets every order once, in every sort", async () => {
    for (const sort of ["NUMBER_ASC", "NUMBER_DESC", "PLACED_AT_ASC", "PLACED_AT_DESC"]) {
      const met: string[] = [];
      let after: string | null = null;
      do {
        const { data } = await stand.ask(
          `query ($after: String) { orders(first: 25, after: $after, sort: ${sort}) {
            edges { node { number } } pageInfo { hasNextPage hasPreviousPage endCursor } } }`,
          { after },
        );
        expect(data.orders.pageInfo.hasPreviousPage).toBe(after !== null);
        met.push(...numbers(data.orders));
        after = data.orders.pageInfo.hasNextPage ? data.orders.pageInfo.endCursor : null;
      } while (after !== null);
      expect(new Set(met).size).toBe(60);
      expect(met).toHaveLength(60);
      if (sort.startsWith("NUMBER")) {
        const sorted = [...met].sort();
        expect(met).toEqual(sort === "NUMBER_ASC" ? sorted : sorted.reverse());
      }
    }
  });

  test("a cursor of one sort is no cursor of another", async () => {
    const page = await stand.ask("{ orders(first: 1, sort: NUMBER_ASC) { edges { cursor } } }");
    const after = page.data.orders.edges[0].cursor;
    const query = "query ($after: String) { orders(after: $after) { totalCount } }";
    expect((await stand.ask(query, { after })).codes).toEqual(["BAD_USER_INPUT"]);
  });

  test("every given filter narrows", async () => {
    const count = async (filter: string) =>
      (await stand.ask(`{ orders(filter: { ${filter} }) { totalCount } }`)).data.orders.totalCount;
    expect(await count("")).toBe(60);
    expect(await count("status: [SHIPPED]")).toBe(30);
    expect(await count("status: [SHIPPED, CONFIRMED]")).toBe(60);
    expect(await count('customerReference: "PO-SO-1003"')).toBe(1);
    expect(await count('sku: "NG-2"')).toBe(60);
    expect(await count('sku: "NG-9"')).toBe(0);
    expect(await count('placedFrom: "2026-11-01T00:00:00Z"')).toBe(60);
    expect(await count('placedTo: "2026-11-01T00:00:00Z"')).toBe(0);
  });

  test("an account's own orders are its own, whatever the filter says", async () => {
    const { data } = await stand.ask(
      `{ customer(id: "C10020") { orders(filter: { customerId: "C10010" }) {
        totalCount edges { node { number } } } } }`,
      {},
      operator,
    );
    expect(data.customer.orders.totalCount).toBe(1);
    expect(numbers(data.customer.orders)).toEqual(["SO-9001"]);
  });

  test("fifty orders with everything are one call per source and kind", async () => {
    const { data, codes } = await stand.ask(`{ orders(first: 50) { edges { node {
      id number status placedAt channel customer { id name status shipToAddresses { city } }
      lines { id product { id price { unitPrice { amount } } } ordered { value } }
      subtotal { amount } total { amount } tax { amount } holds { code } timeline { type }
      blockers { code } postings { source state } provenance { freshness } } } } }`);
    expect(codes).toEqual([]);
    expect(data.orders.edges).toHaveLength(50);
    expect([...stand.systems.calls].sort()).toEqual([
      "readCustomers(1)",
      "readOrders(50)",
      "readPriceLines(2)",
      "readProducts(2)",
    ]);
  });

  test("a list of what the book knows asks no source", async () => {
    const { data } = await stand.ask(
      "{ orders(first: 50) { edges { node { id number status placedAt customer { id } } } } }",
    );
    expect(data.orders.edges).toHaveLength(50);
    expect(stand.systems.calls).toEqual([]);
  });
});

describe("an order of the ERP's own", () => {
  const WHOLE = `query ($number: String) { order(number: $number) { id number channel placedAt
    requestedDeliveryDate subtotal { amount } tax { amount } total { amount }
    lines { id lineNumber ordered { value uom } shipped { value } allocated { value } backordered { value }
      unitPrice { amount } priceBasis lineTotal { amount } product { id } }
    timeline { type at source } postings { source state documentNumber } holds { code reason }
    blockers { code owner } provenance { source asOf freshness } } }`;

  test("shows the ERP's document, read now", async () => {
    const { data } = await stand.ask(WHOLE, { number: "SO-1000" });
    expect(data.order).toMatchObject({
      id: "erp-SO-1000",
      channel: "ERP",
      placedAt: "2026-11-01T00:00:00.000Z",
      requestedDeliveryDate: "2026-11-10",
      tax: { amount: "2.15" },
      total: { amount: "30.15" },
      lines: [
        { id: "erp-SO-1000/1", shipped: { value: "1" }, priceBasis: null, product: { id: "NG-1" } },
        { id: "erp-SO-1000/2", lineTotal: { amount: "20.00" } },
      ],
      postings: [
        { source: "erp", state: "POSTED", documentNumber: "SO-1000" },
        { source: "wms", state: "UNKNOWN" },
        { source: "finance", state: "UNKNOWN" },
      ],
      blockers: [],
      provenance: { source: "erp", asOf: "2026-11-21T08:00:00.000Z", freshness: "LIVE" },
    });
  });

  test("is served as last seen, and says so, while the ERP does not answer", async () => {
    stand.clock.advance(60_000);
    stand.systems.down.add("erp");
    const { data, codes } = await stand.ask(WHOLE, { number: "SO-1001" });
    stand.systems.down.clear();
    expect(codes).toEqual([]);
    expect(data.order).toMatchObject({
      total: { amount: "30.15" },
      provenance: { source: "erp", asOf: "2026-11-21T08:00:00.000Z", freshness: "STALE" },
    });
  });

  test("that the feed has not told of yet is found in the ERP by its number", async () => {
    const late = sourceOrder("SO-5000");
    stand.systems.orders.set(late.number, late);
    expect((await stand.ask(WHOLE, { number: "SO-5000" })).data.order.id).toBe("erp-SO-5000");
    const byId = await stand.ask('{ order(id: "erp-SO-5000") { number } }');
    expect(byId.data.order).toEqual({ number: "SO-5000" });
    expect((await stand.ask(WHOLE, { number: "SO-5000" }, summit)).data.order).toBeNull();
  });

  test("that nobody has seen yet is an error of its field while the ERP does not answer", async () => {
    stand.systems.down.add("erp");
    const { data, codes } = await stand.ask(
      '{ unknown: order(number: "SO-5001") { id } known: order(number: "SO-1000") { id } }',
    );
    stand.systems.down.clear();
    expect(data).toEqual({ unknown: null, known: { id: "erp-SO-1000" } });
    expect(codes).toEqual(["SOURCE_UNAVAILABLE"]);
  });

  test("that the ERP has forgotten is served as it last was", async () => {
    stand.systems.orders.delete("SO-1002");
    const { data } = await stand.ask(WHOLE, { number: "SO-1002" });
    expect(data.order).toMatchObject({
      total: { amount: "30.15" },
      provenance: { freshness: "CACHED" },
    });
  });

  test("that the ERP holds says so", async () => {
    const held = sourceOrder("SO-1003", {
      status: "ON_HOLD",
      modifiedAt: parseInstant("2026-11-03T00:00:00Z"),
    });
    stand.systems.orders.set(held.number, held);
    await stand.tell([held]);
    const { data } = await stand.ask(WHOLE, { number: "SO-1003" });
    expect(data.order.holds).toMatchObject([{ code: "ERP_HOLD" }]);
    expect(data.order.blockers).toEqual([{ code: "ERP_HOLD", owner: "operator" }]);
  });

  test("gives its lines as entities", async () => {
    const { data } = await stand.ask(
      `{ _entities(representations: [
        { __typename: "OrderLine", id: "erp-SO-1000/2" } { __typename: "OrderLine", id: "erp-SO-1000/9" }
        { __typename: "OrderLine", id: "nonsense" }
      ]) { ... on OrderLine { lineNumber product { id } } } }`,
    );
    expect(data._entities).toEqual([{ lineNumber: 2, product: { id: "NG-2" } }, null, null]);
  });
});

describe("a product's price", () => {
  const price = (args: string, viewer = portal) =>
    stand
      .ask(
        `{ _entities(representations: [{ __typename: "Product", id: "NG-1" }]) {
          ... on Product { price${args} { unitPrice { amount } basis breaks { minimumQuantity } } } } }`,
        {},
        viewer,
      )
      .then(({ data, codes }) => ({ codes, price: data._entities?.[0]?.price }));

  test("is the viewer's own, at the asked quantity", async () => {
    expect((await price("")).price).toMatchObject({ unitPrice: { amount: "4.00" }, basis: "LIST" });
    expect((await price('(quantity: "10")')).price).toMatchObject({
      unitPrice: { amount: "3.50" },
      basis: "CONTRACT",
      breaks: [{ minimumQuantity: "10" }],
    });
  });

  test("is the list price for somebody with many accounts, and the named account's when named", async () => {
    expect((await price('(quantity: "10")', operator)).price.basis).toBe("LIST");
    const named = await price('(quantity: "10", customerId: "C10010")', operator);
    expect(named.price.basis).toBe("CONTRACT");
  });

  test("of another account, or in a unit that does not exist, is nothing", async () => {
    expect(await price('(customerId: "C10010")', summit)).toEqual({ codes: [], price: null });
    expect(await price('(uom: "PF")')).toEqual({ codes: [], price: null });
  });

  test("of none is refused", async () => {
    expect((await price('(quantity: "0")')).codes).toEqual(["BAD_USER_INPUT"]);
  });
});

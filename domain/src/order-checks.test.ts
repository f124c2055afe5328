import fc from "fast-check";
import {
  addMoney,
  checkOrder,
  compareDecimals,
  mintOrderKey,
  parseCurrencyCode,
  parseCustomerNumber,
  parseDecimal,
  parseLocalDate,
  parseOrderKey,
  parseSku,
  parseUomCode,
  parseWarehouseCode,
  quantity,
  zeroMoney,
  type Customer,
  type Decimal,
  type Money,
  type OrderLineQuestion,
  type OrderQuestion,
  type Product,
  type StockPosition,
} from "./index.ts";

const EA = parseUomCode("EA");
const BX = parseUomCode("BX");
const EAST = parseWarehouseCode("EAST");
const WEST = parseWarehouseCode("WEST");

describe("an order that may be taken", () => {
  test("has its lines priced and no errors", () => {
    const check = checkOrder(asking({ lines: [line("A", "3"), line("B", "1", { uom: BX })] }));
    expect(check.userErrors).toEqual([]);
    expect(check.lines.map(({ lineTotal }) => lineTotal?.amount)).toEqual(["30.00", "120.00"]);
    expect(check.subtotal.amount).toBe("150.00");
  });

  test("counts in base units whatever unit was ordered", () => {
    const [checked] = checkOrder(asking({ lines: [line("B", "2.5", { uom: BX })] })).lines;
    expect(checked?.ordered).toEqual(quantity(parseDecimal("2.5"), BX));
    expect(checked?.quantity).toEqual(quantity(parseDecimal("30"), EA));
  });

  test("may use the credit up to the last cent", () => {
    const customer = account({ creditLimit: usd("130") });
    const [balance, openOrdersTotal] = [usd("60"), usd("40")];
    const question = { customer, balance, openOrdersTotal };
    expect(codesOf(asking({ ...question, lines: [line("A", "3")] }))).toEqual([]);
    expect(codesOf(asking({ ...question, lines: [line("A", "4")] }))).toEqual(["CREDIT_EXCEEDED"]);
  });
});

describe("refusals name their code and their place", () => {
  test.each<[string, Partial<OrderQuestion>, string, string[] | null]>([
    ["no lines", { lines: [] }, "EMPTY_ORDER", ["lines"]],
    ["501 lines", { lines: Array(501).fill(line("A", "1")) }, "TOO_MANY_LINES", ["lines"]],
    ["no such account", { customer: null }, "UNKNOWN_CUSTOMER", ["customerId"]],
    [
      "an account on hold",
      { customer: account({ status: "ON_HOLD" }) },
      "CUSTOMER_ON_HOLD",
      ["customerId"],
    ],
    [
      "a closed account",
      { customer: account({ status: "CLOSED" }) },
      "CUSTOMER_ON_HOLD",
      ["customerId"],
    ],
    ["an unknown item", { lines: [line("?", "1")] }, "UNKNOWN_SKU", ["lines", "0", "sku"]],
    ["a blocked item", { lines: [line("BLOCKED", "1")] }, "UNKNOWN_SKU", ["lines", "0", "sku"]],
    [
      "an item priced in another currency",
      { customer: account({ currency: parseCurrencyCode("EUR") }) },
      "UNKNOWN_SKU",
      ["lines", "0", "sku"],
    ],
    ["nothing of it", { lines: [line("A", "0")] }, "INVALID_QUANTITY", ["lines", "0", "quantity"]],
    [
      "less than nothing",
      { lines: [line("A", "-1")] },
      "INVALID_QUANTITY",
      ["lines", "0", "quantity"],
    ],
    ["half a piece", { lines: [line("A", "0.5")] }, "INVALID_QUANTITY", ["lines", "0", "quantity"]],
    [
      "boxes that break a piece",
      { lines: [line("B", "0.3", { uom: BX })] },
      "INVALID_QUANTITY",
      ["lines", "0", "quantity"],
    ],
    [
      "more than a line holds",
      { lines: [line("A", "1000000001")] },
      "INVALID_QUANTITY",
      ["lines", "0", "quantity"],
    ],
    [
      "a unit that the item does not have",
      { lines: [line("A", "1", { uom: BX })] },
      "INVALID_UOM",
      ["lines", "0", "uom"],
    ],
    [
      "another price than expected",
      { lines: [line("A", "1", { expectedUnitPrice: parseDecimal("9.99") })] },
      "PRICE_MISMATCH",
      ["lines", "0", "expectedUnitPrice"],
    ],
    [
      "too little stock",
      { lines: [line("A", "101")], allowBackorder: false },
      "INSUFFICIENT_STOCK",
      ["lines", "0", "quantity"],
    ],
    ["an unknown warehouse", { warehouse: "MOON" }, "UNKNOWN_WAREHOUSE", ["warehouse"]],
    [
      "too little credit",
      { customer: account({ creditLimit: usd("9.99") }) },
      "CREDIT_EXCEEDED",
      null,
    ],
  ])("%s", (_what, question, code, field) => {
    const { userErrors } = checkOrder(asking(question));
    expect(userErrors.map((error) => [error.code, error.field])).toEqual([[code, field]]);
  });

  test("all at once, in the order of the input", () => {
    const lines = [line("?", "1"), line("A", "-1"), line("A", "1", { uom: BX }), line("A", "1")];
    const question = asking({ customer: account({ status: "ON_HOLD" }), lines, warehouse: "MOON" });
    expect(codesOf(question)).toEqual([
      "CUSTOMER_ON_HOLD",
      "UNKNOWN_SKU",
      "INVALID_QUANTITY",
      "INVALID_UOM",
      "UNKNOWN_WAREHOUSE",
    ]);
  });

  test("a price mismatch names both prices", () => {
    const lines = [line("A", "1", { expectedUnitPrice: parseDecimal("9.99") })];
    const [error] = checkOrder(asking({ lines })).userErrors;
    expect(error?.message).toMatch(/10.* USD per EA, not 9\.99/);
  });

  test("a price that is written with more zeros is the same price", () => {
    const lines = [line("A", "1", { expectedUnitPrice: parseDecimal("10.0000") })];
    expect(codesOf(asking({ lines }))).toEqual([]);
  });

  test("too little stock names what is available", () => {
    const [error] = checkOrder(
      asking({ lines: [line("A", "101")], allowBackorder: false }),
    ).userErrors;
    expect(error?.message).toBe("EAST has 100 EA of A available, not 101.");
  });

  test("orders that are not billed yet count against the credit", () => {
    const customer = account({ creditLimit: usd("100") });
    const lines = [line("A", "5")];
    expect(codesOf(asking({ customer, lines, openOrdersTotal: usd("50") }))).toEqual([]);
    expect(codesOf(asking({ customer, lines, openOrdersTotal: usd("50.01") }))).toEqual([
      "CREDIT_EXCEEDED",
    ]);
  });

  test("an unknown account is told no prices", () => {
    const { lines, subtotal } = checkOrder(asking({ customer: null }));
    expect(lines.map(({ price }) => price)).toEqual([null]);
    expect(compareDecimals(subtotal.amount, parseDecimal("0"))).toBe(0);
  });
});

describe("one warehouse ships the order", () => {
  test("the asked one, even when another has more", () => {
    const check = checkOrder(asking({ lines: [line("A", "50")], warehouse: "WEST" }));
    expect(check.warehouse).toBe("WEST");
    expect(check.lines[0]?.backorder.value).toBe("30");
  });

  test("else the one that serves the most lines whole", () => {
    expect(checkOrder(asking({ lines: [line("A", "20"), line("B", "200")] })).warehouse).toBe(
      "WEST",
    );
  });

  test("else the one that serves the larger share", () => {
    expect(checkOrder(asking({ lines: [line("A", "1000")] })).warehouse).toBe("EAST");
  });

  test("else the first by code, whatever order the warehouses come in", () => {
    const stock = new Map();
    expect(checkOrder(asking({ stock, warehouses: [WEST, EAST] })).warehouse).toBe("EAST");
  });

  test("two lines of one item share its stock", () => {
    const { lines } = checkOrder(asking({ lines: [line("A", "70"), line("A", "70")] }));
    expect(lines.map((checked) => checked.backorder.value)).toEqual(["0", "40"]);
    expect(lines.map((checked) => checked.availableToPromise.value)).toEqual(["100", "30"]);
  });
});

describe("for any order", () => {
  const anyLine: fc.Arbitrary<OrderLineQuestion> = fc.record({
    sku: fc.constantFrom("A", "B", "BLOCKED", "?"),
    quantity: fc.integer({ min: -2, max: 300 }).map((value) => String(value) as Decimal),
    uom: fc.constantFrom(null, EA, BX),
    expectedUnitPrice: fc.constantFrom(null, parseDecimal("10"), parseDecimal("120")),
  });
  const anyQuestion = fc
    .record({
      lines: fc.array(anyLine, { maxLength: 12 }),
      allowBackorder: fc.boolean(),
      warehouse: fc.constantFrom(null, "EAST", "WEST", "MOON"),
      limit: fc.option(fc.integer({ min: 0, max: 50_000 })),
    })
    .map(({ limit, ...rest }) =>
      asking({
        ...rest,
        customer: account({ creditLimit: limit === null ? null : usd(String(limit)) }),
      }),
    );

  test("there is one checked line per line asked, in order", () => {
    fc.assert(
      fc.property(anyQuestion, (question) => {
        expect(checkOrder(question).lines.map(({ sku }) => sku)).toEqual(
          question.lines.map(({ sku }) => sku),
        );
      }),
    );
  });

  test("the subtotal is the sum of the line totals", () => {
    fc.assert(
      fc.property(anyQuestion, (question) => {
        const { lines, subtotal } = checkOrder(question);
        const totals = lines.flatMap(({ lineTotal }) => (lineTotal === null ? [] : [lineTotal]));
        const sum = addMoney(zeroMoney(subtotal.currency), ...totals);
        expect(compareDecimals(subtotal.amount, sum.amount)).toBe(0);
      }),
    );
  });

  test("what is served and what waits make up what was wanted, never more than the stock", () => {
    fc.assert(
      fc.property(anyQuestion, (question) => {
        const { lines, warehouse } = checkOrder(question);
        fc.pre(warehouse !== null);
        const served = new Map<string, number>();
        for (const { sku, quantity: wanted, backorder } of lines) {
          if (!(Number(wanted.value) > 0)) continue;
          expect(Number(backorder.value)).toBeGreaterThanOrEqual(0);
          const now = Number(wanted.value) - Number(backorder.value);
          served.set(sku, (served.get(sku) ?? 0) + now);
        }
        for (const [sku, sum] of served) {
          const position = question.stock.get(sku)?.find((at) => at.warehouse === warehouse);
          if (question.products.get(sku)?.isBlocked === false) {
            expect(sum).toBeLessThanOrEqual(Number(position?.onHand.value ?? 0));
          }
        }
      }),
    );
  });

  test("an order without errors has every line priced and a warehouse that ships it", () => {
    fc.assert(
      fc.property(anyQuestion, (question) => {
        const { userErrors, lines, warehouse } = checkOrder(question);
        fc.pre(userErrors.length === 0);
        expect(lines.length).toBeGreaterThan(0);
        expect(lines.every(({ price }) => price !== null)).toBe(true);
        expect(question.warehouses).toContain(warehouse);
      }),
    );
  });

  test("one bad line more never takes an error away", () => {
    fc.assert(
      fc.property(anyQuestion, (question) => {
        fc.pre(question.lines.length > 0);
        const worse = { ...question, lines: [...question.lines, line("?", "1")] };
        expect(codesOf(worse)).toEqual(expect.arrayContaining(codesOf(question)));
        expect(codesOf(worse)).toContain("UNKNOWN_SKU");
      }),
    );
  });
});

test("an order key is ten characters that read as a key", () => {
  const bytes = fc.uint8Array({ minLength: 10, maxLength: 10 });
  fc.assert(
    fc.property(bytes, (chance) => parseOrderKey(mintOrderKey(() => chance)).length === 10),
  );
});

function asking(question: Partial<OrderQuestion>): OrderQuestion {
  return {
    customer: account({}),
    balance: null,
    openOrdersTotal: null,
    products: new Map([item("A"), item("B", BX), item("BLOCKED")]),
    priceLines: [],
    stock: new Map([
      ["A", [position("A", "EAST", "100"), position("A", "WEST", "20")]],
      ["B", [position("B", "EAST", "36"), position("B", "WEST", "240")]],
    ]),
    warehouses: [EAST, WEST],
    lines: [line("A", "1")],
    allowBackorder: true,
    warehouse: null,
    on: parseLocalDate("2026-11-21"),
    ...question,
  };
}

function account(customer: Partial<Customer>): Customer {
  return {
    number: parseCustomerNumber("C10010"),
    name: "Harbor Marine",
    status: "ACTIVE",
    currency: parseCurrencyCode("USD"),
    priceGroup: null,
    creditLimit: null,
    shipToAddresses: [],
    ...customer,
  };
}

function item(sku: string, box: typeof BX | null = null): [string, Product] {
  const one = { uom: EA, factor: parseDecimal("1") };
  return [
    sku,
    {
      sku: parseSku(sku),
      name: sku,
      description: null,
      gtin: null,
      baseUom: EA,
      uoms: box === null ? [one] : [one, { uom: box, factor: parseDecimal("12") }],
      tracking: "NONE",
      weight: null,
      listPrice: usd("10"),
      isBlocked: sku === "BLOCKED",
    },
  ];
}

function position(sku: string, warehouse: string, onHand: string): StockPosition {
  const zero = quantity(parseDecimal("0"), EA);
  return {
    sku: parseSku(sku),
    warehouse: parseWarehouseCode(warehouse),
    onHand: quantity(parseDecimal(onHand), EA),
    allocated: zero,
    inbound: zero,
  };
}

function line(
  sku: string,
  value: string,
  rest: Partial<OrderLineQuestion> = {},
): OrderLineQuestion {
  return { sku, quantity: parseDecimal(value), uom: null, expectedUnitPrice: null, ...rest };
}

function usd(amount: string): Money {
  return { amount: parseDecimal(amount), currency: parseCurrencyCode("USD") };
}

function codesOf(question: OrderQuestion): string[] {
  return checkOrder(question).userErrors.map(({ code }) => code);
}

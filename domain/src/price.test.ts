import fc from "fast-check";
import {
  addDays,
  compareDecimals,
  money,
  multiplyDecimals,
  parseCurrencyCode,
  parseCustomerNumber,
  parseDecimal,
  parseLocalDate,
  parseSku,
  parseUomCode,
  priceFor,
  type Customer,
  type Decimal,
  type PriceLine,
  type PriceQuestion,
  type Product,
} from "./index.ts";

const EA = parseUomCode("EA");
const BX = parseUomCode("BX");
const USD = parseCurrencyCode("USD");
const EUR = parseCurrencyCode("EUR");
const TODAY = parseLocalDate("2026-11-21");

const product: Product = {
  sku: parseSku("A"),
  name: "A",
  description: null,
  gtin: null,
  baseUom: EA,
  uoms: [
    { uom: EA, factor: d("1") },
    { uom: BX, factor: d("12") },
  ],
  tracking: "NONE",
  weight: null,
  listPrice: money(d("10"), USD),
  isBlocked: false,
};

describe("an explanation", () => {
  test("names what gave the price, what it overruled, and how long it holds", () => {
    const price = ask({
      quantity: "24",
      lines: [
        line("CT-1", { price: "8", minimum: "10", discount: "5", endsOn: "2026-12-31" }),
        line("CT-1", { price: "9" }),
        line("PG-1", { price: "8.50", appliesTo: { kind: "priceGroup", priceGroup: "WHOLESALE" } }),
      ],
    });
    expect(price).toMatchObject({
      basis: "CONTRACT",
      unitPrice: { amount: "7.60", currency: "USD" },
      validUntil: "2026-12-31",
      explanation:
        "Contract CT-1 from 10 EA, less 5 %, until 2026-12-31. Instead of price list PG-1 8.50 USD, list price 10.00 USD.",
    });
  });

  test("of a list price names the agreements that are dearer", () => {
    const price = ask({ lines: [line("CT-1", { price: "12" })] });
    expect(price).toMatchObject({ basis: "LIST", unitPrice: { amount: "10.00" }, breaks: [] });
    expect(price?.explanation).toBe("List price. Dearer: contract CT-1 12.00 USD.");
  });

  test("names a cheaper agreement that has just ended and one that begins soon", () => {
    const price = ask({
      lines: [
        line("CT-OLD", { price: "7", endsOn: "2026-11-20" }),
        line("CT-LONG-AGO", { price: "1", endsOn: "2026-01-31" }),
        line("SUMMER", {
          price: "6",
          startsOn: "2026-12-01",
          appliesTo: { kind: "campaign", campaign: "C1" },
        }),
      ],
    });
    expect(price).toMatchObject({
      basis: "LIST",
      validUntil: "2026-11-30",
      explanation:
        "List price. Ended: contract CT-OLD 7.00 USD on 2026-11-20. Begins: promotion SUMMER 6.00 USD on 2026-12-01.",
    });
  });

  test("counts what it does not name", () => {
    const lines = ["A", "B", "C", "D", "E"].map((code, at) =>
      line(code, { price: `7.${String(at)}0` }),
    );
    expect(ask({ lines })?.explanation).toBe(
      "Contract A. Instead of contract B 7.10 USD, contract C 7.20 USD, contract D 7.30 USD, 1 more, list price 10.00 USD.",
    );
  });
});

describe("dates", () => {
  test("are inclusive at both ends", () => {
    const lines = [line("CT-1", { price: "8", startsOn: "2026-11-21", endsOn: "2026-11-21" })];
    const basisOn = (on: string) => ask({ lines, on: parseLocalDate(on) })?.basis;
    expect(["2026-11-20", "2026-11-21", "2026-11-22"].map(basisOn)).toEqual([
      "LIST",
      "CONTRACT",
      "LIST",
    ]);
  });

  test("an end at which another agreement goes on at the same price is none", () => {
    const lines = [
      line("CT-1", { price: "8", endsOn: "2026-12-31" }),
      line("CT-2", { price: "8", startsOn: "2027-01-01" }),
    ];
    expect(ask({ lines })).toMatchObject({ basis: "CONTRACT", validUntil: null });
  });

  test("what begins and is dearer, or for more than is asked, changes nothing", () => {
    const lines = [
      line("CT-1", { price: "8" }),
      line("CT-2", { price: "9", startsOn: "2026-12-01" }),
      line("CT-3", { price: "5", startsOn: "2026-12-01", minimum: "100" }),
    ];
    expect(ask({ lines })?.validUntil).toBeNull();
    expect(ask({ lines, quantity: "100" })?.validUntil).toBe("2026-11-30");
  });
});

describe("units", () => {
  test("a break at 24 pieces is 2 boxes of 12, and one at 25 is 27 pieces", () => {
    const lines = [
      line("CT-1", { price: "9", minimum: "24" }),
      line("CT-1", { price: "8", minimum: "25" }),
    ];
    expect(ask({ lines, uom: BX })?.breaks).toEqual([
      { minimumQuantity: "2", unitPrice: { amount: "108.00", currency: "USD" } },
      { minimumQuantity: "2.25", unitPrice: { amount: "96.00", currency: "USD" } },
    ]);
  });

  test("a line of one unit says nothing of another", () => {
    const lines = [line("CT-1", { price: "90", uom: BX })];
    expect(ask({ lines, uom: BX })?.unitPrice.amount).toBe("90.00");
    expect(ask({ lines })).toMatchObject({ basis: "LIST", breaks: [] });
    expect(ask({ lines, uom: parseUomCode("KG") })).toBeNull();
  });

  test("quantity and threshold are compared in pieces, exactly", () => {
    const third = {
      ...product,
      uoms: [...product.uoms, { uom: parseUomCode("TH"), factor: d("3") }],
    };
    const lines = [line("CT-1", { price: "8", minimum: "1" })];
    const price = priceFor(question({ product: third, lines, quantity: "0.33", uom: "TH" }));
    expect(price?.basis).toBe("LIST");
    expect(price?.breaks[0]?.minimumQuantity).toBe("1");
  });
});

describe("currencies", () => {
  const euro: Customer = { ...customer(), currency: EUR };
  const foreign = line("CT-EUR", { price: "7", currency: EUR });

  test("an agreement in the account's currency is its price, where the list has none", () => {
    expect(ask({ customer: euro, lines: [foreign] })).toMatchObject({
      unitPrice: { amount: "7.00", currency: "EUR" },
      basis: "CONTRACT",
      explanation: "Contract CT-EUR.",
    });
  });

  test("without one there is no price", () => {
    expect(ask({ customer: euro, lines: [line("CT-1", { price: "8" })] })).toBeNull();
  });

  test("an agreement in another currency is named and not converted", () => {
    expect(ask({ lines: [foreign] })?.explanation).toBe("List price. Not in USD: CT-EUR.");
  });
});

describe("for any lines", () => {
  const amount = fc.integer({ min: 1, max: 200_000 }).map((cents) => d((cents / 100).toFixed(2)));
  const date = fc
    .integer({ min: -60, max: 60 })
    .map((days) => addDays(TODAY, days))
    .chain((day) => fc.constantFrom(day, null));
  const applies = fc.constantFrom<PriceLine["appliesTo"]>(
    { kind: "customer", customerNumber: customer().number },
    { kind: "priceGroup", priceGroup: "WHOLESALE" },
    { kind: "campaign", campaign: "C1" },
    { kind: "everyone" },
  );
  const anyLine = fc
    .record({
      listCode: fc.constantFrom("A", "B", "C"),
      appliesTo: applies,
      uom: fc.constantFrom(null, EA, BX),
      minimumQuantity: fc.integer({ min: 0, max: 60 }).map((value) => d(String(value))),
      price: amount,
      discountPercent: fc.constantFrom(d("0"), d("2.5"), d("33.3")),
      startsOn: date,
      endsOn: date,
    })
    .map(({ price, ...rest }): PriceLine => ({
      ...rest,
      sku: product.sku,
      unitPrice: money(price, USD),
    }));
  const lines = fc.array(anyLine, { maxLength: 12 });
  const asked = fc.record({
    lines,
    uom: fc.constantFrom("EA", "BX"),
    quantity: fc.integer({ min: 1, max: 80 }).map(String),
  });

  test("the price is never above the list price", () => {
    fc.assert(
      fc.property(asked, (more) => {
        const list = multiplyDecimals(product.listPrice.amount, d(more.uom === "BX" ? "12" : "1"));
        expect(compareDecimals(priceOf(more).unitPrice.amount, list)).toBeLessThanOrEqual(0);
      }),
    );
  });

  test("more never costs more for one, and the breaks fall", () => {
    fc.assert(
      fc.property(asked, (more) => {
        const larger = { ...more, quantity: String(Number(more.quantity) + 7) };
        const [few, many] = [priceOf(more), priceOf(larger)];
        expect(compareDecimals(many.unitPrice.amount, few.unitPrice.amount)).toBeLessThanOrEqual(0);
        expect(many.breaks).toEqual(few.breaks);
        few.breaks.forEach(({ minimumQuantity, unitPrice }, at) => {
          const next = few.breaks[at + 1];
          if (next === undefined) return;
          expect(compareDecimals(next.minimumQuantity, minimumQuantity)).toBeGreaterThan(0);
          expect(compareDecimals(next.unitPrice.amount, unitPrice.amount)).toBeLessThan(0);
        });
      }),
    );
  });

  test("the order of the lines says nothing", () => {
    const shuffled = asked.chain((more) =>
      fc.record({
        more: fc.constant(more),
        other: fc.shuffledSubarray(more.lines, {
          minLength: more.lines.length,
          maxLength: more.lines.length,
        }),
      }),
    );
    fc.assert(
      fc.property(shuffled, ({ more, other }) => {
        expect(priceOf({ ...more, lines: other })).toEqual(priceOf(more));
      }),
    );
  });

  test("at a break the price is the break's, and between two breaks the one below", () => {
    fc.assert(
      fc.property(asked, (more) => {
        const { breaks } = priceOf(more);
        for (const { minimumQuantity, unitPrice } of breaks) {
          expect(priceOf({ ...more, quantity: minimumQuantity }).unitPrice).toEqual(unitPrice);
        }
        const reached = breaks.filter(
          ({ minimumQuantity }) => compareDecimals(minimumQuantity, d(more.quantity)) <= 0,
        );
        const expected = reached.at(-1)?.unitPrice;
        if (expected !== undefined) expect(priceOf(more).unitPrice).toEqual(expected);
        else expect(priceOf(more).basis === "LIST" || isListPrice(more)).toBe(true);
      }),
    );
  });

  test("every price until validUntil is the same, and the next day's is another", () => {
    fc.assert(
      fc.property(asked, (more) => {
        const price = priceOf(more);
        const until = price.validUntil;
        const amountOn = (day: number) =>
          priceOf({ ...more, on: addDays(TODAY, day) }).unitPrice.amount;
        for (let day = 0; day <= 130; day += 1) {
          const isWithin = until === null || addDays(TODAY, day) <= until;
          if (isWithin) expect(amountOn(day)).toBe(price.unitPrice.amount);
          else {
            expect(amountOn(day)).not.toBe(price.unitPrice.amount);
            return;
          }
        }
      }),
    );
  });

  test("another customer's lines, another product's and another group's never matter", () => {
    const others = fc.array(anyLine, { maxLength: 6 }).map((some) =>
      some.flatMap((one): PriceLine[] => [
        { ...one, appliesTo: { kind: "customer", customerNumber: parseCustomerNumber("C2") } },
        { ...one, appliesTo: { kind: "priceGroup", priceGroup: "KEYACCT" } },
        { ...one, sku: parseSku("B") },
      ]),
    );
    fc.assert(
      fc.property(asked, others, (more, foreign) => {
        const mixed = [...foreign, ...more.lines];
        expect(priceOf({ ...more, lines: mixed })).toEqual(priceOf(more));
      }),
    );
  });

  test("somebody without an account pays the list price and hears of no agreement", () => {
    fc.assert(
      fc.property(asked, (more) => {
        expect(priceOf({ ...more, customer: null })).toMatchObject({
          basis: "LIST",
          explanation: "List price.",
          breaks: [],
          validUntil: null,
        });
      }),
    );
  });

  function isListPrice(more: {
    readonly uom: string;
    readonly quantity: string;
    readonly lines: readonly PriceLine[];
  }) {
    const list = multiplyDecimals(product.listPrice.amount, d(more.uom === "BX" ? "12" : "1"));
    return compareDecimals(priceOf(more).unitPrice.amount, list) === 0;
  }
});

function customer(): Customer {
  return {
    number: parseCustomerNumber("C1"),
    name: "One",
    status: "ACTIVE",
    currency: USD,
    priceGroup: "WHOLESALE",
    creditLimit: null,
    shipToAddresses: [],
  };
}

type Asked = Partial<Omit<PriceQuestion, "quantity" | "uom">> & {
  readonly quantity?: string;
  readonly uom?: string;
};

function question({ quantity = "1", uom = "EA", ...more }: Asked): PriceQuestion {
  return {
    product,
    customer: customer(),
    quantity: d(quantity),
    uom: parseUomCode(uom),
    on: TODAY,
    lines: [],
    ...more,
  };
}

function ask(more: Asked) {
  return priceFor(question(more));
}

function priceOf(more: Asked) {
  const price = ask(more);
  if (price === null) throw new Error("It has a list price.");
  return price;
}

function line(
  listCode: string,
  {
    price,
    minimum = "0",
    discount = "0",
    currency = USD,
    startsOn = null,
    endsOn = null,
    ...more
  }: Partial<Pick<PriceLine, "appliesTo" | "uom">> & {
    readonly price: string;
    readonly minimum?: string;
    readonly discount?: string;
    readonly currency?: typeof USD;
    readonly startsOn?: string | null;
    readonly endsOn?: string | null;
  },
): PriceLine {
  return {
    listCode,
    appliesTo: { kind: "customer", customerNumber: customer().number },
    sku: product.sku,
    uom: null,
    minimumQuantity: d(minimum),
    unitPrice: money(d(price), currency),
    discountPercent: d(discount),
    startsOn: startsOn === null ? null : parseLocalDate(startsOn),
    endsOn: endsOn === null ? null : parseLocalDate(endsOn),
    ...more,
  };
}

function d(text: string): Decimal {
  return parseDecimal(text);
}

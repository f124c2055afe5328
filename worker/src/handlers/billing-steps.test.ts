import {
  calculateTax,
  raiseInvoice,
  readFreight,
  settleTax,
  type CommandRecord,
} from "@crossdock/commands";
import {
  openOrder,
  PLAIN_TERMS,
  orderToCash,
  parseCurrencyCode,
  parseCustomerNumber,
  parseDecimal,
  parseInstant,
  parseInvoiceId,
  parseLocalDate,
  parseOrderId,
  parseOrderKey,
  parseOrderNumber,
  parseShipmentId,
  parseSku,
  parseUomCode,
  parseWarehouseCode,
  type Invoice,
  type InvoiceDraft,
  type LocalDate,
  type Money,
  type OrderState,
  type OrderToCashEvent,
  type Shipment,
} from "@crossdock/domain";
import type { CommandEffects, OrderBook, ShipmentBook } from "@crossdock/processes";
import { createFixedClock } from "@crossdock/runtime";
import { SourceUnavailableError } from "@crossdock/source-contract";
import type {
  FinanceSystem,
  FreightCharge,
  ShippingOption,
  TaxAnswer,
  TaxDraft,
} from "@crossdock/source-contract";
import { handleCalculateTax } from "./calculate-tax.ts";
import { handleRaiseInvoice } from "./raise-invoice.ts";
import { handleSettleTax } from "./settle-tax.ts";
import { handleReadFreight } from "./read-freight.ts";
import { createWarehouseAddresses } from "./warehouse-address.ts";

const clock = createFixedClock("2026-11-30T12:00:00Z");
const { signal } = new AbortController();
const at = parseInstant("2026-11-30T09:00:00Z");
const USD = parseCurrencyCode("USD");
const EA = parseUomCode("EA");
const usd = (amount: string): Money => ({ amount: parseDecimal(amount), currency: USD });
const shipmentId = parseShipmentId("W1");
const orderId = parseOrderId("7K3QF9M2ZT");
const number = "SO-5001-1" as never;
const address = (city: string) => ({
  name: null,
  lines: ["1 Mill Street"],
  city,
  region: "OH",
  postalCode: "44114",
  country: "US",
});

/** Four of a bolt at 2.50 have left; the bill waits for freight and tax. */
function billedState(...events: readonly OrderToCashEvent[]): OrderState {
  const opened = openOrder(orderId, {
    key: parseOrderKey("7K3QF9M2ZT"),
    customerNumber: parseCustomerNumber("C10560"),
    customerReference: null,
    channel: "PORTAL",
    currency: USD,
    placedAt: at,
    requestedDeliveryOn: null,
    shipTo: address("Cleveland"),
    warehouse: parseWarehouseCode("EAST"),
    lines: [
      {
        lineNumber: 1,
        sku: parseSku("NG-10001"),
        description: "Bolt",
        ordered: { value: parseDecimal("4"), uom: EA },
        orderedBase: { value: parseDecimal("4"), uom: EA },
        unitPrice: usd("2.50"),
        priceBasis: "CONTRACT",
      },
    ],
  }).state;
  const terms = {
    tax: "SOURCE",
    freight: "BILLED",
    priceTolerance: null,
    freightTolerance: parseDecimal("0.1"),
  } as const;
  const shipment = {
    id: shipmentId,
    number: "W1",
    status: "SHIPPED",
    problem: null,
    milestones: [],
    lines: [{ lineNumber: 1, quantity: { value: parseDecimal("4"), uom: EA } }],
  } as const;
  const told: readonly OrderToCashEvent[] = [
    { kind: "orderCreated", number: parseOrderNumber("SO-5001"), at, source: "erp" },
    { kind: "shipmentProgressed", shipment, at, source: "wms" },
    ...events,
  ];
  return told.reduce<OrderState>((state, event) => orderToCash(state, event).state, {
    ...opened,
    billing: terms,
  });
}

const bookOf = (state: OrderState): Pick<OrderBook, "readOrders"> => ({
  readOrders: (ids) => Promise.resolve(ids.map(() => ({ state }) as never)),
});
const addresses = createWarehouseAddresses({
  wms: {
    warehouses: {
      listWarehouses: () =>
        Promise.resolve([
          { code: parseWarehouseCode("EAST"), name: "East", address: address("Akron") },
        ]),
    },
  },
  clock,
});
const command = (definition: { readonly type: string }): CommandRecord =>
  ({
    id: "01COMMAND",
    type: definition.type,
    acceptedAt: at,
    data: { orderId, shipmentId, number },
  }) as unknown as CommandRecord;
const eventsOf = (answer: unknown) => (answer as { effects: CommandEffects }).effects.orders;

const freightKnown: OrderToCashEvent = {
  kind: "freightKnown",
  number,
  quoted: usd("12"),
  charged: usd("12.40"),
  at,
  source: "carrier",
};

const noRates = {
  taxRateBook: { readRates: () => Promise.resolve(null) },
  billingPolicy: { estimateAfterSeconds: 60 },
};

/** A tax source that is away, and a customer who was taxed with 8 % before. */
function awayHandler(taxWhenAway: "hold" | "estimate", seconds: number, isKnown = true) {
  const away = () => Promise.reject(new SourceUnavailableError("tax", "POST", "refused"));
  const calculations = { idempotency: "probe", settleMs: 0, recordTax: away, findTax: away };
  const state = billedState(freightKnown);
  const terms = { ...(state.billing ?? PLAIN_TERMS), taxWhenAway };
  const rates = { goods: parseDecimal("0.08"), freight: parseDecimal("0.05") };
  const accepted = new Date(Date.parse(clock.now()) - seconds * 1_000).toISOString();
  const handler = handleCalculateTax({
    tax: { name: "tax", calculations: calculations as never },
    addresses,
    orderBook: bookOf({ ...state, billing: terms }),
    taxRateBook: { readRates: () => Promise.resolve(isKnown ? rates : null) },
    billingPolicy: { estimateAfterSeconds: 60 },
    clock,
  });
  const asked = { ...command(calculateTax), acceptedAt: parseInstant(accepted) };
  return { handler, asked };
}

test("while the tax source is away for a while, the rates of before stand in for it where the terms say so", async () => {
  const { handler, asked } = awayHandler("estimate", 60);
  const tax = {
    lines: [{ lineNumber: 1, tax: { amount: "0.80", currency: "USD" } }],
    freightTax: usd("0.62"),
    total: usd("1.42"),
    isEstimate: true,
  };
  for (const attempt of ["execute", "lookUp"] as const) {
    const answer = await handler[attempt](asked, signal);
    expect(eventsOf(answer)).toMatchObject([{ event: { kind: "taxCalculated", number, tax } }]);
  }
});

test.each([
  ["the terms say so", "hold", 600, true],
  ["it has been away for a moment only", "estimate", 59, true],
  ["the customer was never taxed there", "estimate", 600, false],
] as const)("a bill waits for its tax where %s", async (_why, terms, seconds, isKnown) => {
  const { handler, asked } = awayHandler(terms, seconds, isKnown);
  await expect(handler.execute(asked, signal)).rejects.toThrow(SourceUnavailableError);
});

function settling(difference: string) {
  const estimate = { lines: [], freightTax: usd("0"), total: usd("1"), isEstimate: true } as const;
  const state = billedState(freightKnown);
  const [bill] = state.invoices;
  if (bill === undefined) throw new Error("There is no bill.");
  const settlement = { difference: usd(difference), askedAt: at, documentNumber: null };
  const trueUp = { askedAt: at, due: { ...estimate }, settlement };
  const billed = {
    ...bill,
    id: parseInvoiceId("I1"),
    tax: { askedAt: at, known: estimate, trueUp },
  };
  const asked: object[] = [];
  const issue = (draft: object) => {
    asked.push(draft);
    return Promise.resolve({ kind: "done", document: {} });
  };
  const handler = handleSettleTax({
    finance: {
      name: "finance",
      invoices: { settleMs: 1, createInvoice: issue },
      creditMemos: { settleMs: 2, issueCreditMemo: issue },
    } as never,
    orderBook: bookOf({ ...state, invoices: [billed] }),
    clock,
  });
  return { handler, asked };
}

test("what was taxed too much is credited on the bill, and what was taxed too little is billed beside it", async () => {
  const tooMuch = settling("-0.40");
  const answer = await tooMuch.handler.execute(command(settleTax), signal);
  expect(tooMuch.asked).toMatchObject([
    {
      number: "SO-5001-1-TAX",
      invoiceId: "I1",
      isTaxIncluded: true,
      lines: [{ quantity: { value: "1" }, unitPrice: usd("0.40") }],
    },
  ]);
  expect(eventsOf(answer)).toMatchObject([
    { event: { kind: "taxSettled", number, documentNumber: "SO-5001-1-TAX" } },
  ]);
  const tooLittle = settling("0.25");
  await tooLittle.handler.execute(command(settleTax), signal);
  expect(tooLittle.asked).toMatchObject([
    {
      number: "SO-5001-1-TAX",
      orderNumber: "SO-5001",
      lines: [],
      surcharge: { amount: usd("0.25") },
    },
  ]);
});

test("the tax source is asked for net amounts of what left, from where it left to where it goes, with the freight", async () => {
  const asked: TaxDraft[] = [];
  const recordTax = (draft: TaxDraft) => {
    asked.push(draft);
    const document: TaxAnswer = {
      documentNumber: draft.documentNumber,
      lines: [{ lineNumber: 1, tax: usd("0.83") }],
      freightTax: usd("1.02"),
      total: usd("1.85"),
      jurisdictions: [],
    };
    return Promise.resolve({ kind: "done", document } as const);
  };
  const handler = handleCalculateTax({
    tax: { name: "tax", calculations: { idempotency: "probe", settleMs: 0, recordTax } as never },
    addresses,
    orderBook: bookOf(billedState(freightKnown)),
    ...noRates,
    clock,
  });
  const answer = await handler.execute(command(calculateTax), signal);
  expect(asked).toMatchObject([
    {
      documentNumber: "SO-5001-1",
      date: "2026-11-30",
      shipFrom: { city: "Akron" },
      shipTo: { city: "Cleveland" },
      lines: [
        {
          lineNumber: 1,
          sku: "NG-10001",
          quantity: "4",
          amount: { amount: "10.00", currency: "USD" },
        },
      ],
      freight: usd("12.40"),
    },
  ]);
  expect(eventsOf(answer)).toMatchObject([
    { orderId, event: { kind: "taxCalculated", number, tax: { total: usd("1.85") } } },
  ]);
});

const parcels = (...ounces: readonly string[]): Shipment =>
  ({
    trackingNumber: "T0",
    carrier: { scac: "UPSN", name: "UPS", service: "Ground" },
    packages: ounces.map((weight, index) => ({
      id: String(index),
      trackingNumber: `T${String(index)}`,
      weight: { value: parseDecimal(weight), uom: parseUomCode("ONZ") },
      lines: [],
    })),
  }) as unknown as Shipment;
const option = (service: string, price: string): ShippingOption => ({
  carrier: { scac: "UPSN", name: "UPS" },
  service,
  price: usd(price),
  estimatedDays: null,
});
const charge = (trackingNumber: string, amount: string, isFinal = true): FreightCharge => ({
  trackingNumber,
  amount: usd(amount),
  isFinal,
  chargedAt: at,
});

function freightHandler(shipment: Shipment, charges: readonly (FreightCharge | null)[]) {
  const weights: number[] = [];
  const handler = handleReadFreight({
    carrier: {
      name: "carrier",
      charges: { readCharges: () => Promise.resolve(charges) },
      rates: {
        quote: (draft) => {
          weights.push(...draft.parcels.map(({ weightGrams }) => weightGrams));
          return Promise.resolve([option("Express", "40"), option("Ground", "20.50")]);
        },
      },
    },
    addresses,
    orderBook: bookOf(billedState()),
    shipmentBook: {
      readShipments: (ids) => Promise.resolve(ids.map(() => ({ shipment }) as never)),
    } as Pick<ShipmentBook, "readShipments">,
    clock,
  });
  return { handler, weights };
}

test("freight is the sum over the parcels, beside the quote for the service that was used", async () => {
  const { handler, weights } = freightHandler(parcels("16", "32"), [
    charge("T0", "10.10"),
    charge("T1", "11.25"),
  ]);
  const answer = await handler.execute(command(readFreight), signal);
  expect(weights).toEqual([454, 907]);
  expect(eventsOf(answer)).toMatchObject([
    { event: { kind: "freightKnown", number, quoted: usd("20.50"), charged: usd("21.35") } },
  ]);
});

test.each([
  ["not known to the carrier", [charge("T0", "10.10"), null]],
  ["not billed yet", [charge("T0", "10.10"), charge("T1", "11.25", false)]],
] as const)(
  "a parcel that is %s is asked for again, and the carrier is not away for that",
  async (_of, charges) => {
    const { handler } = freightHandler(parcels("16", "32"), charges);
    await expect(handler.execute(command(readFreight), signal)).rejects.toMatchObject({
      retry: "later",
      errorClass: "TECHNICAL",
      isUnsent: false,
      isAwaited: true,
    });
    expect(await handler.lookUp(command(readFreight), signal)).toBeNull();
  },
);

/** Books that are closed up to a day, and remember under which keys they were asked. */
function closedBooks(closedUntil: LocalDate | null) {
  const asked: [LocalDate, string][] = [];
  const finance = {
    name: "finance",
    periods: { readClosedUntil: () => Promise.resolve(closedUntil) },
    invoices: {
      idempotency: "native",
      settleMs: 0,
      createInvoice: ({ issuedOn, number: numbered }: InvoiceDraft, key: string) => {
        asked.push([issuedOn, key]);
        const document = {
          id: parseInvoiceId("I1"),
          number: numbered,
          status: "POSTED",
          total: usd("10"),
          issuedOn,
          modifiedAt: at,
        } as Invoice;
        return Promise.resolve(
          closedUntil !== null && issuedOn <= closedUntil
            ? { kind: "refused", code: "PERIOD_CLOSED", message: "The period is closed." }
            : { kind: "done", document },
        );
      },
    },
  } as unknown as FinanceSystem;
  return { asked, finance };
}

test.each([
  ["hold", ["2026-11-30"], "rejected"],
  ["nextOpenDay", ["2026-11-30", "2026-12-01"], "succeeded"],
] as const)(
  "of a closed period, with the policy %s the bill is dated %j",
  async (closedPeriod, dates, kind) => {
    const { asked, finance } = closedBooks(parseLocalDate("2026-11-30"));
    const orderBook = bookOf(billedState(freightKnown)) as OrderBook;
    const handler = handleRaiseInvoice({
      finance,
      orderBook,
      billingPolicy: { closedPeriod },
      clock,
    });
    const answer = await handler.execute(command(raiseInvoice), signal);
    expect(answer.kind).toBe(kind);
    expect(asked.map(([date]) => date)).toEqual(dates);
    // Under the key of the first, finance would answer the first refusal again.
    expect(new Set(asked.map(([, key]) => key)).size).toBe(dates.length);
  },
);

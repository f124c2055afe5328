import { addMoney, compareDecimals, type Money } from "@crossdock/domain";
import {
  SourceUnavailableError,
  type ParcelDraft,
  type ShippingOption,
  type TaxDraft,
} from "@crossdock/source-contract";
import { CHARGE_PATIENCE_MS } from "./submission/expected-charges.ts";
import { openStand, type Stand } from "./testing/stand.ts";
import { usd } from "./testing/systems.ts";

const PREVIEW = `query ($input: SubmitOrderInput!) { previewOrder(input: $input) {
  subtotal { amount } tax { amount } freight { amount } total { amount } userErrors { code } } }`;
const SUBMIT = `mutation ($input: SubmitOrderInput!) { submitOrder(input: $input) {
  command { status } userErrors { code } } }`;

/** Ten per cent of everything, and a dollar a kilogram; who asked for what is kept. */
function createOffices() {
  const state = { isDown: false, isStuck: false };
  const taxed: TaxDraft[] = [];
  const quoted: ParcelDraft[] = [];
  const answer = async <T>(source: string, make: () => T): Promise<T> => {
    if (state.isStuck) await new Promise(() => undefined);
    if (state.isDown) throw new SourceUnavailableError(source, "ask", "refused");
    return make();
  };
  const tenth = ({ amount, currency }: Money): Money => ({
    ...usd(String(Number(amount) / 10)),
    currency,
  });
  const tax = {
    name: "tax",
    calculations: {
      estimateTax: (draft: TaxDraft) =>
        answer("tax", () => {
          taxed.push(draft);
          const amounts = draft.lines.map(({ amount }) => amount);
          const freight = draft.freight ?? usd("0");
          return {
            kind: "done",
            document: {
              documentNumber: draft.documentNumber,
              lines: [],
              freightTax: usd("0"),
              total: tenth(addMoney(freight, ...amounts)),
              jurisdictions: [],
            },
          };
        }),
    },
  } as never;
  const carrier = {
    name: "carrier",
    rates: {
      quote: (draft: ParcelDraft) =>
        answer("carrier", (): ShippingOption[] => {
          quoted.push(draft);
          const grams = draft.parcels.reduce((sum, { weightGrams }) => sum + weightGrams, 0);
          const way = { carrier: { scac: null, name: "Van" }, estimatedDays: 2 };
          return [
            { ...way, service: "Ground", price: usd(String(grams / 1_000)) },
            { ...way, service: "Air", price: usd("99") },
          ];
        }),
    },
  } as never;
  return { state, taxed, quoted, quoting: { tax, carrier } };
}

let keys = 0;
const input = (lines: readonly object[]) => ({
  input: { idempotencyKey: `charge-${String((keys += 1))}`, customerId: "C10010", lines },
});
const TWENTY = [{ sku: "NG-1", quantity: "20" }];

describe("where an account is charged for the way", () => {
  const offices = createOffices();
  let stand: Stand;
  beforeAll(async () => {
    stand = await openStand({
      quoting: offices.quoting,
      billingTermsOf: () => ({ freight: "BILLED" }),
    });
  });
  afterAll(() => stand.close());
  beforeEach(() => {
    Object.assign(offices.state, { isDown: false, isStuck: false });
    offices.taxed.length = 0;
    offices.quoted.length = 0;
  });
  const preview = async (lines: readonly object[] = TWENTY) =>
    (await stand.ask(PREVIEW, input(lines))).data.previewOrder;

  test("a preview has the cheapest way's price, and the tax on all of it", async () => {
    // 20 pieces of 1.5 kg at 3.50: 70.00 and 30.00 for the way, and a tenth of both.
    expect(await preview()).toEqual({
      subtotal: { amount: "70.00" },
      freight: { amount: "30.00" },
      tax: { amount: "10.00" },
      total: { amount: "110.00" },
      userErrors: [],
    });
    expect(offices.quoted).toMatchObject([
      { shipFrom: { city: "EAST" }, parcels: [{ weightGrams: 20_000 }, { weightGrams: 10_000 }] },
    ]);
    expect(offices.taxed).toMatchObject([
      { shipFrom: { city: "EAST" }, freight: { amount: "30" }, date: "2026-11-21" },
    ]);
  });

  test("who does not ask what it costs, asks nobody", async () => {
    const query = `query ($input: SubmitOrderInput!) { previewOrder(input: $input) { subtotal { amount } } }`;
    await stand.ask(query, input(TWENTY));
    expect([offices.quoted, offices.taxed]).toEqual([[], []]);
  });

  test("what is too heavy for parcels has no price, and is taxed without it", async () => {
    const heavy = await preview([{ sku: "NG-1", quantity: "101" }]);
    expect(heavy.freight).toBeNull();
    expect(compareDecimals(heavy.tax.amount, heavy.subtotal.amount)).toBe(-1);
    expect(offices.quoted).toEqual([]);
  });

  test("an order of which nothing can be sold has a preview all the same", async () => {
    expect(await preview([{ sku: "NG-NONE", quantity: "1" }])).toMatchObject({
      tax: null,
      freight: null,
      userErrors: [{ code: "UNKNOWN_SKU" }],
    });
  });

  test("while both are down a preview leaves them out, and an order is taken", async () => {
    offices.state.isDown = true;
    expect(await preview()).toEqual({
      subtotal: { amount: "70.00" },
      freight: null,
      tax: null,
      total: { amount: "70.00" },
      userErrors: [],
    });
    const { data } = await stand.ask(SUBMIT, input(TWENTY));
    expect(data.submitOrder).toEqual({ command: { status: "ACCEPTED" }, userErrors: [] });
  });

  test("nobody waits longer for them than the patience of a basket", async () => {
    offices.state.isStuck = true;
    const startedAt = performance.now();
    expect(await preview()).toMatchObject({ tax: null, freight: null });
    const tookMs = performance.now() - startedAt;
    expect(tookMs).toBeGreaterThanOrEqual(2 * CHARGE_PATIENCE_MS - 50);
    expect(tookMs).toBeLessThan(2 * CHARGE_PATIENCE_MS + 3_000);
  });
});

test("where the way is within the prices no carrier is asked", async () => {
  const offices = createOffices();
  const stand = await openStand({ quoting: offices.quoting });
  const { data } = await stand.ask(PREVIEW, input(TWENTY));
  expect(data.previewOrder).toMatchObject({
    freight: null,
    tax: { amount: "7.00" },
    total: { amount: "77.00" },
  });
  expect(offices.quoted).toEqual([]);
  await stand.close();
});

test("without a tax source and carriers a preview says nothing of them", async () => {
  const stand = await openStand({ billingTermsOf: () => ({ freight: "BILLED" }) });
  const { data } = await stand.ask(PREVIEW, input(TWENTY));
  expect(data.previewOrder).toMatchObject({ freight: null, tax: null, total: { amount: "70.00" } });
  await stand.close();
});

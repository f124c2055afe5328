import {
  parseCurrencyCode,
  parseCustomerNumber,
  parseDecimal,
  parseLocalDate,
} from "@crossdock/domain";
import { createFixedClock, createLogger, createMetrics, createReadTally } from "@crossdock/runtime";
import { SourceUnavailableError, type TaxAnswer, type TaxDraft } from "@crossdock/source-contract";
import { createQuotes, type TaxQuestion } from "./quotes.ts";
import { createReadCache } from "./read-cache.ts";

const USD = parseCurrencyCode("USD");
const usd = (amount: string) => ({ amount: parseDecimal(amount), currency: USD });
const question = (amount: string): TaxQuestion => ({
  customerNumber: parseCustomerNumber("C10550"),
  currency: USD,
  date: parseLocalDate("2026-11-21"),
  shipFrom: null,
  shipTo: { name: null, lines: [], city: "X", region: "OH", postalCode: "44114", country: "US" },
  lines: [
    { lineNumber: 1, sku: null, description: "", quantity: parseDecimal("1"), amount: usd(amount) },
  ],
  freight: null,
});

function open() {
  const clock = createFixedClock("2026-11-21T12:00:00.000Z");
  const cache = createReadCache({
    redis: null,
    clock,
    logger: createLogger({ name: "test", level: "silent" }),
    metrics: createMetrics(),
  });
  const asked: string[] = [];
  const engine = { isDown: false };
  const estimateTax = async ({ documentNumber, lines }: TaxDraft) => {
    const amount = lines[0]?.amount.amount ?? "none";
    asked.push(amount);
    if (engine.isDown) throw new SourceUnavailableError("tax", "estimate", "refused");
    if (amount === "13") {
      return { kind: "refused", code: "INVALID_ADDRESS", message: "Nowhere." } as const;
    }
    const document: TaxAnswer = {
      documentNumber,
      lines: [{ lineNumber: 1, tax: usd("0.08") }],
      freightTax: usd("0"),
      total: usd("0.08"),
      jurisdictions: [],
    };
    return { kind: "done", document } as const;
  };
  const tax = { name: "tax", calculations: { estimateTax } } as never;
  const { taxEstimates, shippingOptions } = createQuotes({ cache, tax });
  const tally = createReadTally();
  const ask = (...amounts: readonly string[]) =>
    taxEstimates?.read(amounts.map(question), {
      signal: AbortSignal.timeout(5_000),
      maxAgeMs: null,
      tally,
    });
  return { ask, asked, engine, clock, tally, shippingOptions, close: () => cache.close() };
}

test("the same question is asked once, and another one is another question", async () => {
  const { ask, asked, close } = open();
  await ask("1");
  const found = await ask("1", "2");
  expect(asked).toEqual(["1", "2"]);
  expect(found).toMatchObject([
    { document: { total: { amount: "0.08" } }, provenance: { freshness: "CACHED" } },
    { document: { total: { amount: "0.08" } }, provenance: { freshness: "LIVE" } },
  ]);
  await close();
});

test("a question that is refused has no answer, and spoils no other", async () => {
  const { ask, close } = open();
  const found = await ask("13", "1");
  expect(found?.[0]).toBeNull();
  expect(found?.[1]).toMatchObject({ document: { documentNumber: "ESTIMATE" } });
  await close();
});

test("what was told before stands in for an engine that is away, and is marked", async () => {
  const { ask, engine, clock, tally, close } = open();
  await ask("1");
  engine.isDown = true;
  clock.advance(20 * 60_000);
  const found = await ask("1", "2");
  expect(found?.[0]).toMatchObject({ provenance: { freshness: "STALE" } });
  expect(found?.[1]).toBeInstanceOf(SourceUnavailableError);
  expect(tally.stale).toBe(1);
  await close();
});

test("without a source there is no reader", async () => {
  const { shippingOptions, close } = open();
  expect(shippingOptions).toBeNull();
  await close();
});

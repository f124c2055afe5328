import { createHash } from "node:crypto";
import type {
  CarrierSystem,
  ParcelDraft,
  ShippingOption,
  TaxAnswer,
  TaxDraft,
  TaxSystem,
} from "@crossdock/source-contract";
import type { CachedRead } from "./cached-read.ts";
import { READ_AGES } from "./read-ages.ts";
import type { ReadCache } from "./read-cache.ts";

/** What would be taxed; it has no number, because nothing is recorded. */
export type TaxQuestion = Omit<TaxDraft, "documentNumber">;

/** What tax engines and carriers say of goods that nobody has ordered yet. */
export type Quotes = {
  /** No document where the engine does not take the question; no reader where there is no tax source. */
  readonly taxEstimates: CachedRead<TaxQuestion, TaxAnswer> | null;
  /** Cheapest first; no reader where there is no carrier source. */
  readonly shippingOptions: CachedRead<ParcelDraft, readonly ShippingOption[]> | null;
};

export type QuotesDeps = {
  readonly cache: ReadCache;
  readonly tax?: Pick<TaxSystem, "name" | "calculations"> | null;
  readonly carrier?: Pick<CarrierSystem, "name" | "rates"> | null;
};

/** Named to the engine, which forgets it. */
const ESTIMATE_NUMBER = "ESTIMATE";

/** The same question has the same answer whoever asks, so that what one basket was told serves the next look at it. */
export function createQuotes({ cache, tax = null, carrier = null }: QuotesDeps): Quotes {
  return {
    taxEstimates:
      tax === null
        ? null
        : cache.reader<TaxQuestion, TaxAnswer>({
            name: "tax estimate",
            source: tax.name,
            keyOf: digestOf,
            // No event tells of rates.
            subjectsOf: () => [],
            ages: READ_AGES.taxEstimate,
            read: each(async (question, signal) => {
              const draft = { ...question, documentNumber: ESTIMATE_NUMBER };
              const outcome = await tax.calculations.estimateTax(draft, signal);
              return outcome.kind === "done" ? outcome.document : null;
            }),
          }),
    shippingOptions:
      carrier === null
        ? null
        : cache.reader<ParcelDraft, readonly ShippingOption[]>({
            name: "shipping options",
            source: carrier.name,
            keyOf: digestOf,
            subjectsOf: () => [],
            ages: READ_AGES.shippingOptions,
            read: each((draft, signal) => carrier.rates.quote(draft, signal)),
          }),
  };
}

/** A question is many lines long; its key is not. */
function digestOf(question: unknown): string {
  return createHash("sha256").update(JSON.stringify(question)).digest("base64url");
}

/** Sources that answer one question at a time: an error stays with its own. */
function each<Key, Document>(
  read: (key: Key, signal: AbortSignal) => Promise<Document | null>,
): (keys: readonly Key[], signal: AbortSignal) => Promise<readonly (Document | Error | null)[]> {
  return (keys, signal) =>
    Promise.all(
      keys.map((key) =>
        read(key, signal).catch((error: unknown) =>
          error instanceof Error ? error : new Error(String(error)),
        ),
      ),
    );
}

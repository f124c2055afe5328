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
  /** No document where the engine does not take the question; `null` where there is no tax source. */
  readonly taxEstimates: NamedRead<TaxQuestion, TaxAnswer> | null;
  /** Cheapest first; `null` where there is no carrier source. */
  readonly shippingOptions: NamedRead<ParcelDraft, readonly ShippingOption[]> | null;
};

/** A read that its callers can do without: when it fails, they tell whose it was. */
export type NamedRead<Key, Document> = {
  /** As provenance shows it. */
  readonly source: string;
  readonly read: CachedRead<Key, Document>;
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
        : {
            source: tax.name,
            read: cache.reader<TaxQuestion, TaxAnswer>({
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
          },
    shippingOptions:
      carrier === null
        ? null
        : {
            source: carrier.name,
            read: cache.reader<ParcelDraft, readonly ShippingOption[]>({
              name: "shipping options",
              source: carrier.name,
              keyOf: digestOf,
              subjectsOf: () => [],
              ages: READ_AGES.shippingOptions,
              read: each((draft, signal) => carrier.rates.quote(draft, signal)),
            }),
          },
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

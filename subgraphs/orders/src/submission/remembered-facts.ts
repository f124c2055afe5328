import { isSourceDown } from "@crossdock/subgraph-kit";
import { LRUCache } from "lru-cache";
import type { OrdersDeps } from "../deps.ts";
import { createLoaders, type Loaders } from "../loaders.ts";

/** What the rules of acceptance look at in the ERP and the warehouse, one value per key. */
export type FactReader = {
  readonly [Kind in "customer" | "product" | "priceLines" | "stock"]: Pick<Loaders[Kind], "load">;
} & Pick<Loaders, "warehouses">;

/** Facts of one system: how long each is good for, once it was read. */
type Source = {
  /** Until then a fact is used as it is: the source is not asked. */
  readonly freshMs: number;
  /** Until then it is used when the source does not answer, or not soon. */
  readonly usableMs: number;
  /**
   * Since an answer of it failed or came late, nobody who has a usable fact waits for it until then; on
   * `performance.now()`.
   */
  lateUntilMs: number;
};

const ERP_AGES = { freshMs: 10_000, usableMs: 4 * 3_600_000 };
const STOCK_AGES = { freshMs: 2_000, usableMs: 3_600_000 };
/** A caller waits no longer than so for a source while there is a usable fact; the read goes on. */
const PATIENCE_MS = 100;
/** How long a source is taken to be late once it was. */
const LATE_MS = 5_000;
/** A source that did not answer is asked again for the same fact after this. */
const ASK_AGAIN_MS = 2_000;
/** One read, for all who wait for it. */
const READ_TIMEOUT_MS = 20_000;
const MAX_FACTS = 50_000;

type Fact = { readonly value: object; readonly readAt: number };
type Read = { readonly source: Source; readonly read: () => Promise<object | null> };

/**
 * Facts that outlive the request that read them, so that orders are taken while the ERP or the
 * warehouse is away (docs/decisions/0008-facts-for-acceptance.md). What does not exist is not remembered.
 * Its reads throw {@link SourceUnavailableError} only where no usable fact is known.
 */
export function createRememberedFacts(deps: OrdersDeps): FactReader {
  const now = () => deps.clock.nowMs();
  const live = readersOfOneTurn(deps);
  const erp: Source = { ...ERP_AGES, lateUntilMs: 0 };
  const warehouse: Source = { ...STOCK_AGES, lateUntilMs: 0 };
  const facts = new LRUCache<string, Fact, Read>({
    max: MAX_FACTS,
    perf: { now },
    ttlResolution: 0, // else it looks at the clock once per millisecond of another clock
    ignoreFetchAbort: true,
    allowStaleOnFetchAbort: true,
    fetchMethod: async (_key, known, { context: { source, read }, options }) => {
      const beganMs = performance.now();
      try {
        const value = await read();
        if (performance.now() - beganMs > PATIENCE_MS) noteLate(source);
        return value === null ? undefined : { value, readAt: now() };
      } catch (error) {
        noteLate(source);
        if (known === undefined || now() > known.readAt + source.usableMs) throw error;
        if (!isSourceDown(error)) throw error;
        options.ttl = ASK_AGAIN_MS;
        return known;
      }
    },
  });

  const recall = async <Value extends object>(
    key: string,
    source: Source,
    read: () => Promise<Value | null>,
  ): Promise<Value | null> => {
    const known = facts.peek(key, { allowStale: true });
    const isUsable = known !== undefined && now() <= known.readAt + source.usableMs;
    // The value was put under this kind of key by this function.
    const valueOf = (fact: Fact | undefined) => (fact?.value ?? null) as Value | null;
    if (isUsable && facts.has(key)) return valueOf(known);
    const patience = AbortSignal.timeout(PATIENCE_MS);
    const asked = facts.fetch(key, {
      ttl: source.freshMs,
      context: { source, read },
      ...(isUsable ? { signal: patience } : {}),
    });
    if (isUsable && performance.now() < source.lateUntilMs) {
      asked.catch(() => undefined); // whoever has to wait for it is told
      return valueOf(known);
    }
    const fact = await asked;
    if (isUsable && patience.aborted) noteLate(source);
    return valueOf(fact);
  };

  return {
    customer: {
      load: (number) => recall(`customer ${number}`, erp, () => live().customer.load(number)),
    },
    product: {
      load: (sku) => recall(`product ${sku}`, erp, () => live().product.load(sku)),
    },
    priceLines: {
      load: (key) =>
        recall(`price ${key.customer?.number ?? ""} ${key.sku}`, erp, () =>
          live().priceLines.load(key),
        ),
    },
    stock: {
      load: (sku) => recall(`stock ${sku}`, warehouse, () => live().stock.load(sku)),
    },
    warehouses: async () => (await recall("warehouses", erp, () => live().warehouses())) ?? [],
  };
}

function noteLate(source: Source): void {
  source.lateUntilMs = performance.now() + LATE_MS;
}

/** What is asked in the same turn, by whichever request, is read with one call per kind. */
function readersOfOneTurn(deps: OrdersDeps): () => Loaders {
  let current: Loaders | null = null;
  return () => {
    if (current === null) {
      current = createLoaders(deps, AbortSignal.timeout(READ_TIMEOUT_MS));
      // The moment at which a DataLoader sends off what it has collected.
      void Promise.resolve().then(() => {
        process.nextTick(() => {
          current = null;
        });
      });
    }
    return current;
  };
}

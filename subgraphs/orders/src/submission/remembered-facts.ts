import { isSourceDown } from "@crossdock/subgraph-kit";
import { LRUCache } from "lru-cache";
import type { OrdersDeps } from "../deps.ts";
import { createLoaders, type Loaders } from "../loaders.ts";

/** What the rules of acceptance look at in the ERP and the warehouse, one value per key. */
export type FactReader = {
  readonly [Kind in "customer" | "product" | "priceLines" | "stock"]: Pick<Loaders[Kind], "load">;
} & Pick<Loaders, "warehouses">;

/** How long a fact of one kind is good for, once it was read. */
type Ages = {
  /** Until then it is used as it is: the source is not asked. */
  readonly freshMs: number;
  /** Until then it is used when the source does not answer, or not soon. */
  readonly usableMs: number;
};

const ERP_AGES: Ages = { freshMs: 10_000, usableMs: 4 * 3_600_000 };
const STOCK_AGES: Ages = { freshMs: 2_000, usableMs: 3_600_000 };
/** A caller waits no longer than so for a source while there is a usable fact; the read goes on. */
const PATIENCE_MS = 100;
/** A source that did not answer is asked again for the same fact after this. */
const ASK_AGAIN_MS = 2_000;
/** One read, for all who wait for it. */
const READ_TIMEOUT_MS = 20_000;
const MAX_FACTS = 50_000;

type Fact = { readonly value: object; readonly readAt: number };
type Read = { readonly usableMs: number; readonly read: () => Promise<object | null> };

/**
 * Facts that outlive the request that read them, so that orders are taken while the ERP or the
 * warehouse is away (docs/decisions/0008-facts-for-acceptance.md). What does not exist is not remembered.
 * Its reads throw {@link SourceUnavailableError} only where no usable fact is known.
 */
export function createRememberedFacts(deps: OrdersDeps): FactReader {
  const now = () => deps.clock.nowMs();
  const live = readersOfOneTurn(deps);
  const facts = new LRUCache<string, Fact, Read>({
    max: MAX_FACTS,
    perf: { now },
    ignoreFetchAbort: true,
    allowStaleOnFetchAbort: true,
    fetchMethod: async (_key, known, { context: { read, usableMs }, options }) => {
      try {
        const value = await read();
        return value === null ? undefined : { value, readAt: now() };
      } catch (error) {
        if (known === undefined || now() > known.readAt + usableMs) throw error;
        if (!isSourceDown(error)) throw error;
        options.ttl = ASK_AGAIN_MS;
        return known;
      }
    },
  });

  const recall = async <Value extends object>(
    key: string,
    { freshMs, usableMs }: Ages,
    read: () => Promise<Value | null>,
  ): Promise<Value | null> => {
    const known = facts.peek(key, { allowStale: true });
    const isUsable = known !== undefined && now() <= known.readAt + usableMs;
    const fact =
      isUsable && facts.has(key)
        ? known
        : await facts.fetch(key, {
            ttl: freshMs,
            context: { read, usableMs },
            ...(isUsable ? { signal: AbortSignal.timeout(PATIENCE_MS) } : {}),
          });
    // The value was put under this kind of key by this function.
    return (fact?.value ?? null) as Value | null;
  };

  return {
    customer: {
      load: (number) => recall(`customer ${number}`, ERP_AGES, () => live().customer.load(number)),
    },
    product: {
      load: (sku) => recall(`product ${sku}`, ERP_AGES, () => live().product.load(sku)),
    },
    priceLines: {
      load: (key) =>
        recall(`price ${key.customer?.number ?? ""} ${key.sku}`, ERP_AGES, () =>
          live().priceLines.load(key),
        ),
    },
    stock: {
      load: (sku) => recall(`stock ${sku}`, STOCK_AGES, () => live().stock.load(sku)),
    },
    warehouses: async () => (await recall("warehouses", ERP_AGES, () => live().warehouses())) ?? [],
  };
}

/** What is asked in the same turn, by whichever request, is read with one call per kind. */
function readersOfOneTurn(deps: OrdersDeps): () => Loaders {
  let current: Loaders | null = null;
  return () => {
    if (current === null) {
      current = createLoaders(deps, AbortSignal.timeout(READ_TIMEOUT_MS));
      setImmediate(() => {
        current = null;
      });
    }
    return current;
  };
}

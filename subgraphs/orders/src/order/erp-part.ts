import {
  addMoney,
  extendPrice,
  roundMoney,
  zeroMoney,
  type Instant,
  type Money,
  type OrderState,
  type Provenance,
  type SourceOrder,
} from "@crossdock/domain";
import type { OrderRecord } from "@crossdock/processes";
import { isSourceDown } from "@crossdock/reads";
import type { Context } from "../context.ts";

/**
 * What the ERP says of an order. Without a document the draft holds: the ERP has not created it yet, or
 * does not answer and has never told us of it.
 */
export type ErpPart = Provenanced &
  (
    | { readonly kind: "document"; readonly order: SourceOrder }
    | { readonly kind: "draft"; readonly draft: OrderState["draft"] }
  );
type Provenanced = { readonly provenance: Provenance };

/** What we call ourselves where an order is known to nobody else yet. */
const OURSELVES = "crossdock";

/**
 * The ERP's document as the reads have it; as last seen when the ERP does not answer (STALE), or when it has
 * forgotten the order, as an ERP may once an order is shipped and billed (CACHED).
 * @throws {SourceUnavailableError} the ERP does not answer and nothing is known of its document
 */
export async function readErpPart(
  record: OrderRecord,
  { loaders, deps, reads }: Pick<Context, "loaders" | "deps" | "reads">,
): Promise<ErpPart> {
  const { state, number, source } = record;
  if (number === null) {
    const provenance = { source: OURSELVES, asOf: deps.clock.now(), freshness: "LIVE" } as const;
    return draftOf(record, provenance);
  }
  try {
    const found = await loaders.document.load(number);
    if (found !== null) {
      return { kind: "document", order: found.document, provenance: found.provenance };
    }
  } catch (error) {
    if (!isSourceDown(error) || state === null) throw error;
    const provenance = {
      source: deps.erp.name,
      asOf: lastChangeOf(state),
      freshness: "STALE",
    } as const;
    reads.noteStale(provenance.source, provenance.asOf);
    return draftOf(record, provenance);
  }
  if (source !== null) {
    const provenance = {
      source: deps.erp.name,
      asOf: source.seenAt,
      freshness: "CACHED",
    } as const;
    return { kind: "document", order: source.order, provenance };
  }
  const asOf = state === null ? record.placedAt : lastChangeOf(state);
  return draftOf(record, { source: OURSELVES, asOf, freshness: "CACHED" });
}

/** Sum of the lines, before tax and freight. */
export function subtotalOf(part: ErpPart): Money {
  if (part.kind === "document") return part.order.subtotal;
  const { currency, lines } = part.draft;
  const totals = lines.map((line) => extendPrice(line.unitPrice, line.ordered.value));
  return roundMoney(addMoney(zeroMoney(currency), ...totals));
}

/** The ERP's total; before it has one, what is known of it. */
export function totalOf(part: ErpPart): Money {
  return part.kind === "document" ? part.order.total : subtotalOf(part);
}

function draftOf({ id, state }: OrderRecord, provenance: Provenance): ErpPart {
  if (state === null) throw new Error(`The order book has neither state nor document of ${id}.`);
  return { kind: "draft", draft: state.draft, provenance };
}

function lastChangeOf({ timeline, draft }: OrderState): Instant {
  return timeline.at(-1)?.at ?? draft.placedAt;
}

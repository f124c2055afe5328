import type { Instant, OrderState } from "@crossdock/domain";
import type { OrderRecord } from "@crossdock/processes";
import { reachedAt } from "./timeline.ts";

export type Posting = {
  readonly source: string;
  readonly state: "PENDING" | "POSTED" | "REFUSED" | "REVERSED" | "UNKNOWN";
  readonly documentNumber: string | null;
  readonly postedAt: Instant | null;
  /** From when it was asked for until it was there, or until now; `null` before it was asked for. */
  readonly lagSeconds: number | null;
};

type Names = { readonly erp: string; readonly wms: string; readonly finance: string };

/**
 * How far each system has the order: ERP, warehouse, then one entry per bill (or one that waits). Of a cancelled order
 * only those that had it.
 */
export function postingsOf(record: OrderRecord, names: Names, nowMs: number): readonly Posting[] {
  const { state } = record;
  if (state === null) return postingsOfErpOrder(record, names);
  const erp = erpPosting(state, names.erp, nowMs);
  if (state.status === "REJECTED") return [erp];
  if (state.status === "CANCELLED") {
    return [erp, wmsPosting(state, names.wms, nowMs)].flatMap((posting) =>
      posting.documentNumber === null ? [] : [{ ...posting, state: "REVERSED" as const }],
    );
  }
  return [
    erp,
    wmsPosting(state, names.wms, nowMs),
    ...financePostings(state, names.finance, nowMs),
  ];
}

/** What happened to an order of the ERP's own elsewhere, nobody told us. */
function postingsOfErpOrder({ number }: OrderRecord, { erp, wms, finance }: Names): Posting[] {
  const unknown = {
    state: "UNKNOWN",
    documentNumber: null,
    postedAt: null,
    lagSeconds: null,
  } as const;
  return [
    { ...unknown, source: erp, state: "POSTED", documentNumber: number },
    { ...unknown, source: wms },
    { ...unknown, source: finance },
  ];
}

function erpPosting(state: OrderState, source: string, nowMs: number): Posting {
  const askedAt = state.draft.placedAt;
  if (state.status === "REJECTED") {
    const lagSeconds = lag(askedAt, reachedAt(state, "REJECTED"), nowMs);
    return { source, state: "REFUSED", documentNumber: null, postedAt: null, lagSeconds };
  }
  const postedAt = reachedAt(state, "CONFIRMED");
  return {
    source,
    state: state.number === null ? "PENDING" : "POSTED",
    documentNumber: state.number,
    postedAt,
    lagSeconds: lag(askedAt, postedAt, nowMs),
  };
}

function wmsPosting(state: OrderState, source: string, nowMs: number): Posting {
  const postedAt = reachedAt(state, "ALLOCATED");
  const [first] = state.shipments;
  return {
    source,
    state: first === undefined ? "PENDING" : "POSTED",
    documentNumber: first?.number ?? null,
    postedAt,
    lagSeconds: lag(reachedAt(state, "CONFIRMED"), postedAt, nowMs),
  };
}

function financePostings(state: OrderState, source: string, nowMs: number): readonly Posting[] {
  if (state.invoices.length === 0) {
    return [{ source, state: "PENDING", documentNumber: null, postedAt: null, lagSeconds: null }];
  }
  return state.invoices.map(({ number, id, requestedAt, postedAt }) => ({
    source,
    state: postedAt === null ? "PENDING" : "POSTED",
    documentNumber: id === null ? null : number,
    postedAt,
    lagSeconds: lag(requestedAt, postedAt, nowMs),
  }));
}

function lag(askedAt: Instant | null, doneAt: Instant | null, nowMs: number): number | null {
  if (askedAt === null) return null;
  const untilMs = doneAt === null ? nowMs : Date.parse(doneAt);
  return Math.max(0, untilMs - Date.parse(askedAt)) / 1_000;
}

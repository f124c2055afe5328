import { randomUUID } from "node:crypto";
import { appendAudit } from "@crossdock/audit";
import { fingerprintOf } from "@crossdock/commands";
import {
  mismatchSubject,
  parseOrderNumber,
  type MismatchRepair,
  type OrderNumber,
  type ReconciliationScope,
} from "@crossdock/domain";
import type { Ledger } from "@crossdock/ledger";
import {
  closeFinding,
  exceptionChangedOf,
  idsOfNumbers,
  shipmentEffectsOf,
  type OrderProcess,
} from "@crossdock/processes";
import type { Clock } from "@crossdock/runtime";
import type { WmsSystem } from "@crossdock/source-contract";
import type { Comparison } from "./comparison.ts";
import type { ReconciliationBook } from "./reconciliation-book.ts";
import type { Mismatch, Reconciliation } from "./reconciliation.ts";

export type RepairOutcome = {
  readonly done: number;
  /** In the order of finding; 100 at most. */
  readonly refused: readonly {
    readonly id: string;
    readonly code: string;
    readonly message: string;
  }[];
  /** Of the run, with a safe repair and not repaired, those that refused included. */
  readonly remaining: number;
};

/** Our feeds, asked to read records again. */
export type ReadAgain = Readonly<
  Record<
    "stock" | "order" | "shipment" | "invoice",
    (sourceIds: readonly string[], signal: AbortSignal) => Promise<void>
  >
>;

export interface Repairer {
  repair(
    run: Pick<Reconciliation, "id" | "scope">,
    asked: { readonly first: number; readonly by: string },
    signal: AbortSignal,
  ): Promise<RepairOutcome>;
}

export type RepairDeps = {
  readonly ledger: Pick<Ledger, "transaction">;
  readonly process: Pick<OrderProcess, "apply">;
  readonly book: ReconciliationBook;
  readonly wms: {
    readonly name: string;
    readonly shipments: Pick<WmsSystem["shipments"], "readShipmentsOfOrders">;
  };
  readonly readAgain: ReadAgain;
  readonly comparisonOf: (scope: ReconciliationScope) => Pick<Comparison, "look">;
  readonly clock: Clock;
};

const MAX_REFUSED = 100;

/**
 * Makes our books and orders follow their sources again. Nothing is written to a source. After each repair the thing is looked at
 * anew: only what is gone counts as repaired, closes its exception and is in the audit journal. A bill that an order asks for takes its
 * time; the mismatch is repaired when the order knows of it.
 */
export function createRepairer(deps: RepairDeps): Repairer {
  return {
    async repair({ id, scope }, { first, by }, signal) {
      const refused: RepairOutcome["refused"][number][] = [];
      let done = 0;
      for (const mismatch of await deps.book.listRepairable(id, first)) {
        signal.throwIfAborted();
        const reason = await repairOne(deps, scope, mismatch, by, signal);
        if (reason === null) done += 1;
        else if (refused.length < MAX_REFUSED) {
          refused.push({ id: mismatchId(mismatch), code: "BAD_USER_INPUT", message: reason });
        }
      }
      return { done, refused, remaining: await deps.book.countRepairable(id) };
    },
  };
}

/** Unique over all runs. */
export function mismatchId({
  reconciliationId,
  sequence,
}: Pick<Mismatch, "reconciliationId" | "sequence">): string {
  return `${reconciliationId}-${String(sequence)}`;
}

/** @returns why it could not be repaired; `null` when it was */
async function repairOne(
  deps: RepairDeps,
  scope: ReconciliationScope,
  mismatch: Mismatch,
  by: string,
  signal: AbortSignal,
): Promise<string | null> {
  const { repair, key } = mismatch;
  if (repair === null) return "Nothing about it is safe to do without a person.";
  await carryOut(deps, repair, signal);
  const differences = await deps.comparisonOf(scope).look([key], signal);
  const left = differences.find((each) => each.key === key);
  // What is told to an order is repaired with that: its bill comes later, and the next run looks for it.
  if (left !== undefined && repair.kind !== "tellOrder") {
    return `It is as before: ${left.summary}`;
  }
  await noteRepair(deps, scope, mismatch, by);
  return null;
}

async function carryOut(
  { ledger, process, wms, readAgain }: RepairDeps,
  { kind, sourceId }: MismatchRepair,
  signal: AbortSignal,
): Promise<void> {
  switch (kind) {
    case "readStock":
      return readAgain.stock([sourceId], signal);
    case "readOrder":
      return readAgain.order([sourceId], signal);
    case "readShipment":
      return readAgain.shipment([sourceId], signal);
    case "readInvoice":
      return readAgain.invoice([sourceId], signal);
    case "tellOrder": {
      const number: OrderNumber = parseOrderNumber(sourceId);
      const [shipments = []] = await wms.shipments.readShipmentsOfOrders([number], signal);
      await readAgain.shipment(
        shipments.map(({ id }) => id),
        signal,
      );
      await ledger.transaction(async (trx) => {
        const orders = await idsOfNumbers(trx, [number]);
        const effects = shipments.flatMap((shipment) =>
          shipmentEffectsOf(shipment, orders, wms.name).filter(
            ({ orderId }) => orderId === orders.get(number)?.id,
          ),
        );
        const trace = { correlationId: randomUUID(), causationId: null };
        await process.apply(trx, effects, [], trace);
      });
    }
  }
}

/** What is repaired needs nobody: its exception is closed with it. */
async function noteRepair(
  { ledger, process, clock }: RepairDeps,
  scope: ReconciliationScope,
  mismatch: Mismatch,
  by: string,
): Promise<void> {
  const { reconciliationId, sequence, about, part, code, repair } = mismatch;
  const subject = mismatchSubject(scope, about, part ?? undefined);
  const at = clock.now();
  const correlationId = randomUUID();
  await ledger.transaction(async (trx) => {
    await trx
      .updateTable("mismatches")
      .set({ repaired_at: at })
      .where("reconciliation_id", "=", reconciliationId)
      .where("sequence", "=", sequence)
      .execute();
    await trx
      .deleteFrom("mismatch_findings")
      .where("scope", "=", scope)
      .where("subject", "=", subject)
      .execute();
    const note = "Repaired: our book follows its source again.";
    const closed = await closeFinding(trx, subject, { by, resolution: "CORRECTED", note }, at);
    if (closed !== null) {
      const trace = { correlationId, causationId: null };
      await process.apply(trx, [], [exceptionChangedOf(closed, "CLOSED")], trace);
    }
    await appendAudit(trx, {
      at,
      actor: by,
      step: "repaired",
      commandId: mismatchId(mismatch),
      commandType: "mismatch",
      outcome: `${repair?.kind ?? ""} ${code}`,
      correlationId,
      payloadHash: fingerprintOf({ type: "mismatch", data: { scope, subject, repair } }),
    });
  });
}

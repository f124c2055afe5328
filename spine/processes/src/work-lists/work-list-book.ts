import type { Ledger } from "@crossdock/ledger";
import { failingCommands } from "./failing-commands.ts";
import {
  delayedAllocations,
  pendingErpCreation,
  shippedNotInvoiced,
  stuckBetweenStages,
} from "./order-lists.ts";
import { eventsNotConsumed, shipmentsAwaitingPortal } from "./told-lists.ts";
import type { WorkList, WorkListKind } from "./work-list.ts";

/** What has waited for longer than it should. Each list reads as many rows of an index as it has items to tell. */
export interface WorkListBook {
  of(kind: WorkListKind): WorkList;
}

/** @param isShipments whether a feed is the one of a warehouse's shipments */
export function createWorkListBook(
  { db }: Pick<Ledger, "db">,
  isShipments: (feed: string) => boolean,
): WorkListBook {
  const lists: Readonly<Record<WorkListKind, WorkList>> = {
    PENDING_ERP_CREATION: pendingErpCreation(db),
    SHIPPED_NOT_INVOICED: shippedNotInvoiced(db),
    STUCK_BETWEEN_STAGES: stuckBetweenStages(db),
    EVENTS_NOT_CONSUMED: eventsNotConsumed(db, isShipments),
    SHIPMENTS_AWAITING_PORTAL: shipmentsAwaitingPortal(db, isShipments),
    DELAYED_ALLOCATIONS: delayedAllocations(db),
    FAILING_COMMANDS: failingCommands(db),
  };
  return { of: (kind) => lists[kind] };
}

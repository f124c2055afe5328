import type {
  CustomerNumber,
  ErrorClass,
  ExceptionOwner,
  Instant,
  OrderStatus,
} from "@crossdock/domain";
import { z } from "zod";
import type { StageThresholds } from "../flow-book.ts";

export const WORK_LIST_KINDS = [
  "PENDING_ERP_CREATION",
  "SHIPPED_NOT_INVOICED",
  "STUCK_BETWEEN_STAGES",
  "EVENTS_NOT_CONSUMED",
  "SHIPMENTS_AWAITING_PORTAL",
  "DELAYED_ALLOCATIONS",
  "FAILING_COMMANDS",
] as const;
export type WorkListKind = (typeof WORK_LIST_KINDS)[number];

/** Something that has waited for too long. */
export type WorkItem = {
  /** Unique within its list, and what a cursor holds. */
  readonly id: string;
  /** As the API names types, and the id there. */
  readonly subject: { readonly typename: string; readonly id: string };
  /** For a person; nothing private. */
  readonly summary: string;
  readonly since: Instant;
  /** After how many seconds it is in the list. */
  readonly thresholdSeconds: number;
  /** `null` where no request set it off, or an earlier version did not write it down. */
  readonly correlationId: string | null;
  /** Where it is known what keeps it, and who can lift that. */
  readonly blame?: Blame;
};

export type Blame = {
  readonly class: ErrorClass | null;
  /** Stable: why it waits. */
  readonly code: string;
  readonly owner: ExceptionOwner;
  /** A lane, as `erp`, the name of a source, or `crossdock`. */
  readonly system: string;
};

/** After how many seconds what waits is in its list. */
export type WorkThresholds = {
  readonly stages: StageThresholds;
  readonly pendingErpCreationSeconds: number;
  readonly shippedNotInvoicedSeconds: number;
  readonly eventsNotConsumedSeconds: number;
  readonly shipmentsAwaitingPortalSeconds: number;
  /** Past the end of the promised day. */
  readonly delayedAllocationsSeconds: number;
  /** From when a command first failed. */
  readonly failingCommandsSeconds: number;
};

/** Where an item stands in its list: by age, oldest first. */
export const workPosition = z.strictObject({
  since: z.iso.datetime(),
  id: z.string().min(1).max(300),
});
export type WorkPosition = z.output<typeof workPosition>;

export type WorkQuery = {
  /** Whose orders; what is nobody's is told to those alone who may see all. */
  readonly customers: readonly CustomerNumber[] | "all";
  readonly now: Instant;
  readonly thresholds: WorkThresholds;
  readonly after: WorkPosition | null;
  /** Rows at most. */
  readonly limit: number;
};

export interface WorkList {
  /** @returns its items from a position on, oldest first, and no more than are asked for */
  list(query: WorkQuery): Promise<readonly WorkItem[]>;
  /** @returns how many there are, counted no further than to the query's limit */
  count(query: WorkQuery): Promise<number>;
}

/** The last instant that is late already. */
export function lateSince(now: Instant, seconds: number): Date {
  return new Date(Date.parse(now) - seconds * 1_000);
}

/** In plain words, for summaries. */
export const STAGE_WORDS: Readonly<Partial<Record<OrderStatus, string>>> = {
  SUBMITTED: "is not in the ERP yet",
  ON_HOLD: "is on hold",
  CONFIRMED: "is in the ERP, and no warehouse has it",
  ALLOCATED: "is set aside, and nobody picks it",
  BACKORDERED: "waits for stock",
  PICKING: "is being picked",
  PARTIALLY_SHIPPED: "has left in part",
  SHIPPED: "has left and is not billed whole",
  DELIVERED: "has arrived and is not billed whole",
};

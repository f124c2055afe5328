import type { Address } from "../address.ts";
import type { InvoiceId, InvoiceNumber, OrderNumber, ShipmentId } from "../identifiers.ts";
import type { InvoiceStatus } from "../invoice.ts";
import type { Money } from "../money.ts";
import type { OrderDraft, OrderDraftLine } from "../order.ts";
import type { FulfilmentStep, OrderChange, OrderState, ShippedGoods } from "../order-state.ts";
import type { Milestone, ShipmentStatus, Shortfall } from "../shipment.ts";
import type { Instant, LocalDate } from "../time.ts";

/** When it happened and where: `source` is the system's configured name. */
export type Stamp = { readonly at: Instant; readonly source: string };

/** What happened to an order that we took: at a source, or because a client asked for it. */
export type OrderToCashEvent = Stamp &
  (
    | { readonly kind: "orderCreated"; readonly number: OrderNumber }
    | { readonly kind: "orderRefused"; readonly code: string; readonly message: string }
    | { readonly kind: "releaseCreated"; readonly shipments: readonly ShipmentSnapshot[] }
    | { readonly kind: "shipmentProgressed"; readonly shipment: ShipmentSnapshot }
    | { readonly kind: "invoiceChanged"; readonly invoice: InvoiceSnapshot }
    /** A step ended without success: it waits for a person. */
    | ({ readonly kind: "stepFailed" } & StepFailure)
    /** An attempt at a step failed, and reached nobody or is looked up before the next one. */
    | { readonly kind: "stepPostponed"; readonly step: OrderStep }
    /** The source said no to a step, and nothing of it is there; `orderRefused` for the first one. */
    | ({ readonly kind: "stepRefused" } & StepFailure)
    /**
     * The command of a step goes no further: taken back before anybody received it, or ended by a person
     * who has dealt with it; `isDone` when that person did by hand what it was to do.
     */
    | {
        readonly kind: "stepEnded";
        readonly step: OrderStep;
        readonly isDone: boolean;
        readonly note: string;
      }
    | {
        readonly kind: "cancelRequested";
        readonly commandId: string;
        readonly reason: string | null;
      }
    | {
        readonly kind: "amendRequested";
        readonly commandId: string;
        readonly amendment: OrderAmendment;
      }
    /** The warehouse sends nothing more of its last release. */
    | { readonly kind: "releaseCancelled"; readonly shipments: readonly ShipmentSnapshot[] }
    /** The ERP has the order no more. */
    | { readonly kind: "orderRemoved" }
    /** The ERP has it as the amendment says. */
    | { readonly kind: "orderRewritten" }
    /** The buyer wants to send something back; `number` is that of the return. */
    | { readonly kind: "returnRequested"; readonly number: string }
  );

/** A command of the process: the first three fulfil an order, the others undo or change that. */
export type OrderStep =
  | "createOrder"
  | "releaseOrder"
  | "raiseInvoice"
  | "cancelRelease"
  | "removeOrder"
  | "rewriteOrder";

export type StepFailure = {
  readonly step: OrderStep;
  readonly code: string;
  readonly message: string;
};

/** What a buyer changes; what is left out stays as it is. */
export type OrderAmendment = {
  readonly requestedDeliveryOn?: LocalDate;
  readonly shipTo?: Address;
  /** All lines, numbered anew. */
  readonly lines?: readonly OrderDraftLine[];
};

export type ShipmentSnapshot = {
  readonly id: ShipmentId;
  readonly number: string;
  readonly status: ShipmentStatus;
  readonly lines: readonly ShippedGoods[];
  /** What the warehouse was told to send in this release and will not, in base units; all of it each time. */
  readonly shortfalls?: readonly LineShortfall[];
  /** Why it does not move, when it does not. */
  readonly problem: string | null;
  /** Also those that nobody looked in between of; where no source is given, it is the event's. */
  readonly milestones: readonly (Pick<Milestone, "type" | "at"> &
    Partial<Pick<Milestone, "source">>)[];
};

export type LineShortfall = Pick<Shortfall, "lineNumber" | "quantity" | "reason">;

export type InvoiceSnapshot = {
  readonly number: InvoiceNumber;
  readonly id: InvoiceId;
  readonly status: InvoiceStatus;
  readonly total: Money;
};

/** What is to be done next. `step` names the intent: the same step of one order is done once. */
export type OrderToCashCommand = { readonly step: string } & (
  | { readonly kind: "releaseOrder"; readonly release: number }
  | {
      readonly kind: "raiseInvoice";
      readonly shipmentId: ShipmentId;
      readonly number: InvoiceNumber;
    }
  | { readonly kind: "cancelRelease"; readonly release: number }
  | { readonly kind: "removeOrder" }
  | { readonly kind: "rewriteOrder"; readonly draft: OrderDraft }
  /** Not sent anywhere: the command of this step is taken back, if it can have reached nobody yet. */
  | { readonly kind: "withdraw"; readonly withdrawn: FulfilmentStep["kind"] }
);

/** How a client's request ended: done, or refused with nothing changed. */
export type RequestOutcome = { readonly commandId: string } & (
  | { readonly kind: "done" }
  | { readonly kind: "refused"; readonly code: string; readonly message: string }
);

export type OrderToCashResult = {
  readonly state: OrderState;
  readonly commands: readonly OrderToCashCommand[];
  /** What subscribers are told, in order. Empty when the event was known already. */
  readonly changes: readonly OrderChange[];
  /** Requests that are over. */
  readonly ended: readonly RequestOutcome[];
  /** Ids of commands of which nothing is left: what they did was undone. */
  readonly compensated: readonly string[];
};

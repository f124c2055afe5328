import type { AcceptanceHoldCode } from "../acceptance/order-acceptance.ts";
import type { Address } from "../address.ts";
import type { BillDecision, CalculatedTax } from "../bill.ts";
import type { InvoiceId, InvoiceNumber, OrderNumber, ShipmentId } from "../identifiers.ts";
import type { InvoiceStatus } from "../invoice.ts";
import type { Money } from "../money.ts";
import type { OrderDraft, OrderDraftLine } from "../order.ts";
import type {
  ErpPrice,
  FulfilmentStep,
  OrderChange,
  OrderState,
  ShippedGoods,
} from "../order-state.ts";
import type { Milestone, ShipmentStatus, Shortfall } from "../shipment.ts";
import type {
  SourcingAssignment,
  SourcingBackorder,
  SourcingPlan,
} from "../sourcing/sourcing-plan.ts";
import type { Instant, LocalDate } from "../time.ts";

/** When it happened and where: `source` is the system's configured name. */
export type Stamp = { readonly at: Instant; readonly source: string };

/** What happened to an order that we took: at a source, or because a client asked for it. */
export type OrderToCashEvent = Stamp &
  (
    | { readonly kind: "orderCreated"; readonly number: OrderNumber }
    | { readonly kind: "orderRefused"; readonly code: string; readonly message: string }
    | {
        readonly kind: "releaseCreated";
        /** Which one; several of one order may be on their way. */
        readonly release: number;
        readonly shipments: readonly ShipmentSnapshot[];
      }
    | { readonly kind: "shipmentProgressed"; readonly shipment: ShipmentSnapshot }
    | { readonly kind: "invoiceChanged"; readonly invoice: InvoiceSnapshot }
    /** What the way of a shipment costs; `quoted` is `null` where nobody quoted it. */
    | {
        readonly kind: "freightKnown";
        readonly number: InvoiceNumber;
        readonly quoted: Money | null;
        readonly charged: Money;
      }
    /** The tax source has recorded what is due on a bill. */
    | {
        readonly kind: "taxCalculated";
        readonly number: InvoiceNumber;
        readonly tax: CalculatedTax;
      }
    /** … and what is due on one that went out with an estimate. */
    | { readonly kind: "taxTruedUp"; readonly number: InvoiceNumber; readonly tax: CalculatedTax }
    /** Finance has credited, or billed, what an estimated tax was wrong by. */
    | {
        readonly kind: "taxSettled";
        readonly number: InvoiceNumber;
        readonly documentNumber: string;
      }
    /** The ERP's prices, per unit that was ordered, as a newer look at its document shows them than the one before. */
    | { readonly kind: "orderPriced"; readonly prices: readonly ErpPrice[] }
    /** A person has dealt with what was wrong with a bill. */
    | {
        readonly kind: "billDecided";
        readonly number: InvoiceNumber;
        readonly decision: Omit<BillDecision, "at">;
      }
    /** A step ended without success: it waits for a person. */
    | ({ readonly kind: "stepFailed" } & StepFailure)
    /** An attempt at a step failed, and reached nobody or is looked up before the next one. */
    | { readonly kind: "stepPostponed"; readonly step: OrderStep; readonly release?: number | null }
    /** The source said no to a step, and nothing of it is there; `orderRefused` for the first one. */
    | ({ readonly kind: "stepRefused" } & StepFailure)
    /**
     * The command of a step goes no further: taken back before anybody received it, or ended by a person
     * who has dealt with it; `isDone` when that person did by hand what it was to do.
     */
    | {
        readonly kind: "stepEnded";
        readonly step: OrderStep;
        /** Of a release or its cancellation; the newest where it is left out. */
        readonly release?: number | null;
        /** Of a step of billing. */
        readonly invoice?: InvoiceNumber;
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
    /** The warehouse sends nothing more of the release. */
    | {
        readonly kind: "releaseCancelled";
        readonly release: number;
        readonly shipments: readonly ShipmentSnapshot[];
      }
    /**
     * Stock was found for what waited, or a new date was; nothing where `look` is not the next of the order's
     * `sourcing.looks`.
     */
    | ({ readonly kind: "backorderSourced" } & BackorderLook)
    /** A person says where goods come from that no rule found, or that a warehouse does not send. */
    | {
        readonly kind: "sourcedByHand";
        readonly assignments: readonly SourcingAssignment[];
        /** For the timeline. */
        readonly note: string | null;
      }
    /** A person has corrected what the ERP did not take of an order that it does not have yet. */
    | {
        readonly kind: "orderCorrected";
        readonly draft: Pick<
          OrderDraft,
          "customerReference" | "requestedDeliveryOn" | "shipTo" | "lines"
        >;
      }
    /** The ERP has the order no more. */
    | { readonly kind: "orderRemoved" }
    /** The ERP has it as the amendment says. */
    | { readonly kind: "orderRewritten" }
    /** Of what an order waited for since it was accepted, one thing was decided in its favour; all of it without `code`. */
    | {
        readonly kind: "holdReleased";
        readonly code: AcceptanceHoldCode | null;
        /** For the timeline. */
        readonly note: string | null;
        /** Whether stock is set aside for it from now on; as before where it is left out. */
        readonly isPromised?: boolean;
      }
    /** … and against it. */
    | { readonly kind: "orderDeclined"; readonly reason: string }
    /** The buyer wants to send something back; `number` is that of the return. */
    | { readonly kind: "returnRequested"; readonly number: string }
  );

/** A command of the process: those of the sales order, its releases and its bills, then those that undo or change that. */
export type OrderStep =
  | "createOrder"
  | "releaseOrder"
  | "readFreight"
  | "calculateTax"
  | "voidTax"
  | "raiseInvoice"
  | "trueUpTax"
  | "settleTax"
  | "cancelRelease"
  | "removeOrder"
  | "rewriteOrder";

/** A command of one bill. */
export const BILL_STEPS = [
  "readFreight",
  "calculateTax",
  "voidTax",
  "raiseInvoice",
  "trueUpTax",
  "settleTax",
] as const;
export type BillStep = (typeof BILL_STEPS)[number];

/** What one look at the stock means to what waits for it. */
export type BackorderLook = {
  /** One more than the looks before it: two who looked at the same moment do not both count. */
  readonly look: number;
  /** By which rule the warehouses were chosen. */
  readonly rule: string;
  readonly assignments: readonly SourcingAssignment[];
  /** What still waits and why, as far as it is known anew. */
  readonly promises: readonly Omit<SourcingBackorder, "quantity">[];
};

export type StepFailure = {
  readonly step: OrderStep;
  /** Of a release or its cancellation; the newest where it is left out. */
  readonly release?: number | null;
  /** Of a step of billing. */
  readonly invoice?: InvoiceNumber;
  readonly code: string;
  readonly message: string;
};

/** What a buyer changes; what is left out stays as it is. */
export type OrderAmendment = {
  readonly requestedDeliveryOn?: LocalDate;
  readonly shipTo?: Address;
  /** All lines, numbered anew. */
  readonly lines?: readonly OrderDraftLine[];
  /** Where those come from; everything from the draft's warehouse where it is left out. */
  readonly sourcing?: SourcingPlan;
};

export type ShipmentSnapshot = {
  readonly id: ShipmentId;
  readonly number: string;
  readonly status: ShipmentStatus;
  /** Which release of the order it is of; `null` or left out where the warehouse does not tell. */
  readonly release?: number | null;
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
  /** Left out by an older version. */
  readonly issuedOn?: LocalDate | null;
  /** When finance last changed it; left out where nobody told. */
  readonly modifiedAt?: Instant;
};

/** What is to be done next. `step` names the intent: the same step of one order is done once. */
export type OrderToCashCommand = { readonly step: string } & (
  | { readonly kind: "releaseOrder"; readonly release: number }
  | {
      readonly kind: BillStep;
      readonly shipmentId: ShipmentId;
      readonly number: InvoiceNumber;
    }
  | { readonly kind: "cancelRelease"; readonly release: number }
  | { readonly kind: "removeOrder" }
  | { readonly kind: "rewriteOrder"; readonly draft: OrderDraft }
  /** Nothing new: the command that was accepted with the order, and held, goes its way. */
  | { readonly kind: "sendOrder"; readonly commandId: string }
  /** Not sent anywhere: the command of this step is taken back, if it can have reached nobody yet. */
  | {
      readonly kind: "withdraw";
      readonly withdrawn: FulfilmentStep["kind"];
      /** Which release; all of them where it is left out. */
      readonly release?: number;
    }
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

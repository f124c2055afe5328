import type { OrderInput } from "./order-input.ts";

/** What the warehouse remembers. The vendor's JSON is made from these rows in `order-view.ts`. */

/** The way of an order that nothing stops, in this order. */
export const WALK = [
  "Processing",
  "Picked",
  "Packed",
  "Labeled",
  "Shipped",
  "InTransit",
  "OutForDelivery",
  "Delivered",
] as const;
export type WalkState = (typeof WALK)[number];
export type ShipmentState = WalkState | "Exception" | "Cancelled";

export type OrderRecord = {
  readonly orderId: number;
  readonly shipmentId: number;
  readonly channelId: number;
  readonly locationId: number;
  readonly input: OrderInput;
  readonly lines: readonly LineRecord[];
  readonly state: ShipmentState;
  readonly reached: readonly { readonly state: ShipmentState; readonly at: string }[];
  /** Why the order is an exception; empty otherwise. */
  readonly shortages: readonly Shortage[];
  /** What of the order will not be sent, and why. */
  readonly shorts?: readonly Short[];
  /** What goes wrong at the step that finds it; `null` or left out where all is well. */
  readonly mishap?: Mishap | null;
  /** How many cartons it is packed in; as many as it needs when left out. */
  readonly parcels?: number;
  /** The order whose goods were not ready with the rest: they leave in a shipment of their own. */
  readonly splitFrom?: number;
  /** The step that falls due by itself; `null` when a person has to move the order. */
  readonly next: { readonly to: WalkState; readonly dueAt: string } | null;
  /** Left from before the sandbox: moves only when it is advanced. */
  readonly waitsForPerson: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
};

export type LineRecord = {
  readonly inventoryId: number | null;
  readonly sku: string;
  /** What is or will be sent: less than was ordered where something went wrong or leaves later. */
  readonly quantity: number;
  /** Which lots and serial numbers were taken from the shelf; empty before the pick. */
  readonly picks: readonly Pick[];
};

export type Pick = {
  readonly quantity: number;
  readonly lot: string | null;
  readonly expiresOn: string | null;
  readonly serials: readonly string[];
};

/**
 * - `SHORT_PICK` the shelf is empty before all is picked: the stock is corrected
 * - `DAMAGED` found broken when it is packed, and thrown away
 * - `WRONG_LOT` another lot than the label says, found when it is packed, and put back
 */
export type MishapReason = "SHORT_PICK" | "DAMAGED" | "WRONG_LOT";

export type Mishap = {
  readonly reason: MishapReason;
  /** How many pieces of a sku cannot be sent. */
  readonly short: readonly { readonly sku: string; readonly quantity: number }[];
};

export type Short = {
  readonly reason: MishapReason;
  readonly sku: string;
  readonly inventoryId: number | null;
  readonly quantity: number;
};

export type Shortage = {
  readonly sku: string;
  readonly inventoryId: number | null;
  readonly missing: number;
};

/** One item at one location. `onHand - committed` may be promised to the next order. */
export type StockRecord = {
  readonly inventoryId: number;
  readonly locationId: number;
  readonly onHand: number;
  readonly committed: number;
  /** Taken from the shelf, still in the building: part of `onHand` and of `committed`. */
  readonly picked: number;
  /** On its way to the location. */
  readonly awaiting: number;
  readonly lots: readonly LotRecord[];
};

export type LotRecord = {
  readonly number: string;
  readonly expiresOn: string;
  readonly onHand: number;
  readonly picked: number;
};

/** A change of on-hand stock, as the history feed tells it. */
export type MovementRecord = {
  readonly eventId: number;
  readonly category: "OrderPicked" | "ReceivingStow" | "InventoryAdjusted" | "InventoryRestocked";
  readonly at: string;
  readonly inventoryId: number;
  readonly sku: string;
  readonly locationId: number;
  readonly quantityChange: number;
  readonly committedChange: number;
  readonly lot: string | null;
  readonly expiresOn: string | null;
  readonly orderId: number | null;
  /** `null` for a count: nobody asked for it. */
  readonly reference: { readonly type: "OrderId" | "WroAndBox"; readonly value: string } | null;
};

export type ReceivingRecord = {
  readonly receivingId: number;
  readonly locationId: number;
  readonly purchaseOrderNumber: string | null;
  readonly expectedAt: string;
  readonly items: readonly {
    readonly inventoryId: number;
    readonly sku: string;
    readonly quantity: number;
    readonly lot: string | null;
    readonly expiresOn: string | null;
    /** Came through the door; zero when left out. */
    readonly received?: number;
    /** Of that, put on the shelf; zero when left out. */
    readonly stowed?: number;
  }[];
  readonly status: "Awaiting" | "PartiallyArrived" | "Completed" | "Cancelled";
  readonly createdAt: string;
  readonly updatedAt: string;
};

export type ReturnAction = "Default" | "Restock" | "Quarantine" | "Dispose";

export type ReturnItem = {
  readonly inventoryId: number;
  readonly sku: string;
  readonly quantity: number;
  readonly requested: ReturnAction;
  readonly lot: string | null;
  /** What people did with what they found; empty before they looked. */
  readonly actions: readonly {
    readonly action: Exclude<ReturnAction, "Default">;
    readonly quantity: number;
    readonly lot: string | null;
  }[];
};

export type ReturnRecord = {
  readonly returnId: number;
  readonly referenceId: string;
  readonly locationId: number;
  /** What its goods left with. */
  readonly shipmentId: number | null;
  readonly trackingNumber: string | null;
  readonly status: "AwaitingArrival" | "Arrived" | "Completed" | "Cancelled";
  readonly items: readonly ReturnItem[];
  readonly createdAt: string;
  readonly completedAt: string | null;
};

export type SubscriptionRecord = {
  readonly subscriptionId: string;
  readonly url: string;
  readonly topics: readonly string[];
  readonly secret: string;
  readonly description: string | null;
  readonly createdAt: string;
};

/** A notification that nobody has acknowledged yet; sent again when the sandbox starts. */
export type DeliveryRecord = {
  readonly messageId: string;
  readonly subscriptionId: string;
  readonly topic: string;
  readonly body: string;
};

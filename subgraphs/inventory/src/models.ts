import type {
  InboundReceipt,
  Instant,
  Product,
  Provenance,
  Quantity,
  Receipt,
  Reservation,
  Sku,
  StockMovementDraft,
  StockPosition,
  UserError,
  WarehouseCode,
} from "@crossdock/domain";
import type { InventoryEventType } from "../generated/resolvers.ts";
import type { CommandView, Connection } from "@crossdock/subgraph-kit";

/**
 * What a resolver hands on for a product: its name only. The ERP is asked when a field needs it, so
 * that stock can be told while the ERP is down.
 */
export type ProductRef = { readonly sku: Sku };

/** An item as the ERP told it. */
export type ProductView = Product & { readonly provenance: Provenance };

/**
 * Stock of one product in one warehouse: as the warehouse system told it, with what reservations hold
 * counted as promised.
 */
export type PositionView = StockPosition & {
  readonly provenance: Provenance;
  /** It is as it was after an event: what is known by now is not put into it. */
  readonly isOfEvent?: true;
};

/** What of a product is still to come, what is expected first before the others. */
export type InboundView = {
  readonly receipts: readonly InboundReceipt[];
  /** It is all that the warehouses await: what is not here is not awaited. */
  readonly isWhole: boolean;
};

export type ProductConnectionView = Connection<ProductRef>;

/** Goods on their way into a warehouse, as the receipt book has them. */
export type ReceiptView = Receipt & { readonly provenance: Provenance };

export type ReceiptConnectionView = Connection<ReceiptView>;

/** What became of a mutation that announces a receipt or takes it back. */
export type ReceiptAnswer = {
  readonly command: CommandView | null;
  /** The warehouse's own; `null` when it was refused, and until the warehouse has numbered it. */
  readonly receiptId: string | null;
  readonly replayed: boolean;
  readonly userErrors: readonly UserError[];
};

/** A change of stock, as an event tells it. */
export type InventoryEventView = {
  readonly cursor: string;
  readonly type: InventoryEventType;
  readonly occurredAt: Instant;
  /** `null` in a snapshot. */
  readonly delta: Quantity | null;
  readonly sku: Sku;
  readonly warehouse: WarehouseCode;
  /** As the event has it; `null` when it has none and the stock is to be read. */
  readonly position: PositionView | null;
};

/** What became of a mutation that takes or ends a reservation. */
export type ReservationAnswer = {
  readonly command: CommandView | null;
  readonly reservation: Reservation | null;
  readonly replayed: boolean;
  readonly userErrors: readonly UserError[];
};

/** What became of a mutation that enters something into the books. */
export type MovementAnswer = {
  readonly command: CommandView | null;
  /** What is to be entered, and so whose stock it is about; `null` when it was refused. */
  readonly stock: StockMovementDraft | null;
  readonly replayed: boolean;
  readonly userErrors: readonly UserError[];
};

import type {
  Address,
  CustomerNumber,
  Instant,
  OrderKey,
  OrderNumber,
  Quantity,
  Shipment,
  ShipmentId,
  Sku,
  WarehouseCode,
} from "@crossdock/domain";
import type { BulkRead, Page } from "./reading.ts";
import type { Writer, WriteOutcome } from "./write-outcome.ts";

export interface ShipmentReader {
  readonly readShipments: BulkRead<ShipmentId, Shipment>;
  /**
   * @param orderNumbers 1 to 200, distinct
   * @returns per order, in key order, its shipments oldest first; empty when it has none
   */
  readShipmentsOfOrders(
    orderNumbers: readonly OrderNumber[],
    signal: AbortSignal,
  ): Promise<readonly (readonly Shipment[])[]>;
}

/** Tells one warehouse to send lines of one order. */
export type ReleaseDraft = {
  readonly orderNumber: OrderNumber;
  /** Counts the releases of an order from 1; order number and release name the document. */
  readonly release: number;
  readonly orderKey: OrderKey | null;
  readonly customerNumber: CustomerNumber;
  readonly customerReference: string | null;
  readonly warehouse: WarehouseCode;
  readonly placedAt: Instant;
  readonly shipTo: Address;
  readonly lines: readonly ReleaseLine[];
};

export type ReleaseLine = {
  readonly lineNumber: number;
  readonly sku: Sku;
  readonly description: string;
  /** In base units, whole: warehouses count. */
  readonly quantity: Quantity;
};

/** What the warehouse made of a release. */
export type Release = {
  /** The warehouse system's own id of the order. */
  readonly sourceId: string;
  readonly orderNumber: OrderNumber;
  readonly release: number;
  readonly shipments: readonly Shipment[];
};

export interface ReleaseWriter extends Writer {
  /** Looks for the document of an earlier try; `null` when the source has none. */
  findRelease(draft: ReleaseDraft, signal: AbortSignal): Promise<Release | null>;
  /**
   * @throws {UnknownOutcomeError} it may have been created
   * @throws {SourceUnavailableError} it was not
   */
  createRelease(draft: ReleaseDraft, signal: AbortSignal): Promise<WriteOutcome<Release>>;
}

/** All that a release put into the warehouse: order number and release name the document. */
export type ReleaseCancellation = Pick<ReleaseDraft, "orderNumber" | "release">;

/** Everything of a release, and nothing of it will be sent; empty where the warehouse never had it. */
export type CancelledRelease = { readonly shipments: readonly Shipment[] };

/**
 * Takes back what the warehouse was told to send, while it is still on its shelves. The effect is a
 * state: what is cancelled already is done, whoever cancelled it, and a look-up reads the state.
 */
export interface ReleaseCanceller extends Writer {
  /** @returns the shipment when it is cancelled; `null` while it is not, or not there */
  findCancelledShipment(id: ShipmentId, signal: AbortSignal): Promise<Shipment | null>;
  /**
   * Refused NOT_CANCELLABLE once its goods are picked or gone, UNKNOWN_SHIPMENT when there is none.
   * @throws {UnknownOutcomeError} it may have been cancelled
   * @throws {SourceUnavailableError} the source did not answer
   */
  cancelShipment(id: ShipmentId, signal: AbortSignal): Promise<WriteOutcome<Shipment>>;
  /** @returns `null` while anything of the release may still be sent */
  findCancelledRelease(
    release: ReleaseCancellation,
    signal: AbortSignal,
  ): Promise<CancelledRelease | null>;
  /**
   * Refused NOT_CANCELLABLE when one of its shipments cannot be taken back; others of it may then be
   * cancelled all the same, which their feed tells.
   * @throws {UnknownOutcomeError} it may have been cancelled, whole or in part
   * @throws {SourceUnavailableError} the source did not answer
   */
  cancelRelease(
    release: ReleaseCancellation,
    signal: AbortSignal,
  ): Promise<WriteOutcome<CancelledRelease>>;
}

export interface ShipmentFeed {
  /** Shipments changed at or after `since`, oldest change first; `null` is from the start. */
  listChangedShipments(
    query: { readonly since: Instant | null; readonly after: string | null },
    signal: AbortSignal,
  ): Promise<Page<Shipment>>;
}

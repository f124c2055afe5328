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

export interface ShipmentFeed {
  /** Shipments changed at or after `since`, oldest change first; `null` is from the start. */
  listChangedShipments(
    query: { readonly since: Instant | null; readonly after: string | null },
    signal: AbortSignal,
  ): Promise<Page<Shipment>>;
}

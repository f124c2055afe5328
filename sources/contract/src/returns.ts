import type {
  Instant,
  Quantity,
  ParcelReport,
  ShipmentId,
  Sku,
  WarehouseCode,
} from "@crossdock/domain";
import type { BulkRead } from "./reading.ts";
import type { Writer, WriteOutcome } from "./write-outcome.ts";

/** Tells a warehouse that a parcel comes back to it. */
export type ReturnDraft = {
  /** What stands on the box, and names the document: `RMA-0000042-1`. */
  readonly parcel: string;
  readonly warehouse: WarehouseCode;
  /** What its goods left with. */
  readonly shipmentId: ShipmentId;
  /** One for each item and lot; in base units, whole. */
  readonly lines: readonly {
    readonly sku: Sku;
    readonly quantity: Quantity;
    readonly lot: string | null;
  }[];
};

/** What the warehouse knows of a parcel that was announced to it. */
export type AnnouncedReturn = {
  readonly parcel: string;
  /** The warehouse system's own. */
  readonly sourceId: string;
  readonly report: ParcelReport;
  /** When it came to that; `null` where the source does not say. */
  readonly changedAt: Instant | null;
};

export interface ReturnWriter extends Writer {
  /** Looks for the document of an earlier try by the parcel's name; `null` when the source has none. */
  findReturn(parcel: string, signal: AbortSignal): Promise<AnnouncedReturn | null>;
  /**
   * Refused UNKNOWN_WAREHOUSE, UNKNOWN_SKU, INVALID_QUANTITY where the warehouse cannot count it.
   * @throws {UnknownOutcomeError} it may have been announced
   * @throws {SourceUnavailableError} it was not
   */
  announceReturn(draft: ReturnDraft, signal: AbortSignal): Promise<WriteOutcome<AnnouncedReturn>>;
  /** @returns the parcel's name when the warehouse does not wait for it (also: never did); `null` while it does */
  findWithdrawnReturn(parcel: string, signal: AbortSignal): Promise<WithdrawnReturn | null>;
  /**
   * The effect is a state: what is withdrawn already is done. Refused NOT_CANCELLABLE once it has arrived.
   * @throws {UnknownOutcomeError} it may have been withdrawn
   * @throws {SourceUnavailableError} the source did not answer
   */
  withdrawReturn(parcel: string, signal: AbortSignal): Promise<WriteOutcome<WithdrawnReturn>>;
}

export type WithdrawnReturn = { readonly parcel: string };

export interface ReturnReader {
  /** By what stands on the boxes. */
  readonly readReturns: BulkRead<string, AnnouncedReturn>;
}

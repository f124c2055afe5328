import type { Address, Instant, Milestone, Money, ShipmentStatus } from "@crossdock/domain";

/** What is to be carried, for a price. */
export type ParcelDraft = {
  readonly shipFrom: Address;
  readonly shipTo: Address;
  /** 1 to 50. */
  readonly parcels: readonly { readonly weightGrams: number }[];
};

/** A way to send it. */
export type ShippingOption = {
  readonly carrier: { readonly scac: string | null; readonly name: string };
  /** As the carrier calls it, e.g. `Ground`. */
  readonly service: string;
  /** For all parcels together, without tax. */
  readonly price: Money;
  /** Days on the way, counted from the day of the hand-over; `null` where the carrier does not promise any. */
  readonly estimatedDays: number | null;
};

/** What the carrier charges us for one parcel. */
export type FreightCharge = {
  readonly trackingNumber: string;
  readonly amount: Money;
  /** Whether the carrier has weighed and billed it; before that it is what was quoted, and may change once. */
  readonly isFinal: boolean;
  /** When it came to this amount. */
  readonly chargedAt: Instant;
};

/** How far a parcel is, as its carrier tells it. */
export type ParcelTracking = {
  readonly trackingNumber: string;
  /** `null` while the carrier knows no more than its label. */
  readonly status: ShipmentStatus | null;
  /** Oldest first. A label that was printed is the milestone `LABEL_CREATED`, and no sign that goods have left. */
  readonly milestones: readonly Milestone[];
  readonly estimatedDeliveryAt: Instant | null;
  /** Who took it in; `null` where the carrier does not tell. */
  readonly receivedBy: string | null;
};

export interface RateReader {
  /**
   * Every way to send all parcels of the draft, cheapest first; empty where nobody goes.
   * @throws {SourceUnavailableError} no answer
   */
  quote(draft: ParcelDraft, signal: AbortSignal): Promise<readonly ShippingOption[]>;
}

export interface ChargeReader {
  /**
   * @param trackingNumbers 1 to 200, distinct
   * @returns per number, in their order; `null` where the carrier knows no such parcel, or no charge of it yet
   * @throws {SourceUnavailableError} no answer
   */
  readCharges(
    trackingNumbers: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly (FreightCharge | null)[]>;
}

export interface TrackingReader {
  /**
   * @param trackingNumbers 1 to 200, distinct
   * @returns per number, in their order; `null` where the carrier knows no such parcel
   * @throws {SourceUnavailableError} no answer
   */
  readTracking(
    trackingNumbers: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly (ParcelTracking | null)[]>;
}

import type { SandboxClock } from "../kit/clock.ts";
import { PARCEL_STATES, type HandedParcel, type ParcelState } from "../kit/hand-overs.ts";
import type { Store } from "../kit/store.ts";
import { labelPriceOf } from "./tariff.ts";

/** A parcel as the carriers know it. */
export type ParcelRow = Omit<HandedParcel, "state" | "at"> & {
  /** What happened to it, oldest first. */
  readonly scans: readonly { readonly state: ParcelState; readonly at: string }[];
  /** When somebody had it billed before it was due. */
  readonly billedAt: string | null;
};

export type ParcelCharge = {
  readonly cents: number;
  /** Billed, and not only quoted. */
  readonly isFinal: boolean;
  readonly at: string;
};

export interface ParcelBook {
  /** Takes a parcel, or a scan of one that is known. A scan that was told before changes nothing. */
  record(parcel: HandedParcel): void;
  find(trackingNumber: string): ParcelRow | undefined;
  values(): IterableIterator<ParcelRow>;
  /** Bills a parcel now. @returns whether there is such a parcel */
  bill(trackingNumber: string): boolean;
  chargeOf(parcel: ParcelRow): ParcelCharge;
}

/** So long after the hand-over the carrier has weighed and billed a parcel, on the warehouse's clock. */
const BILLING_MS = 2 * 3_600_000;
const HUNDRED = 100;
/**
 * What the scales say of parcels whose number ends so, in hundredths of the quote: 7 is heavier than the warehouse told,
 * 3 a little lighter.
 */
const REWEIGHED: Readonly<Record<string, number>> = { "7": 118, "3": 95 };

export function createParcelBook(store: Store, clock: SandboxClock): ParcelBook {
  const parcels = store.collection<ParcelRow>("parcels");
  return {
    record({ state, at, ...parcel }) {
      const known = parcels.get(parcel.trackingNumber);
      if (known?.scans.some((scan) => scan.state === state) === true) return;
      const scans = [...(known?.scans ?? []), { state, at }].sort(
        (one, other) => PARCEL_STATES.indexOf(one.state) - PARCEL_STATES.indexOf(other.state),
      );
      parcels.put(parcel.trackingNumber, { billedAt: null, ...known, ...parcel, scans });
    },
    find: (trackingNumber) => parcels.get(trackingNumber),
    values: () => parcels.values(),
    bill(trackingNumber) {
      const parcel = parcels.get(trackingNumber);
      if (parcel === undefined) return false;
      if (parcel.billedAt === null) {
        parcels.put(trackingNumber, { ...parcel, billedAt: clock.now().toISOString() });
      }
      return true;
    },
    chargeOf(parcel) {
      const handedAt = parcel.scans[0]?.at ?? clock.now().toISOString();
      const quoted = labelPriceOf(parcel);
      const dueMs = Date.parse(handedAt) + clock.scaled(BILLING_MS);
      const isDue = dueMs <= clock.now().getTime();
      if (parcel.billedAt === null && !isDue)
        return { cents: quoted, isFinal: false, at: handedAt };
      const percent = REWEIGHED[parcel.trackingNumber.slice(-1)] ?? HUNDRED;
      return {
        cents: Math.round((quoted * percent) / HUNDRED),
        isFinal: true,
        at: parcel.billedAt ?? new Date(dueMs).toISOString(),
      };
    },
  };
}

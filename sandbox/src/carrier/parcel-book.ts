import type { SandboxClock } from "../kit/clock.ts";
import { PARCEL_STATES, type HandedParcel, type ParcelState } from "../kit/hand-overs.ts";
import type { Store } from "../kit/store.ts";
import { labelPriceOf } from "./tariff.ts";

/** A parcel as the carriers know it. */
export type ParcelRow = Omit<HandedParcel, "state" | "at"> & {
  /** What happened to it, oldest first. */
  readonly scans: readonly ParcelScan[];
  /** When somebody had it billed before it was due. */
  readonly billedAt: string | null;
};

/** What a warehouse tells of a parcel, and what happens to it on a carrier's way only. */
export const MISHAPS = ["Failure", "ReturnToSender"] as const;
export type ParcelScan = {
  readonly state: ParcelState | (typeof MISHAPS)[number];
  readonly at: string;
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
  /** Something happens to a parcel on its way. @returns whether there is such a parcel */
  scan(trackingNumber: string, state: ParcelScan["state"]): boolean;
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

/** @param onScan told each time after something happened to a parcel */
export function createParcelBook(
  store: Store,
  clock: SandboxClock,
  onScan: (trackingNumber: string) => void = () => undefined,
): ParcelBook {
  const parcels = store.collection<ParcelRow>("parcels");
  return {
    record({ state, at, ...parcel }) {
      const known = parcels.get(parcel.trackingNumber);
      if (known?.scans.some((scan) => scan.state === state) === true) return;
      const scans = inOrder([...(known?.scans ?? []), { state, at }]);
      parcels.put(parcel.trackingNumber, { billedAt: null, ...known, ...parcel, scans });
      onScan(parcel.trackingNumber);
    },
    scan(trackingNumber, state) {
      const parcel = parcels.get(trackingNumber);
      if (parcel === undefined) return false;
      const scans = inOrder([...parcel.scans, { state, at: clock.now().toISOString() }]);
      parcels.put(trackingNumber, { ...parcel, scans });
      onScan(trackingNumber);
      return true;
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

/** By time; what a warehouse tells of one moment, as it happens one after the other. */
function inOrder(scans: readonly ParcelScan[]): ParcelScan[] {
  const rank = ({ state }: ParcelScan) => (PARCEL_STATES as readonly string[]).indexOf(state);
  const isOfWarehouse = (scan: ParcelScan) => rank(scan) >= 0;
  return [...scans].sort((one, other) =>
    isOfWarehouse(one) && isOfWarehouse(other)
      ? rank(one) - rank(other)
      : one.at.localeCompare(other.at),
  );
}

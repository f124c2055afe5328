import type { WorldAddress } from "../world/world.ts";

/** A parcel as the warehouse gives it to the carrier. */
export type HandedParcel = {
  /** What is printed on its label. */
  readonly trackingNumber: string;
  readonly carrier: string;
  readonly service: string;
  readonly weightGrams: number;
  readonly from: WorldAddress;
  readonly to: ParcelAddress;
  /** How far it is, and since when (ISO 8601). */
  readonly state: ParcelState;
  readonly at: string;
};

export type ParcelAddress = {
  readonly city: string;
  readonly region: string;
  readonly postalCode: string;
  readonly country: string;
};

/** In this order. */
export const PARCEL_STATES = ["Shipped", "InTransit", "OutForDelivery", "Delivered"] as const;
export type ParcelState = (typeof PARCEL_STATES)[number];

/** The dock where the warehouse and the carrier meet: in life it is the van that both know. */
export interface HandOvers {
  /** May be told again: whoever listens knows parcels by their numbers. */
  tell(parcel: HandedParcel): void;
  listen(listener: (parcel: HandedParcel) => void): void;
}

export function createHandOvers(): HandOvers {
  const listeners: ((parcel: HandedParcel) => void)[] = [];
  return {
    tell(parcel) {
      for (const listener of listeners) listener(parcel);
    },
    listen: (listener) => void listeners.push(listener),
  };
}

import type { CustomerNumber, HeldStock, Reservation, ReservationId, Sku } from "@crossdock/domain";

/**
 * What the reservations of one account hold of a product in a warehouse; what orders took of them and the
 * warehouse does not have yet is the distributor's own.
 */
export type HeldByAccount = HeldStock & {
  /** `null`: the distributor's own. */
  readonly customerNumber: CustomerNumber | null;
};

/** Every reservation of stock that was ever taken. */
export interface ReservationBook {
  /**
   * A reservation whose time is up reads EXPIRED from that moment on.
   * @param ids 1 to 500, distinct @returns in key order, `null` for an unknown id
   */
  readReservations(ids: readonly ReservationId[]): Promise<readonly (Reservation | null)[]>;
  /**
   * What is held now, added up per warehouse and account; what has expired is not in it.
   * @param skus 1 to 500, distinct @returns in key order; empty where nothing is held
   */
  readHeld(skus: readonly Sku[]): Promise<readonly (readonly HeldByAccount[])[]>;
}

import type { OrderId, Return, ReturnId } from "@crossdock/domain";

/** What buyers want to send back: ours, for the ERP knows nothing of it and the warehouse only its parcels. */
export interface ReturnBook {
  /** @param ids 1 to 500, distinct @returns in key order, `null` for an unknown id */
  readReturns(ids: readonly ReturnId[]): Promise<readonly (Return | null)[]>;
  /** @param orderIds 1 to 500, distinct @returns per order, in key order, its returns oldest first */
  readReturnsOfOrders(orderIds: readonly OrderId[]): Promise<readonly (readonly Return[])[]>;
  /** Parcels of which the warehouse may have something to tell, oldest first. */
  listAwaited(atMost: number): Promise<readonly AwaitedParcel[]>;
}

/** A parcel by the two that name it at the warehouse. */
export type AwaitedParcel = { readonly returnNumber: string; readonly parcel: number };

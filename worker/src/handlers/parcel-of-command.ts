import type { Return, ReturnId, ReturnParcel } from "@crossdock/domain";
import type { ReturnBook } from "@crossdock/processes";

/** What the commands of return to credit have in common: each is about one parcel. */
export type ParcelData = { readonly returnId: ReturnId; readonly parcel: number };

export type FoundParcel = { readonly of: Return; readonly parcel: ReturnParcel };

/** @returns `null` when the book has no such return, or it no such parcel */
export async function parcelOfCommand(
  { returnId, parcel: number }: ParcelData,
  returnBook: Pick<ReturnBook, "readReturns">,
): Promise<FoundParcel | null> {
  const [of = null] = await returnBook.readReturns([returnId]);
  const parcel = of?.parcels.find((one) => one.number === number);
  return of === null || parcel === undefined ? null : { of, parcel };
}

export function unknownParcel({ returnId, parcel }: ParcelData) {
  const message = `Return ${returnId} has no parcel ${String(parcel)}.`;
  return { code: "NOT_FOUND", message };
}

import { parseOrderKey, type OrderDraft, type OrderKey } from "@crossdock/domain";
import { joinReference } from "@crossdock/source-contract";

/**
 * An order has one field for a reference of ours, and it keeps 35 characters in upper case. The
 * buyer's number and our key share it; a number that does not fit as it is stands in full on a
 * comment line, where it is also printed.
 */
export const MAX_REFERENCE_LENGTH = 35;
export const MAX_COMMENT_LENGTH = 100;
const COMMENT_PREFIX = "Customer PO: ";

export function referenceOf({ customerReference, key }: OrderDraft): string {
  return joinReference(customerReference, key, MAX_REFERENCE_LENGTH).trim().toUpperCase();
}

/** @returns the text of the comment line; `null` when the reference field says it all */
export function referenceComment(draft: OrderDraft): string | null {
  const wanted = draft.customerReference;
  if (wanted === null || splitReference(referenceOf(draft)).customerReference === wanted) {
    return null;
  }
  return `${COMMENT_PREFIX}${wanted}`.slice(0, MAX_COMMENT_LENGTH);
}

export type Reference = {
  readonly customerReference: string | null;
  /** `null` when the order is not one of ours. */
  readonly key: OrderKey | null;
};

/** `PO-7~7K3QF9M2ZT` → PO-7 and the key; what has no key at its end is the buyer's whole. */
export function splitReference(reference: string): Reference {
  const cut = reference.lastIndexOf("~");
  const key = cut === -1 ? null : keyOf(reference.slice(cut + 1));
  const customerReference = key === null ? reference : reference.slice(0, cut);
  return { customerReference: customerReference === "" ? null : customerReference, key };
}

/** @returns what the buyer wrote, if this is a comment line of {@link referenceComment} */
export function commentedReference(description: string): string | null {
  return description.startsWith(COMMENT_PREFIX) ? description.slice(COMMENT_PREFIX.length) : null;
}

function keyOf(text: string): OrderKey | null {
  try {
    return parseOrderKey(text);
  } catch {
    return null;
  }
}

import type { OrderKey } from "@crossdock/domain";
import { joinReference } from "@crossdock/source-contract";

/** What the vendor keeps of a payment's reference. */
const MAX_REFERENCE_LENGTH = 255;
/** The look of our keys: Crockford's base 32. */
const OUR_MARK = /~[0-9A-HJKMNP-TV-Z]{10}$/;

/** The payer's words and our key share one field; words that are too long are cut. */
export function markReference(reference: string | null, key: OrderKey): string {
  return joinReference(reference, key, MAX_REFERENCE_LENGTH);
}

/** The payer's words alone; `null` when there are none. */
export function readReference(text: string | null | undefined): string | null {
  const words = (text ?? "").replace(OUR_MARK, "");
  return words === "" ? null : words;
}

export function hasKey(text: string | null | undefined, key: OrderKey): boolean {
  return text?.endsWith(`~${key}`) ?? false;
}

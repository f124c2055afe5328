import type { CreditMemo, Invoice } from "@crossdock/domain";
import { creditMemoOf, type CreditMemoRecord } from "@crossdock/processes";

/**
 * The credits of an invoice: finance shows what is applied to it, and of each only how much; of ours we know
 * the whole and the reason, also where nothing was open to apply it to.
 */
export function creditMemosOf(
  { creditMemos }: Pick<Invoice, "creditMemos">,
  records: readonly CreditMemoRecord[],
): readonly CreditMemo[] {
  const ours = records.map(creditMemoOf).filter((memo) => memo !== null);
  const numbers = new Set(ours.map(({ number }) => number));
  const others = creditMemos.filter(({ number }) => number === null || !numbers.has(number));
  return [...others, ...ours].sort((left, right) => compareDates(left.issuedOn, right.issuedOn));
}

function compareDates(left: string | null, right: string | null): number {
  return (left ?? "").localeCompare(right ?? "");
}

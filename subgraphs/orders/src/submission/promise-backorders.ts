import {
  atLeastZero,
  parseSku,
  standingIn,
  subtractQuantities,
  withPromises,
} from "@crossdock/domain";
import { idOrNull } from "@crossdock/subgraph-kit";
import type { Context } from "../context.ts";
import type { CheckedSubmission } from "./check-submission.ts";

/** The same, with the days for which what waits is promised. Nothing is read for an order that waits for nothing. */
export async function promiseBackorders(
  checked: CheckedSubmission,
  { deps }: Pick<Context, "deps">,
): Promise<CheckedSubmission> {
  const { check } = checked;
  if (check.sourcing.backorders.length === 0) return checked;
  const lines = check.lines.map(({ sku, quantity, availableToPromise }, at) => {
    const missing = atLeastZero(subtractQuantities(quantity, availableToPromise)).value;
    return { lineNumber: at + 1, sku, missing };
  });
  const known = lines.map(({ sku }) => idOrNull(parseSku, sku)).filter((sku) => sku !== null);
  const inbound = await deps.receiptBook.readInbound([...new Set(known)]);
  const asked = checked.submission.warehouse;
  const coming = inbound
    .flat()
    .filter(
      ({ warehouse }) =>
        (asked === null || warehouse === asked) &&
        standingIn(deps.stockPolicy, warehouse).countsTowardsAtp,
    );
  return { ...checked, check: { ...check, sourcing: withPromises(check.sourcing, lines, coming) } };
}

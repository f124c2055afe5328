import { orderIdOfNumber, parseOrderNumber } from "@crossdock/domain";
import type { World } from "@crossdock/sandbox";
import type { ReconciliationResultQuery } from "../../generated/operations.ts";
import type { SandboxControl } from "../sandbox-control.ts";

export type FoundMismatch = NonNullable<
  ReconciliationResultQuery["reconciliation"]
>["mismatches"][number];

/** What a mismatch is about as the plan calls it: a position, or the number of an order or a bill. */
export async function createNaming(
  sandbox: SandboxControl,
  world: World,
): Promise<(mismatch: FoundMismatch) => string> {
  const numbers = new Map<string, string>(
    world.pastOrders.map(({ number }) => [orderIdOfNumber(parseOrderNumber(number)), number]),
  );
  for (const invoice of await sandbox.documents("finance", "invoice")) {
    numbers.set(String(invoice.InvoiceID), String(invoice.InvoiceNumber));
  }
  return ({ subject, proposal }) =>
    proposal == null
      ? (numbers.get(subject.id) ?? subject.id)
      : `${proposal.sku}@${proposal.warehouse}`;
}

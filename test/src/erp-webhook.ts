import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { ROOT } from "./program.ts";

/**
 * A notification of the ERP that an order changed, proved by the client state as the ERP does.
 * @param at of the change: the same record at another time is another notification
 * @returns the status that the receiver answers
 */
export async function notifyOfOrder(url: string, orderId: string, at: Date): Promise<number> {
  const notification = {
    subscriptionId: "test",
    clientState: clientState(),
    resource: `api/v2.0/companies(1)/salesOrders(${orderId})`,
    changeType: "updated",
    lastModifiedDateTime: at.toISOString(),
  };
  const { status } = await fetch(`${url}/webhooks/erp`, {
    method: "POST",
    body: JSON.stringify({ value: [notification] }),
    headers: { "content-type": "application/json" },
  });
  return status;
}

function clientState(): string {
  const config = parse(readFileSync(join(ROOT, "crossdock.yaml"), "utf8")) as {
    readonly sources: { readonly erp: { readonly webhookSecret: string } };
  };
  return config.sources.erp.webhookSecret;
}

import { createHmac } from "node:crypto";
import { FINANCE_DEMO } from "@crossdock/sandbox";

/**
 * A notification of finance that names one invoice, signed as finance signs.
 * @param sequence of the event; the same for each try to deliver it
 * @returns the status that the receiver answers
 */
export async function notifyOfInvoice(
  url: string,
  invoiceId: string,
  sequence: number,
): Promise<number> {
  const body = JSON.stringify({
    events: [
      {
        resourceUrl: `${url}/Invoices/${invoiceId}`,
        resourceId: invoiceId,
        tenantId: FINANCE_DEMO.tenantId,
        tenantType: "ORGANISATION",
        eventCategory: "INVOICE",
        eventType: "UPDATE",
        eventDateUtc: "2026-11-21T08:00:00.000",
      },
    ],
    firstEventSequence: sequence,
    lastEventSequence: sequence,
    entropy: String(sequence),
  });
  const signature = createHmac("sha256", FINANCE_DEMO.webhookKey).update(body).digest("base64");
  const { status } = await fetch(`${url}/webhooks/finance`, {
    method: "POST",
    body,
    headers: { "content-type": "application/json", "x-xero-signature": signature },
  });
  return status;
}

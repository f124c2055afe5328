import { demoConnections } from "@crossdock/sandbox";
import { z } from "zod";

const invoices = z.object({
  Invoices: z
    .array(
      z.looseObject({
        Contact: z.object({ ContactID: z.string() }),
        Reference: z.string().optional(),
        DateString: z.string(),
        DueDateString: z.string(),
        LineItems: z.array(z.looseObject({})),
      }),
    )
    .min(1),
});

/** A clerk raises a bill by hand that is raised already, for the same order and over the same total. */
export async function billAgain(sandboxUrl: string, number: string): Promise<void> {
  const { tokenUrl, apiUrl, tenantId, clientId, clientSecret } =
    demoConnections(sandboxUrl).finance;
  const signedIn = await fetch(tokenUrl, {
    method: "POST",
    headers: {
      authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`,
    },
    body: new URLSearchParams({ grant_type: "client_credentials" }),
  });
  const { access_token: token } = (await signedIn.json()) as { readonly access_token: string };
  const headers = {
    authorization: `Bearer ${token}`,
    "xero-tenant-id": tenantId,
    "content-type": "application/json",
    accept: "application/json",
  };
  const found = await fetch(`${apiUrl}/Invoices/${number}`, { headers });
  const [bill] = invoices.parse(await found.json()).Invoices;
  const answer = await fetch(`${apiUrl}/Invoices`, {
    method: "PUT",
    headers,
    body: JSON.stringify({
      Invoices: [
        {
          Type: "ACCREC",
          Status: "AUTHORISED",
          InvoiceNumber: number.replace(/\d+$/, "9"),
          Contact: bill?.Contact,
          Reference: bill?.Reference,
          Date: bill?.DateString.slice(0, 10),
          DueDate: bill?.DueDateString.slice(0, 10),
          LineItems: bill?.LineItems.map(({ LineItemID: _id, ...line }) => line),
        },
      ],
    }),
  });
  if (!answer.ok) throw new Error(`Finance refuses: ${await answer.text()}`);
}

import { demoConnections } from "@crossdock/sandbox";

const SCOPE = "https://api.businesscentral.dynamics.com/.default";

/** What a clerk does in the ERP itself, through its own API. */
export interface ErpClerk {
  /** Blocks the item's card, or lifts that: nothing is sold of an item that is blocked. */
  blockItem(sku: string, isBlocked: boolean): Promise<void>;
  /** Enters a sales order of one line and releases it. @returns its number */
  enterOrder(customerNumber: string, sku: string, quantity: number): Promise<string>;
}

export function createErpClerk(sandboxUrl: string): ErpClerk {
  const { tokenUrl, clientId, clientSecret, apiUrl, companyId } = demoConnections(sandboxUrl).erp;
  const send = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const signedIn = await fetch(tokenUrl, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "client_credentials",
        client_id: clientId,
        client_secret: clientSecret,
        scope: SCOPE,
      }),
    });
    const { access_token: token } = (await signedIn.json()) as { readonly access_token: string };
    const answer = await fetch(`${apiUrl}/companies(${companyId})/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
        "if-match": "*",
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`The ERP refuses ${method} ${path}: ${await answer.text()}`);
    return answer.json();
  };
  return {
    async blockItem(sku, isBlocked) {
      const found = await send("GET", `items?$filter=number eq '${sku}'`);
      const [item] = (found as { readonly value: readonly { readonly id: string }[] }).value;
      if (item === undefined) throw new Error(`The ERP has no item ${sku}.`);
      await send("PATCH", `items(${item.id})`, { blocked: isBlocked });
    },
    async enterOrder(customerNumber, sku, quantity) {
      const entered = await send("POST", "salesOrders", {
        customerNumber,
        externalDocumentNumber: `CLERK-${String(quantity)}`,
        salesOrderLines: [{ lineType: "Item", lineObjectNumber: sku, quantity }],
      });
      return (entered as { readonly number: string }).number;
    },
  };
}

import { demoConnections } from "@crossdock/sandbox";

const SCOPE = "https://api.businesscentral.dynamics.com/.default";

/** What a clerk does in the ERP itself, through its own API. */
export interface ErpClerk {
  /** Blocks the item's card, or lifts that: nothing is sold of an item that is blocked. */
  blockItem(sku: string, isBlocked: boolean): Promise<void>;
  /** @param changes properties of the item as the ERP's API names them */
  changeItem(sku: string, changes: Readonly<Record<string, unknown>>): Promise<void>;
  /** As `changeItem`. */
  changeCustomer(number: string, changes: Readonly<Record<string, unknown>>): Promise<void>;
  removeItem(sku: string): Promise<void>;
  /** Enters a sales order of one line and releases it. @returns its number */
  enterOrder(customerNumber: string, sku: string, quantity: number): Promise<string>;
  /** Gives the first line of a sales order another price. */
  repriceOrder(number: string, unitPrice: number): Promise<void>;
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
    return answer.status === 204 ? null : answer.json();
  };
  const pathOf = async (set: "items" | "customers", number: string): Promise<string> => {
    const found = await send("GET", `${set}?$filter=number eq '${number}'`);
    const [record] = (found as { readonly value: readonly { readonly id: string }[] }).value;
    if (record === undefined) throw new Error(`The ERP has no ${number} among its ${set}.`);
    return `${set}(${record.id})`;
  };
  const change = async (set: "items" | "customers", number: string, changes: object) => {
    await send("PATCH", await pathOf(set, number), changes);
  };
  return {
    blockItem: (sku, isBlocked) => change("items", sku, { blocked: isBlocked }),
    changeItem: (sku, changes) => change("items", sku, changes),
    changeCustomer: (number, changes) => change("customers", number, changes),
    async removeItem(sku) {
      await send("DELETE", await pathOf("items", sku));
    },
    async enterOrder(customerNumber, sku, quantity) {
      const entered = await send("POST", "salesOrders", {
        customerNumber,
        externalDocumentNumber: `CLERK-${String(quantity)}`,
        salesOrderLines: [{ lineType: "Item", lineObjectNumber: sku, quantity }],
      });
      return (entered as { readonly number: string }).number;
    },
    async repriceOrder(number, unitPrice) {
      const found = (await send(
        "GET",
        `salesOrders?$filter=number eq '${number}'&$expand=salesOrderLines`,
      )) as {
        readonly value: readonly {
          readonly salesOrderLines: readonly { readonly id: string; readonly lineType: string }[];
        }[];
      };
      const line = found.value[0]?.salesOrderLines.find(({ lineType }) => lineType === "Item");
      if (line === undefined) throw new Error(`The ERP has no line of ${number}.`);
      await send("PATCH", `salesOrderLines(${line.id})`, { unitPrice });
    },
  };
}

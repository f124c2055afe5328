import { anOrder, placeOrder } from "../placing-orders.ts";
import type { Stack } from "../stack.ts";
import { createHeldOrders } from "../held-orders.ts";

const CUSTOMERS = ["C10010", "C10020", "C10030"];
const PARTNERS = [
  { clientId: "buildmart", name: "BuildMart procurement" },
  { clientId: "fabrikam-edi", name: "Fabrikam hub" },
  { clientId: "toolshop", name: "Toolshop web store" },
];
const SENT = 9;
const BLOCKED = ["NG-10003", "NG-10005", "NG-10006"];

/** What a picture of the tower shows something of: orders on their way, and some that came before a person. */
export async function seedTower(stack: Stack): Promise<{ readonly orderId: string }> {
  const keys = await registerPartners(stack);
  let orderId = "";
  for (let index = 0; index < SENT; index += 1) {
    const customer = CUSTOMERS[index % CUSTOMERS.length] ?? "C10010";
    const token = keys[index % keys.length] ?? "";
    const input = anOrder(customer, { customerReference: `PO-4711${String(index)}` });
    const order = await placeOrder(stack, input, token);
    orderId ||= order.orderId;
  }
  await createHeldOrders(stack).blocked(
    ...BLOCKED.map((sku, index) => ({
      customer: CUSTOMERS[index] ?? "C10010",
      sku,
      reference: `PO-4720${String(index)}`,
    })),
  );
  return { orderId };
}

/** Whoever orders is a partner of its own. @returns their keys */
async function registerPartners(stack: Stack): Promise<readonly string[]> {
  const operator = await stack.token("operator");
  return Promise.all(
    PARTNERS.map(async (partner) => {
      const response = await fetch(`${stack.url}/partners`, {
        method: "POST",
        headers: { authorization: `Bearer ${operator}`, "content-type": "application/json" },
        body: JSON.stringify({ ...partner, customers: CUSTOMERS }),
      });
      if (!response.ok) throw new Error(`${partner.clientId}: ${await response.text()}`);
      const { key } = (await response.json()) as { readonly key: { readonly text: string } };
      return key.text;
    }),
  );
}

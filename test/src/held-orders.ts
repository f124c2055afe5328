import { createErpClerk, type ErpClerk } from "./erp-clerk.ts";
import { anOrder, placeOrder, type AcceptedOrder } from "./placing-orders.ts";
import type { Stack } from "./stack.ts";

export type OrderToHold = {
  readonly customer: string;
  readonly sku: string;
  /** A made-up one when left out. */
  readonly reference?: string;
};

/** Orders that come before a person, as the ERP refuses what was sold when they were taken. */
export interface HeldOrders {
  readonly clerk: ErpClerk;
  /** Their items are blocked between our taking them and the ERP's being asked, and stay so. */
  blocked(...orders: readonly OrderToHold[]): Promise<readonly AcceptedOrder[]>;
}

const ERP = { scope: "LANE", name: "erp" };
const PAUSE = "mutation Pause($input: PauseInput!) { pause(input: $input) { id } }";
const RESUME = "mutation Resume($input: ResumeInput!) { resume(input: $input) { id } }";

export function createHeldOrders(stack: Stack): HeldOrders {
  const clerk = createErpClerk(`http://127.0.0.1:${stack.settings["SANDBOX_PORT"] ?? ""}`);
  const ask = async (query: string, input: object) => {
    const body = JSON.stringify({ query, variables: { input } });
    const { errors } = await stack.post(body, await stack.token("operator"));
    if (errors.length > 0) throw new Error(JSON.stringify(errors));
  };
  return {
    clerk,
    async blocked(...orders) {
      for (const { sku } of orders) await clerk.blockItem(sku, false);
      await ask(PAUSE, { ...ERP, reason: "Orders are to be held" });
      const accepted: AcceptedOrder[] = [];
      for (const { customer, sku, reference } of orders) {
        const named = reference === undefined ? {} : { customerReference: reference };
        const input = anOrder(customer, { lines: [{ sku, quantity: "2" }], ...named });
        accepted.push(await placeOrder(stack, input, await stack.token("portal", customer)));
        await clerk.blockItem(sku, true);
      }
      await ask(RESUME, ERP);
      return accepted;
    },
  };
}

import { stableGuid } from "../world/generate-world.ts";

/** What an integrator gets from the finance vendor's portal, for the organisation of the demo. */
export const FINANCE_DEMO = {
  clientId: "crossdock",
  clientSecret: "sandbox-finance-secret",
  tenantId: stableGuid("finance", "tenant", "northgate"),
  tenantName: "Northgate Industrial Supply",
  webhookKey: "sandbox-finance-webhook-key",
  /** Below the source's base URL. */
  tokenPath: "/connect/token",
  apiPath: "/api.xro/2.0",
  /** The bank account that customer payments go to. */
  bankAccountCode: "090",
  salesAccountCode: "200",
} as const;

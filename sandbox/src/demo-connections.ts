import { CARRIER_DEMO } from "./carrier/demo-account.ts";
import { ERP_PATHS, ERP_SETUP } from "./erp/setup.ts";
import { FINANCE_DEMO } from "./finance/demo-tenant.ts";
import { TAX_DEMO } from "./tax/demo-account.ts";
import { WMS_TOKEN } from "./wms/wms-sandbox.ts";

/** Everything that a client needs to reach the demo's vendors, as their portals would hand it out. */
export function demoConnections(sandboxUrl: string) {
  const { tenantId, clientId, clientSecret, webhookKey } = FINANCE_DEMO;
  return {
    erp: {
      tokenUrl: `${sandboxUrl}/erp${ERP_PATHS.token}`,
      apiUrl: `${sandboxUrl}/erp${ERP_PATHS.api}`,
      odataUrl: `${sandboxUrl}/erp${ERP_PATHS.odata}`,
      clientId: ERP_SETUP.clientId,
      clientSecret: ERP_SETUP.clientSecret,
      companyId: ERP_SETUP.companyId,
      companyName: ERP_SETUP.companyName,
    },
    wms: { apiUrl: `${sandboxUrl}/wms`, token: WMS_TOKEN },
    finance: {
      tokenUrl: `${sandboxUrl}/finance${FINANCE_DEMO.tokenPath}`,
      apiUrl: `${sandboxUrl}/finance${FINANCE_DEMO.apiPath}`,
      tenantId,
      clientId,
      clientSecret,
      webhookKey,
    },
    tax: { apiUrl: `${sandboxUrl}/tax${TAX_DEMO.apiPath}`, ...TAX_DEMO.account },
    carrier: {
      apiUrl: `${sandboxUrl}/carrier${CARRIER_DEMO.apiPath}`,
      apiKey: CARRIER_DEMO.apiKey,
    },
  };
}

/** How the demo reaches its tax engine. */
export const TAX_DEMO = {
  apiPath: "/api/v2",
  account: {
    accountId: "1100012345",
    licenseKey: "sandbox-tax-license-key",
    companyCode: "NORTHGATE",
  },
} as const;

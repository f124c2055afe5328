import { stableGuid } from "../world/generate-world.ts";
import { TAX_RATES } from "./amounts.ts";
import { FINANCE_DEMO } from "./demo-tenant.ts";

/** The chart of accounts, as far as a distributor's receivables need it. */
export const ACCOUNTS = [
  account(FINANCE_DEMO.bankAccountCode, "Business Checking", "BANK", "NONE"),
  account(FINANCE_DEMO.salesAccountCode, "Sales", "REVENUE", "OUTPUT"),
  account("260", "Freight Recovered", "REVENUE", "OUTPUT"),
  account("610", "Accounts Receivable", "CURRENT", "NONE"),
  account("820", "Sales Tax", "CURRLIAB", "NONE"),
];

/** @param codeOrId of an account */
export function accountOf(codeOrId: string | undefined) {
  return ACCOUNTS.find(({ Code, AccountID }) => Code === codeOrId || AccountID === codeOrId);
}

export const ORGANISATION = {
  OrganisationID: FINANCE_DEMO.tenantId,
  Name: FINANCE_DEMO.tenantName,
  LegalName: FINANCE_DEMO.tenantName,
  PaysTax: true,
  Version: "US",
  OrganisationType: "COMPANY",
  BaseCurrency: "USD",
  CountryCode: "US",
  IsDemoCompany: true,
  OrganisationStatus: "ACTIVE",
  FinancialYearEndDay: 31,
  FinancialYearEndMonth: 12,
  Timezone: "UTC",
};

export const TAX_RATE_LIST = Object.entries(TAX_RATES).map(([type, { name, rate }]) => ({
  Name: name,
  TaxType: type,
  Status: "ACTIVE",
  DisplayTaxRate: Number(rate),
  EffectiveRate: Number(rate),
  CanApplyToAssets: true,
  CanApplyToEquity: true,
  CanApplyToExpenses: true,
  CanApplyToLiabilities: true,
  CanApplyToRevenue: type !== "INPUT",
  TaxComponents: [{ Name: name, Rate: Number(rate), IsCompound: false }],
}));

function account(code: string, name: string, type: string, taxType: string) {
  return {
    AccountID: stableGuid("finance", "account", code),
    Code: code,
    Name: name,
    Status: "ACTIVE",
    Type: type,
    TaxType: taxType,
    Class:
      type === "BANK" || type === "CURRENT"
        ? "ASSET"
        : type === "REVENUE"
          ? "REVENUE"
          : "LIABILITY",
    EnablePaymentsToAccount: type === "BANK",
    ShowInExpenseClaims: false,
    CurrencyCode: "USD",
  };
}

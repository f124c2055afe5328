/** Standard Carrier Alpha Codes of carriers as the vendor names them, as far as each has one for parcels. */
const SCACS: Readonly<Record<string, string>> = {
  UPS: "UPSN",
  UPSDAP: "UPSN",
  USPS: "USPS",
};

export function scacOf(carrier: string): string | null {
  return SCACS[carrier] ?? null;
}

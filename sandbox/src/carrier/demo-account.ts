/** How the demo reaches its carriers. */
export const CARRIER_DEMO = { apiPath: "/v2", apiKey: "sandbox-carrier-api-key" } as const;

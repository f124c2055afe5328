import { demoConnections } from "@crossdock/sandbox";

const SCOPE = "https://api.businesscentral.dynamics.com/.default";
const EVERY_MS = 1_000;

/**
 * Calls the sandbox's ERP itself once a second, for one order's document, beside whatever else goes on.
 * @returns ends that, and says how long each call took, in milliseconds
 */
export async function timeErpCalls(sandboxUrl: string): Promise<() => readonly number[]> {
  const { tokenUrl, clientId, clientSecret, apiUrl, companyId } = demoConnections(sandboxUrl).erp;
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
  const tookMs: number[] = [];
  const call = async (): Promise<void> => {
    const from = performance.now();
    const answer = await fetch(`${apiUrl}/companies(${companyId})/salesOrders?$top=1`, {
      headers: { authorization: `Bearer ${token}` },
    });
    await answer.text();
    if (answer.ok) tookMs.push(performance.now() - from);
  };
  const timer = setInterval(() => {
    call().catch(() => undefined); // a call that fails is no measure of one that does not
  }, EVERY_MS);
  return () => {
    clearInterval(timer);
    return tookMs;
  };
}

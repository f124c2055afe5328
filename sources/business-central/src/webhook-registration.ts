import type { Remembered } from "@crossdock/source-http";
import { parseInstant, type Instant } from "@crossdock/domain";
import type { WebhookReceiver } from "@crossdock/source-contract";
import { z } from "zod";
import type { BusinessCentralClient } from "./client.ts";
import type { Company } from "./company.ts";
import { unexpected } from "./refusals.ts";
import { SUBSCRIBED_SETS } from "./webhook-receiver.ts";

const PATH = "/subscriptions";
const subscription = z.object({
  "@odata.etag": z.string(),
  subscriptionId: z.string(),
  notificationUrl: z.string(),
  resource: z.string(),
  expirationDateTime: z.string(),
});
type Subscription = z.infer<typeof subscription>;

/**
 * One subscription for each set. The ERP forgets them after three days and deletes one whose
 * receiver answers oddly, so this is called again and again: what is there is renewed, what is
 * missing made. Both times the ERP calls `url` before it answers.
 */
export function createEnsureRegistered(
  client: BusinessCentralClient,
  company: Remembered<Company>,
  clientState: string,
): WebhookReceiver["ensureRegistered"] {
  const decode = (value: unknown) => client.decode("subscriptions", value, subscription);

  const create = async (url: string, resource: string, signal: AbortSignal) => {
    const body = { notificationUrl: url, resource, clientState };
    const answer = await client.send("POST", PATH, body, signal);
    if (answer.status !== 201) throw unexpected(client.name, "POST subscriptions", answer);
    return decode(answer.json());
  };
  const renew = async (found: Subscription, signal: AbortSignal): Promise<Subscription | null> => {
    const path = `${PATH}('${encodeURIComponent(found.subscriptionId)}')`;
    const headers = { "if-match": found["@odata.etag"] };
    const answer = await client.send("PATCH", path, { clientState }, signal, headers);
    if (answer.status === 404) return null; // it ended between our list and now
    if (answer.status !== 200) throw unexpected(client.name, "PATCH subscriptions", answer);
    return decode(answer.json());
  };

  return async (url, signal) => {
    const { id } = await company.get(signal);
    const rows = await client.readService(PATH, signal);
    const ours = rows.map(decode).filter(({ notificationUrl }) => notificationUrl === url);
    const expiries: Instant[] = [];
    for (const set of Object.keys(SUBSCRIBED_SETS)) {
      const resource = `/api/v2.0/companies(${id})/${set}`;
      const found = ours.find((one) => one.resource.endsWith(`companies(${id})/${set}`));
      const renewed = found === undefined ? null : await renew(found, signal);
      const current = renewed ?? (await create(url, resource, signal));
      expiries.push(parseInstant(current.expirationDateTime));
    }
    return expiries.sort()[0] ?? null;
  };
}

import { createLogger, systemClock } from "@crossdock/runtime";
import { SourceUnavailableError, type WebhookReceiver } from "@crossdock/source-contract";
import { createWebhookRegistrations } from "./webhook-registrations.ts";

const RETRIES_MS = 25_000;

test(
  "a registration is tried until the source is up, and made again before it ends",
  async () => {
    const urls: string[] = [];
    let renewed = () => {};
    const isRenewed = new Promise<void>((resolve) => (renewed = resolve));
    const receiver: WebhookReceiver = {
      receive: () => ({ status: 200, body: "", hints: [], refusal: null }),
      ensureRegistered(url) {
        urls.push(url);
        if (urls.length === 1) {
          return Promise.reject(new SourceUnavailableError("erp", "subscriptions", "down"));
        }
        if (urls.length === 3) renewed();
        // Within the hour in which it is renewed.
        return Promise.resolve(new Date(Date.now() + 60_000).toISOString() as never);
      },
    };
    const registrations = createWebhookRegistrations({
      receivers: new Map([["erp", receiver]]),
      publicUrl: "https://crossdock.example",
      clock: systemClock,
      logger: createLogger({ name: "test", level: "silent" }),
    });
    registrations.start();
    await isRenewed;
    await registrations.stop();
    expect(urls).toEqual(Array(3).fill("https://crossdock.example/webhooks/erp"));
  },
  RETRIES_MS,
);

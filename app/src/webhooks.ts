import type { Shutdown } from "@crossdock/runtime";
import {
  createWebhooks,
  type Hook,
  type Webhooks,
  type WebhooksOptions,
} from "@crossdock/webhooks";
import type { OperationsSettings } from "./config/operations-settings.ts";

/** Tells the webhooks of the configuration what waits for a person, from now until the stop. */
export async function startWebhooks(
  deps: Omit<WebhooksOptions, "hooks"> & { readonly settings: OperationsSettings["webhooks"] },
  shutdown: Shutdown,
): Promise<Webhooks> {
  const hooks = deps.settings.map(({ classes, ...hook }): Hook => ({
    ...hook,
    ...(classes === undefined ? {} : { classes }),
  }));
  const webhooks = createWebhooks({ ...deps, hooks });
  await webhooks.start();
  shutdown.onStop("webhooks", () => webhooks.stop());
  return webhooks;
}

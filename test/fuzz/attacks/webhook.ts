import type { HttpAttack, WebhookSigner } from "../attack.ts";
import type { Choices } from "../choices.ts";
import { HOSTILE_TEXTS, hostileValue } from "../hostile-values.ts";

const SOURCES: readonly string[] = [
  "erp",
  "wms",
  "finance",
  "__proto__",
  "constructor",
  "x",
  "%00",
];
const SIGNERS: readonly WebhookSigner[] = ["erp", "wms", "finance"];
const ID = "5d1b3c55-7f3b-4f3e-9c52-2a2f4a3f7f10";
const AT = "2026-11-21T08:00:00.000Z";

/** What each source says of a change; `clientState` is filled in by whoever signs. */
const BODIES: Readonly<Record<WebhookSigner, (text: string) => unknown>> = {
  erp: (text) => ({
    value: [
      {
        subscriptionId: "fuzz",
        clientState: "{{clientState}}",
        resource: `api/v2.0/companies(1)/salesOrders(${text})`,
        changeType: "updated",
        lastModifiedDateTime: AT,
      },
    ],
  }),
  wms: (text) => ({ id: 1, order_id: 2, last_update_at: text }),
  finance: (text) => ({
    events: [
      {
        resourceUrl: "https://api.example/Invoices/1",
        resourceId: text,
        tenantId: "1aa0cc98-67f5-485c-a836-e66063123dbe",
        tenantType: "ORGANISATION",
        eventCategory: "INVOICE",
        eventType: "UPDATE",
        eventDateUtc: "2026-11-21T08:00:00.000",
      },
    ],
    firstEventSequence: 1,
    lastEventSequence: 1,
    entropy: "x",
  }),
};
const TOPICS = ["order.shipped", "order.shipment.delivered", "nothing.known", "__proto__", ""];

/** Told by a source, or by somebody who would like to be one. */
export function aWebhook(choices: Choices): HttpAttack {
  const signer = choices.oneOf(SIGNERS);
  const source = choices.onceIn(6) ? choices.oneOf(SOURCES) : signer;
  const text = choices.onceIn(2) ? choices.oneOf(HOSTILE_TEXTS) : ID;
  const whole = JSON.stringify(BODIES[signer](text));
  const body = choices.oneOf<() => string>([
    () => whole,
    () => whole.slice(0, choices.below(whole.length)),
    () => JSON.stringify(hostileValue(choices)),
    () => "",
    () => "[".repeat(100_000),
    () => whole.replace(/:1/g, ":1e400"),
    () => whole.replace(/:1/g, ':"1"'),
    () => whole.replace(/"(id|resource|resourceId)"/g, '"__proto__"'),
  ])();
  const token = choices.onceIn(8) ? `?validationToken=${encodeURIComponent(text)}` : "";
  return {
    kind: "http",
    method: choices.onceIn(10) ? "GET" : "POST",
    path: `/webhooks/${source}${token}${choices.onceIn(20) ? "&validationToken=b" : ""}`,
    headers: {
      "content-type": choices.onceIn(6) ? "text/plain" : "application/json",
      "x-webhook-topic": choices.oneOf(TOPICS),
    },
    ...(choices.onceIn(3) ? {} : { signedBy: signer }),
    body: { text: body },
  };
}

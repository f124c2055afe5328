import { createHash, timingSafeEqual } from "node:crypto";
import { parseInstant, type Instant } from "@crossdock/domain";
import type { WebhookAnswer, WebhookHint, WebhookRequest } from "@crossdock/source-contract";
import { z } from "zod";

/** Entity sets that we subscribe to, and what their records are to us. */
export const SUBSCRIBED_SETS = {
  salesOrders: "order",
  customers: "customer",
  items: "product",
} as const satisfies Readonly<Record<string, WebhookHint["noun"]>>;

const body = z.object({
  value: z.array(
    z.object({
      subscriptionId: z.string(),
      clientState: z.string().optional(),
      resource: z.string(),
      changeType: z.string(),
      lastModifiedDateTime: z.string().optional(),
    }),
  ),
});
type Notification = z.infer<typeof body>["value"][number];

/** What the ERP sends is letters, digits and dashes; nothing else is sent back to anybody. */
const VALIDATION_TOKEN = /^[\w.~+/=-]{1,512}$/;

/**
 * Reads one notification, or shakes hands. The ERP signs nothing: the client state that we gave it
 * is the proof. Every answer is 200, also a refusal: at any other one the ERP would delete the
 * subscription, and a stranger must not be able to bring that about.
 */
export function createReceive(clientState: string): (request: WebhookRequest) => WebhookAnswer {
  const isOurs = ({ clientState: given }: Notification) => sameText(given ?? "", clientState);
  return ({ query, rawBody }) => {
    const { validationToken } = query;
    if (validationToken !== undefined) {
      return VALIDATION_TOKEN.test(validationToken)
        ? { status: 200, body: validationToken, hints: [], refusal: null }
        : answer([], "malformed");
    }
    const notifications = readBody(rawBody);
    if (notifications === null) return answer([], "malformed");
    const genuine = notifications.filter(isOurs);
    return answer(
      genuine.flatMap(hintOf),
      genuine.length < notifications.length ? "bad-signature" : null,
    );
  };
}

function answer(hints: readonly WebhookHint[], refusal: WebhookAnswer["refusal"]): WebhookAnswer {
  return { status: 200, body: "", hints, refusal };
}

function readBody(rawBody: Buffer): Notification[] | null {
  try {
    return body.safeParse(JSON.parse(rawBody.toString("utf8"))).data?.value ?? null;
  } catch {
    return null;
  }
}

/** `…/salesOrders(3f…)` names a record; a set with a filter says that too many changed to list. */
function hintOf(notification: Notification): WebhookHint[] {
  const { resource, changeType, lastModifiedDateTime } = notification;
  const path = resource.split("?")[0] ?? "";
  const [, set = "", id] = /\/(\w+)(?:\(([^)]+)\))?$/.exec(path) ?? [];
  const noun = SUBSCRIBED_SETS[set as keyof typeof SUBSCRIBED_SETS] as
    WebhookHint["noun"] | undefined;
  if (noun === undefined) return [];
  return [
    {
      noun,
      sourceId: changeType === "collection" ? null : (id ?? null),
      occurredAt: instantOrNull(lastModifiedDateTime),
      deliveryId: deliveryIdOf(notification),
    },
  ];
}

/** The ERP numbers no delivery; a repeat says the same of the same moment. */
function deliveryIdOf(notification: Notification): string {
  const { subscriptionId, resource, changeType, lastModifiedDateTime = "" } = notification;
  const parts = [subscriptionId, resource, changeType, lastModifiedDateTime];
  return createHash("sha256").update(parts.join("\n")).digest("base64url");
}

function instantOrNull(raw: string | undefined): Instant | null {
  try {
    return raw === undefined ? null : parseInstant(raw);
  } catch {
    return null;
  }
}

/** In a time that tells nothing of where the texts differ, nor of their lengths. */
function sameText(left: string, right: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}

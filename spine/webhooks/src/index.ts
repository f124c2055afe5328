export { HOOK_EVENTS } from "./hook.ts";
export type { Hook, HookEvent } from "./hook.ts";
export { WEBHOOK_UNDELIVERED } from "./hook-message.ts";
export { createWebhooks } from "./webhooks.ts";
export type { Webhooks, WebhooksOptions } from "./webhooks.ts";

import { ERROR_CLASSES } from "@crossdock/domain";
import { HOOK_EVENTS } from "@crossdock/webhooks/hook";
import { z } from "zod";
import { isPrivate } from "./private-url.ts";

const MAX_HOOKS = 20;
const MIN_SECRET_BYTES = 24;

/** Who outside is told of exceptions: a service desk, a chat, an on-call system. */
export const webhookSettings = z
  .array(
    z.strictObject({
      /** What is open for it is known by its name: another name is another webhook. */
      name: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/),
      url: z
        .url({ protocol: /^https?$/ })
        .refine(isPrivate, "it must begin with https://, or be on this machine"),
      /** By which the receiver knows us: 24 random bytes or more in base64, with or without `whsec_` before it. */
      secret: z
        .string()
        .regex(/^(whsec_)?[A-Za-z0-9+/]+={0,2}$/, "it must be base64")
        .refine(
          (secret) =>
            Buffer.from(secret.replace(/^whsec_/, ""), "base64").length >= MIN_SECRET_BYTES,
          `it must have ${String(MIN_SECRET_BYTES)} bytes or more`,
        ),
      events: z.array(z.enum(HOOK_EVENTS)).min(1),
      /** Of exceptions of these classes only; of every one when left out. */
      classes: z.array(z.enum(ERROR_CLASSES)).min(1).optional(),
    }),
  )
  .max(MAX_HOOKS)
  .refine(
    (hooks) => new Set(hooks.map(({ name }) => name)).size === hooks.length,
    "each webhook needs a name of its own",
  )
  .default([]);

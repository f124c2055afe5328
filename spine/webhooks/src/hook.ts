import type { ErrorClass } from "@crossdock/domain";

/** What a webhook may be told. */
export const HOOK_EVENTS = ["exceptionOpened", "exceptionOverdue", "exceptionClosed"] as const;
export type HookEvent = (typeof HOOK_EVENTS)[number];

/** Somebody outside who is told what waits for a person, as configured. */
export type Hook = {
  /** Unique; what is open for it is known by it. */
  readonly name: string;
  readonly url: string;
  /** At least 24 bytes in base64, with or without `whsec_` before it: Standard Webhooks. */
  readonly secret: string;
  readonly events: readonly HookEvent[];
  /** Of these classes only; left out: of every one, and of none. */
  readonly classes?: readonly ErrorClass[];
};

import { lookup as resolveName } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { Webhook } from "standardwebhooks";
import { Agent, fetch, type Response } from "undici";
import type { Hook } from "./hook.ts";

export type Sent =
  | { readonly kind: "delivered" }
  /** @param retryAfterMs the receiver's own wish; `null` when it has none */
  | { readonly kind: "failed"; readonly failure: string; readonly retryAfterMs: number | null };

export interface MessageSender {
  /** Posts one message and waits for the receiver's word, `SEND_MS` at most. Never throws but for the signal. */
  send(
    hook: Hook,
    message: { readonly id: string; readonly body: string },
    signal: AbortSignal,
  ): Promise<Sent>;
  close(): Promise<void>;
}

export const SEND_MS = 10_000;
const MS_PER_SECOND = 1_000;
const MAX_CONNECTIONS = 4;

/**
 * Signed as Standard Webhooks has it: HMAC SHA-256 over id, time and body. Redirects are not followed, and a name that
 * leads to an address of the link (where clouds keep their machines' credentials) is not asked.
 */
export function createMessageSender(): MessageSender {
  const agent = new Agent({
    connections: MAX_CONNECTIONS,
    connect: { lookup: lookUpOutside, timeout: SEND_MS },
  });
  return {
    async send({ url, secret }, { id, body }, signal) {
      const sentAt = new Date();
      try {
        refuseLinkLocal(new URL(url).hostname);
        const response = await fetch(url, {
          method: "POST",
          body,
          headers: {
            "content-type": "application/json",
            "user-agent": "crossdock",
            "webhook-id": id,
            "webhook-timestamp": String(Math.floor(sentAt.getTime() / MS_PER_SECOND)),
            "webhook-signature": new Webhook(secret).sign(id, sentAt, body),
          },
          redirect: "manual",
          dispatcher: agent,
          signal: AbortSignal.any([signal, AbortSignal.timeout(SEND_MS)]),
        });
        // Nobody reads it, and an endless one is not waited for.
        await response.body?.cancel();
        return judge(response);
      } catch (error) {
        signal.throwIfAborted();
        return { kind: "failed", failure: reasonOf(error), retryAfterMs: null };
      }
    },
    close: () => agent.destroy(),
  };
}

function judge({ ok, status, headers }: Response): Sent {
  if (ok) return { kind: "delivered" };
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  const retryAfterMs = Number.isFinite(seconds) && seconds > 0 ? seconds * MS_PER_SECOND : null;
  return { kind: "failed", failure: `it answered ${String(status)}`, retryAfterMs };
}

/** In our words: what a library says may hold the URL, and a URL may hold a secret. */
function reasonOf(error: unknown): string {
  if (error instanceof LinkLocalError) return "its address is one of the link";
  if (error instanceof Error && error.name === "TimeoutError") return "it did not answer in time";
  return "it cannot be reached";
}

class LinkLocalError extends Error {}

const LINK = new BlockList();
LINK.addSubnet("169.254.0.0", 16, "ipv4");
LINK.addSubnet("fe80::", 10, "ipv6");
/** Where a cloud answers over IPv6. */
LINK.addAddress("fd00:ec2::254", "ipv6");

function refuseLinkLocal(host: string): void {
  const address = host.replace(/^\[|\]$/g, "");
  const family = isIP(address);
  if (family !== 0 && LINK.check(address, family === 4 ? "ipv4" : "ipv6")) {
    throw new LinkLocalError();
  }
}

const lookUpOutside: LookupFunction = (host, options, found) => {
  resolveName(host, { ...options, all: true }, (error, addresses) => {
    if (error !== null) {
      found(error, "");
      return;
    }
    try {
      for (const { address } of addresses) refuseLinkLocal(address);
    } catch (refusal) {
      found(refusal as Error, "");
      return;
    }
    const [first] = addresses;
    if (options.all === true) found(null, addresses);
    else found(null, first?.address ?? "", first?.family);
  });
};

import { createHmac, randomUUID } from "node:crypto";
import { request, type IncomingMessage } from "node:http";
import { Webhook } from "standardwebhooks";
import { bytesOf, type HttpAttack, type WebhookSigner } from "../attack.ts";
import type { Observation } from "../observation.ts";
import type { SigningKeys, Target } from "./target.ts";

/** Longer than the program may take for any request. */
const ANSWER_MS = 40_000;
/** An event stream is open for as long as its client likes: this one stays so long. */
const STREAM_MS = 250;
const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** One request of a client that keeps to HTTP, whatever it says in it. */
export function sendHttp(attack: HttpAttack, target: Target): Promise<Observation> {
  const { body, bodyHeaders } = bodyOf(attack, target.signingKeys);
  const authorization = attack.as === undefined ? undefined : target.credentials.valueOf(attack.as);
  const headers = {
    ...attack.headers,
    ...bodyHeaders,
    ...(authorization === undefined ? {} : { authorization }),
    ...(body === undefined ? {} : { "content-length": String(body.length) }),
  };
  return new Promise((resolve) => {
    const sent = request({
      host: "127.0.0.1",
      port: target.port,
      method: attack.method,
      path: attack.path,
      headers,
      agent: false,
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    let answer: IncomingMessage | null = null;
    const chunks: Buffer[] = [];
    const settle = (silence: Observation["silence"]) => {
      const status = answer?.statusCode ?? null;
      resolve({
        status,
        head: (answer?.rawHeaders ?? []).join("\n"),
        texts: status === null ? [] : [Buffer.concat(chunks).toString()],
        silence: status === null ? silence : null,
      });
      sent.destroy();
    };
    sent.once("error", (error) => {
      settle(error.name === "AbortError" || error.name === "TimeoutError" ? "timeout" : "cut");
    });
    sent.once("response", (response) => {
      answer = response;
      let bytes = 0;
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
      });
      response.once("end", () => {
        settle(null);
      });
      response.once("error", () => {
        settle("cut");
      });
      if (response.headers["content-type"]?.startsWith("text/event-stream") === true) {
        setTimeout(() => {
          settle(null);
        }, STREAM_MS);
      }
    });
    // A refusal may come before the body is through.
    sent.end(body);
  });
}

function bodyOf(
  { body, signedBy }: HttpAttack,
  keys: SigningKeys,
): { readonly body?: Buffer; readonly bodyHeaders: Readonly<Record<string, string>> } {
  if (body === undefined) return { bodyHeaders: {} };
  const bytes = bytesOf(body);
  if (signedBy === undefined) return { body: bytes, bodyHeaders: {} };
  return SIGN[signedBy](bytes.toString(), keys[signedBy]);
}

const SIGN: Readonly<
  Record<WebhookSigner, (text: string, key: string) => ReturnType<typeof bodyOf>>
> = {
  erp: (text, key) => ({
    body: Buffer.from(text.replace("{{clientState}}", key)),
    bodyHeaders: {},
  }),
  wms: (text, key) => {
    const id = `msg_${randomUUID()}`;
    const at = new Date();
    return {
      body: Buffer.from(text),
      bodyHeaders: {
        "webhook-id": id,
        "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
        "webhook-signature": new Webhook(key).sign(id, at, text),
      },
    };
  },
  finance: (text, key) => ({
    body: Buffer.from(text),
    bodyHeaders: { "x-xero-signature": createHmac("sha256", key).update(text).digest("base64") },
  }),
};

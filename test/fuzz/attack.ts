import type { Payload } from "./documents/broken-operation.ts";

/** One thing that somebody does to the program, written so that it can be printed and done again. */
export type Attack = HttpAttack | RawAttack | SocketAttack;

export type HttpAttack = {
  readonly kind: "http";
  readonly method: string;
  /** From the first slash on. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Whose token the `authorization` header has; none when left out. */
  readonly as?: CredentialName;
  readonly body?: Body;
  /** A source's way to prove that a webhook is its own. */
  readonly signedBy?: WebhookSigner;
};

export type Body =
  | { readonly text: string }
  | { readonly base64: string }
  /** So many times the same text, which would be tedious to print. */
  | { readonly repeated: string; readonly times: number };

export type WebhookSigner = "erp" | "wms" | "finance";

/** Bytes on a connection, with no client library that would put them right. */
export type RawAttack = {
  readonly kind: "raw";
  /** In Latin 1; sent one after the other. */
  readonly chunks: readonly string[];
  /** Whether the connection is cut after the last of them. */
  readonly cuts: boolean;
};

export type SocketAttack = {
  readonly kind: "socket";
  readonly path: string;
  readonly protocols: readonly string[];
  readonly as?: CredentialName;
  readonly frames: readonly Frame[];
};

export type Frame =
  | { readonly text: string }
  | { readonly base64: string }
  | { readonly repeated: string; readonly times: number }
  /** Bytes past the framing. */
  | { readonly raw: string }
  /** `connection_init` with a credential. */
  | { readonly init: CredentialName }
  | { readonly subscribe: string; readonly payload: Payload }
  | { readonly ping: true }
  | { readonly close: number }
  | { readonly waitMs: number };

/** Tokens and what only looks like one; see credentials.ts. */
export type CredentialName = string;

export function bytesOf(body: Body): Buffer {
  if ("text" in body) return Buffer.from(body.text);
  if ("base64" in body) return Buffer.from(body.base64, "base64");
  return Buffer.from(body.repeated.repeat(body.times));
}
